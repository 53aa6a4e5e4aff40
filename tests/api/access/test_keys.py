"""Keys that may less than their role: for a time, for some things, from some places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from tests.making.house import incident, owning
from tests.making.office import Caller, Office, app
from tests.making.refusals.asked import check
from tests.making.statements import sent_by

from shangfa.cli.main import main
from shangfa.config import settings
from shangfa.domain.access.keys import is_within, networks
from shangfa.services.access import authentication

AHEAD = (datetime.now(UTC) + timedelta(days=1)).isoformat()


def made(office: Office, **more: Any) -> dict[str, Any]:
    path = f"/v1/tenants/{office.slug}/keys"
    response = office.by("operator")("POST", path, {"role": "hr"} | more)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.get_json()
    return found


def listed(office: Office, key_id: str) -> dict[str, Any]:
    items = office.by("operator").get(f"/v1/tenants/{office.slug}/keys")["items"]
    [found] = [item for item in items if item["id"] == key_id]
    return dict(found)


def fresh(key: str) -> Caller:
    authentication.forget()
    return Caller(key)


def test_a_key_ends_by_time(office: Office, owner_url: str) -> None:
    key = made(office, expires_at=AHEAD)
    fresh(key["key"]).get("/v1/me")
    assert datetime.fromisoformat(key["expires_at"]) == datetime.fromisoformat(AHEAD)
    with owning(owner_url) as connection:
        ended = "UPDATE api_key SET expires_at = now() WHERE id = %s"
        connection.execute(ended, (key["id"],))
    check(fresh(key["key"])("GET", "/v1/me"), "unauthorized", 401)


def test_a_key_of_the_operator_may_less_and_ends_too(office: Office, owner_url: str) -> None:
    settings.cache_clear()
    words = ("keys", "create", "operator", "--label", "watch", "--scope", "plugins:read")
    more = ("--address", "127.0.0.0/8", "--expires", "2040-01-01T00:00:00+08:00")
    done = CliRunner().invoke(main, [*words, *more])
    assert done.exit_code == 0, done.output
    caller = fresh(done.output.strip())
    assert caller.get("/v1/plugins")["items"]
    check(caller("GET", "/v1/tenants"), "key_scope", 403)
    body = {"slug": "never", "name": "不会有"}
    check(caller("POST", "/v1/tenants", body), "key_scope", 403)
    for scope, at, where in (
        ("wages:read", "2040-01-01T00:00:00+08:00", "127.0.0.1"),
        ("plugins:read", "2020-01-01T00:00:00+08:00", "127.0.0.1"),
        ("plugins:read", "2040-01-01T00:00:00+08:00", "somewhere"),
    ):
        said = ("--scope", scope, "--expires", at, "--address", where)
        assert CliRunner().invoke(main, ["keys", "create", "operator", *said]).exit_code == 1
    with owning(owner_url) as connection:
        connection.execute(
            "UPDATE operator_key SET addresses = '[\"10.0.0.0/8\"]' WHERE label = 'watch'"
        )
        check(fresh(caller.key or "")("GET", "/v1/plugins"), "address_refused", 403)
        connection.execute("UPDATE operator_key SET expires_at = now() WHERE label = 'watch'")
    check(fresh(caller.key or "")("GET", "/v1/plugins"), "unauthorized", 401)
    settings.cache_clear()


def test_a_key_with_scopes_may_those_only(office: Office) -> None:
    scopes = ["incidents:record", "subjects:read"]
    key = made(office, scopes=scopes)
    caller = fresh(key["key"])
    assert (key["scopes"], listed(office, key["id"])["scopes"]) == (scopes, scopes)
    caller.record("w", "E")
    # What it may not see is not in what it may.
    assert "wages" not in caller.get("/v1/subjects/E")
    for method, path, body in (
        ("GET", "/v1/subjects/E/wages", None),
        ("GET", "/v1/audit", None),
        ("POST", "/v1/subjects", {"code": "K", "name": "新人"}),
    ):
        check(caller(method, path, body), "key_scope", 403)
    check(fresh(made(office, scopes=[])["key"])("GET", "/v1/subjects"), "key_scope", 403)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({"scopes": ["subjects:read", "all"]}, "/scopes/1", id="no permission"),
        pytest.param({"scopes": ["tenants:manage"]}, "/scopes/0", id="not of the role"),
        pytest.param({"addresses": ["10.0.0.0/8", "home"]}, "/addresses/1", id="no address"),
        pytest.param({"addresses": ["10.0.0.1/8"]}, "/addresses/0", id="a network with a host"),
        pytest.param({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at", id="over before"),
        pytest.param({"expires_at": "2999-01-01T00:00:00"}, "/expires_at", id="of no zone"),
    ],
)
def test_limits_that_are_none(office: Office, body: dict[str, Any], pointer: str) -> None:
    path = f"/v1/tenants/{office.slug}/keys"
    response = office.by("operator")("POST", path, {"role": "hr"} | body)
    check(response, "invalid", 422, pointer)


def test_a_key_is_good_from_its_addresses_only(office: Office) -> None:
    key = made(office, addresses=["10.1.0.0/16", "::1"])

    def ask(address: str) -> Any:
        return (
            app()
            .test_client()
            .get(
                "/v1/me",
                headers={"Authorization": f"Bearer {key['key']}"},
                environ_base={"REMOTE_ADDR": address},
            )
        )

    authentication.forget()
    # Remembered or not, every request is held to the list.
    for address, status in (("10.1.2.3", 200), ("10.2.0.1", 403), ("::1", 200), ("10.2.0.1", 403)):
        assert ask(address).status_code == status
    check(ask("192.0.2.1"), "address_refused", 403)


@pytest.mark.parametrize(
    ("address", "within"),
    [
        ("10.1.255.255", True),
        ("::ffff:10.1.0.1", True),
        ("10.2.0.0", False),
        ("::1", False),
        ("", False),
        ("unix:", False),
    ],
)
def test_addresses(address: str, within: bool) -> None:  # noqa: FBT001 a case's value
    assert is_within(address, networks(["10.1.0.0/16"])) is within
    assert is_within(address, ())


def test_a_key_is_rotated_with_an_overlap(office: Office, owner_url: str) -> None:
    old = made(office, label="接口", scopes=["subjects:read"], addresses=["127.0.0.1"])
    path = f"/v1/tenants/{office.slug}/keys/{old['id']}/rotate"
    operator = office.by("operator")
    first = operator("POST", path, {"overlap_seconds": 600}, Idempotency_Key="r1")
    new = first.get_json()
    again = operator("POST", path, {"overlap_seconds": 600}, Idempotency_Key="r1")
    assert again.get_json() == new | {"key": None}
    same = ("role", "subject", "label", "scopes", "addresses")
    assert [new[name] for name in same] == [old[name] for name in same]
    for key in (old["key"], new["key"]):
        fresh(key).get("/v1/subjects")
    end = datetime.fromisoformat(listed(office, old["id"])["expires_at"])
    assert timedelta(seconds=500) < end - datetime.now(UTC) < timedelta(seconds=601)
    assert listed(office, new["id"])["expires_at"] is None
    assert operator("POST", path, {}).status_code == 201  # at once
    check(fresh(old["key"])("GET", "/v1/subjects"), "unauthorized", 401)
    check(operator("POST", path, {}), "not_found", 404)
    other = made(office, expires_at=AHEAD)
    there = path.replace(old["id"], other["id"])
    next_one = operator("POST", there, {"overlap_seconds": 30 * 24 * 3600}).get_json()
    assert listed(office, other["id"])["expires_at"] == other["expires_at"]
    assert next_one["expires_at"] == other["expires_at"]  # no key outlives the one it is like


def test_when_a_key_was_last_used_is_known_to_some_minutes(office: Office, owner_url: str) -> None:
    key = made(office)
    assert listed(office, key["id"])["last_used_at"] is None
    fresh(key["key"]).get("/v1/subjects")
    first = listed(office, key["id"])["last_used_at"]
    assert datetime.now(UTC) - datetime.fromisoformat(first) < timedelta(minutes=1)
    least = sent_by(lambda: fresh(key["key"]).get("/v1/subjects"))
    assert listed(office, key["id"])["last_used_at"] == first
    with owning(owner_url) as connection:
        long_ago = "UPDATE key_use SET used_at = now() - interval '1 hour' WHERE id = %s"
        connection.execute(long_ago, (key["id"],))
    assert sent_by(lambda: fresh(key["key"]).get("/v1/subjects")) == least + 1
    assert listed(office, key["id"])["last_used_at"] > first


def test_a_scope_holds_where_a_plugin_or_a_case_is_asked_too(office: Office) -> None:
    caller = fresh(made(office, scopes=["incidents:assess"])["key"])
    assert caller("POST", "/v1/assessments", incident("w", "E")).status_code == 200
    check(caller("GET", "/v1/tasks"), "key_scope", 403)
    check(caller("GET", "/v1/plugins"), "key_scope", 403)
