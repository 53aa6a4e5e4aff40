"""Late truth reaches what incidents left open: choices, cases that wait for them, deadlines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import Company, code_of, make_company

from shangfa.db.tx.transaction import begin
from shangfa.services.cases import choices
from shangfa.services.incidents import history
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.ledger.choosing import Value
from shangfa.services.people import changes

POLICY = """
policy: open
title: 酌情与期限
attributes: {grade: text}
clauses:
  - code: c
    title: 酌情罚款
    parts:
      - {when: {subject.grade: a}, kind: fines.range, params: {min: 10, max: 50}}
      - {when: {subject.grade: b}, kind: fines.range, params: {min: 40, max: 100}}
      - {when: {subject.grade: none}, kind: fines.fixed, params: {amount: 5}}
      - {when: {subject.grade: z}, kind: fines.range, params: {min: 0, max: 20}}
  - code: d
    title: 限期
    parts:
      - {when: {subject.grade: a}, kind: duties.deadline, params: {step: reply, days: 3}}
      - {when: {subject.grade: b}, kind: duties.deadline, params: {step: reply, days: 9}}
      - {when: {subject.grade: z}, kind: duties.deadline, params: {step: reply, days: 3}}
reactions:
  - {code: cap, kind: fines.cap, params: {within: month, most: 45}}
"""


@pytest.fixture(scope="module")
def company() -> Company:
    """A company where what may be chosen hangs on an attribute; each test hires its own people."""
    return make_company(POLICY, plugins=["fines", "duties"])


def learn(company: Company, code: str, grade: str, **how: Any) -> Adjustments:
    """Let a grade be learned from March on."""
    view = changes.set_attributes(company.ctx(), code, date(2026, 3, 1), {"grade": grade}, **how)
    assert view.adjustments is not None
    return view.adjustments


def choose(company: Company, incident: str, amounts: dict[str, str]) -> None:
    values = [Value(code, "fine", "CNY", amount) for code, amount in amounts.items()]
    choices.choose(company.ctx(), UUID(incident), values, "酌情")


def seen(company: Company, incident: str) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return the case's state, what may be chosen, and what was."""
    view = history.read(company.ctx(), UUID(incident))
    open_now = [(item["min"], str(item["max"])) for item in view.decision["choices"]]
    chosen = view.chosen.effects if view.chosen else []
    return view.case.state, open_now, [item["quantity"] for item in chosen]


NUMBERS = count()
A, B, Z = ("10.00", "50.00"), ("40.00", "100.00"), ("0.00", "20.00")
KNOWN: list[Any] = [
    # grade, what is chosen, grade learned -> state, open, chosen, fine
    pytest.param("a", None, "b", "choice_open", [B], [], "0", id="open, another range"),
    pytest.param("a", None, "none", "effective", [], [], "-5", id="open, no choice any more"),
    pytest.param("none", None, "a", "choice_open", [A], [], "0", id="none, now one"),
    pytest.param("a", "45", "b", "effective", [A], ["-45.00"], "-45", id="chosen, still inside"),
    pytest.param("a", "20", "b", "choice_open", [B], [], "0", id="chosen, under what is allowed"),
    pytest.param("a", "30", "z", "choice_open", [Z], [], "0", id="chosen, over what is allowed"),
    pytest.param("z", "0", "a", "choice_open", [A], [], "0", id="nothing chosen, now too little"),
    pytest.param("a", "20", "none", "effective", [], [], "-5", id="chosen, nothing to choose"),
    pytest.param("b", "90", "a", "choice_open", [A], [], "0", id="chosen, with a cap"),
]


@pytest.mark.parametrize(("first", "value", "later", "state", "allowed", "made", "fine"), KNOWN)
def test_a_choice_stands_where_it_is_still_allowed(
    company: Company,
    first: str,
    value: str | None,
    later: str,
    state: str,
    allowed: list[Any],
    made: list[str],
    fine: str,
) -> None:
    code = f"E{next(NUMBERS)}"
    company.hire(code, attributes={"grade": first})
    incident = company.record("c", code, at="2026-03-02")["id"]
    if value is not None:
        choose(company, incident, {code: value})
    tried = learn(company, code, later, dry_run=True)
    assert seen(company, incident)[1] == {"a": [A], "b": [B], "z": [Z], "none": []}[first]
    done = learn(company, code, later)
    assert done == tried
    assert seen(company, incident) == (state, allowed, made)
    assert company.balances(code).get("CNY", Decimal(0)) == Decimal(fine)
    assert company.differences() == []


