"""Read a tenant's folder: who it is, its policies and its demo staff.

`tenants/<slug>/` holds `tenant.yaml`, `policy*.yaml`, `people.csv` and `cases/*.yaml`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from shangfa.domain.calendar import Calendar
from shangfa.domain.errors import Fault, RefusedError
from shangfa.domain.kinds import Kinds
from shangfa.domain.policy import Policy, Version
from shangfa.policies.calendars import calendar
from shangfa.policies.compile import compile_version
from shangfa.policies.faults import doc_faults
from shangfa.policies.source import Source, read_file


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"unknown time zone {value}; for example Asia/Shanghai")
    return value


class TenantDoc(BaseModel):
    """`tenant.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    locale: str = "zh-CN"
    calendar: str = "CN"
    calendars: dict[str, dict[str, Any]] = {}
    regions: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class TenantFolder:
    """What a folder says, its policies still as documents."""

    slug: str
    doc: TenantDoc
    sources: tuple[Source, ...]
    people: tuple[Person, ...]
    cases: tuple[Path, ...]

    def versions(
        self, kinds: Kinds, parameters: Mapping[str, Any] | None = None
    ) -> list[tuple[str, Version, Source]]:
        """Return (policy name, version, source) for every document.

        Raises:
            RefusedError: every fault of every document.
        """
        found: list[tuple[str, Version, Source]] = []
        faults: list[Fault] = []
        for source in self.sources:
            name = source.data.get("policy", "") if isinstance(source.data, dict) else ""
            try:
                known = _declared(source, parameters or {})
                found.append((name, compile_version(source, kinds, 1, known), source))
            except RefusedError as error:
                faults += error.faults
        if faults:
            raise RefusedError(*faults)
        return found

    def policies(
        self, kinds: Kinds, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Policy]:
        """Return the policies by name, their versions in date order."""
        versions: dict[str, list[Version]] = {}
        for name, version, _ in self.versions(kinds, parameters):
            versions.setdefault(name, []).append(version)
        return {
            name: Policy(name, sorted(items, key=lambda item: item.effective_from))
            for name, items in versions.items()
        }

    def calendar(self, name: str | None = None) -> Calendar:
        """Return the tenant's calendar, or another one by name."""
        return calendar(name or self.doc.calendar, self.doc.calendars)


def _declared(source: Source, parameters: Mapping[str, Any]) -> dict[str, Any]:
    data = source.data if isinstance(source.data, dict) else {}
    return {key: value for key, value in parameters.items() if key in data.get("parameters", {})}


def read_tenant(folder: Path) -> TenantFolder:
    """Return what a tenant's folder holds.

    Raises:
        RefusedError: every fault of `tenant.yaml`, `people.csv` and of the YAML itself.
    """
    faults: list[Fault] = []
    source = read_file(folder / "tenant.yaml")
    doc: TenantDoc | None = None
    try:
        doc = TenantDoc.model_validate(source.data)
    except ValidationError as error:
        faults += doc_faults(source, error)
    sources = []
    for path in sorted(folder.glob("policy*.yaml")):
        try:
            sources.append(read_file(path))
        except RefusedError as error:
            faults += error.faults
    people, bad_people = _read_people(folder / "people.csv")
    faults += bad_people
    if faults or doc is None:
        raise RefusedError(*faults)
    cases = tuple(sorted((folder / "cases").glob("*.yaml")))
    return TenantFolder(folder.resolve().name, doc, tuple(sources), tuple(people), cases)


def _read_people(path: Path) -> tuple[list[Person], list[Fault]]:
    if not path.exists():
        return [], []
    people: list[Person] = []
    faults: list[Fault] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                people.append(_person(row))
            except (KeyError, ValueError, InvalidOperation) as error:
                values = {"value": str(row), "why": str(error)}
                faults.append(Fault("invalid", "", values, f"{path}:{number}"))
    return people, faults


def _person(row: Mapping[str, str]) -> Person:
    given = {key: value.strip() for key, value in row.items() if value and value.strip()}
    return Person(
        given["code"],
        given["name"],
        given.get("kind", "employee"),
        given.get("department"),
        given.get("position"),
        given.get("supervisor"),
        date.fromisoformat(given.get("since", "2000-01-01")),
        Decimal(given["day_wage"]) if "day_wage" in given else None,
        dict(_attributes(given.get("attributes", ""))),
    )


def _attributes(text: str) -> Iterable[tuple[str, Any]]:
    """Read `regular=true;grade=3` as booleans where they are written so, else text."""
    for item in filter(None, text.split(";")):
        name, _, value = item.partition("=")
        yield name.strip(), {"true": True, "false": False}.get(value.strip(), value.strip())
