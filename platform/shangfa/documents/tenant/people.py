"""Read a tenant's demo staff from `people.csv`.

Columns, of which `code` and `name` are needed: code, name, kind, department, position,
supervisor (a code of the file), since (first day of the line and the wage), day_wage
(CNY), attributes (`regular=true;grade=3`), first_day and last_day in the company; or their
Chinese names. As spreadsheets write it: UTF-8 or GBK, days as `2019/6/1`, full-width digits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, Final

from shangfa.documents.plain import half_width, plain_day
from shangfa.documents.source import decoded
from shangfa.domain.dates.days import read_day
from shangfa.domain.faults import DUPLICATE, INVALID, NOT_A_DOCUMENT, Fault, RefusedError
from shangfa.domain.frozen import NOTHING
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.people.columns import (
    COLUMNS,
    HEADINGS,
    check_code,
    kind_of,
    read_attributes,
)
from shangfa.domain.people.faults import SUPERVISOR_LOOP, UNKNOWN_SUBJECT
from shangfa.domain.people.past import Stint, check_stint
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.tenancy.attributes import Attributes, check_attributes
from shangfa.domain.text import Note

SINCE: Final = "2000-01-01"
"""When a line began for which nothing is said."""
_ENCODING = Note("文件不是 UTF-8 或 GBK 编码", "the file is written neither in UTF-8 nor in GBK")
_NO_CSV = Note("不是 CSV（{0}）", "the file is no CSV: {0}")
_TOO_MANY = Note("单元格多于首行的列", "more cells than the first line names")
_NO_COLUMN = Note("没有列“{0}”；各列为 {1}", "no column {0!r}; the columns are {1}")
_EMPTY = Note("{0} 为空", "{0} is empty")
_NO_KIND = Note("kind 为“{0}”，须为 {1} 之一", "kind is {0!r}, not one of {1}")
_NO_DAY = Note("{1} 为“{0}”，须为日期，如 2026-03-02", "{1} is {0!r}, not a date as 2026-03-02")
_NO_FIRST = Note(
    "有 last_day 就须有 first_day 或 since", "with a last_day stands a first_day, or a since"
)
_NO_WAGE = Note("day_wage 为“{0}”，须为金额（元）", "day_wage is {0!r}, not an amount in CNY")
_NO_ATTRIBUTE = Note(
    "attributes 写作 名称=值，不是“{0}”", "attributes are written name=value, not {0!r}"
)


class _UnreadableError(Exception):
    """A line that cannot be read, and why."""

    def __init__(self, why: Note) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Person:
    """One line of `people.csv`.

    Attributes:
        since: first day of the reporting line and the wage.
        day_wage: CNY a day, None when not given.
        place: file and line.
        stint: first and last day in the company, None when neither is given.
    """

    code: str
    name: str
    kind: str = "employee"
    department: str | None = None
    position: str | None = None
    supervisor: str | None = None
    since: date = date(2000, 1, 1)
    day_wage: Decimal | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    stint: Stint | None = None
    place: str = field(default="", compare=False)


def read_people(path: Path, declared: Attributes = NOTHING) -> tuple[list[Person], list[Fault]]:
    """Return the people of a file and every fault in it; nobody when there is no file.

    `declared`: the attributes they may have.
    """
    if not path.exists():
        return [], []
    people: list[tuple[str, Person]] = []
    faults: list[Fault] = []
    try:
        for place, row in _rows(path):
            try:
                people.append((place, replace(_person(row, declared), place=place)))
            except RefusedError as error:
                faults += [Fault(item.kind, "", item.values, place) for item in error.faults]
            except _UnreadableError as error:
                faults.append(_fault(place, row.get("code"), error.why))
    except UnicodeDecodeError:
        faults.append(Fault(NOT_A_DOCUMENT, "", {"why": _ENCODING}, str(path)))
    except csv.Error as error:
        faults.append(Fault(NOT_A_DOCUMENT, "", {"why": _NO_CSV.of(str(error))}, str(path)))
    return [person for _, person in people], faults + list(_misfits(people))


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield `file:line` and what is written there, without what is left empty."""
    reader = csv.DictReader(
        StringIO(decoded(path.read_bytes()), newline=""), restkey="", restval=""
    )
    for row in reader:
        given = {_column(key): value for key, value in row.items() if value}
        yield f"{path}:{reader.line_num}", given


