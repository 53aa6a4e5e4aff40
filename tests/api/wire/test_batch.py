"""/v1/incidents:batch: as if sent one by one, and a faulty item is only itself."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.making.house import contents, incident
from tests.making.office import Office, open_office, refusal
from tests.making.statements import sent_by

BATCH = "/v1/incidents:batch"


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """Return what of an incident does not depend on when it was recorded."""
    return {key: found[key] for key in ("clause", "subjects", "occurred_at", "effects", "trace")}


def test_items_are_recorded_as_if_sent_one_by_one(office: Office) -> None:
    batched, apart = open_office(), office
    bodies = [incident("w", "E", at=f"2026-03-{day:02}") for day in (2, 9, 5, 3)]
    bodies += [incident("p", "F", quantity="3"), incident("f", "E", "F", external_id="x-1")]
    one_by_one = [apart.hr("POST", "/v1/incidents", body).get_json() for body in bodies]
    answer = batched.hr("POST", BATCH, {"items": bodies}).get_json()
    assert (answer["recorded"], answer["refused"]) == (6, 0)
    assert [item["status"] for item in answer["items"]] == [201] * 6
    shown = [plain(item["incident"]) for item in answer["items"]]
    assert shown == [plain(item) for item in one_by_one]
    for code in ("E", "F", "M"):
        assert batched.company.balances(code) == apart.company.balances(code)
    assert batched.company.differences() == []
    ids = [item["incident"]["id"] for item in answer["items"]]
    listed = [item["id"] for item in batched.hr.get("/v1/incidents?limit=10")["items"]]
    assert listed == ids[::-1]


def test_a_faulty_item_is_answered_and_left_out(office: Office) -> None:
    office.hr.record("f", "E", external_id="taken")
    faulty: list[tuple[Any, int, str, str]] = [
        (incident("w", "nobody"), 422, "unknown_subject", "/subject"),
        (incident("zzz", "E"), 422, "unknown_clause", "/clause"),
        (incident("w", "E", at="2026-02-30"), 422, "invalid", "/occurred_at"),
        (incident("w", "E", at="2099-01-01"), 422, "future_incident", "/occurred_at"),
        (incident("f", "E", external_id="taken"), 409, "duplicate", "/external_id"),
        (incident("f", "E", external_id="new"), 409, "duplicate", "/external_id"),
        ({"subject": "E"}, 422, "missing", "/clause"),
        (incident("w", "E", colour="red"), 422, "unknown_field", "/colour"),
        ("w", 422, "invalid", ""),
        (None, 422, "invalid", ""),
    ]
    good = [incident("f", "E", external_id="new"), incident("w", "E")]
    items = [good[0], *(item for item, *_ in faulty), good[1]]
    answer = office.hr("POST", BATCH, {"items": items}).get_json()
    assert (answer["recorded"], answer["refused"]) == (2, len(faulty))
    assert [item["status"] for item in answer["items"]] == [201, *(row[1] for row in faulty), 201]
    problems = [item["problem"] for item in answer["items"][1:-1]]
    assert [(x["code"], x["errors"][0]["pointer"]) for x in problems] == [
        (code, pointer) for *_, code, pointer in faulty
    ]
    assert all(x["detail_zh"] and x["detail_en"] for x in problems)
    assert office.company.differences() == []


def test_the_same_batch_again_records_nothing(office: Office, owner_url: str) -> None:
    body = {"items": [incident("f", "E"), incident("w", "nobody")]}
    first = office.hr("POST", BATCH, body, Idempotency_Key="batch")
    stored = contents(owner_url)
    again = office.hr("POST", BATCH, body, Idempotency_Key="batch")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.get_json() == first.get_json()
    other = office.hr("POST", BATCH, {"items": []}, Idempotency_Key="batch")
    assert other.status_code == 422
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"items": []}, "invalid", "/items"),
        ({"items": [incident("w", "E")] * 501}, "invalid", "/items"),
        ({"items": {}}, "invalid", "/items"),
        ({}, "missing", "/items"),
    ],
)
def test_a_batch_that_is_none(office: Office, body: Any, code: str, pointer: str) -> None:
    assert refusal(office.hr("POST", BATCH, body)) == (422, code, pointer)


def test_a_supervisor_reports_only_his_team(office: Office) -> None:
    items = [incident("w", "E"), incident("w", "F")]
    answer = office.by("supervisor")("POST", BATCH, {"items": items}).get_json()
    assert [item["status"] for item in answer["items"]] == [201, 422]


@pytest.mark.parametrize("seed", range(4))
def test_any_batch_is_as_if_sent_one_by_one(seed: int) -> None:
    """Late days, roll-ups, supervisors, procedures, refusals and repeats, in any order."""
    choose = random.Random(seed)
    batched, apart = open_office(), open_office()
    for office in (batched, apart):
        office.hr.record("f", "F", external_id="x-0")
    bodies = [
        incident(
            choose.choice(["w", "w", "w", "f", "p", "m", "d", "zzz"]),
            choose.choice(["E", "E", "F", "M", "nobody"]),
            at=f"2026-{choose.choice((2, 3, 3)):02}-{choose.randint(1, 28):02}",
            **choose.choice([{}, {}, {"external_id": f"x-{choose.randint(0, 9)}"}]),
            **choose.choice([{}] * 5 + [{"procedure": "default"}]),
        )
        for _ in range(60)
    ]
    one_by_one = [apart.hr("POST", "/v1/incidents", body) for body in bodies]
    items = batched.hr("POST", BATCH, {"items": bodies}).get_json()["items"]
    assert [item["status"] for item in items] == [answer.status_code for answer in one_by_one]
    for item, answer in zip(items, one_by_one, strict=True):
        if item["status"] == 201:
            assert plain(item["incident"]) == plain(answer.get_json())
        else:
            assert item["problem"]["errors"] == answer.get_json()["errors"]
    for code in ("E", "F", "M", "N"):
        assert batched.company.balances(code) == apart.company.balances(code)
    assert batched.company.differences() == apart.company.differences() == []


def test_a_batch_asks_and_writes_for_many_at_once(office: Office) -> None:
    said = [(clause, who) for clause in ("w", "f", "p") for who in ("E", "F", "M")] * 12
    items = [incident(clause, who, at="2026-10-02") for clause, who in said]

    def send() -> None:
        answer = office.hr("POST", BATCH, {"items": items}).get_json()
        assert answer["recorded"] == len(items)

    assert sent_by(send) < len(items)
