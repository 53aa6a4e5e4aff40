"""Moments that come in: every one has a year that can be kept, and a filter takes a bare day."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.office import Office

EDGES = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59+00:00")
WEBHOOK = "/v1/webhooks/018f2f6e-0000-7000-8000-000000000000/replay"
GOOD = "2026-03-01T00:00:00+08:00"


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize(
    ("role", "path", "body", "name"),
    [
        ("hr", "/v1/delegations", {"of": "a", "to": "b", "role": "hr", "until": GOOD}, "since"),
        ("hr", "/v1/delegations", {"of": "a", "to": "b", "role": "hr", "since": GOOD}, "until"),
        ("hr", WEBHOOK, {"to": GOOD}, "from"),
        ("hr", WEBHOOK, {"from": GOOD}, "to"),
        ("operator", "/v1/tenants/{slug}/keys", {"role": "hr"}, "expires_at"),
    ],
)
def test_a_moment_at_the_edge_of_time_is_refused_by_name(
    office: Office, role: str, path: str, body: dict[str, Any], name: str, edge: str
) -> None:
    response = office.by(role)("POST", path.format(slug=office.slug), {**body, name: edge})
    said = response.get_json()
    assert (response.status_code, said["code"]) == (422, "invalid")
    assert [item["pointer"] for item in said["errors"]] == [f"/{name}"]
    assert "1900..9998" in said["detail_en"]


@pytest.mark.parametrize("bound", ["2026-03-03", "2026-03-03T00:00:00%2B08:00", f"{GOOD[:11]}"])
def test_what_is_no_moment_in_a_filter_is_refused(office: Office, bound: str) -> None:
    good = len(bound) != len(GOOD[:11])
    for path in ("/v1/cases?due_before=", "/v1/incidents?recorded_since="):
        assert (office.hr("GET", path + bound).status_code == 200) is good


def test_a_bare_day_in_a_filter_stands_for_its_beginning(office: Office) -> None:
    case = office.hr.record("f", "E", procedure="default")["case"]
    due = case["clocks"][0]["due_at"]
    assert due.endswith("T23:59:59+08:00")
    last, ids = due[:10], {case["id"]}

    def found(bound: str) -> set[str]:
        items = office.hr.get(f"/v1/cases?state=defence&due_before={bound}")["items"]
        return {item["id"] for item in items} & ids

    assert (found(last), found(f"{last[:4]}-12-31")) == (set(), ids)
    assert found(f"{last}T23:59:59+08:00") == set()
    assert found("2199-01-01T00:00:00+08:00") == ids  # the plus was not escaped
