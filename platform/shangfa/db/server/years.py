"""Years of official days off and days worked, of the whole deployment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx

_NEWEST: Final = """
    SELECT DISTINCT ON (y.year) y.year, y.version, y.days, y.source FROM calendar_year y
    ORDER BY y.year, y.version DESC"""
_ADD: Final = """
    INSERT INTO calendar_year (year, version, days, source, loaded_at)
    VALUES (%s, %s, %s, %s, %s)"""


class YearLine(NamedTuple):
    """A year as it was loaded; `version` counts from 1."""

    year: int
    version: int
    off: frozenset[date]
    worked: frozenset[date]
    source: str


def newest_years(tx: Tx) -> list[YearLine]:
    """Return the newest version of every year that was loaded."""
    return [
        YearLine(year, version, _days(days["off"]), _days(days["work"]), source)
        for year, version, days, source in tx.raw.execute(_NEWEST).fetchall()
    ]


def add_year(tx: Tx, line: YearLine, at: datetime) -> None:
    """Add a version of a year."""
    days = to_text({"off": line.off, "work": line.worked})
    tx.raw.execute(_ADD, (line.year, line.version, days, line.source, at))


def _days(texts: list[str]) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))
