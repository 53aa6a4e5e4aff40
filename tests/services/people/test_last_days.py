"""A last day goes with a first one that somebody told; none is made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from tests.making.house import code_of, make_company
from tests.making.office import HOUSE, PLUGINS

from shangfa.domain.people.past import Stint
from shangfa.services.people import changes, subjects
from shangfa.services.people.changes import SubjectChange
from shangfa.services.people.lines import Line, Wage

LAST = date(2025, 12, 31)
KNOWN: list[tuple[dict[str, Any], date]] = [
    ({"first_day": date(2019, 3, 1), "since": date(2021, 1, 1)}, date(2019, 3, 1)),
    ({"since": date(2021, 1, 1), "department": "客服部"}, date(2021, 1, 1)),
    ({"since": date(2021, 1, 1), "day_wage": 200}, date(2021, 1, 1)),
]
UNKNOWN: list[dict[str, Any]] = [{}, {"department": "客服部"}, {"day_wage": 200}]


def test_a_last_day_needs_a_first_one_that_was_told() -> None:
    company = make_company(HOUSE, plugins=PLUGINS)
    ended = SubjectChange(last_day=LAST)
    for number, (said, first) in enumerate(KNOWN):
        code = company.hire(f"K{number}", **said)
        view = changes.change(company.ctx(), code, ended, "*")
        assert view.employments == (Stint(first, LAST),), said
    for number, said in enumerate(UNKNOWN):
        code = company.hire(f"U{number}", **said)
        assert code_of(partial(changes.change, company.ctx(), code, ended, "*")) == "invalid"
        assert subjects.read(company.ctx(), code).employments == ()
        assert code_of(partial(company.hire, "N", last_day=LAST, **said)) == "missing"
    # A line of later says nothing of who was there before.
    company.hire("L", department="客服部")
    changes.assign(company.ctx(), "L", Line(date(2024, 1, 1), department="仓储部"))
    assert code_of(lambda: changes.change(company.ctx(), "L", ended, "*")) == "invalid"


@pytest.mark.parametrize("said", [{"since": date(2021, 1, 1)}, {"first_day": date(2021, 1, 1)}])
def test_who_is_registered_with_a_last_day_says_a_first(said: dict[str, Any]) -> None:
    company = make_company(HOUSE, plugins=PLUGINS)
    company.hire("E", last_day=LAST, **said)
    (stint,) = subjects.read(company.ctx(), "E").employments
    assert stint == Stint(date(2021, 1, 1), LAST)


@pytest.mark.parametrize("code", [" E", "E ", "a/b", ".", "..", "a\tb", "a\u2028b", "\u3000"])
def test_a_code_is_one_that_an_address_can_name(code: str) -> None:
    company = make_company(HOUSE, plugins=PLUGINS)
    assert code_of(partial(company.hire, code)) == "invalid"
    company.hire("张-3 号.b")
    assert subjects.read(company.ctx(), "张-3 号.b").name == "张-3 号.b"


@pytest.mark.parametrize(
    ("said", "kept"), [("广州", "440100"), ("秦皇岛", "130300"), ("310115", "310115"), (None, None)]
)
def test_where_somebody_works_is_said_by_digits_or_by_name(said: str | None, kept: str) -> None:
    company = make_company(HOUSE, plugins=PLUGINS)
    wage = Wage(LAST, Decimal(200), work_region=said)
    (told,) = changes.pay(company.ctx(), company.hire("E"), wage).wages or ()
    assert told.work_region == kept
    for nowhere in ("亚特兰蒂斯", "44010", "0440100", ""):
        lost = wage._replace(work_region=nowhere)
        assert code_of(partial(changes.pay, company.ctx(), "E", lost)) == "invalid"
