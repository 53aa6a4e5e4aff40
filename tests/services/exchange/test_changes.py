"""The changes feed: each committed event once, in an order that loses none."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event as Flag
from typing import Any

import pytest
from tests.making.house import FINES, MARKS, Company, as_json, code_of, make_company

from shangfa.api.exchange import shapes
from shangfa.services.exchange import changes

WRITERS, EACH = 8, 25


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company(MARKS, FINES, staff=[f"E{n}" for n in range(WRITERS)])


def read(company: Company, since: str | None = None, limit: int = 100) -> dict[str, Any]:
    shown: dict[str, Any] = as_json(shapes.changes(changes.changes(company.ctx(), since, limit)))
    return shown


def read_on(company: Company, since: str | None, limit: int) -> tuple[list[Any], str | None]:
    """Return everything after a cursor, page by page, and the cursor behind it."""
    found: list[Any] = []
    while True:
        page = read(company, since, limit)
        found += page["items"]
        since = page["next_cursor"]
        if len(page["items"]) < limit:
            return found, since


def write(company: Company, number: int) -> list[str]:
    """Record, and reverse every fifth; return the ids in the order they were answered."""
    ids = []
    for turn in range(EACH):
        clause = "f" if turn % 2 else "w"
        ids.append(company.record(clause, f"E{number}", at="2026-03-02")["id"])
        if turn % 5 == 4:
            company.reverse(ids[-1])
    return ids


def test_nothing_is_lost_or_repeated_while_eight_write(company: Company) -> None:
    seen, since = read_on(company, None, 500)
    before, done = len(seen), Flag()

    def follow() -> list[Any]:
        """Read on while others write, and once more after the last of them."""
        found, cursor = [], since
        while not done.is_set():
            more, cursor = read_on(company, cursor, 7)
            found += more
        more, _ = read_on(company, cursor, 7)
        return found + more

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(follow)
        writing = [pool.submit(write, company, number) for number in range(WRITERS)]
        acknowledged = [future.result() for future in writing]
        done.set()
        found = reader.result()
    assert [item["seq"] for item in found] == list(range(before + 1, before + len(found) + 1))
    recorded = [item["id"] for item in found if item["type"] == "incident.recorded"]
    assert Counter(recorded) == Counter(one for ids in acknowledged for one in ids)
    for ids in acknowledged:  # what one client was answered first comes first
        own = set(ids)
        assert [item for item in recorded if item in own] == ids
    kinds = Counter(item["type"] for item in found)
    reversals = WRITERS * EACH // 5
    assert kinds == {
        "incident.recorded": WRITERS * EACH,
        "decision.effective": WRITERS * EACH,
        "case.moved": reversals,
        "decision.reversed": reversals,
    }
    assert read_on(company, None, 500)[0] == seen + found


def test_a_refused_incident_tells_nothing(company: Company) -> None:
    seen, since = read_on(company, None, 500)
    assert code_of(partial(company.record, "w", "nobody")) == "unknown_subject"
    assert read(company, since) == {"items": [], "next_cursor": since}
    assert seen


def test_the_cursor_is_always_there_and_stays_good(company: Company) -> None:
    _, since = read_on(company, None, 500)
    company.record("f", "E0")
    first = read(company, since)
    assert read(company, since) == first
    assert [item["type"] for item in first["items"]] == [
        "incident.recorded",
        "decision.effective",
    ]
    assert first["items"][0]["subject"] == "E0"
    assert first["items"][1]["data"]["effects"][0]["quantity"] == "-20.00"


def test_setting_up_tells_its_story() -> None:
    company = make_company(FINES, staff=["A"])
    told = [(item["type"], item["subject"]) for item in read(company)["items"]]
    assert told == [("policy.published", None), ("subject.changed", "A")]


@pytest.mark.parametrize(
    "since",
    [
        pytest.param("", id="nothing is the beginning"),
        pytest.param(None, id="none is the beginning"),
    ],
)
def test_without_a_cursor_it_begins_at_the_beginning(company: Company, since: str | None) -> None:
    assert read(company, since, 1)["items"][0]["seq"] == 1


def test_a_cursor_of_another_company_or_cut_short_is_refused(company: Company) -> None:
    other = make_company(FINES, staff=["A"])
    _, cursor = read_on(other, None, 500)
    assert cursor is not None
    for bad in (cursor, cursor[:-2], "MQ==", "x", "1", "é"):
        assert code_of(partial(read, company, bad)) == "invalid"


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_outside_is_refused(company: Company, limit: int) -> None:
    assert code_of(partial(read, company, None, limit)) == "out_of_range"


@pytest.mark.parametrize(
    ("role", "code"),
    [
        *((role, "") for role in ("hr", "auditor")),
        *((role, "forbidden") for role in ("supervisor", "employee", "finance")),
    ],
)
def test_who_may_follow(company: Company, role: str, code: str) -> None:
    subject = "E0" if role in {"supervisor", "employee"} else None
    ctx = company.ctx(role, subject)
    assert code_of(lambda: changes.changes(ctx, None, 1)) == code
