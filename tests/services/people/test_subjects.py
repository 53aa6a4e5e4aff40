"""Subjects: what is told of them, and whom they report to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from tests.making.house import (
    FINES,
    MARKS,
    Company,
    at_once,
    code_of,
    make_company,
    owning,
    serving,
)

from shangfa.domain.faults import RefusedError
from shangfa.services.people import changes, subjects
from shangfa.services.people.changes import SubjectChange
from shangfa.services.people.lines import Line, Wage


@pytest.fixture
def company() -> Company:
    """A company where M supervises E and N nobody."""
    company = make_company(MARKS, FINES, staff=["M", "N"])
    company.hire("E", supervisor="M")
    return company


def told(company: Company, owner_url: str, code: str) -> list[Any]:
    """Return (fields, kind of actor) of every change told of a subject, in order."""
    with owning(owner_url) as connection:
        return connection.execute(
            "SELECT e.payload->'fields', a.kind FROM event e"
            " JOIN actor a ON a.tenant_id = e.tenant_id AND a.id = e.actor_id"
            " WHERE e.tenant_id = %s AND e.subject = %s AND e.type = 'subject.changed'"
            " ORDER BY e.id",
            [company.id, code],
        ).fetchall()


def test_every_change_of_a_subject_is_told_with_the_fields_it_touched(
    company: Company, owner_url: str
) -> None:
    hr = company.ctx()
    company.hire("S", supervisor="M", day_wage=200)
    changes.change(hr, "S", SubjectChange(name="新名"), "*")
    changes.change(hr, "S", SubjectChange(attributes={"regular": True}), "*")
    changes.assign(hr, "S", Line(date(2026, 1, 1), supervisor="N"))
    changes.pay(hr, "S", Wage(date(2026, 1, 1), Decimal("210.50")))
    assert told(company, owner_url, "S") == [
        (["code", "kind", "name", "attributes", "assignments", "wages"], "key"),
        (["name"], "key"),
        (["attributes"], "key"),
        (["assignments"], "key"),
        (["wages"], "key"),
    ]


def test_of_a_change_that_is_refused_nothing_is_told(company: Company, owner_url: str) -> None:
    before = told(company, owner_url, "E")
    change = partial(changes.change, company.ctx(), "E")
    assert code_of(lambda: change(SubjectChange(), "*")) == "no_change"
    assert code_of(lambda: change(SubjectChange("x"), '"99"')) == "stale_version"
    assert code_of(lambda: company.move("E", "E", "2026-01-01")) == "supervisor_loop"
    assert told(company, owner_url, "E") == before


def test_a_loop_on_a_later_day_is_found(company: Company) -> None:
    company.move("M", "N", "2026-06-01")
    with pytest.raises(RefusedError) as refusal:
        company.move("N", "E", "2026-01-01")
    assert refusal.value.code == "supervisor_loop"
    assert refusal.value.faults[0].values["chain"] == "N → E → M → N"
    company.move("M", None, "2026-06-01")
    company.move("N", "E", "2026-01-01")


def test_a_line_that_ended_makes_no_loop(company: Company) -> None:
    company.move("E", None, "2026-01-01")
    company.move("M", "E", "2026-01-01")
    assert code_of(lambda: company.move("M", "E", "2025-12-31")) == "supervisor_loop"


def test_of_two_lines_that_make_a_loop_together_one_is_refused(app_url: str) -> None:
    pairs = [(f"A{n}", f"B{n}") for n in range(8)]
    company = make_company(staff=[code for pair in pairs for code in pair])
    moves = [
        partial(company.move, *who, "2026-01-01") for pair in pairs for who in (pair, pair[::-1])
    ]
    with serving(app_url, pool_size="16"):
        codes = at_once([partial(code_of, move) for move in moves])
    assert [sorted(codes[n : n + 2]) for n in range(0, 16, 2)] == [["", "supervisor_loop"]] * 8


def test_a_supervisor_must_be_there(company: Company) -> None:
    assert code_of(lambda: company.hire("S", supervisor="X")) == "unknown_subject"
    assert code_of(lambda: company.hire("S", supervisor="S")) == "supervisor_loop"
    assert code_of(lambda: subjects.read(company.ctx(), "S")) == "not_found"
