"""What a team earned, to its members of each day as the company knows them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.making.house import Company, code_of, make_company

from shangfa.domain.people.past import Stint
from shangfa.services.months import programmes
from shangfa.services.months.programmes import EvaluationRequest
from shangfa.services.people import changes

TEAMS = """
policy: teams
title: 班组
attributes: {crew: text}
clauses:
  - {code: a, title: 班组奖, kind: fines.fixed, params: {amount: 100, account: reward}}
programmes:
  - {name: crews, code: crews, kind: fines.team, params: {by: BY, attribute: crew}}
"""


def crew(company: Company, code: str, since: str, team: str | None) -> None:
    day = date.fromisoformat(since)
    changes.set_attributes(company.ctx(), code, day, {"crew": team})


def made(by: str) -> Company:
    """A is in the crew all March, B from the 16th, C until he leaves on the 15th."""
    company = make_company(TEAMS.replace("BY", by), plugins=("fines",))
    company.hire("T", kind="team")
    for code in "ABC":
        company.hire(code, first_day=date(2026, 1, 1))
    crew(company, "A", "2026-01-01", "T")
    crew(company, "B", "2026-03-16", "T")
    crew(company, "C", "2026-01-01", "T")
    changes.employ(company.ctx(), "C", Stint(date(2026, 1, 1), date(2026, 3, 15)))
    return company


def handed(company: Company) -> dict[str, Decimal]:
    found = programmes.evaluate(company.ctx(), EvaluationRequest("crews", "2026-03"))
    return {item["subject"]: Decimal(item["quantity"]) for item in found.effects}


@pytest.mark.parametrize(
    ("by", "parts"),
    [
        # 5 March: A and C 50 each; 16 March twice: A and B 100 each
        pytest.param("equal", {"A": "150", "B": "100", "C": "50"}, id="each day's money"),
        # 22 working days of March 2026 in all, 12 from the 16th, 10 before: 300 x 22, 12, 10 / 44
        pytest.param("days", {"A": "150", "B": "81.82", "C": "68.18"}, id="working days"),
    ],
)
def test_members_of_the_day_share(by: str, parts: dict[str, str]) -> None:
    company = made(by)
    for day in ("2026-03-05", "2026-03-16", "2026-03-16"):
        company.record("a", "T", at=day)
    assert handed(company) == {code: Decimal(part) for code, part in parts.items()}
    assert company.differences() == []


def test_a_move_known_late_is_in_the_next_evaluation() -> None:
    company = made("equal")
    company.record("a", "T", at="2026-03-05")
    assert handed(company) == {"A": 50, "C": 50}
    crew(company, "B", "2026-03-01", "T")
    assert handed(company) == {"A": Decimal("33.34"), "B": Decimal("33.33"), "C": Decimal("33.33")}
    assert company.balances("C") == {"CNY": Decimal("33.33")}
    assert company.differences() == []


def test_a_day_without_members_is_refused() -> None:
    company = made("equal")
    company.record("a", "T", at="2026-03-05")
    for code in "AC":
        crew(company, code, "2026-01-01", None)
    assert code_of(lambda: handed(company)) == "invalid"
    assert company.balances("A") == {}


def test_weights_are_not_taken_from_an_attribute() -> None:
    assert code_of(lambda: made("weights")) == "invalid"
