"""A year of cases from afar, as tables for pictures; for whoever may read reports of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter
from typing import IO, Final
from uuid import UUID

from cachetools import TTLCache

from shangfa.db.reports import insight as sql
from shangfa.db.tx.transaction import Tx
from shangfa.documents.sheets.writing import CsvRows
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.dates.days import month_end
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.months.period import month_named, month_of
from shangfa.domain.reports import insight
from shangfa.domain.reports.catalogue import OFFICE
from shangfa.domain.reports.insight import Table
from shangfa.services.clock import now, today
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

SPAN: Final = 12
"""Months that are looked at."""


SLOW: Final = 0.3
"""Seconds; what takes longer to count is kept for a while, for a year of many thousand people."""
KEPT: Final = 300
"""Seconds that it is kept; whoever looks is told when it was counted."""


@dataclass(frozen=True, slots=True)
class Insight:
    """Tables by name: `trends`, `balance`, `clauses`, `reversals`; `months` from first to last."""

    months: tuple[str, ...]
    tables: Mapping[str, Table]
    hidden: bool
    counted_at: datetime


_kept: Final[TTLCache[tuple[UUID, tuple[str, ...]], Insight]] = TTLCache(1000, KEPT)
_lock: Final = Lock()


def read(ctx: Context, until: str | None = None) -> Insight:
    """Return the twelve months up to one, the present one when none is named.

    Raises:
        RefusedError: `forbidden`, `invalid` month.
    """
    ctx.need("reports:read")
    if ctx.role not in OFFICE:
        raise refused(FORBIDDEN, role=ctx.role, allowed="/".join(OFFICE))

    def work(tx: Tx) -> Insight:
        zone = current(tx).zone
        return _kept_or_made(tx, _months(until or month_of(today(zone))))

    return reading(ctx, work)


def _kept_or_made(tx: Tx, months: tuple[str, ...]) -> Insight:
    """Return what was counted a short while ago, if counting takes long; else count anew."""
    key = (tx.tenant, months)
    with _lock:
        found = _kept.get(key)
    if found is not None:
        return found
    started = perf_counter()
    made = _made(tx, months)
    if perf_counter() - started > SLOW:
        with _lock:
            _kept[key] = made
    return made


def _made(tx: Tx, months: tuple[str, ...]) -> Insight:
    first = date.fromisoformat(f"{months[0]}-01")
    last = month_end(int(months[-1][:4]), int(months[-1][5:]))
    parts, cited = sql.parts(tx, first, last), sql.cited(tx, first, last)
    heads = sql.heads(tx, last)
    tables = {
        "trends": insight.trends(parts, heads, months),
        "balance": insight.balance(parts, heads, months),
        "clauses": insight.clauses(cited),
        "reversals": insight.reversals(cited),
    }
    shown = insight.grouped(heads)
    small = any(shown.get(name) != name for name in heads)
    return Insight(months, tables, small, now())


def _months(until: str) -> tuple[str, ...]:
    """Return the names of twelve months, fewer where the calendar begins."""
    last = month_named(until).name
    number = int(last[:4]) * 12 + int(last[5:]) - 1
    wanted = range(max(12, number - SPAN + 1), number + 1)
    return tuple(f"{one // 12:04}-{one % 12 + 1:02}" for one in wanted)


def written(ctx: Context, name: str, until: str | None = None) -> IO[bytes]:
    """Return one of the tables as CSV, open; it is gone when it is closed.

    Raises:
        RefusedError: `not_found`, and as `read` does.
    """
    table = read(ctx, until).tables.get(name)
    if table is None:
        raise refused(NOT_FOUND, "")
    with TemporaryDirectory(prefix="shangfa-") as folder:
        path = Path(folder) / f"{name}.csv"
        rows = CsvRows(path)
        for row in (table.columns, *table.rows):
            rows.write(row)
        rows.close()
        return path.open("rb")
