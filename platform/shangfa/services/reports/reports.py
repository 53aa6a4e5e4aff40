"""Reports: a question answered as a table, in one transaction, for who may ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final
from uuid import UUID

from shangfa.db.reports.queries import Question, answer
from shangfa.db.tx.transaction import Tx
from shangfa.documents.sheets.writing import Book, Cell, CsvRows
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.faults import NOT_FOUND, UNKNOWN_FIELD, Fault, RefusedError, refused
from shangfa.domain.months.period import month_named, month_of
from shangfa.domain.reports.catalogue import REPORTS, Report
from shangfa.services.clock import now, today
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.reports.counted import COUNTED
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading

MOST: Final = 10_000
"""Rows of a report."""
TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks of a report; what is left out is about today."""

    month: str | None = None
    year: int | None = None
    subject: str | None = None
    region: str = ""
    days: int | None = None
    policy: str | None = None
    step: str | None = None
    gap: int = 1
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A report with its rows; `more`: there are more than `MOST`."""

    report: Report
    rows: list[tuple[Any, ...]]
    more: bool


def listing(ctx: Context) -> Listed[Report]:
    """Return the reports that the asker may read."""
    ctx.need("reports:read")
    reading(ctx, current)
    return Listed([item for item in REPORTS.values() if ctx.role in item.roles])


def read(ctx: Context, name: str, asking: Asking) -> Answered:
    """Return a report.

    Raises:
        RefusedError: `not_found`, `forbidden`, `invalid` month, `unknown_field` for what this
            report is not asked.
    """
    ctx.need("reports:read")
    report = REPORTS.get(name)
    if report is None:
        raise refused(NOT_FOUND, "")
    if ctx.role not in report.roles:
        raise refused(FORBIDDEN, role=ctx.role, allowed="/".join(report.roles))
    faults = list(_not_asked(report, asking))
    if faults:
        raise RefusedError(*faults)

    def work(tx: Tx) -> list[tuple[Any, ...]]:
        tenant = current(tx)
        asked = _question(tenant, asking, report.days)
        count = COUNTED.get(name)
        return count(tx, ctx, tenant, asked) if count else answer(tx, name, asked)

    rows = reading(ctx, work)
    return Answered(report, rows[:MOST], len(rows) > MOST)


def _not_asked(report: Report, asking: Asking) -> Iterator[Fault]:
    """Yield what is said and would be read over: the answer would not be what was meant."""
    for item in fields(asking):
        if getattr(asking, item.name) != item.default and item.name not in report.asks:
            allowed = "、".join(report.asks) or "—"
            yield Fault(UNKNOWN_FIELD, f"/{item.name}", {"value": item.name, "allowed": allowed})


def _question(tenant: ReadyTenant, asking: Asking, days: int) -> Question:
    day, at = today(tenant.zone), now()
    month = month_named(asking.month or month_of(day)).name
    year = asking.year or day.year
    region = asking.region
    while region.endswith("00"):  # 440000 is all of 44
        region = region[:-2]
    return Question(
        month,
        date(year, 1, 1),
        date(year, 12, 31),
        asking.subject,
        region,
        at + timedelta(days=days if asking.days is None else asking.days),
        at,
        day,
        asking.policy,
        MOST + 1,
        asking.step,
        asking.gap,
        asking.case,
    )


def written(ctx: Context, name: str, form: str, asking: Asking) -> IO[bytes]:
    """Return a report as a file, `csv` or `xlsx`, open; it is gone when it is closed.

    Raises:
        RefusedError: as `read` does.
    """
    found = read(ctx, name, asking)
    head: list[Cell] = list(found.report.columns.values())
    rows = [_cells(row) for row in found.rows]
    with TemporaryDirectory(prefix="shangfa-") as folder:
        path = Path(folder) / f"{name}.{form}"
        if form == "csv":
            twin = CsvRows(path)
            for row in (head, *rows):
                twin.write(row)
            twin.close()
        else:
            book = Book(path)
            sheet = book.sheet(found.report.zh[:31], list(found.report.columns.values()))
            for row in rows:
                sheet.write(row)
            book.close()
        return path.open("rb")


def _cells(row: tuple[Any, ...]) -> list[Cell]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value if value is None or isinstance(value, int | Decimal) else str(value)
