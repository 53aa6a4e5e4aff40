"""What payroll is handed: the files agree with the lines and the ledger, and never change."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.making.house import Company, code_of, make_company
from tests.services.months.closing import lock, settled, step
from tests.services.months.test_sums import POLICY, capped

from shangfa.domain.access.roles import FINANCE
from shangfa.services.months import exports


def staffed() -> Company:
    company = make_company(POLICY, plugins=["fines"])
    company.hire("00A", name="=甲", day_wage="200.33", department="@客服部")
    company.hire("B", day_wage="200")
    return company


def fetched(company: Company, month: str, name: str) -> bytes:
    with exports.payroll(company.ctx(), month, name) as file:
        return file.read()


def rows(company: Company, month: str, name: str) -> list[dict[str, str]]:
    text = fetched(company, month, name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheets(company: Company, month: str) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(fetched(company, month, "payroll.xlsx")))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_row_for_each_person_and_one_for_each_entry() -> None:
    company = staffed()
    first = company.record("g", "00A", at="2026-03-02")
    company.record("d", "00A", at="2026-03-03")
    company.record("r", "B", at="2026-03-04")
    lock(company, "2026-03")
    summary = rows(company, "2026-03", "payroll.csv")
    assert [(row["employee_no"], row["name"], row["department"]) for row in summary] == [
        ("00A", "'=甲", "'@客服部"),
        ("B", "B", ""),
    ]
    taken = ("economic_sanction", "attendance_unworked", "reward_taxable", "slip_count")
    assert [[row[name] for name in taken] for row in summary] == [
        ["-49.99", "-100.16", "0.00", "2"],
        ["0.00", "0.00", "120.01", "1"],
    ]
    detail = rows(company, "2026-03", "detail.csv")
    assert [(row["slip_no"] == first["id"], row["quantity"], row["allowed"]) for row in detail] == [
        (True, "-49.99", "-49.99"),
        (False, "-0.5", "-100.16"),
        (False, "120.01", "120.01"),
    ]


def test_the_detail_adds_up_to_the_lines_whatever_was_capped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: capped)
    company = staffed()
    late = company.record("f", "00A", at="2026-03-02")
    company.record("g", "00A", at="2026-03-03")
    company.record("d", "00A", at="2026-03-03")
    lock(company, "2026-03")
    company.record("g", "00A", at="2026-04-03")
    company.reverse(late["id"])
    lock(company, "2026-04")
    for month in ("2026-03", "2026-04"):
        lines = settled(company, month)
        for money in ("fine", "wage"):
            own = [row for row in rows(company, month, "detail.csv") if row["money_kind"] == money]
            if f"00A {money}" not in lines:
                assert own == []
                continue
            requested, carried_in, allowed, carried, *_ = map(Decimal, lines[f"00A {money}"][:4])
            assert added(own, "requested") == requested + carried_in
            assert (added(own, "allowed"), added(own, "carried")) == (allowed, carried)
    late_rows = [row for row in rows(company, "2026-04", "detail.csv") if row["adjustment_of"]]
    assert [(row["adjustment_of"], row["allowed"]) for row in late_rows] == [("2026-03", "330.33")]


def added(found: Sequence[dict[str, str]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in found), Decimal(0))


def test_a_locked_month_is_handed_out_the_same_byte_for_byte() -> None:
    company = staffed()
    company.record("g", "00A", at="2026-03-02")
    lock(company, "2026-03")
    names = ("payroll.xlsx", "payroll.csv", "detail.csv")
    before = [fetched(company, "2026-03", name) for name in names]
    step(company, "2026-03", "export", FINANCE)
    company.record("f", "B", at="2026-03-09")
    step(company, "2026-03", "pay", FINANCE)
    assert [fetched(company, "2026-03", name) for name in names] == before


def test_the_workbook_says_what_its_twins_say_and_holds_no_formula() -> None:
    company = staffed()
    company.record("g", "00A", at="2026-03-02")
    lock(company, "2026-03")
    book = sheets(company, "2026-03")
    assert list(book["汇总"][1][:4]) == ["2026-03", "00A", "'=甲", "'@客服部"]
    assert book["汇总"][1][14] == -49.99
    control = {str(name): value for name, value in book["校验"]}
    for name in ("payroll.csv", "detail.csv"):
        digest = hashlib.sha256(fetched(company, "2026-03", name)).hexdigest()
        assert control[f"{name} SHA-256"] == digest
    assert (control["payroll.csv 行数"], control["合计 经济处分"]) == (1, -49.99)
    raw = zipfile.ZipFile(io.BytesIO(fetched(company, "2026-03", "payroll.xlsx")))
    assert not [name for name in raw.namelist() if b"<f>" in raw.read(name)]


def test_what_is_not_settled_is_not_handed_out() -> None:
    company = staffed()
    ask = partial(fetched, company, "2026-03", "payroll.csv")
    assert code_of(ask) == "not_settled"
    step(company, "2026-03", "cut-off")
    assert code_of(ask) == ""
    company.record("g", "B", at="2026-03-02")
    assert code_of(ask) == "period_moved"
