"""Read a tenant's demo staff from `people.csv`.

Columns, of which `code` and `name` are needed: code, name, kind, department, position,
supervisor (a code of the file), since (first day of the line and the wage), day_wage
(CNY), attributes (`regular=true;grade=3`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from shangfa.domain.faults import DUPLICATE, INVALID, NOT_A_DOCUMENT, Fault
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.people.faults import SUPERVISOR_LOOP, UNKNOWN_SUBJECT
from shangfa.domain.policies.facts import to_decimal

COLUMNS: Final = (
    "code",
    "name",
    "kind",
    "department",
    "position",
    "supervisor",
    "since",
    "day_wage",
    "attributes",
)


@dataclass(frozen=True, slots=True)
class Person:
    """One line of `people.csv`.

    Attributes:
        since: first day of the reporting line and the wage.
        day_wage: CNY a day, None when not given.
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


def read_people(path: Path) -> tuple[list[Person], list[Fault]]:
    """Return the people of a file and every fault in it; nobody when there is no file."""
    if not path.exists():
        return [], []
    people: list[tuple[str, Person]] = []
    faults: list[Fault] = []
    try:
        for place, row in _rows(path):
            try:
                people.append((place, _person(row)))
            except ValueError as error:
                faults.append(_fault(place, row.get("code"), str(error)))
    except (UnicodeDecodeError, csv.Error) as error:
        faults.append(Fault(NOT_A_DOCUMENT, "", {"why": str(error)}, str(path)))
    return [person for _, person in people], faults + list(_misfits(people))


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield `file:line` and what is written there, without what is left empty."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="", restval="")
        for row in reader:
            given = {key: value for key, value in row.items() if value}
            yield f"{path}:{reader.line_num}", given


def _fault(place: str, code: str | None, why: str) -> Fault:
    return Fault(INVALID, "", {"value": code or "people.csv", "why": why}, place)


def _person(row: Mapping[str, Any]) -> Person:
    if "" in row:
        raise ValueError("more cells than the first line names")
    for column in row:
        if column not in COLUMNS:
            raise ValueError(f"no column {column!r}; the columns are {', '.join(COLUMNS)}")
    given = {key: value.strip() for key, value in row.items() if value.strip()}
    for column in ("code", "name"):
        if column not in given:
            raise ValueError(f"{column} is empty")
    kind = given.get("kind", "employee")
    if kind not in SUBJECT_KINDS:
        raise ValueError(f"kind is {kind!r}, not one of {', '.join(SUBJECT_KINDS)}")
    return Person(
        given["code"],
        given["name"],
        kind,
        given.get("department"),
        given.get("position"),
        given.get("supervisor"),
        date.fromisoformat(given.get("since", "2000-01-01")),
        _wage(given["day_wage"]) if "day_wage" in given else None,
        dict(_attributes(given.get("attributes", ""))),
    )


def _wage(text: str) -> Decimal:
    try:
        wage = to_decimal(text)
    except ValueError:
        wage = Decimal(-1)
    if wage < 0:
        raise ValueError(f"day_wage is {text!r}, not an amount in CNY")
    return wage


def _attributes(text: str) -> Iterable[tuple[str, Any]]:
    """Read `regular=true;grade=3` as booleans where they are written so, else text."""
    for item in filter(None, text.split(";")):
        name, sign, value = item.partition("=")
        if not sign or not name.strip():
            raise ValueError(f"attributes are written name=value, not {item!r}")
        yield name.strip(), {"true": True, "false": False}.get(value.strip(), value.strip())


def _misfits(people: Iterable[tuple[str, Person]]) -> Iterator[Fault]:
    """Yield who stands there twice, reports to a stranger, or to himself in the end."""
    known: dict[str, Person] = {}
    placed = list(people)
    for place, person in placed:
        if person.code in known:
            yield Fault(DUPLICATE, "", {"value": person.code}, place)
        known[person.code] = person
    for place, person in placed:
        boss = person.supervisor
        if boss is not None and boss not in known:
            yield Fault(UNKNOWN_SUBJECT, "", {"value": boss}, place)
        chain = _chain(person, known)
        if person.code in chain:
            values = {"value": person.code, "chain": " → ".join([person.code, *chain])}
            yield Fault(SUPERVISOR_LOOP, "", values, place)


def _chain(person: Person, known: Mapping[str, Person]) -> list[str]:
    """Return who is above a person, up to where the line ends or comes round."""
    chain: list[str] = []
    boss = person.supervisor
    while boss is not None and boss not in chain:
        chain.append(boss)
        boss = known[boss].supervisor if boss in known else None
    return chain
