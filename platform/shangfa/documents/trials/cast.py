"""The people of a case, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shangfa.documents.trials.shape import ANYBODY, CaseDoc, ChangeDoc, PersonDoc
from shangfa.domain.faults import refused
from shangfa.domain.incident import Subject
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.people.lines import Lines, read_date


@dataclass(slots=True)
class Cast:
    """Who is named in a case, and `E`, who is anybody.

    Attributes:
        lines: who reports to whom since when.
    """

    known: Mapping[str, PersonDoc]
    lines: Lines = field(default_factory=Lines)

    def subject(self, code: str, day: date) -> Subject:
        """Return somebody as of a day.

        Raises:
            RefusedError: `unknown_subject`.
        """
        person = self.known.get(code)
        if person is None:
            raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
        department, attributes = person.department, dict(person.attributes)
        for change in _until(person, day):
            department = change.department or department
            attributes |= change.attributes
        attributes = {name: value for name, value in attributes.items() if value is not None}
        position, employed = self.position(code, day), _employed(person, day)
        since = person.since
        return Subject(code, person.kind, department, position, attributes, since, employed)

    def everybody(self, day: date) -> tuple[Subject, ...]:
        """Return all of them as of a day, without those who left before."""
        everyone = (self.subject(code, day) for code in self.known)
        return tuple(item for item in everyone if item.employed)

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return the supervisor of that day, None without one."""
        return self.lines.supervisor(subject, day)

    def position(self, subject: str, day: date) -> str | None:
        """Return what a subject's position is called on a day, None when not recorded."""
        person = self.known.get(subject)
        if person is None:
            return None
        said = [change.position for change in _until(person, day) if change.position]
        return said[-1] if said else person.position

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return a subject's date attribute as of a day, None when it is not known."""
        if subject not in self.known:
            return None
        return read_date(self.subject(subject, day).attributes.get(attribute))


def _until(person: PersonDoc, day: date) -> Iterator[ChangeDoc]:
    changes = sorted(person.changes, key=lambda item: item.start)
    return (change for change in changes if change.start <= day)


def _employed(person: PersonDoc, day: date) -> bool:
    begun = person.since is None or person.since <= day
    return begun and (person.until is None or day <= person.until)


def cast_of(case: CaseDoc) -> Cast:
    """Return the people of a case; `E` is an employee when not named.

    Raises:
        RefusedError: `supervisor_loop`.
    """
    people = {code: item or PersonDoc() for code, item in case.people.items()}
    if not (case.close is not None and people):
        people = {ANYBODY: PersonDoc(), **people}
    cast = Cast(people)
    for code, person in people.items():
        cast.lines.add(code, person.supervisor)
        for change in person.changes:
            if change.supervisor is not None:
                cast.lines.add(code, change.supervisor, change.start)
    return cast


def words_of(person: PersonDoc | None) -> dict[str, Any]:
    """Return all attributes that are said of somebody."""
    if person is None:
        return {}
    later = [change.attributes for change in person.changes]
    return {name: value for said in (person.attributes, *later) for name, value in said.items()}