def _column(heading: str) -> str:
    word = heading.strip()
    return HEADINGS.get(word, word)


def _fault(place: str, code: str | None, why: Note) -> Fault:
    return Fault(INVALID, "", {"value": code or "people.csv", "why": why}, place)


def _person(row: Mapping[str, Any], declared: Attributes) -> Person:
    if "" in row:
        raise _UnreadableError(_TOO_MANY)
    for column in row:
        if column not in COLUMNS:
            raise _UnreadableError(_NO_COLUMN.of(column, ", ".join(COLUMNS)))
    given = {key: value.strip() for key, value in row.items() if value.strip()}
    for column in ("code", "name"):
        if column not in given:
            raise _UnreadableError(_EMPTY.of(column))
    said = given.get("kind", "employee")
    kind = kind_of(said)
    if kind not in SUBJECT_KINDS:
        raise _UnreadableError(_NO_KIND.of(kind, ", ".join(SUBJECT_KINDS)))
    check_code(half_width(given["code"]))
    attributes = _attributes(given.get("attributes", ""))
    check_attributes(attributes, declared)
    return Person(
        half_width(given["code"]),
        given["name"],
        kind,
        given.get("department"),
        given.get("position"),
        half_width(given["supervisor"]) if "supervisor" in given else None,
        _day(given.get("since", SINCE), "since"),
        _wage(given["day_wage"]) if "day_wage" in given else None,
        attributes,
        _stint(given),
    )


def _day(text: str, column: str) -> date:
    try:
        return read_day(plain_day(text))
    except ValueError:
        raise _UnreadableError(_NO_DAY.of(text, column)) from None


def _stint(given: Mapping[str, str]) -> Stint | None:
    if "first_day" not in given and "last_day" not in given:
        return None
    said = given.get("first_day", given.get("since"))
    if said is None:
        raise _UnreadableError(_NO_FIRST)
    first = _day(said, "first_day")
    last = _day(given["last_day"], "last_day") if "last_day" in given else None
    check_stint(Stint(first, last), ())
    return Stint(first, last)


def _wage(text: str) -> Decimal:
    try:
        wage = to_decimal(half_width(text))
    except ValueError:
        wage = Decimal(-1)
    if wage < 0:
        raise _UnreadableError(_NO_WAGE.of(text))
    return wage


def _attributes(text: str) -> dict[str, Any]:
    try:
        return read_attributes(text)
    except ValueError as error:
        raise _UnreadableError(_NO_ATTRIBUTE.of(str(error))) from None


def _misfits(people: Iterable[tuple[str, Person]]) -> Iterator[Fault]:
    """Yield who stands there twice, reports to a stranger, or to himself in the end."""
    known: dict[str, Person] = {}
    placed = list(people)
    for place, person in placed:
        if person.code in known:
            yield Fault(DUPLICATE, "", {"value": person.code}, place)
        known[person.code] = person
    loops = dict(_loops(known))
    for place, person in placed:
        boss = person.supervisor
        if boss is not None and boss not in known:
            yield Fault(UNKNOWN_SUBJECT, "", {"value": boss}, place)
        if person.code in loops:
            values = {"value": person.code, "chain": " → ".join(loops[person.code])}
            yield Fault(SUPERVISOR_LOOP, "", values, place)


def _loops(known: Mapping[str, Person]) -> Iterator[tuple[str, list[str]]]:
    """Yield everybody whose line comes back to himself, with the line; each is walked once."""
    walked: set[str] = set()
    for start in known:
        line: dict[str, None] = {}
        code: str | None = start
        while code is not None and not (code in walked or code in line) and code in known:
            line[code] = None
            code = known[code].supervisor
        walked.update(line)
        if code is not None and code in line:
            circle = list(line)[list(line).index(code) :]
            for place, member in enumerate(circle):
                yield member, [*circle[place:], *circle[:place], member]
