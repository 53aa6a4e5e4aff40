"""What is kept how long, how an erasure and a look inside stand, what is signed of a chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from shangfa.domain.audit.anchors import Anchor
from shangfa.domain.audit.break_glass import state_of
from shangfa.domain.audit.erasure import STATES, Erasure
from shangfa.domain.audit.retention import Gone, Hold, Least, due_of, strictest

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def gone(last_on: date, *holds: Hold) -> Gone:
    return Gone(UUID(int=1), "E1", last_on, last_on, "440300", holds, agreed=False)


@pytest.mark.parametrize(
    ("last_on", "years", "law", "due"),
    [
        pytest.param(date(2024, 3, 2), 3, 2, date(2027, 3, 2), id="the company keeps longer"),
        pytest.param(date(2024, 3, 2), 1, 2, date(2026, 3, 2), id="the law keeps longer"),
        pytest.param(date(2024, 2, 29), 1, 0, date(2025, 2, 28), id="a leap day"),
    ],
)
def test_from_when_things_may_go(last_on: date, years: int, law: int, due: date) -> None:
    found = due_of(gone(last_on), years, Least(law, "广东省工资支付条例 16"))
    assert (found.on, found.years) == (due, max(years, law))
    assert found.is_due(due)
    assert not found.is_due(due - timedelta(days=1))
    held = replace(found, gone=gone(last_on, "case_open"))
    assert not held.is_due(due + timedelta(days=3650))


def test_the_longest_term_holds() -> None:
    two, three = Least(2, "工资支付暂行规定 6"), Least(3, "上海")
    assert strictest([two, three, two]) == three
    assert strictest([]) == Least(0, "")


def test_how_an_erasure_stands_and_what_is_left_of_it() -> None:
    asked = Erasure(UUID(int=1), UUID(int=2), "acme", NOW)
    withdrawn = replace(asked, withdrawn_at=LATER)
    assert (asked.state, withdrawn.state, asked.certificate()) == ("asked", "withdrawn", None)
    confirmed = replace(asked, confirmed_at=NOW, manifest="ab")
    begun = replace(confirmed, begun_at=LATER)
    assert (confirmed.state, begun.state, begun.certificate()) == ("confirmed", "begun", None)
    done = replace(begun, done_at=LATER, counts={"subjects": 2, "cases": 1}, proof={"held": True})
    assert done.state == "erased"
    steps = (asked, confirmed, withdrawn, begun, done)
    assert {step.state for step in steps} == set(STATES)
    assert done.certificate() == {
        "form": "shangfa-erasure-1",
        "company": "acme",
        "asked": {"role": "operator", "at": "2026-03-02T09:00:00+00:00"},
        "confirmed": {"role": "hr", "at": "2026-03-02T09:00:00+00:00"},
        "begun_at": "2026-03-03T09:00:00+00:00",
        "erased_at": "2026-03-03T09:00:00+00:00",
        "export": "ab",
        "audit": {"held": True},
        "erased": {"cases": 1, "subjects": 2},
    }


@pytest.mark.parametrize(
    ("until", "ended", "minutes", "state"),
    [
        (None, None, 0, "asked"),
        (None, None, 24 * 60 - 1, "asked"),
        (None, None, 24 * 60, "ended"),
        (30, None, 29, "open"),
        (30, None, 30, "ended"),
        (30, 10, 10, "ended"),
    ],
)
def test_how_a_look_inside_stands(
    until: int | None, ended: int | None, minutes: int, state: str
) -> None:
    def at(number: int | None) -> datetime | None:
        return None if number is None else NOW + timedelta(minutes=number)

    assert state_of(NOW, at(until), at(ended), NOW + timedelta(minutes=minutes)) == state


def test_what_is_signed_of_a_chain() -> None:
    assert Anchor("旺旺", 3, b"\x01\xff", NOW).statement == (
        '{"at":"2026-03-02T09:00:00+00:00","company":"旺旺","entries":3,'
        '"form":"shangfa-anchor-1","head":"01ff"}'
    )
