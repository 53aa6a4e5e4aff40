"""Who stands in for somebody away: in his role, under his own name, for a time."""

from __future__ import annotations

import pytest
from tests.making.house import owning
from tests.making.office import Caller, Office, enter
from tests.making.operations import a_delegation
from tests.making.refusals.asked import check


def test_who_stands_in_acts_in_the_others_role_under_his_own_name(office: Office) -> None:
    body = a_delegation(office)
    password = office.hr("PATCH", user_named(office, body["to"]), {"reset_password": True})
    token = enter(office, body["to"], password.get_json()["password"]).get_json()["token"]
    caller = Caller(token)
    assert caller.get("/v1/me")["roles"] == ["auditor"]
    made = office.hr("POST", "/v1/delegations", body).get_json()
    me = caller.get("/v1/me")
    assert (me["roles"], me["login"]) == (["finance", "auditor"], body["to"])
    assert caller("GET", "/v1/subjects/E/wages").status_code == 200
    assert made in office.hr.get("/v1/delegations")["items"]
    path = f"/v1/delegations/{made['id']}"
    assert office.hr("DELETE", path).status_code == 204
    assert caller.get("/v1/me")["roles"] == ["auditor"]
    check(office.hr("DELETE", path), "not_found", 404)


@pytest.mark.parametrize("what", ["who is away has the role no more", "later", "over"])
def test_nobody_stands_in_before_after_or_for_what_another_lost(
    office: Office, owner_url: str, what: str
) -> None:
    body = a_delegation(office)
    if what == "later":
        body["since"] = "2998-01-01T00:00:00Z"
    made = office.hr("POST", "/v1/delegations", body).get_json()
    if what.startswith("who"):
        office.hr("PATCH", user_named(office, body["of"]), {"role": "auditor"})
    elif what == "over":
        with owning(owner_url) as connection:
            connection.execute("UPDATE delegation SET until = now() WHERE id = %s", (made["id"],))
    password = office.hr("PATCH", user_named(office, body["to"]), {"reset_password": True})
    token = enter(office, body["to"], password.get_json()["password"]).get_json()["token"]
    assert Caller(token).get("/v1/me")["roles"] == ["auditor"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"of": "nobody"}, "/of", id="nobody is away"),
        pytest.param({"to": "nobody"}, "/to", id="nobody stands in"),
        pytest.param({"role": "hr"}, "/role", id="a role he does not have"),
        pytest.param({"role": "supervisor"}, "/role", id="a role of a person"),
        pytest.param({"until": "2020-01-01T00:00:00Z"}, "/until", id="over before"),
        pytest.param({"since": "2999-01-02T00:00:00Z"}, "/until", id="backwards"),
    ],
)
def test_a_delegation_that_is_none(office: Office, change: dict[str, str], pointer: str) -> None:
    said = a_delegation(office) | change
    check(office.hr("POST", "/v1/delegations", said), "invalid", 422, pointer)


def test_nobody_stands_in_for_himself(office: Office) -> None:
    said = a_delegation(office)
    check(office.hr("POST", "/v1/delegations", said | {"to": said["of"]}), "invalid", 422, "/to")


def user_named(office: Office, login: str) -> str:
    items = office.hr.get("/v1/users?limit=200")["items"]
    return next(f"/v1/users/{item['id']}" for item in items if item["login"] == login)
