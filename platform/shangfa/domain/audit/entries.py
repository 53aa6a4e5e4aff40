"""Entries of the audit log and the chain that they make.

An entry's hash is the SHA-256 of the hash before it and of its own content; the first one
follows the hash of the company's id. Who changes, drops, swaps or adds an entry has to change
the hash of every later one, and the last of them is known outside.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, get_args
from uuid import UUID

Source = Literal["event", "note"]
SOURCES: Final[tuple[str, ...]] = get_args(Source)
NoteKind = Literal[
    "record.read",
    "subject.read",
    "wages.read",
    "case.read",
    "incident.read",
    "lines.read",
    "payroll.read",
    "evidence.read",
    "pack.read",
    "user.signed_in",
    "user.created",
    "user.changed",
    "user.ended",
    "delegation.created",
    "delegation.ended",
    "key.created",
    "key.revoked",
    "provider.set",
    "policy.acknowledged",
    "calendar.set",
    "correction.asked",
    "correction.decided",
    "break_glass.asked",
    "break_glass.approved",
    "break_glass.used",
    "break_glass.ended",
    "tenant.exported",
    "tenant.restored",
    "erasure.asked",
    "erasure.confirmed",
    "erasure.withdrawn",
    "restriction.set",
    "restriction.lifted",
    "retention.set",
    "retention.agreed",
    "subject.anonymised",
    "provider.removed",
]
"""What is noted besides the events: who read what, who was let in, who may be."""
NOTE_KINDS: Final[tuple[str, ...]] = get_args(NoteKind)
READ: Final = ".read"
Fault = Literal["changed", "missing", "out_of_order", "source_changed", "source_missing", "cut"]
FAULTS: Final[tuple[str, ...]] = get_args(Fault)


ERASED: Final = re.compile(r'\{"erased": "([0-9a-f]{64})"\}')
"""What is left of details that were erased: the hash that stands for them in the chain."""


def digest_of(data: str) -> str:
    """Return the hash of details, also of those that were erased."""
    found = ERASED.fullmatch(data)
    return found[1] if found else hashlib.sha256(data.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Happening:
    """An event or a note, as an entry holds it.

    Attributes:
        role: in which somebody acted; "" where the event does not say.
        data: its details as the database writes them; only their hash is in the entry, and
            where they were erased they are that hash, so that the chain still holds.
    """

    source: str
    id: UUID
    kind: str
    at: datetime
    actor: UUID
    role: str
    about: UUID | None
    subject: str | None
    data: str

    def content(self, number: int) -> str:
        """Return what is hashed of it: JSON, keys in order, nothing between them."""
        shown = {
            "n": number,
            "source": self.source,
            "id": str(self.id),
            "kind": self.kind,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": str(self.actor),
            "role": self.role,
            "about": str(self.about) if self.about else None,
            "subject": self.subject,
            "data": digest_of(self.data),
        }
        return json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the chain; `about` is the id of what it holds."""

    number: int
    source: str
    about: UUID
    content: str
    hash: bytes


def beginning(tenant_id: UUID) -> bytes:
    """Return the hash before the first entry of a company."""
    return hashlib.sha256(tenant_id.bytes).digest()


def following(before: bytes, content: str) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(before + content.encode()).digest()


def chained(before: bytes, number: int, happenings: Iterable[Happening]) -> Iterator[Entry]:
    """Yield the entries after a hash and a number."""
    for item in happenings:
        number += 1
        content = item.content(number)
        before = following(before, content)
        yield Entry(number, item.source, item.id, content, before)


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and how."""

    number: int
    fault: Fault


def first_break(
    before: bytes, number: int, entries: Iterable[Entry], sources: Mapping[UUID, Happening]
) -> Break | None:
    """Return the first of some entries after a hash and a number that does not hold.

    `sources`: id -> the event or note that is there today.
    """
    for entry in entries:
        number += 1
        if entry.number != number:
            return Break(number, "missing" if entry.number > number else "out_of_order")
        if entry.hash != following(before, entry.content):
            return Break(number, "changed")
        source = sources.get(entry.about)
        if source is None or source.source != entry.source:
            return Break(number, "source_missing")
        if source.content(number) != entry.content:
            return Break(number, "source_changed")
        before = entry.hash
    return None