def test_what_was_taken_back_is_chosen_again(company: Company) -> None:
    company.hire("again", attributes={"grade": "a"})
    incident = company.record("c", "again", at="2026-03-02")["id"]
    choose(company, incident, {"again": "20"})
    learn(company, "again", "b")
    assert code_of(lambda: choose(company, incident, {"again": "20"})) == "out_of_range"
    choose(company, incident, {"again": "41"})
    assert company.balances("again") == {"CNY": Decimal(-41)}
    assert code_of(lambda: choose(company, incident, {"again": "41"})) == "already_decided"
    learn(company, "again", "a")
    assert seen(company, incident) == ("effective", [B], ["-41.00"])
    learn(company, "again", "z")
    choose(company, incident, {"again": "7"})
    assert company.balances("again") == {"CNY": Decimal(-7)}
    company.reverse(incident)
    assert company.balances("again") == {}
    assert company.differences() == []


def test_only_who_is_concerned_is_asked_again(company: Company) -> None:
    for code in ("one", "two"):
        company.hire(code, attributes={"grade": "a"})
    incident = company.record("c", "one", "two", at="2026-03-02")["id"]
    choose(company, incident, {"one": "20", "two": "20"})
    learn(company, "one", "b")
    assert seen(company, incident)[0] == "choice_open"
    assert code_of(lambda: choose(company, incident, {"two": "20"})) == "unknown_choice"
    choose(company, incident, {"one": "40"})
    balances = [company.balances(code)["CNY"] for code in ("one", "two")]
    assert balances == [Decimal(-40), Decimal(-20)]
    assert company.differences() == []


DUE: list[Any] = [
    pytest.param("a", "b", ["2026-03-11"], id="moved"),
    pytest.param("a", "none", [], id="gone"),
    pytest.param("none", "a", ["2026-03-05"], id="new"),
    pytest.param("a", "z", ["2026-03-05"], id="the same"),
]


@pytest.mark.parametrize(("first", "later", "due"), DUE)
def test_deadlines_are_those_that_follow_now(
    company: Company, first: str, later: str, due: list[str]
) -> None:
    code = f"D{next(NUMBERS)}"
    company.hire(code, attributes={"grade": first})
    incident = company.record("d", code, at="2026-03-02")["id"]
    found = learn(company, code, later)
    view = history.read(company.ctx(), UUID(incident))
    assert [item["due"] for item in view.decision["deadlines"]] == due
    assert [bool(item.left) for item in found.items] == [True] * (later != "z")
    assert kept(company, incident) == due
    learn(company, code, first)
    learn(company, code, later)
    assert kept(company, incident) == due


def kept(company: Company, incident: str) -> list[str]:
    """Return the deadlines that are not over."""
    with begin(company.id) as tx:
        rows = tx.raw.execute(
            'SELECT l.due FROM deadline l JOIN "case" c ON c.tenant_id = l.tenant_id'
            " AND c.id = l.case_id WHERE l.tenant_id = %s AND c.incident_id = %s"
            " AND l.ended_at IS NULL ORDER BY l.id",
            (company.id, incident),
        )
        return [due for (due,) in rows.fetchall()]


def test_a_version_that_is_published_late_reaches_what_is_open(company: Company) -> None:
    company.hire("v", attributes={"grade": "a"})
    company.hire("w", attributes={"grade": "a"})
    waiting, chosen = (company.record("c", code, at="2026-03-02")["id"] for code in ("v", "w"))
    late = company.record("d", "v", at="2026-03-02")["id"]
    choose(company, chosen, {"w": "45"})
    newer = POLICY.replace("max: 50", "max: 30").replace("days: 3", "days: 4")
    company.publish(newer.replace("title: 酌情与期限", "title: 新\neffective_from: 2026-03-01"))
    assert seen(company, waiting) == ("choice_open", [("10.00", "30.00")], [])
    assert seen(company, chosen) == ("choice_open", [("10.00", "30.00")], [])
    assert kept(company, late) == ["2026-03-06"]
    assert company.balances("w") == {}
    assert company.differences() == []
