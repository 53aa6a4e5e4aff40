"""Records: what somebody's balances, history and deadlines show, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from tests.making.house import MARKS, Company, code_of, make_company
from tests.making.office import HOUSE, PLUGINS

from shangfa.domain.account import MONEY
from shangfa.services.clock import now
from shangfa.services.ledger import standing
from shangfa.services.months import programmes
from shangfa.services.months.programmes import EvaluationRequest
from shangfa.services.pages import Page, key_at

TASKS = """
policy: tasks
title: 限期办理
clauses:
  - {code: d3, title: 三日, kind: duties.deadline, params: {step: three, working_days: 3}}
  - {code: d9, title: 九日, kind: duties.deadline, params: {step: nine, working_days: 9}}
  - {code: ft, title: 罚一元, kind: fines.fixed, params: {amount: 1}}
"""


@pytest.fixture(scope="module")
def company() -> Company:
    """M supervises E and F, and N nobody."""
    found = make_company(HOUSE, TASKS, plugins=PLUGINS, staff=["M", "N"])
    for code in ("E", "F"):
        found.hire(code, supervisor="M", name=f"姓名{code}")
    return found


def at(days: int) -> str:
    """Return a moment some days ago."""
    return (now() - timedelta(days=days)).isoformat()


@pytest.fixture(scope="module")
def shared(company: Company) -> dict[str, Any]:
    """An incident of E and F, which their supervisor bears too."""
    return company.record("m", "E", "F")


def test_what_a_subject_shares_with_others_shows_its_own_part_only(
    company: Company, shared: dict[str, Any]
) -> None:
    for code in ("E", "F"):
        [item] = [line for line in history(company, code) if line["incident"] == shared["id"]]
        assert (item["case"], item["clause"]) == (shared["case"]["id"], "m")
        assert (item["kind"], item["occurred_on"]) == ("sanction", shared["occurred_on"])
        assert {effect["subject"] for effect in item["effects"]} == {code}
        assert {line.get("subject", code) for line in item["trace"]} == {code}
        assert item["trace"]


def test_a_supervisor_sees_in_his_history_what_he_bears(
    company: Company, shared: dict[str, Any]
) -> None:
    mine = [line for line in history(company, "M") if line["incident"] == shared["id"]]
    assert [effect["subject"] for item in mine for effect in item["effects"]] == ["M", "M"]
    assert {line.get("subject", "M") for item in mine for line in item["trace"]} == {"M"}
    assert not history(company, "N")


def test_what_a_programme_gave_is_in_the_history(company: Company) -> None:
    scores = {"E": 90, "F": 80, "M": 70, "N": 60}
    programmes.evaluate(
        company.ctx(), EvaluationRequest("best", "2026-02", None, {"scores": scores})
    )
    for code, amounts in (("E", ["100.00"]), ("F", ["100.00"]), ("N", [])):
        found = [line for line in history(company, code) if line["kind"] == "evaluation"]
        assert [effect["quantity"] for item in found for effect in item["effects"]] == amounts
        for item in found:
            assert (item["programme"], item["period"]) == ("best", "2026-02")
            assert (item["incident"], item["case"], item["clause"]) == (None, None, None)
            assert item["occurred_on"] is None
            assert [line["subject"] for line in item["trace"]] == [code]


def history(company: Company, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = company.standing(code)["history"]
    assert all(a["decided_at"] >= b["decided_at"] for a, b in pairwise(found))
    return found


def test_a_deadline_stays_until_it_is_over_or_its_incident_is_undone(company: Company) -> None:
    who = company.hire("D")
    nine = company.record("d9", who, at=at(1))
    three = company.record("d3", who, at=at(1))
    company.record("d3", who, at="2026-03-02")
    for _ in range(standing.HISTORY + 1):
        company.record("ft", who)
    assert open_steps(company, who) == [("three", three["id"]), ("nine", nine["id"])]
    company.reverse(three["id"])
    assert open_steps(company, who) == [("nine", nine["id"])]
    assert len(history(company, who)) == standing.HISTORY


def open_steps(company: Company, code: str) -> list[tuple[str, str]]:
    found = company.standing(code)["deadlines"]
    assert all(a["due_at"] <= b["due_at"] for a, b in pairwise(found))
    assert {item["subject"] for item in found} <= {code}
    assert all(datetime.fromisoformat(item["due_at"]) > datetime.now(UTC) for item in found)
    return [(item["step"], item["incident"]) for item in found]


@pytest.mark.parametrize(
    ("role", "subject", "seen"),
    [
        pytest.param("hr", None, "DEFMN", id="hr"),
        pytest.param("auditor", None, "DEFMN", id="auditor"),
        pytest.param("finance", None, "DEFMN", id="finance"),
        pytest.param("supervisor", "M", "EFM", id="a supervisor"),
        pytest.param("supervisor", "N", "N", id="a supervisor of nobody"),
        pytest.param("employee", "E", "E", id="an employee"),
    ],
)
def test_whose_record_somebody_reads(
    company: Company, role: str, subject: str | None, seen: str
) -> None:
    ctx = company.ctx(role, subject)
    known = [code for code in "DEFMNX" if not code_of(partial(standing.record, ctx, code))]
    assert "".join(known) == seen
    assert code_of(partial(standing.record, ctx, "X")) == "not_found"


def test_finance_reads_balances_of_money_only(company: Company) -> None:
    company.record("f", "F")
    found = standing.record(company.ctx("finance"), "F")
    assert found.doings is None
    assert {item.account for item in found.balances} <= MONEY
    assert "fine" in {item.account for item in found.balances}
    assert "marks" in {item.account for item in standing.record(company.ctx(), "F").balances}


def test_who_is_near_comes_with_his_name_and_is_seen_by_his_supervisor() -> None:
    company = make_company(MARKS, staff=["M", "N"])
    for number in range(5):
        code = company.hire(f"S{number}", name=f"员工{number}", supervisor="M" if number else "N")
        company.record("w", code, at=now().isoformat())
    for role, subject, numbers in (("hr", None, "01234"), ("supervisor", "M", "1234")):
        found = list(near(company, role, subject))
        assert {(item.subject, item.name) for item in found if item.unit == "warning"} == {
            (f"S{number}", f"员工{number}") for number in numbers
        }
    assert [step.gap for item in near(company, "hr") for step in item.next] == [2] * 5


def near(company: Company, role: str, subject: str | None = None) -> Iterator[standing.TallyView]:
    """Yield who is at most two steps away, read two at a time."""
    cursor = None
    while True:
        found = standing.near(company.ctx(role, subject), 2, Page(2, cursor))
        yield from found.items
        if found.next_cursor is None:
            return
        cursor = key_at(found.next_cursor)
