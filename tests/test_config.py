from pathlib import Path

import pytest

from shangfa.config import SettingError, Settings, read


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


def test_no_limit_of_time_is_allowed() -> None:
    assert read({"SHANGFA_STATEMENT_TIMEOUT_MS": "0"}).statement_timeout_ms == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("SHANGFA_WORKERS", "0", id="none"),
        pytest.param("SHANGFA_THREADS", "-1", id="negative"),
        pytest.param("SHANGFA_POOL_SIZE", "five", id="a word"),
        pytest.param("SHANGFA_MAX_BODY", "1.5", id="a fraction"),
        pytest.param("SHANGFA_BIND", "8000", id="no host"),
        pytest.param("SHANGFA_BIND", "localhost:65536", id="past the last port"),
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
