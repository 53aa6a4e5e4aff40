"""What a corrected table of attendance changes: what is taken back, what comes new, what stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple
from uuid import UUID

PREFIX: Final = "attendance/"
_AGAIN: Final = re.compile(r"(.+)/@([1-9][0-9]*)", re.DOTALL)
Change = Literal["added", "removed"]
CHANGES: Final = ("added", "removed")


class Wanted(NamedTuple):
    """An incident that a table makes.

    Attributes:
        key: person, day, column, clause and which of them.
        number, column: where the table says it.
    """

    key: str
    code: str
    day: date
    clause: str
    policy: str | None
    quantity: Decimal
    number: int
    column: str


class Stored(NamedTuple):
    """An incident that an earlier table made.

    Attributes:
        external_id: its key, and which time the key is used.
        stands: it was not taken back.
        replaced: it was taken back by a corrected table, and not by somebody.
    """

    incident_id: UUID
    external_id: str
    code: str
    day: date
    clause: str
    quantity: Decimal
    stands: bool
    replaced: bool


class Changed(NamedTuple):
    """A change as it is shown; `number` is the row it comes from."""

    change: Change
    number: int
    subject: str
    day: date
    clause: str
    quantity: Decimal


def key_of(code: str, day: date, rule: tuple[str, str], number: int) -> str:
    """Return the key of an incident; `rule`: its column and its clause."""
    return f"{PREFIX}{code}/{day}/{'/'.join(rule)}/{number}"


def used(external_id: str) -> tuple[str, int]:
    """Return a key and how often it had been used before."""
    again = _AGAIN.fullmatch(external_id)
    return (again[1], int(again[2])) if again else (external_id, 0)


def named(key: str, before: int) -> str:
    """Return the external id of a key that was used so often before."""
    return f"{key}/@{before}" if before else key


@dataclass(slots=True)
class Replacing:
    """What is to be done so that only what a table says stands."""

    removed: list[Stored] = field(default_factory=list)
    added: list[tuple[Wanted, str]] = field(default_factory=list)


def compare(wanted: Mapping[str, Wanted], stored: Iterable[Stored]) -> Replacing:
    """Return what a corrected table changes, each list by day.

    What is the same stays, and so does what somebody took back by hand.
    """
    found = Replacing()
    newest: dict[str, tuple[int, Stored]] = {}
    for item in stored:
        key, before = used(item.external_id)
        if key not in newest or newest[key][0] < before:
            newest[key] = before, item
    for key, (_, item) in newest.items():
        if item.stands and not _same(wanted.get(key), item):
            found.removed.append(item)
    for key, want in wanted.items():
        before, old = newest.get(key, (-1, None))
        if old is None or not _same(want, old) or old.replaced:
            found.added.append((want, named(key, before + 1)))
    found.removed.sort(key=lambda item: (item.day, item.external_id))
    found.added.sort(key=lambda item: (item[0].day, item[0].number))
    return found


def _same(want: Wanted | None, old: Stored) -> bool:
    return want is not None and want.quantity == old.quantity
