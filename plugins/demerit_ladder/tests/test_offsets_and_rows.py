"""Merit against demerit, and what comes in a row: worked out by hand."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from tests.making.policies import faults_in, policy_from

from shangfa.testing import MemoryTenant

HEAD = """
policy: p
title: p
ladder: [warning, minor_demerit, merit]
lapses: LAPSES
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: d, title: d, kind: ladder.mark, params: {mark: minor_demerit}}
  - {code: m, title: m, kind: ladder.mark, params: {mark: merit}}
  - {code: bad, title: b, kind: ladder.count}
  - {code: fine, title: f, kind: ladder.count}
  - {code: score, title: s, kind: ladder.count, params: {counter: score}}
reactions:
"""


def tenant(*rules: str, lapses: str = "{}") -> MemoryTenant:
    text = HEAD.replace("LAPSES", lapses) + "".join(f"  - {rule}\n" for rule in rules)
    return MemoryTenant(policy_from(text))


def record(company: MemoryTenant, events: str) -> MemoryTenant:
    """Record `clause@day` or `clause*quantity@day`, in the order written."""
    for event in events.split():
        what, day = event.split("@")
        clause, _, quantity = what.partition("*")
        company.record(clause, at=date.fromisoformat(day), quantity=int(quantity or 1))
    return company


def stands(company: MemoryTenant, units: Iterable[str]) -> list[int]:
    return [int(company.balance("E", "marks", unit)) for unit in units]


OFFSET = "{code: o, kind: ladder.offset, params: {of: merit, cancels: [warning, minor_demerit]%s}}"


@pytest.mark.parametrize(
    ("more", "events", "left"),
    [
        pytest.param("", "w@2026-01-05 m@2026-02-01", [0, 0, 0], id="one for one"),
        pytest.param("", "m@2026-02-01 w@2026-03-05", [0, 0, 0], id="a merit in stock"),
        pytest.param(", later: false", "m@2026-02-01 w@2026-03-05", [1, 0, 1], id="none in stock"),
        pytest.param(", for: 3", "w*2@2026-01-05 m@2026-02-01", [2, 0, 1], id="three for one"),
        pytest.param(", for: 3", "w*4@2026-01-05 m@2026-02-01", [1, 0, 0], id="and one is left"),
        pytest.param(", takes: 2", "w@2026-01-05 m@2026-02-01", [1, 0, 1], id="two are needed"),
        pytest.param(
            ", first: heaviest", "d@2026-01-05 w@2026-01-06 m@2026-02-01", [1, 0, 0], id="heaviest"
        ),
        pytest.param("", "w@2026-01-05 d@2026-01-06 m@2026-02-01", [0, 1, 0], id="oldest"),
        pytest.param(
            ", first: latest", "w@2026-01-05 d@2026-01-06 m@2026-02-01", [1, 0, 0], id="latest"
        ),
        pytest.param(", within: year", "w@2025-12-31 m@2026-01-01", [1, 0, 1], id="another year"),
    ],
)
def test_a_merit_cancels_as_declared(more: str, events: str, left: list[int]) -> None:
    in_order = record(tenant(OFFSET % more), events)
    reported_late = record(tenant(OFFSET % more), " ".join(reversed(events.split())))
    assert stands(in_order, ("warning", "minor_demerit", "merit")) == left
    assert in_order.balances() == reported_late.balances()


def test_an_offset_is_its_own_cause_and_gone_with_either_side() -> None:
    company = record(tenant(OFFSET % ""), "w@2026-01-05")
    merit = company.record("m", at=date(2026, 2, 1))
    given = [(item.unit, item.quantity, item.cause) for item in merit.postings]
    assert given == [("merit", 1, "clause"), ("merit", -1, "offset"), ("warning", -1, "offset")]
    company.reverse(merit)
    assert stands(company, ("warning", "merit")) == [1, 0]


def test_only_what_is_in_force_can_be_cancelled() -> None:
    company = tenant(OFFSET % "", lapses="{warning: {months: 1}}")
    record(company, "w@2026-01-05 m@2026-02-05")
    assert stands(company, ("warning", "merit")) == [0, 0]
    late = tenant(OFFSET % "", lapses="{warning: {months: 1}}")
    record(late, "w@2026-01-05 m@2026-02-06")
    assert stands(late, ("warning", "merit")) == [1, 1]


def test_what_a_cancelled_warning_had_caused_stays() -> None:
    roll = "{code: r, kind: ladder.roll_up, params: {of: warning, every: 3, within: year, gives: minor_demerit}}"  # noqa: E501
    only = "{code: o, kind: ladder.offset, params: {of: merit, cancels: [warning]}}"
    company = record(tenant(roll, only), "w*3@2026-01-05 m*3@2026-02-01 w*3@2026-03-01")
    assert stands(company, ("warning", "minor_demerit", "merit")) == [3, 1, 0]
    record(company, "w*3@2026-03-02")
    assert stands(company, ("minor_demerit",)) == [2]


def actions(company: MemoryTenant, unit: str) -> list[str]:
    found = [(key[3], value) for key, value in company.balances().items() if key[2] == unit]
    return [str(day) for day, value in sorted(found) for _ in range(int(value))]


RUN = "{code: r, kind: ladder.run, params: {of: bad, broken_by: [fine], times: 2, gives: talk}}"


@pytest.mark.parametrize(
    ("events", "talks"),
    [
        ("bad@2026-01-05 bad@2026-01-09", ["2026-01-09"]),
        ("bad@2026-01-05 fine@2026-01-06 bad@2026-01-09", []),
        ("bad@2026-01-05 bad@2026-01-06 bad@2026-01-07", ["2026-01-06"]),
        ("bad@2026-01-05 bad@2026-01-06 bad*2@2026-01-07", ["2026-01-06", "2026-01-07"]),
        ("bad@2026-01-05 bad@2026-01-09 fine@2026-01-06", []),
    ],
)
def test_entries_in_a_row(events: str, talks: list[str]) -> None:
    assert actions(record(tenant(RUN), events), "talk") == talks


def periods(**more: Any) -> str:
    params = {"of": "[bad]", "periods": 3, "at_most": 0, "gives": "bonus"} | more
    said = ", ".join(f"{name}: {value}" for name, value in params.items())
    return f"{{code: s, kind: ladder.in_row, params: {{{said}}}}}"


@pytest.mark.parametrize(
    ("rule", "events", "until", "given"),
    [
        pytest.param(periods(), "bad@2026-01-05", "2026-04-30", [], id="the third is not over"),
        pytest.param(periods(), "bad@2026-01-05", "2026-05-01", ["2026-04-30"], id="it is over"),
        pytest.param(
            periods(), "bad@2026-01-05 bad@2026-03-31", "2026-07-01", ["2026-06-30"], id="broken"
        ),
        pytest.param(
            periods(), "bad@2026-01-05", "2026-08-01", ["2026-04-30", "2026-07-31"], id="anew"
        ),
        pytest.param(periods(empty="nothing"), "bad@2026-01-05", "2027-01-01", [], id="nothing"),
        pytest.param(
            periods(of="[score]", at_most=64, empty="nothing"),
            "score*60@2026-01-31 score*64@2026-02-28 score*64@2026-04-30",
            "2026-05-01",
            ["2026-04-30"],
            id="three months under 65, one without a score left out",
        ),
        pytest.param(
            periods(of="[score]", at_most=64, empty="breaks"),
            "score*60@2026-01-31 score*64@2026-02-28 score*64@2026-04-30",
            "2026-05-01",
            [],
            id="or it breaks the row",
        ),
        pytest.param(
            periods(period="week", periods=4), "bad@2026-01-05", "2026-02-08", [], id="weeks"
        ),
        pytest.param(
            periods(period="week", periods=4),
            "bad@2026-01-11",
            "2026-02-09",
            ["2026-02-08"],
            id="four weeks",
        ),
        pytest.param(
            periods(period="month from 26"),
            "bad@2026-01-25",
            "2026-04-26",
            ["2026-04-25"],
            id="months of its own",
        ),
        pytest.param(
            periods(period="month from 26"), "bad@2026-01-26", "2026-04-26", [], id="its next one"
        ),
        pytest.param(
            periods(period="year from 04-01", periods=2),
            "bad@2023-03-31",
            "2026-03-31",
            ["2025-03-31"],
            id="years of its own",
        ),
        pytest.param(
            periods(within="year"), "bad@2026-10-05", "2027-03-01", [], id="not over new year"
        ),
    ],
)
def test_periods_in_a_row(rule: str, events: str, until: str, given: list[str]) -> None:
    company = record(tenant(rule), events)
    company.pass_time(date.fromisoformat(until))
    assert actions(company, "bonus") == given


def test_a_late_report_breaks_a_row_that_was_given() -> None:
    company = record(tenant(periods()), "bad@2026-01-05")
    company.pass_time(date(2026, 5, 1))
    record(company, "bad@2026-03-10")
    assert actions(company, "bonus") == []
    company.pass_time(date(2026, 7, 1))
    assert actions(company, "bonus") == ["2026-06-30"]


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        (OFFSET.replace("[warning,", "[merit,") % "", "/reactions/0/params/cancels"),
        (RUN.replace("[fine]", "[bad]"), "/reactions/0/params/broken_by"),
        (periods(at_least=3), "/reactions/0/params"),
        *(
            (periods(period=word), "/reactions/0/params/period")
            for word in ("day", "ever", "90 days", "year since hired", "terms school", "moth")
        ),
        (RUN.replace("of: bad", "of: bda"), "/reactions/0/params"),
        (OFFSET % ", within: terms school", "/reactions/0/params/within"),
        (OFFSET % ", within: since hired", "/reactions/0/params/within"),
    ],
)
def test_what_is_refused(rule: str, where: str) -> None:
    faults = faults_in(HEAD.replace("LAPSES", "{}") + f"  - {rule}\n")
    assert [fault.pointer for fault in faults] == [where]
