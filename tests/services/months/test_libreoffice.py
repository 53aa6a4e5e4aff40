"""The payroll workbook as LibreOffice opens it: the figures that were settled, texts as texts."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from tests.services.months.closing import lock
from tests.services.months.test_exports import staffed

from shangfa.services.months import exports

OFFICE: Final = shutil.which("soffice")
SECONDS: Final = 120
AMOUNT: Final = re.compile(r"-?[0-9]+\.[0-9]{2}")
SHEETS: Final = ("汇总", "明细", "校验")


def opened(book: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Return sheet -> its rows as LibreOffice shows them, each cell as it is formatted."""
    assert OFFICE is not None
    every = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [OFFICE, profile, "--headless", "--convert-to", every, "--outdir", str(folder), str(book)],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return {
        name: list(csv.reader((folder / f"{book.stem}-{name}.csv").read_text("utf-8").splitlines()))
        for name in SHEETS
    }


def plain(cell: str) -> str:
    """Return an amount as a sheet without a format shows it: 0.00 is 0."""
    return f"{Decimal(cell).normalize():f}" if AMOUNT.fullmatch(cell) else cell


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="soffice is not installed (libreoffice-calc-nogui)")
def test_libreoffice_reads_the_figures_that_were_settled(tmp_path: Path) -> None:
    company = staffed()
    company.record("g", "00A", at="2026-03-02")
    lock(company, "2026-03")
    book = tmp_path / "payroll.xlsx"
    with exports.payroll(company.ctx(), "2026-03", "payroll.xlsx") as file:
        book.write_bytes(file.read())
    twins = {}
    for name in ("payroll.csv", "detail.csv"):
        with exports.payroll(company.ctx(), "2026-03", name) as file:
            text = file.read().decode("utf-8-sig")
        twins[name] = list(csv.reader(text.splitlines()))
    found = opened(book, tmp_path)
    for sheet, twin in (("汇总", "payroll.csv"), ("明细", "detail.csv")):
        assert found[sheet][1:] == [[plain(cell) for cell in row] for row in twins[twin][1:]]
    assert dict(found["校验"])["工资月份"] == "2026-03"
    (row,) = (dict(zip(found["汇总"][0], row, strict=True)) for row in found["汇总"][1:])
    assert (row["工号"], row["姓名"], row["经济处分"]) == ("00A", "'=甲", "-49.99")
