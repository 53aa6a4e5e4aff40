"""Tell those who were told of a decision what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shangfa.db.notices.stored import NoticeLine, NoticeRecord, add_notices, standing_notices
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import notice_corrected
from shangfa.domain.notices.notice import NoticeKind, corrected_until
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.events import tell


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of a decision: when, why, and whose day it is."""

    kind: NoticeKind
    reason: str
    at: datetime
    zone: ZoneInfo


def correct_notices(
    tx: Tx,
    ctx: Context,
    about: tuple[UUID, Sequence[UUID]],
    said: Correction,
    anew: Callable[[NoticeRecord], Any] | None = None,
) -> None:
    """Correct whatever was told of some subjects of a case, to the same people.

    `about`: the case and the subjects' ids; `anew`: what is to be told from now on, as it was
    told before without.
    """
    for told in standing_notices(tx, *about):
        correct(tx, ctx, told, said, anew(told) if anew else told.body)


def correct(tx: Tx, ctx: Context, told: NoticeRecord, said: Correction, body: Any) -> NoticeLine:
    """Tell the audience of one notice what became of it."""
    today = said.at.astimezone(said.zone).date()
    line = NoticeLine(
        new_id(),
        told.case_id,
        told.subject_id,
        said.kind,
        told.department,
        told.consent,
        body,
        corrected_until(told.day, told.until, today),
        told.id,
        said.reason,
        ctx.actor_id,
        today,
        said.at,
    )
    add_notices(tx, [line])
    event = notice_corrected(line.id, told.id, told.subject, told.department, said.kind)
    tell(tx, ctx, said.at, event)
    return line
