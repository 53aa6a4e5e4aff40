"""What own history changes of later incidents reaches what they left open."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import Company, make_company

from shangfa.db.tx.transaction import begin
from shangfa.services.cases import choices, reversals
from shangfa.services.incidents import history
from shangfa.services.ledger.choosing import Value

POLICY = """
policy: again
title: 再犯从重
clauses:
  - code: c
    title: 酌情罚款，再犯加重
    history: {nth: {ask: nth, within: year}}
    parts:
      - {when: {nth: 1}, kind: fines.range, params: {min: 10, max: 50}}
      - {when: {nth: 2}, kind: fines.range, params: {min: 40, max: 100}}
      - {when: {nth: 3}, kind: fines.fixed, params: {amount: 200}}
      - {when: {nth: 1}, kind: duties.deadline, params: {step: reply, days: 3}}
      - {when: {nth: 2}, kind: duties.deadline, params: {step: reply, days: 9}}
  - code: s
    title: 罚款已多者
    history: {sum: {ask: sum, of: {money: fine}, within: year}}
    parts:
      - {when: {sum: {from: 45}}, kind: duties.deadline, params: {step: talk, days: 1}}
"""
NUMBERS = count()


@pytest.fixture(scope="module")
def company() -> Company:
    """A company where the range and the deadline hang on how often it was before."""
    return make_company(POLICY, plugins=["fines", "duties"])


@pytest.fixture
def who(company: Company) -> str:
    code = f"E{next(NUMBERS)}"
    company.hire(code)
    return code


def choose(company: Company, incident: str, who: str, amount: str) -> None:
    choices.choose(company.ctx(), UUID(incident), [Value(who, "fine", "CNY", amount)], "酌情")


def seen(company: Company, incident: str) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return the case's state, what may be chosen, and what is due."""
    view = history.read(company.ctx(), UUID(incident))
    open_now = [(item["min"], str(item["max"])) for item in view.decision["choices"]]
    return view.case.state, open_now, due(company, incident)


def due(company: Company, incident: str) -> list[str]:
    """Return the deadlines of an incident that are not over, as they are stored."""
    with begin(company.id) as tx:
        rows = tx.raw.execute(
            'SELECT l.due FROM deadline l JOIN "case" c USING (tenant_id)'
            " WHERE c.id = l.case_id AND c.incident_id = %s AND l.ended_at IS NULL ORDER BY l.due",
            [incident],
        ).fetchall()
    return [row[0] for row in rows]


FIRST = [("10.00", "50.00")]
SECOND = [("40.00", "100.00")]


@pytest.mark.parametrize(
    ("earlier", "chosen", "after", "back"),
    [
        pytest.param(
            ["2026-03-01"],
            None,
            ("choice_open", SECOND, ["2026-03-19"]),
            ("choice_open", FIRST, ["2026-03-13"]),
            id="the next range, a later day",
        ),
        pytest.param(
            ["2026-03-01", "2026-02-01"],
            None,
            ("effective", [], []),
            ("choice_open", FIRST, ["2026-03-13"]),
            id="nothing to choose any more, nothing due",
        ),
        pytest.param(
            ["2026-03-01"],
            "45",
            ("effective", FIRST, ["2026-03-19"]),
            ("effective", FIRST, ["2026-03-13"]),
            id="chosen, and still allowed",
        ),
        pytest.param(
            ["2026-03-01"],
            "20",
            ("choice_open", SECOND, ["2026-03-19"]),
            ("choice_open", FIRST, ["2026-03-13"]),
            id="chosen, and no longer allowed",
        ),
    ],
)
def test_a_late_report_moves_what_is_open(
    company: Company, who: str, earlier: list[str], chosen: str | None, after: Any, back: Any
) -> None:
    incident = company.record("c", who, at="2026-03-10")["id"]
    if chosen is not None:
        choose(company, incident, who, chosen)
    late = [company.record("c", who, at=day)["id"] for day in earlier]
    assert seen(company, incident) == after
    kept = Decimal(chosen or 0) if after[0] == "effective" and chosen else Decimal(0)
    fixed = Decimal(200) if len(earlier) > 1 else Decimal(0)
    assert company.balances(who).get("CNY", Decimal(0)) == -kept - fixed
    assert company.differences() == []
    for item in late:
        reversals.reverse(company.ctx(), UUID(item), "误报")
    assert seen(company, incident) == back
    assert company.balances(who).get("CNY", Decimal(0)) == -kept
    assert company.differences() == []


def test_what_is_taken_back_moves_those_after_it(company: Company, who: str) -> None:
    incident = company.record("c", who, at="2026-03-10")["id"]
    choose(company, incident, who, "20")
    company.record("c", who, at="2026-03-12")
    choose(company, company.record("c", who, at="2025-12-31")["id"], who, "10")
    third = company.record("s", who, at="2026-03-15")["id"]
    assert due(company, third) == []
    company.record("c", who, at="2026-03-01")  # 20 is no longer allowed; the next is 200
    assert due(company, third) == ["2026-03-16"]
    assert seen(company, incident)[:2] == ("choice_open", SECOND)
    choose(company, incident, who, "50")
    assert company.balances(who) == {"CNY": Decimal(-260)}
    assert company.differences() == []
