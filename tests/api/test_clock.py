"""The test clock: every now of the product is its; it goes forward only; else it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.making.house import incident, serving
from tests.making.office import Office, app, open_office

from shangfa.api.app import create_app

START = "2026-03-01T09:00:00+08:00"


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url, clock=f"test:{START}"):
        yield


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """A company of an application made while the clock is on; others are made without."""
    app.cache_clear()
    yield open_office()
    app.cache_clear()


def move(office: Office, to: Any) -> Any:
    return office.by("operator")("PUT", "/v1/clock", {"now": to})


def test_it_starts_where_it_was_told_and_stands_once_moved(office: Office) -> None:
    early = office.hr("POST", "/v1/incidents", incident("f", "E", at="2026-03-01T08:59:59+08:00"))
    assert early.status_code == 201
    assert early.get_json()["recorded_at"].startswith("2026-03-01T01:0")
    late = office.hr("POST", "/v1/incidents", incident("f", "E", at="2026-04-01T10:00:00+08:00"))
    assert late.get_json()["code"] == "future_incident"
    moved = move(office, "2026-04-01T10:00:00+08:00")
    assert (moved.status_code, moved.get_json()) == (200, {"now": "2026-04-01T10:00:00+08:00"})
    recorded = {
        office.hr("POST", "/v1/incidents", incident("f", "E")).get_json()["recorded_at"]
        for _ in range(2)
    }
    assert recorded == {"2026-04-01T02:00:00+00:00"}
    again = office.hr("POST", "/v1/incidents", incident("f", "E", at="2026-04-01T10:00:00+08:00"))
    assert again.status_code == 201


def test_it_goes_forward_only(office: Office) -> None:
    now = "2026-05-01T00:00:00+00:00"
    assert move(office, now).status_code == 200
    assert move(office, now).status_code == 200
    back = move(office, "2026-04-30T23:59:59+00:00")
    assert (back.status_code, back.get_json()["code"]) == (422, "clock_backwards")
    assert now in back.get_json()["detail_en"]


@pytest.mark.parametrize("bad", ["2026-06-01T00:00:00", "2026-06-01", "soon", None, 5])
def test_a_moment_needs_its_offset(office: Office, bad: Any) -> None:
    assert move(office, bad).status_code == 422


@pytest.mark.parametrize("bad", ["2200-01-01T00:00:00+00:00", "9999-12-31T23:59:59-14:00"])
def test_it_never_goes_where_nothing_can_be_counted(office: Office, bad: str) -> None:
    refused = move(office, bad)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "invalid")
    assert "1970..2199" in refused.get_json()["detail_en"]
    assert office.hr("GET", "/v1/me").status_code == 200


@pytest.mark.parametrize("role", ["hr", "finance", "auditor", "supervisor", "employee"])
def test_only_the_operator_moves_it(office: Office, role: str) -> None:
    response = office.by(role)("PUT", "/v1/clock", {"now": "2026-07-01T00:00:00+00:00"})
    assert (response.status_code, response.get_json()["code"]) == (403, "forbidden")


def test_without_the_variable_there_is_no_such_path(app_url: str) -> None:
    with serving(app_url, clock=""):
        found = create_app().test_client().put("/v1/clock", json={"now": START})
    assert found.status_code == 404


def test_readiness_says_so(office: Office) -> None:
    told = office.by("operator")("GET", "/readyz").get_json()
    assert (told["status"], told["clock"]) == ("ready", "test")
