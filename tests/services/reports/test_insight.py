"""A year from afar: what is counted, of whom nothing is shown, and the tables as files."""

from __future__ import annotations

import pytest
from tests.making.house import Company, make_company

from shangfa.domain.access.roles import AUDITOR, EMPLOYEE, FINANCE, HR, SUPERVISOR
from shangfa.domain.faults import RefusedError
from shangfa.domain.reports.insight import REST, Part, balance, grouped, trends
from shangfa.services.reports import insight

RULES = """
policy: rules
title: 奖惩办法
effective_from: 2000-01-01
procedures: [default]
ladder: [warning]
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - {code: r, title: 奖金, kind: fines.fixed, params: {amount: 30, account: reward}}
"""


@pytest.fixture(scope="module")
def company(_database: None) -> Company:
    """Six people at the desk, two in the store; fines, rewards, a reversal, a secret case."""
    made = make_company(RULES, plugins=["fines"])
    for number in range(6):
        made.hire(f"D{number}", department="客服部")
    for number in range(2):
        made.hire(f"S{number}", department="仓储部")
    for number in range(6):
        made.record("f", f"D{number}", at=f"2026-03-0{number + 1}")
    made.record("f", "S0", at="2026-03-05")
    made.reverse(made.record("f", "D0", at="2026-03-09")["id"])
    made.record("r", "D1", at="2026-04-02")
    made.record("f", "D2", at="2026-04-03", procedure="default")
    made.record("f", "D2", at="2026-04-04", handlers=["D5"], procedure="default")
    return made


def test_the_tables_count_what_stands(company: Company) -> None:
    found = insight.read(company.ctx(HR), "2026-04")
    assert found.months[0] == "2025-05"
    assert found.hidden
    rows = {(row[0], row[1]): row[2:] for row in found.tables["trends"].rows}
    assert {group for _, group in rows} == {REST}
    assert [str(cell) for cell in rows["2026-03", REST]] == ["8", "7", "87.5"]
    by_month = {row[0]: row[1:] for row in found.tables["balance"].rows}
    assert by_month["2026-03"] == (0, 7, 0)
    assert by_month["2026-04"] == (1, 0, None)
    assert found.tables["clauses"].rows == [("f", 8, 7)]
    assert [row[:3] for row in found.tables["reversals"].rows] == [("f", 8, 1)]


def test_a_table_is_fetched_as_csv(company: Company) -> None:
    with insight.written(company.ctx(AUDITOR), "clauses", "2026-04") as file:
        assert file.read().decode("utf-8-sig").splitlines() == ["clause,decisions,people", "f,8,7"]
    with pytest.raises(RefusedError, match="not_found"):
        insight.written(company.ctx(HR), "salaries")


@pytest.mark.parametrize("role", [FINANCE, SUPERVISOR, EMPLOYEE])
def test_only_an_office_that_sees_people_reads_them(company: Company, role: str) -> None:
    with pytest.raises(RefusedError, match="forbidden"):
        insight.read(company.ctx(role, "D0" if role == EMPLOYEE else None))


@pytest.mark.parametrize(
    ("heads", "groups"),
    [
        ({"A": 9, "B": 5}, {"A": "A", "B": "B"}),
        ({"A": 9, "B": 4}, {"A": REST, "B": REST}),
        ({"A": 9, "B": 6, "C": 2}, {"A": "A", "B": REST, "C": REST}),
        ({"A": 9, "B": 3, "C": 3}, {"A": "A", "B": REST, "C": REST}),
        ({"A": 2, "B": 2}, {}),
        ({}, {}),
    ],
)
def test_no_small_group_is_shown_nor_left_over(
    heads: dict[str, int], groups: dict[str, str]
) -> None:
    assert grouped(heads) == groups


def test_what_is_hidden_is_in_no_row() -> None:
    parts = [Part("2026-01", "A", good=False, times=3), Part("2026-01", "Z", good=False, times=9)]
    found = trends(parts, {"A": 5}, ["2026-01"])
    assert [row[1:4] for row in found.rows] == [("A", 5, 3)]
    assert balance(parts, {"A": 4}, ["2026-01"]).rows == []
