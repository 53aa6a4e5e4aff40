"""Finding things: filters, exports, evaluations as they were made, packed answers."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from tests.making.house import incident
from tests.making.office import Office, app, refusal
from tests.making.operations import EVALUATION


@pytest.fixture(scope="module")
def recorded(office: Office) -> list[dict[str, Any]]:
    """A warning, a fine with an id of ours, a fine that was reversed, one that waits."""
    items = [incident("w", "E"), incident("f", "E", external_id="T-1"), incident("f", "F")]
    found = [office.hr("POST", "/v1/incidents", item).get_json() for item in items]
    found.append(office.hr.record("f", "E", procedure="default"))
    office.hr("POST", f"/v1/incidents/{found[2]['id']}/reversal", {"reason": "误记"})
    return found


def ids(office: Office, query: str, role: str = "hr") -> list[str]:
    return [item["id"] for item in office.by(role).get(f"/v1/incidents?{query}")["items"]]


def test_incidents_are_found_by_what_is_known_of_them(
    office: Office, recorded: list[dict[str, Any]]
) -> None:
    first, second, third, fourth = (item["id"] for item in recorded)
    later = quote((datetime.now(UTC) + timedelta(hours=1)).isoformat())
    since = quote(recorded[1]["recorded_at"])
    assert ids(office, "external_id=T-1") == [second]
    assert ids(office, "external_id=T-2") == []
    assert ids(office, "external_id=T-1", "finance") == []
    assert ids(office, "case.state=reversed") == [third]
    assert ids(office, "case.state=effective") == [second, first]
    assert ids(office, "case.state=defence&subject=E") == [fourth]
    assert ids(office, f"recorded_since={since}") == [fourth, third, second]
    assert ids(office, f"recorded_since={later}") == []
    assert ids(office, "recorded_since=2020-01-01")[:4] == [fourth, third, second, first]
    bad = office.hr("GET", "/v1/incidents?recorded_since=2026-02-30")
    assert refusal(bad) == (422, "invalid", "/recorded_since")


@pytest.mark.parametrize("role", ["hr", "auditor", "supervisor", "employee", "finance"])
def test_an_export_is_the_list_whole_and_line_by_line(
    office: Office, recorded: list[dict[str, Any]], role: str
) -> None:
    caller = office.by(role)
    for query in ("", "?case.state=effective", "?external_id=T-1"):
        response = caller("GET", f"/v1/incidents.ndjson{query}")
        assert (response.status_code, response.mimetype) == (200, "application/x-ndjson")
        lines = [json.loads(line) for line in response.text.splitlines()]
        assert lines == caller.get(f"/v1/incidents{query or '?'}&limit=200")["items"]
    assert recorded


def test_an_export_goes_on_over_pages(office: Office) -> None:
    items = [incident("w", "F", at="2026-04-01")] * 210
    assert office.hr("POST", "/v1/incidents:batch", {"items": items}).get_json()["refused"] == 0
    response = office.hr("GET", "/v1/incidents.ndjson?subject=F&clause=w")
    found = [json.loads(line)["id"] for line in response.text.splitlines()]
    assert len(found) == len(set(found)) == 210
    assert found == sorted(found, reverse=True)


def test_who_may_not_read_exports_nothing(office: Office) -> None:
    assert office.by("operator")("GET", "/v1/incidents.ndjson").status_code == 403


def test_evaluations_are_read_back_with_who_when_and_why(office: Office) -> None:
    path = "/v1/programmes/best"
    done = [
        office.hr("POST", f"{path}/evaluate", EVALUATION | {"inputs": {"scores": scores}})
        for scores in ({"E": 90, "F": 80}, {"E": 70, "F": 80})
    ]
    assert [response.status_code for response in done] == [200, 200]
    items = office.hr.get(f"{path}/evaluations?period=2026-03")["items"]
    assert [item["posted"] for item in items] == [x.get_json()["posted"] for x in done[::-1]]
    assert items[1]["inputs"]["scores"] == {"E": 90, "F": 80}
    assert {(item["by"], item["policy"]) for item in items} == {("test", "house")}
    assert office.hr.get(f"{path}/evaluations?period=2026-04")["items"] == []
    assert office.hr("GET", "/v1/programmes/nope/evaluations").status_code == 404
    page = office.by("finance").get(f"{path}/evaluations?limit=1")
    assert (page["items"][0]["inputs"], page["items"][0]["id"]) == (None, items[0]["id"])
    rest = office.by("finance").get(f"{path}/evaluations?cursor={page['next_cursor']}")
    assert [item["id"] for item in rest["items"]] == [items[1]["id"]]


@pytest.mark.parametrize("path", ["/v1/incidents?limit=200", "/openapi.json"])
def test_a_large_answer_is_packed_for_who_can_unpack_it(
    office: Office, recorded: list[dict[str, Any]], path: str
) -> None:
    plain = office.hr("GET", path)
    packed = office.hr("GET", path, Accept_Encoding="gzip, br")
    assert recorded
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    assert gzip.decompress(packed.data) == plain.data
    for response in (plain, packed):
        assert "Accept-Encoding" in response.headers["Vary"]
    refused = office.hr("GET", path, Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in refused.headers


def test_a_small_answer_is_not_packed() -> None:
    response = app().test_client().get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
