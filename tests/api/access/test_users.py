"""People who sign in: what they get, how soon they lose it, and who is kept out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import owning
from tests.making.office import ANYBODY, Caller, Office, enter, open_office
from tests.making.operations import a_user, fresh, signed_in
from tests.making.refusals.asked import check
from tests.making.statements import sent_by
from werkzeug.test import TestResponse

from shangfa.services.access import authentication
from shangfa.services.access.by_hand import make_key, revoke_key

GOOD = "长长的密码一二三四五"


def user(office: Office, *roles: str, **more: Any) -> Caller:
    """Return a user who is signed in."""
    return Caller(signed_in(office, role=roles[0], roles=list(roles), **more)["token"])


def refusal(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_a_user_does_what_his_role_may_under_his_own_name(office: Office, owner_url: str) -> None:
    made = a_user(office, role="hr", name="李华")
    token = enter(office, made["login"], made["password"]).get_json()
    li = Caller(token["token"])
    me = li.get("/v1/me")
    assert (me["tenant"], me["role"], me["login"]) == (office.slug, "hr", made["login"])
    assert me["actor"] == {"id": made["id"], "kind": "person", "name": "李华"}
    assert "incidents:record" in me["permissions"]
    made_by = "SELECT actor_id FROM incident WHERE id = %s"
    with owning(owner_url) as connection:
        found = connection.execute(made_by, (li.record("w", "E")["id"],)).fetchone()
    assert found == (UUID(made["id"]),)
    left = datetime.fromisoformat(token["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=10) < left < timedelta(hours=1)


def test_a_user_of_several_roles_acts_in_one_at_a_time(office: Office) -> None:
    both = user(office, "employee", "finance", subject="E")
    assert both.get("/v1/me")["roles"] == ["finance", "employee"]
    assert both("GET", "/v1/periods/2026-03").status_code == 200
    assert refusal(both("GET", "/v1/subjects/F", Shangfa_Role="employee")) == (404, "not_found")
    assert refusal(both("GET", "/v1/subjects/F", Shangfa_Role="hr")) == (403, "forbidden")
    key = office.by("auditor")
    assert key("GET", "/v1/me", Shangfa_Role="auditor").status_code == 200
    assert refusal(key("GET", "/v1/me", Shangfa_Role="hr")) == (403, "forbidden")


def test_the_first_password_is_shown_once_and_kept_nowhere(office: Office, owner_url: str) -> None:
    body = {"login": fresh("user"), "name": "用户", "role": "auditor"}
    first, again = (office.hr("POST", "/v1/users", body, Idempotency_Key="u1") for _ in range(2))
    made = first.get_json()
    assert again.get_json() == made | {"password": None}
    [listed] = [x for x in office.hr.get("/v1/users?limit=200")["items"] if x["id"] == made["id"]]
    assert "password" not in listed
    with owning(owner_url) as connection:
        for table in ("tenant_user", "reply", "user_session"):
            rows = connection.execute(f"SELECT r::text FROM {table} r").fetchall()
            assert not [row for (row,) in rows if made["password"] in row]
        query = "SELECT password FROM tenant_user WHERE id = %s"
        row = connection.execute(query, (made["id"],)).fetchone()
    assert row is not None
    assert row[0].startswith("$argon2id$")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"locked": True}, id="locked"),
        pytest.param({"role": "finance"}, id="another role"),
        pytest.param({"reset_password": True}, id="another password"),
        pytest.param({"invite": True}, id="invited again"),
        pytest.param({"subject": "F"}, id="somebody else"),
        pytest.param(None, id="ended"),
    ],
)
def test_what_changes_a_user_signs_him_out_at_once(office: Office, change: Any) -> None:
    made = a_user(office)
    got = enter(office, made["login"], made["password"]).get_json()
    caller, path = Caller(got["token"]), f"/v1/users/{made['id']}"
    caller.get("/v1/me")
    method = "PATCH" if change else "DELETE"
    assert office.hr(method, path, change).status_code in {200, 204}
    assert refusal(caller("GET", "/v1/me")) == (401, "unauthorized")
    renewed = ANYBODY("POST", "/v1/sign-in/refresh", {"refresh_token": got["refresh_token"]})
    assert refusal(renewed) == (401, "unauthorized")


def test_a_name_may_change_while_he_works(office: Office) -> None:
    made = a_user(office)
    caller = Caller(enter(office, made["login"], made["password"]).get_json()["token"])
    found = office.hr("PATCH", f"/v1/users/{made['id']}", {"name": "新名"}).get_json()
    assert (found["name"], found["password"], found["invitation"]) == ("新名", None, None)
    caller.get("/v1/me")


def test_signing_out_ends_the_token_and_what_renews_it(office: Office) -> None:
    got = signed_in(office)
    caller = Caller(got["token"])
    assert caller("POST", "/v1/sign-out").status_code == 204
    assert refusal(caller("GET", "/v1/me")) == (401, "unauthorized")
    renewed = ANYBODY("POST", "/v1/sign-in/refresh", {"refresh_token": got["refresh_token"]})
    assert refusal(renewed) == (401, "unauthorized")
    check(office.hr("POST", "/v1/sign-out"), "not_signed_in", 409)


def test_a_token_is_renewed_once_and_a_stolen_one_ends_all(office: Office) -> None:
    first = signed_in(office)
    second = ANYBODY(
        "POST", "/v1/sign-in/refresh", {"refresh_token": first["refresh_token"]}
    ).get_json()
    authentication.forget()
    assert refusal(Caller(first["token"])("GET", "/v1/me")) == (401, "unauthorized")
    Caller(second["token"]).get("/v1/me")
    stolen = ANYBODY("POST", "/v1/sign-in/refresh", {"refresh_token": first["refresh_token"]})
    assert refusal(stolen) == (401, "unauthorized")
    assert refusal(Caller(second["token"])("GET", "/v1/me")) == (401, "unauthorized")


def test_whichever_used_up_renewal_comes_back_all_ends(office: Office) -> None:
    def renew(refresh: str) -> Any:
        return ANYBODY("POST", "/v1/sign-in/refresh", {"refresh_token": refresh})

    got = [signed_in(office)]
    for _ in range(3):
        got.append(renew(got[-1]["refresh_token"]).get_json())
    Caller(got[-1]["token"]).get("/v1/me")
    assert refusal(renew(got[0]["refresh_token"])) == (401, "unauthorized")
    assert refusal(Caller(got[-1]["token"])("GET", "/v1/me")) == (401, "unauthorized")
    assert refusal(renew(got[-1]["refresh_token"])) == (401, "unauthorized")


@pytest.mark.parametrize("column", ["expires_at", "refresh_until"])
def test_a_token_ends_by_time_alone(office: Office, owner_url: str, column: str) -> None:
    got = signed_in(office)
    Caller(got["token"]).get("/v1/me")
    with owning(owner_url) as connection:  # as another process ends it: this one is told nothing
        connection.execute(
            f"UPDATE user_session SET {column} = now() - interval '1 second'".encode()
        )
    if column == "expires_at":
        assert refusal(Caller(got["token"])("GET", "/v1/me")) == (401, "unauthorized")
    else:
        asked = {"refresh_token": got["refresh_token"]}
        assert refusal(ANYBODY("POST", "/v1/sign-in/refresh", asked)) == (401, "unauthorized")


@pytest.mark.parametrize("part", ["refresh_token", "invitation"])
def test_what_renews_or_invites_is_no_key(office: Office, part: str) -> None:
    text = signed_in(office)["refresh_token"]
    if part == "invitation":
        text = a_user(office, invite=True)["invitation"].rsplit("/", 1)[1]
    assert refusal(Caller(text)("GET", "/v1/me")) == (401, "unauthorized")
    assert not revoke_key(text)


def test_an_invitation_is_good_once(office: Office) -> None:
    made = a_user(office, invite=True)
    assert made["password"] is None
    assert refusal(enter(office, made["login"], GOOD)) == (401, "sign_in_failed")
    check(
        ANYBODY("POST", made["invitation"], {"password": "短"}), "weak_password", 422, "/password"
    )
    got = ANYBODY("POST", made["invitation"], {"password": GOOD})
    Caller(got.get_json()["token"]).get("/v1/me")
    check(ANYBODY("POST", made["invitation"], {"password": GOOD}), "link_ended", 404)
    assert enter(office, made["login"], GOOD).status_code == 200


@pytest.mark.parametrize("link", ["x", "si_x_y", "sf_op_x", f"si_{'0' * 32}_x"])
def test_an_invitation_that_never_was(office: Office, link: str) -> None:
    check(ANYBODY("POST", f"/v1/invitations/{link}", {"password": GOOD}), "link_ended", 404)


def test_an_old_invitation_is_over(office: Office, owner_url: str) -> None:
    made = a_user(office, invite=True)
    with owning(owner_url) as connection:
        connection.execute("UPDATE tenant_user SET invited_until = now()")
    check(ANYBODY("POST", made["invitation"], {"password": GOOD}), "link_ended", 404)


def test_a_first_password_may_have_to_be_changed(office: Office) -> None:
    made = a_user(office, must_change_password=True)
    got = enter(office, made["login"], made["password"]).get_json()
    assert got["must_change_password"] is True
    caller = Caller(got["token"])
    check(caller("GET", "/v1/subjects"), "password_due", 403)
    assert caller.get("/v1/me")["must_change_password"] is True
    said = {"password": made["password"], "new_password": GOOD}
    assert caller("POST", "/v1/me/password", said).status_code == 204
    caller.get("/v1/subjects")


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("short", id="too short"),
        pytest.param("aaaaaaaaaaab", id="of one letter"),
        pytest.param("x{login}-1234567", id="with the login in it"),
        pytest.param("{password}", id="the one before"),
    ],
)
def test_a_password_that_is_not_taken(office: Office, password: str) -> None:
    made = a_user(office)
    caller = Caller(enter(office, made["login"], made["password"]).get_json()["token"])
    said = {"password": made["password"], "new_password": password.format(**made)}
    check(caller("POST", "/v1/me/password", said), "weak_password", 422, "/new_password")


def test_a_changed_password_signs_out_everywhere_else(office: Office) -> None:
    made = a_user(office)
    here, there = (
        Caller(enter(office, made["login"], made["password"]).get_json()["token"]) for _ in "ab"
    )
    wrong = here("POST", "/v1/me/password", {"password": "wrong", "new_password": GOOD})
    check(wrong, "sign_in_failed", 401, "/password")
    said = {"password": made["password"], "new_password": GOOD}
    assert here("POST", "/v1/me/password", said).status_code == 204
    here.get("/v1/me")
    assert refusal(there("GET", "/v1/me")) == (401, "unauthorized")
    assert refusal(enter(office, made["login"], made["password"])) == (401, "sign_in_failed")
    check(office.hr("POST", "/v1/me/password", said), "not_signed_in", 409)


STRANGERS = [
    pytest.param("{tenant}", "{login}", id="a wrong password"),
    pytest.param("{tenant}", "nobody", id="an unknown login"),
    pytest.param("nowhere", "{login}", id="an unknown company"),
]


@pytest.mark.parametrize(("tenant", "login"), STRANGERS)
def test_failures_close_a_login_whether_it_is_there_or_not(
    owner_url: str, tenant: str, login: str
) -> None:
    office = open_office()
    made = a_user(office)
    words = {"tenant": office.slug, "login": made["login"]}
    where, who = tenant.format(**words), login.format(**words)
    answers = [enter(office, who, f"wrong-{n}", where) for n in range(6)]
    assert [item.status_code for item in answers] == [401] * 5 + [429]
    told = [{**item.get_json(), "instance": ""} for item in answers[:5]]
    assert told.count(told[0]) == 5
    check(answers[0], "sign_in_failed", 401)
    check(answers[5], "too_many_attempts", 429)
    assert 0 < int(answers[5].headers["Retry-After"]) <= 60
    # The right password does not open it either, until its time is over.
    assert enter(office, who, made["password"], where).status_code == 429
    with owning(owner_url) as connection:
        connection.execute("UPDATE sign_in_attempt SET closed_until = now()")
    right = (where, who) == (office.slug, made["login"])
    assert enter(office, who, made["password"], where).status_code == (200 if right else 401)


def test_what_is_not_there_takes_as_long_as_what_is(office: Office) -> None:
    made = a_user(office)
    logins = {"known": made["login"], "unknown": fresh("nobody")}

    def seconds(login: str) -> float:
        start = perf_counter()
        enter(office, login, "wrong")
        return perf_counter() - start

    enter(office, "warm", "wrong")
    least = {name: min(seconds(login) for _ in range(4)) for name, login in logins.items()}
    assert 1 / 3 < least["known"] / least["unknown"] < 3


def test_who_is_locked_learns_it_with_the_right_password_only(office: Office) -> None:
    made = a_user(office)
    office.hr("PATCH", f"/v1/users/{made['id']}", {"locked": True})
    assert refusal(enter(office, made["login"], "wrong")) == (401, "sign_in_failed")
    check(enter(office, made["login"], made["password"]), "account_locked", 403)
    office.hr("PATCH", f"/v1/users/{made['id']}", {"locked": False})
    assert enter(office, made["login"], made["password"]).status_code == 200


def test_a_suspended_company_lets_nobody_in() -> None:
    office = open_office()
    made = a_user(office)
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/suspend")
    assert refusal(enter(office, made["login"], made["password"])) == (403, "suspended")


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        pytest.param({"role": "employee"}, 422, "missing", "/subject", id="an employee of nobody"),
        pytest.param({"role": "hr", "subject": "X"}, 422, "unknown_subject", "/subject", id="X"),
        pytest.param({"role": "king"}, 422, "invalid", "/role", id="of no role"),
        pytest.param({"roles": []}, 422, "missing", "/role", id="of none"),
        pytest.param({"role": "hr", "login": "a b"}, 422, "invalid", "/login", id="a login of two"),
        pytest.param({"role": "hr", "tenant": "x"}, 404, "unknown_tenant", "/tenant", id="abroad"),
    ],
)
def test_a_user_who_cannot_be_made(
    office: Office, body: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    said = {"login": fresh("user"), "name": "用户"} | body
    check(office.hr("POST", "/v1/users", said), code, status, pointer)


def test_a_login_is_taken_once_in_a_company(office: Office) -> None:
    made, other = a_user(office), open_office()
    body = {"login": made["login"], "name": "用户", "role": "hr"}
    check(office.hr("POST", "/v1/users", body), "duplicate", 409, "/login")
    namesake = other.hr("POST", "/v1/users", body).get_json()
    assert enter(other, made["login"], made["password"]).status_code == 401
    path = f"/v1/users/{namesake['id']}"
    for method, said in (("PATCH", {"name": "改"}), ("DELETE", None)):
        check(office.hr(method, path, said), "not_found", 404)
    check(office.hr("PATCH", f"/v1/users/{made['id']}", {}), "no_change", 422)
    operator = office.by("operator")
    check(operator("GET", "/v1/users"), "missing", 422, "/tenant")


def test_a_token_costs_no_more_statements_than_a_key(office: Office) -> None:
    caller = user(office, "hr")
    key = Caller(make_key("hr", office.slug, None, "x"))

    def asked(who: Caller) -> int:
        authentication.forget()
        return sent_by(lambda: who.get("/v1/subjects"))

    asked(key)
    assert 0 < asked(caller) == asked(key)
