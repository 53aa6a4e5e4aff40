"""Programmes on a real database: what they give, what follows from it, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from tests.making.house import Company, at_once, code_of, make_company
from tests.making.office import HOUSE, PLUGINS

from shangfa.db.months import evaluations
from shangfa.db.tx.transaction import begin
from shangfa.services.months import programmes
from shangfa.services.months.programmes import Evaluated, EvaluationRequest
from shangfa.services.tenancy.ready import current

PRAISE = """
policy: praise
title: 评优办法
ladder: [praise, merit]
clauses:
  - {code: p, title: 表扬, kind: ladder.mark, params: {mark: praise}}
reactions:
  - {code: joint, title: 同奖, kind: ladder.supervisor, params: {actions: [star]}}
  - {code: up, title: 折算, kind: ladder.roll_up,
     params: {of: merit, every: 2, within: ever, gives: banner}}
programmes:
  - {name: best, code: best, title: 月度之星, kind: recognition.share,
     params: {percent: 40, prize: {action: star}}}
"""
"""Whose report wins a star gets a merit, and for two merits a banner."""


def staffed(document: str) -> Company:
    """M supervises four."""
    company = make_company(document, plugins=PLUGINS, staff=["M"])
    for code in "ABCD":
        company.hire(code, supervisor="M")
    return company


def evaluate(company: Company, period: str = "2026-03", **scores: int) -> Evaluated:
    inputs: Mapping[str, Any] = {"scores": scores} if scores else {}
    return programmes.evaluate(company.ctx(), EvaluationRequest("best", period, inputs=inputs))


def decisions(company: Company) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return (subject, event, effects as told) of every decision, checked to be of one kind."""
    with begin(company.id) as tx:
        rows = tx.raw.execute(
            """SELECT s.code, e.type, d.body->'effects', e.payload->'effects', d.kind,
                e.payload->>'evaluation' = d.evaluation_id::text
            FROM decision d
            JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
            JOIN event e ON e.tenant_id = d.tenant_id AND e.about = d.id
            WHERE d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s
            ORDER BY d.id""",
            {"tenant": company.id},
        ).fetchall()
    assert all(
        told == kept and kind == "evaluation" and same for *_, kept, told, kind, same in rows
    )
    return [
        (code, said, [(item["subject"], item["unit"], item["quantity"]) for item in kept])
        for code, said, kept, *_ in rows
    ]


def test_each_subject_gets_a_decision_with_all_that_follows() -> None:
    company = staffed(PRAISE)
    found = evaluate(company, A=9, B=8, C=7, D=6)
    assert decisions(company) == [
        ("A", "decision.effective", [("A", "star", "1"), ("M", "merit", "1")]),
        (
            "B",
            "decision.effective",
            [("B", "star", "1"), ("M", "merit", "1"), ("M", "banner", "1")],
        ),
    ]
    assert len(found.effects) == 2
    assert [(item["subject"], item["quantity"]) for item in found.posted] == [
        *(("A", "1"), ("B", "1"), ("M", "2"), ("M", "1"))
    ]
    assert company.balances("M") == {"merit": 2, "banner": 1}
    assert company.differences() == []


def test_evaluating_again_posts_what_changed_and_no_more() -> None:
    company = staffed(PRAISE)
    first = evaluate(company, A=9, B=8, C=7, D=6)
    again = evaluate(company)
    assert (again.effects, again.posted) == (first.effects, [])
    assert len(decisions(company)) == 2
    changed = evaluate(company, A=9, B=6, C=8, D=7)
    assert {item["subject"]: item["quantity"] for item in changed.posted} == {"B": "-1", "C": "1"}
    assert sorted(code for code, *_ in decisions(company)[2:]) == ["B", "C"]
    assert (company.balances("B"), company.balances("M")) == ({}, {"merit": 2, "banner": 1})
    assert company.differences() == []


def test_what_incidents_posted_counts_and_what_programmes_gave_does_not() -> None:
    company = staffed(HOUSE)
    company.record("m", "A", at="2026-03-02")
    evaluate(company, A=9, B=8, C=7, D=6, M=5)
    with begin(company.id) as tx:
        held = evaluations.period_totals(tx, *period_of(company))
    assert held == {("A", "marks", "minor_demerit"): 1, ("M", "marks", "warning"): 1}


def period_of(company: Company) -> tuple[Any, ...]:
    with begin(company.id) as tx:
        tenant = current(tx)
    asked = programmes.find(tenant, EvaluationRequest("best", "2026-03"))
    return tenant.policy_ids[asked.policy.name], asked.period.first, asked.period.last


@pytest.mark.parametrize(
    "document", [pytest.param(HOUSE, id="money"), pytest.param(PRAISE, id="marks")]
)
def test_evaluations_at_once_give_once(document: str) -> None:
    company = staffed(document)
    call = partial(evaluate, company, A=9, B=8, C=7, D=6)
    found = at_once([call] * 4)
    assert sorted(bool(item.posted) for item in found) == [False, False, False, True]
    assert company.differences() == []


@pytest.mark.parametrize(
    ("period", "answered"),
    [
        pytest.param("0000", "invalid", id="a year that no calendar has"),
        pytest.param("0000-01", "invalid", id="a month of it"),
        pytest.param("0001-01", "unknown_programme", id="before every policy"),
        pytest.param("2026Q1", "invalid", id="a quarter of a monthly one"),
        pytest.param("9999-12", "period_open", id="the last month there is"),
    ],
)
def test_a_period_that_cannot_be_evaluated(period: str, answered: str) -> None:
    company = staffed(HOUSE)
    assert code_of(partial(evaluate, company, period, A=1)) == answered


def test_a_large_staff_is_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shangfa.services.months.awards.AT_ONCE", 2)
    monkeypatch.setattr("shangfa.db.ledger.moved.AT_ONCE", 2)
    company = staffed(PRAISE.replace("percent: 40", "percent: 100"))
    evaluate(company, A=9, B=8, C=7, D=6, M=5)
    assert len(decisions(company)) == 5
    assert company.differences() == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"scores": {"E1": 9, "E9": 8}}, {"scores": {"E1": 9}}),
        ({"members": {"T1": ["E1", "E9"]}}, {"members": {"T1": ["E1"]}}),
        ({"members": {"T1": {"E1": 1, "E9": 2}}}, {"members": {"T1": {"E1": 1}}}),
        (
            {"votes": [{"voter": "E1", "candidates": ["E9", "E2"]}, {"voter": "E9"}]},
            {"votes": [{"voter": "E1", "candidates": ["E2"]}, {}]},
        ),
        ({"votes": [{"voter": "E1", "candidate": "E9"}]}, {"votes": [{"voter": "E1"}]}),
        ({"rate": 3}, {"rate": 3}),
    ],
)
def test_nothing_handed_in_names_who_is_hidden(
    given: dict[str, Any], shown: dict[str, Any]
) -> None:
    """In every shape that a programme takes: by person, by team, as ballots."""
    assert programmes.without(given, {"E9"}) == shown
    assert programmes.without(given, frozenset()) == given
