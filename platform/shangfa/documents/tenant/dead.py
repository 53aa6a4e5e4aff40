"""Words of a tenant's folder that decide nothing: attributes and calendars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shangfa.documents.plain import words_in
from shangfa.documents.tenant.folder import TenantFolder
from shangfa.domain.faults import Fault
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import UNKNOWN_ATTRIBUTE
from shangfa.domain.policies.faults import UNUSED
from shangfa.domain.text import Note

_CALENDAR: Final = Note("日历", "The calendar")


def dead_in_folder(tenant: TenantFolder, calendars: Iterable[str] = ()) -> list[Fault]:
    """Return the words of `tenant.yaml` and `people.csv` that nothing reads.

    `calendars`: those that cases name.
    """
    known = attributes_of(tenant)
    found = [
        stray_attribute(name, known, place=person.place)
        for person in tenant.people
        for name in person.attributes
        if name not in known
    ]
    return [*_unused(tenant, {tenant.doc.calendar, *calendars}), *found]


def attributes_of(tenant: TenantFolder) -> set[str]:
    """Return the attributes that are declared, and the words programmes use."""
    found: set[str] = set(tenant.doc.attributes)
    for data in _documents(tenant):
        declared = data.get("attributes")
        found.update(declared if isinstance(declared, Mapping) else ())
        found |= words_in(data.get("programmes"))
    return found


def stray_attribute(name: str, known: Iterable[str], pointer: str = "", place: str = "") -> Fault:
    """Return the fault of an attribute that no policy asks for."""
    near = "、".join(nearest(name, sorted(known))) or "—"
    return Fault(UNKNOWN_ATTRIBUTE, pointer, {"value": name, "near": near}, place)


def _unused(tenant: TenantFolder, named: set[str]) -> Iterator[Fault]:
    for name in tenant.doc.calendars:
        if name not in named:
            yield tenant.source.fault(("calendars", name), UNUSED, value=name, what=_CALENDAR)


def _documents(tenant: TenantFolder) -> list[Mapping[str, Any]]:
    return [source.data for source in tenant.sources if isinstance(source.data, Mapping)]
