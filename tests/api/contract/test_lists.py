"""Lists are read page by page: nothing left out, nothing twice."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from tests.making.house import FINES
from tests.making.office import Caller, Office, now, open_office

MANY = 120


@pytest.fixture(scope="module")
def full() -> Office:
    """A company with 120 more of everything that is listed."""
    office = open_office()
    for number in range(MANY):
        office.company.hire(f"S{number:03}", supervisor="M")
        office.company.record("f", f"S{number:03}")
    for number in range(20):
        document = FINES.replace("policy: fines", f"policy: more-{number}")
        office.hr("POST", "/v1/policies", document)
    return office


def pages(caller: Caller, path: str, limit: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the items of every page."""
    cursor = None
    while True:
        join = "&" if "?" in path else "?"
        found = caller.get(f"{path}{join}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        yield found["items"]
        cursor = found["next_cursor"]
        if cursor is None:
            return


@pytest.mark.parametrize("limit", [pytest.param(n, id=f"{n} a page") for n in (7, 40, 120, 200)])
@pytest.mark.parametrize(
    ("path", "role", "key", "number"),
    [
        pytest.param("/v1/incidents", "hr", "id", MANY, id="incidents"),
        pytest.param("/v1/incidents", "supervisor", "id", MANY, id="a supervisor's incidents"),
        pytest.param("/v1/subjects", "hr", "code", MANY + 4, id="subjects"),
        pytest.param("/v1/subjects?kind=employee", "hr", "code", MANY + 4, id="employees"),
        pytest.param("/v1/subjects", "supervisor", "code", MANY + 2, id="a supervisor's subjects"),
        pytest.param("/v1/policies", "hr", "name", 21, id="policies"),
    ],
)
def test_pages_leave_nothing_out_and_show_nothing_twice(
    full: Office, path: str, role: str, key: str, number: int, limit: int
) -> None:
    found = list(pages(full.by(role), path, limit))
    keys = [item[key] for page in found for item in page]
    assert keys == sorted(set(keys), reverse=key == "id")
    assert len(keys) == number
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert 0 < len(found[-1]) <= limit


def test_tenants_are_paged() -> None:
    operator = open_office().by("operator")
    for number in range(5):
        operator("POST", "/v1/tenants", {"slug": f"paged-{number}", "name": "x"})
    slugs = [item["slug"] for page in pages(operator, "/v1/tenants", 2) for item in page]
    assert slugs == sorted(set(slugs))
    assert {f"paged-{number}" for number in range(5)} <= set(slugs)


def test_those_near_a_step_are_paged() -> None:
    office = open_office()
    for number in range(9):
        office.company.record("w", office.company.hire(f"S{number}"), at=now())
    seen = [item["subject"] for page in pages(office.hr, "/v1/near?gap=2", 2) for item in page]
    assert sorted(seen) == [f"S{number}" for number in range(9)]


def test_what_is_recorded_meanwhile_does_not_shift_the_pages() -> None:
    office = open_office()
    old = [office.hr.record("f", "E")["id"] for _ in range(6)]
    reading = pages(office.hr, "/v1/incidents", 2)
    seen = []
    for page in reading:
        seen += [item["id"] for item in page]
        office.hr.record("f", "E")
    assert sorted(seen) == sorted(old)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


LISTS = ("/v1/incidents", "/v1/near", "/v1/subjects", "/v1/policies")


@pytest.mark.parametrize("path", [pytest.param(path, id=path) for path in LISTS])
@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("%%%", id="no base64"),
        pytest.param("a", id="too short"),
        pytest.param("日", id="no ASCII"),
        pytest.param(base64.urlsafe_b64encode(b"\xff\xfe").decode(), id="no UTF-8"),
        pytest.param(encoded("E\x00"), id="a NUL"),
    ],
)
def test_a_bad_cursor_is_refused(office: Office, path: str, cursor: str) -> None:
    response = office.hr("GET", f"{path}?cursor={cursor.replace('%', '%25')}")
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid")
    assert response.get_json()["errors"][0]["pointer"] == "/cursor"
    assert "上一页的 next_cursor" in response.get_json()["detail_zh"]


@pytest.mark.parametrize("path", [pytest.param(path, id=path) for path in LISTS[:2]])
def test_a_cursor_of_another_list_is_refused(office: Office, path: str) -> None:
    response = office.hr("GET", f"{path}?cursor={encoded('E1')}")
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        pytest.param("1", 200, id="the least"),
        pytest.param("200", 200, id="the most"),
        pytest.param("0", 422, id="none"),
        pytest.param("201", 422, id="one too many"),
        pytest.param("-1", 422, id="fewer than none"),
        pytest.param("many", 422, id="no number"),
        pytest.param("1.5", 422, id="half a row"),
        pytest.param("9" * 30, 422, id="far too many"),
    ],
)
@pytest.mark.parametrize("path", [pytest.param(path, id=path) for path in LISTS])
def test_a_limit(office: Office, path: str, limit: str, status: int) -> None:
    response = office.hr("GET", f"{path}?limit={limit}")
    assert response.status_code == status
    if status == 422:
        assert response.get_json()["errors"][0]["pointer"] == "/limit"


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        pytest.param("limit=1&limit=2", ["/limit"], id="a limit"),
        pytest.param("limit=1&limit=1", ["/limit"], id="the same limit"),
        pytest.param("cursor=&cursor=", ["/cursor"], id="a cursor"),
        pytest.param("limit=1&cursor=a&cursor=b&limit=2", ["/limit", "/cursor"], id="both"),
        pytest.param("colour=1&colour=2", ["/colour"], id="an unknown one"),
    ],
)
@pytest.mark.parametrize("path", [pytest.param(path, id=path) for path in LISTS])
def test_a_parameter_is_given_once(
    office: Office, path: str, query: str, pointers: list[str]
) -> None:
    response = office.hr("GET", f"{path}?{query}")
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid")
    assert [item["pointer"] for item in response.get_json()["errors"]] == pointers


def test_an_unknown_filter_is_refused(office: Office) -> None:
    response = office.hr("GET", "/v1/incidents?colour=red")
    assert (response.status_code, response.get_json()["code"]) == (422, "unknown_field")
    assert response.get_json()["errors"][0]["pointer"] == "/colour"
    assert "allowed are: limit、cursor、subject、" in response.get_json()["detail_en"]
