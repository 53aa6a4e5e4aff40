"""The rows of law about procedure: read strictly, chosen by day and place.

A row whose first day nobody saw is refused: from when it holds would be a guess. No row decides
anything by itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Final, Literal, cast, get_args

from shangfa.domain.text import Note

Reading = Literal["read", "secondary", "inferred"]
READINGS: Final[tuple[str, ...]] = get_args(Reading)
Counted = Literal["", "days", "working_days", "months", "years"]
UNITS: Final[tuple[str, ...]] = get_args(Counted)
NATION: Final = "000000"
FILE: Final = "procedure.csv"
RETENTION: Final = "retention.csv"
COLUMNS: Final = (
    *("code", "region", "effective_from", "effective_to", "category", "value", "unit", "law_ref"),
    *("basis_zh", "basis_en", "source", "reading"),
)


@dataclass(frozen=True, slots=True)
class LawRow:
    """What the law says of one matter in one place.

    Attributes:
        region: GB/T 2260 with six digits; `NATION` for all.
        start, end: first and last day in force, None for no end.
        value, unit: until when, if it says so in time.
        basis: what it says, in our words; `law`: where.
        reading: whether its text was read.
    """

    code: str
    region: str
    start: date
    end: date | None
    category: str
    value: int | None
    unit: Counted
    law: str
    basis: Note
    source: str
    reading: Reading

    @property
    def confirmed(self) -> bool:
        """Whether its text was read."""
        return self.reading == "read"


@cache
def retention_law() -> Sequence[LawRow]:
    """Return the rows about how long records are kept at least.

    Raises:
        ValueError: a row that cannot be relied on, with its number.
    """
    return read_rows((files("shangfa.documents.law") / RETENTION).read_text("utf-8"))


@cache
def procedure_law() -> Sequence[LawRow]:
    """Return the rows that come along.

    Raises:
        ValueError: a row that cannot be relied on, with its number.
    """
    return read_rows((files("shangfa.documents.law") / FILE).read_text("utf-8"))


def read_rows(text: str) -> Sequence[LawRow]:
    """Return the rows of a file.

    Raises:
        ValueError: other columns, or a row that cannot be relied on, with its number.
    """
    reader = csv.DictReader(StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"{FILE}: the columns are {', '.join(COLUMNS)}")
    found = []
    for number, cells in enumerate(reader, 2):
        try:
            found.append(_row(cells))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{FILE}, row {number}: {error}") from error
    return found


def _row(cells: Mapping[str, str]) -> LawRow:
    start, end = (_day(cells[name]) for name in ("effective_from", "effective_to"))
    reading, unit = cells["reading"], cells["unit"]
    if reading not in READINGS or unit not in UNITS:
        raise ValueError(f"{reading!r} is no reading, or {unit!r} no unit")
    if start is None:
        raise ValueError("its first day is not known")
    if not (len(cells["region"]) == len(NATION) and cells["region"].isdigit()):
        raise ValueError(f"{cells['region']!r} is no region")
    if not all(cells[name] for name in ("code", "law_ref", "basis_zh", "basis_en", "source")):
        raise ValueError("a code, a law, what it says and its source are expected")
    return LawRow(
        cells["code"],
        cells["region"],
        start,
        end,
        cells["category"],
        int(cells["value"]) if cells["value"] else None,
        cast("Counted", unit),
        cells["law_ref"],
        _plain(cells["basis_zh"], cells["basis_en"]),
        cells["source"],
        cast("Reading", reading),
    )


def _plain(zh: str, en: str) -> Note:
    """Return a sentence whose braces are none to be filled."""
    double = str.maketrans({"{": "{{", "}": "}}"})
    return Note(zh.translate(double), en.translate(double))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def in_force(
    rows: Iterable[LawRow], day: date, regions: Sequence[str], categories: Iterable[str]
) -> list[LawRow]:
    """Return the rows of some categories in force on a day, for each region the nearest one's."""
    wanted = set(categories)
    standing = [row for row in rows if row.category in wanted and _stands(row, day)]
    found: dict[tuple[str, str], LawRow] = {}
    for place in regions or (NATION,):
        near = [place, f"{place[:4]}00", f"{place[:2]}0000", NATION]
        for code in dict.fromkeys(row.code for row in standing):
            own = [row for row in standing if row.code == code and row.region in near]
            if own:
                row = min(own, key=lambda one: near.index(one.region))
                found[code, row.region] = row
    return list(found.values())


def _stands(row: LawRow, day: date) -> bool:
    return row.start <= day and (row.end is None or day <= row.end)
