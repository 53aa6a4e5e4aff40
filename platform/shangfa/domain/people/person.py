"""A subject as of a day, put together from all that is dated of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from shangfa.domain.incident import Subject
from shangfa.domain.people.past import Past
from shangfa.domain.people.renames import Rename, name_on


class Person(NamedTuple):
    """A subject with its past; department and position as the line of the day says them."""

    code: str
    kind: str
    past: Past
    department: str | None = None
    position: str | None = None

    def on(self, day: date, renames: Sequence[Rename] = ()) -> Subject:
        """Return what a condition, a scope and a plugin see of the subject on that day."""
        past, department, position = self.past, self.department, self.position
        stint = past.stint(day) if past.stints else None
        if renames:
            department = name_on(renames, "department", department, day)
            position = name_on(renames, "position", position, day)
        return Subject(
            self.code,
            self.kind,
            department,
            position,
            past.attributes(day),
            stint.first if stint else None,
            not past.stints or stint is not None,
        )
