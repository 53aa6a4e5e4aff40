from datetime import UTC
from pathlib import Path

import pytest

from shangfa.config import MailServer, ManualClock, SettingError, Settings, read


def test_nothing_set_means_the_defaults() -> None:
    assert read({}) == Settings()


def test_an_empty_value_is_the_same_as_none() -> None:
    assert read({"SHANGFA_WORKERS": "", "SHANGFA_VAR": ""}) == Settings()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_prefix_of_a_database_is_understood(scheme: str) -> None:
    settings = read({"SHANGFA_DATABASE_URL": f"{scheme}://a:b@db/shangfa"})
    assert settings.database_url == "postgresql+psycopg://a:b@db/shangfa"


def test_values_are_taken_over() -> None:
    settings = read({"SHANGFA_VAR": "/srv/var", "SHANGFA_BIND": "[::]:80", "SHANGFA_THREADS": "8"})
    assert (settings.var, settings.bind, settings.threads) == (
        Path("/srv/var"),
        "[::]:80",
        8,
    )


def test_the_second_port_is_closed_unless_it_is_named() -> None:
    assert read({}).health_bind is None
    assert read({"SHANGFA_HEALTH_BIND": "0.0.0.0:8081"}).health_bind == "0.0.0.0:8081"


@pytest.mark.parametrize("name", ["statement_timeout_ms", "lock_timeout_ms"])
def test_no_limit_of_time_is_allowed(name: str) -> None:
    assert getattr(read({f"SHANGFA_{name.upper()}": "0"}), name) == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("SHANGFA_WORKERS", "0", id="none"),
        pytest.param("SHANGFA_THREADS", "-1", id="negative"),
        pytest.param("SHANGFA_POOL_SIZE", "five", id="a word"),
        pytest.param("SHANGFA_MAX_BODY", "1.5", id="a fraction"),
        pytest.param("SHANGFA_BIND", "8000", id="no host"),
        pytest.param("SHANGFA_BIND", "localhost:65536", id="past the last port"),
        pytest.param("SHANGFA_HEALTH_BIND", "8081", id="no host for health"),
        pytest.param("SHANGFA_LOCK_TIMEOUT_MS", "3s", id="a unit"),
        pytest.param("SHANGFA_REQUEST_SECONDS", "0", id="no time at all"),
        pytest.param("SHANGFA_MAX_EVIDENCE", "20MB", id="a unit of bytes"),
        pytest.param("SHANGFA_EVIDENCE_URL", "/srv/evidence", id="a path"),
        pytest.param("SHANGFA_EVIDENCE_URL", "s3://key:secret@bucket", id="a secret in it"),
        pytest.param("SHANGFA_SMTP_URL", "mail.example.com", id="no scheme of mail"),
        pytest.param("SHANGFA_SMTP_URL", "smtp://h:port", id="a port in words"),
        pytest.param("SHANGFA_SMTP_URL", "smtp://h/path", id="a path behind the server"),
        pytest.param("SHANGFA_OWNER_URL", "mysql://a@b/c", id="another database"),
    ],
)
def test_a_wrong_value_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable} is "):
        read({variable: value})


def test_a_refused_url_does_not_show_its_password() -> None:
    with pytest.raises(SettingError) as refused:
        read({"SHANGFA_DATABASE_URL": "mysql://a:secret@b/c"})
    assert "secret" not in str(refused.value)
    with pytest.raises(SettingError) as refused:
        read({"SHANGFA_EVIDENCE_URL": "s3://key:secret@bucket"})
    assert "secret" not in str(refused.value)


def test_evidence_is_kept_beside_the_database_unless_it_is_said() -> None:
    assert read({"SHANGFA_VAR": "/srv/var"}).evidence == "file:///srv/var/evidence"
    assert read({"SHANGFA_EVIDENCE_URL": "s3://bucket/a/"}).evidence == "s3://bucket/a"


def test_the_clock_is_the_machines_unless_it_is_asked_for() -> None:
    assert read({}).clock is None
    assert read({"SHANGFA_CLOCK": "test"}).clock == ManualClock(None)


@pytest.mark.parametrize(
    ("moment", "utc"),
    [
        pytest.param("2026-03-01T09:00:00+08:00", "2026-03-01T01:00:00+00:00", id="an offset"),
        pytest.param("2026-03-01T09:00:00Z", "2026-03-01T09:00:00+00:00", id="Z"),
        pytest.param("1999-12-31t23:59:59.5z", "1999-12-31T23:59:59.500000+00:00", id="the past"),
        pytest.param("2040-02-29T00:00:00-03:30", "2040-02-29T03:30:00+00:00", id="the future"),
    ],
)
def test_the_clock_may_start_anywhere(moment: str, utc: str) -> None:
    clock = read({"SHANGFA_CLOCK": f"test:{moment}"}).clock
    assert clock is not None
    assert clock.start is not None
    assert clock.start.astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("real", id="another word"),
        pytest.param("Test", id="a capital"),
        pytest.param("test:", id="no moment"),
        pytest.param("test:2026-03-01", id="only a day"),
        pytest.param("test:2026-03-01T09:00:00", id="no offset"),
        pytest.param("test:2026-W09-7T09:00:00Z", id="a week date"),
        pytest.param("test:20260301T090000Z", id="the compact form"),
        pytest.param("test:2026-02-30T09:00:00Z", id="a day that is not"),
        pytest.param("test:2026-03-01T24:00:01Z", id="an hour that is not"),
        pytest.param("test:2026-03-01T09:00:00+25:00", id="an offset that is not"),
        pytest.param("test:２０２６-03-01T09:00:00Z", id="wide digits"),
        pytest.param("test:2026-03-01T09:00:00Z then", id="something behind"),
        pytest.param("test:0001-01-01T00:00:00+14:00", id="before the first year"),
        pytest.param("test:2200-01-01T00:00:00Z", id="after what can be counted"),
    ],
)
def test_a_clock_that_is_not_understood_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match=r"^SHANGFA_CLOCK is .* with a time and its offset"):
        read({"SHANGFA_CLOCK": value})


def test_a_mail_server_is_read_with_its_user() -> None:
    url = "smtps://a%40b:p%2Fw@mail.example.com"
    found = read({"SHANGFA_SMTP_URL": url, "SHANGFA_MAIL_FROM": "hr@example.com"}).smtp
    sender = "hr@example.com"
    assert found == MailServer("mail.example.com", 465, True, "a@b", "p/w", sender)  # noqa: FBT003 - as it is made


def test_a_mail_server_needs_a_sender_and_its_password_is_not_shown() -> None:
    with pytest.raises(SettingError, match="SHANGFA_MAIL_FROM"):
        read({"SHANGFA_SMTP_URL": "smtp://mail"})
    with pytest.raises(SettingError) as refused:
        read({"SHANGFA_SMTP_URL": "smtp://me:hidden@mail/x", "SHANGFA_MAIL_FROM": "a@b.com"})
    assert "hidden" not in str(refused.value)
