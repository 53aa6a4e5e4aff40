"""Keys: whose they are, and how soon they stop working."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

import pytest
from tests.making.house import code_of
from tests.making.office import Caller, Office, open_office

from shangfa.services.access.authentication import REMEMBERED_SECONDS
from shangfa.services.access.by_hand import make_key, revoke_key

SLOW = 2
"""What a busy machine may add."""


def seconds_until(status: int, call: Callable[[], int]) -> float:
    """Return how long it takes until a call is answered so."""
    start = monotonic()
    while call() != status:
        assert monotonic() < start + 5
        sleep(0.02)
    return monotonic() - start


def test_a_revoked_key_stops_working_within_a_second(office: Office) -> None:
    path = f"/v1/tenants/{office.slug}/keys"
    made = office.by("operator")("POST", path, {"role": "hr"}).get_json()
    caller = Caller(made["key"])
    caller.get("/v1/subjects")
    assert office.by("operator")("DELETE", f"{path}/{made['id']}").status_code == 204
    seconds = seconds_until(401, lambda: caller("GET", "/v1/subjects").status_code)
    assert REMEMBERED_SECONDS <= 1
    assert seconds < REMEMBERED_SECONDS + SLOW


@pytest.mark.parametrize(
    ("role", "path"),
    [
        pytest.param("hr", "/v1/subjects", id="a company's key"),
        pytest.param("operator", "/v1/tenants", id="an operator's key"),
    ],
)
def test_a_key_revoked_from_the_command_line_stops_working(
    office: Office, role: str, path: str
) -> None:
    key = make_key(role, None if role == "operator" else office.slug, None, "lost")
    Caller(key).get(path)
    assert revoke_key(key)
    assert not revoke_key(key)
    seconds_until(401, lambda: Caller(key)("GET", path).status_code)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="nothing"),
        pytest.param("sf_op_x", id="an operator's that never was"),
        pytest.param("sf_nonsense_x", id="of no company"),
        pytest.param("sf_00000000000070008000000000000000_x", id="of an unknown company"),
    ],
)
def test_what_is_no_key_cannot_be_revoked(key: str) -> None:
    assert not revoke_key(key)


def test_a_suspended_company_is_shut_out_of_every_route_within_a_second() -> None:
    office = open_office()
    paths = ("/v1/subjects", "/v1/policies", "/v1/plugins", "/v1/incidents", "/v1/programmes")
    for path in paths:
        office.hr.get(path)
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/suspend")
    for path in paths:
        seconds = seconds_until(403, lambda: office.hr("GET", path).status_code)  # noqa: B023 asked at once
        assert seconds < REMEMBERED_SECONDS + SLOW
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/resume")
    assert seconds_until(200, lambda: office.hr("GET", "/v1/plugins").status_code) < 1


@pytest.mark.parametrize(
    ("role", "subject", "code"),
    [
        pytest.param("employee", None, "missing", id="an employee's key of nobody"),
        pytest.param("supervisor", None, "missing", id="a supervisor's key of nobody"),
        pytest.param("employee", "X", "unknown_subject", id="of somebody who is not there"),
        pytest.param("king", None, "invalid", id="of no role"),
    ],
)
def test_a_key_that_cannot_be_made(
    office: Office, role: str, subject: str | None, code: str
) -> None:
    body = {"role": role} | ({"subject": subject} if subject else {})
    path = f"/v1/tenants/{office.slug}/keys"
    response = office.by("operator")("POST", path, body)
    assert (response.status_code, response.get_json()["code"]) == (422, code)


def test_a_key_of_a_company_that_is_not_there(office: Office) -> None:
    assert code_of(lambda: make_key("hr", "nobody", None, "x")) == "unknown_tenant"
    assert code_of(lambda: make_key("hr", None, None, "x")) == "missing"
    response = office.by("operator")("POST", "/v1/tenants/nobody/keys", {"role": "hr"})
    assert (response.status_code, response.get_json()["code"]) == (404, "unknown_tenant")


@pytest.mark.parametrize(
    "scheme", [pytest.param(word, id=word) for word in ("bearer", "BEARER", "Bearer")]
)
def test_the_scheme_is_read_in_any_case(office: Office, scheme: str) -> None:
    key = office.hr.key
    assert Caller(None)("GET", "/v1/subjects", Authorization=f"{scheme}  {key} ").status_code == 200


def test_an_unknown_path_is_not_found_without_a_key() -> None:
    response = Caller(None)("GET", "/v1/nothing")
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")


def test_a_method_a_path_does_not_take_says_which_it_takes(office: Office) -> None:
    response = office.hr("DELETE", "/v1/incidents")
    assert (response.status_code, response.get_json()["code"]) == (405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert "GET、HEAD、OPTIONS、POST" in response.get_json()["detail_en"]


@pytest.mark.parametrize("method", ["BREW", "TRACE", "CONNECT", "PROPFIND", "X" * 20])
@pytest.mark.parametrize("path", ["/v1/incidents", "/healthz", "/docs"])
def test_an_invented_method_is_refused_and_not_counted_by_name(method: str, path: str) -> None:
    response = Caller(None)(method, path)
    assert (response.status_code, response.get_json()["code"]) == (405, "method_not_allowed")
    assert method not in Caller(None)("GET", "/metrics").text


PREFLIGHT = {
    "Origin": "https://elsewhere.example",
    "Access_Control_Request_Method": "POST",
    "Access_Control_Request_Headers": "authorization",
}


@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/subjects/E", "/v1/tenants", "/healthz"])
@pytest.mark.parametrize(
    "headers", [pytest.param({}, id="a question"), pytest.param(PREFLIGHT, id="a browser's")]
)
def test_what_a_path_takes_is_told_without_a_key(path: str, headers: dict[str, str]) -> None:
    response = Caller(None)("OPTIONS", path, **headers)
    assert (response.status_code, response.data) == (204, b"")
    assert {"GET", "OPTIONS"} <= set(response.headers["Allow"].split(", "))
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_an_unknown_path_takes_nothing() -> None:
    response = Caller(None)("OPTIONS", "/v1/nothing")
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/nothing"])
def test_no_answer_is_for_other_sites(office: Office, path: str) -> None:
    response = office.hr("GET", path, Origin="https://elsewhere.example")
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]
