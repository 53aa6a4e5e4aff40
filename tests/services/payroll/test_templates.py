"""Templates of payroll systems: checked when they are set, obeyed when a month is handed out."""

from __future__ import annotations

import csv
import io
from functools import partial

import pytest
from python_calamine import CalamineWorkbook
from tests.making.house import Company, code_of, make_company
from tests.services.months.closing import lock
from tests.services.months.test_exports import fetched, sheets, staffed

from shangfa.domain.access.roles import AUDITOR, EMPLOYEE, FINANCE, HR
from shangfa.domain.faults import RefusedError
from shangfa.domain.payroll.handed import DETAIL
from shangfa.domain.payroll.setting import Column, PayrollSetting, Template
from shangfa.services.months import exports
from shangfa.services.payroll import settings

KINGDEE = Template(
    summary=(
        Column("工号", "职员代码"),
        Column("name", ""),
        Column("economic_sanction", "=罚款"),
        Column("payroll_month", "期间"),
    )
)


def put(company: Company, *said: Template, seen: str = "*", role: str = HR) -> PayrollSetting:
    named = {f"t{number}": item for number, item in enumerate(said)}
    return settings.put(company.ctx(role), PayrollSetting(templates=named), seen).setting


def handed(company: Company, name: str, template: str | None) -> bytes:
    with exports.payroll(company.ctx(), "2026-03", name, template) as file:
        return file.read()


def test_a_template_says_columns_their_order_and_their_names() -> None:
    company = staffed()
    company.record("g", "00A", at="2026-03-02")
    lock(company, "2026-03")
    plain = {name: fetched(company, "2026-03", name) for name in exports.TYPES}
    control = sheets(company, "2026-03")["校验"]
    put(company, KINGDEE)
    text = handed(company, "payroll.csv", "t0").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["职员代码", "姓名", "'=罚款", "期间"],
        ["00A", "'=甲", "-49.99", "2026-03"],
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(handed(company, "payroll.xlsx", "t0")))
    found = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert found["汇总"][1] == ["00A", "'=甲", -49.99, "2026-03"]
    assert found["明细"][0] == list(DETAIL.values())
    assert found["校验"] == control  # the digests are of all columns, whatever is handed out
    assert handed(company, "detail.csv", "t0").decode("utf-8-sig").splitlines()[0] == ",".join(
        DETAIL.values()
    )
    assert {name: fetched(company, "2026-03", name) for name in exports.TYPES} == plain
    assert handed(company, "payroll.xlsx", "t0") == handed(company, "payroll.xlsx", "t0")
    assert code_of(partial(handed, company, "payroll.csv", "sap")) == "unknown_template"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([("employee_nr", "x")], [("unknown_column", "0/column", "employee_no")]),
        ([("职工号", "")], [("unknown_column", "0/column", "employee_no")]),
        (
            [("loss_alowed", ""), ("zzzz", "")],
            [("unknown_column", "0/column", "loss_allowed"), ("unknown_column", "1/column", "—")],
        ),
        ([("name", "A"), ("remark", "A")], [("same_header", "1/header", "A")]),
        ([("name", ""), ("姓名", "")], [("same_header", "1/header", "姓名")]),
    ],
)
def test_a_column_that_there_is_not_is_refused_with_the_nearest(
    columns: list[tuple[str, str]], expected: list[tuple[str, str, str]]
) -> None:
    said = Template(tuple(Column(*item) for item in columns))
    with pytest.raises(RefusedError) as caught:
        put(COMPANY[0], said)
    found = [(item.code, item.pointer, item.zh) for item in caught.value.faults]
    assert [item[:2] for item in found] == [
        (code, f"/templates/t0/summary/{place}") for code, place, _ in expected
    ]
    assert all(near in text for (_, _, text), (_, _, near) in zip(found, expected, strict=True))


COMPANY: list[Company] = []


@pytest.fixture(scope="module", autouse=True)
def _company() -> None:
    COMPANY[:] = [make_company(plugins=["fines"])]


def test_who_reconciles_sets_it_and_nobody_overwrites_another() -> None:
    (company,) = COMPANY
    assert settings.read(company.ctx(AUDITOR)).revision == 0
    assert put(company, KINGDEE, role=FINANCE).templates["t0"].summary[1] == ("name", "姓名")
    assert settings.read(company.ctx(AUDITOR)).revision == 1
    assert code_of(partial(put, company, seen='"0"')) == "stale_version"
    assert code_of(partial(put, company, role=AUDITOR)) == "forbidden"
    assert code_of(partial(settings.read, company.ctx(EMPLOYEE))) == "forbidden"
