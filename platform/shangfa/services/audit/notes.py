"""Notes of what is no event: who read what, who was let in, who may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shangfa.db import audit as sql
from shangfa.db.audit import NoteLine
from shangfa.db.tx.transaction import Tx
from shangfa.domain.audit.entries import NoteKind
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted; `subject` is the code of whom it concerns, when it is one person."""

    kind: NoteKind
    subject: str | None = None
    about: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def note(tx: Tx, ctx: Context, said: Noted) -> None:
    """Note what the asker does, in the transaction that does it."""
    note_by(tx, ctx.actor_id, ctx.role, said)


def note_by(tx: Tx, actor_id: UUID, role: str, said: Noted) -> None:
    """Note what somebody does."""
    who = (said.about, said.subject, actor_id, role)
    sql.add_note(tx, NoteLine(new_id(), said.kind, *who, said.data, now()))


def note_reading(
    tx: Tx, ctx: Context, kind: NoteKind, *subjects: str, about: UUID | None = None
) -> None:
    """Note that the asker opens what is kept about others; `about`: the case, if it is one."""
    for subject in subjects:
        if subject != ctx.subject:
            note(tx, ctx, Noted(kind, subject, about))
