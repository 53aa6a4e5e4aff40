"""Correction of what is kept about somebody: he asks, HR decides with a reason.

A decision changes nothing by itself: what HR changed, by the usual ways with their own
history, is said as the effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shangfa.db.people import corrections as sql
from shangfa.db.people.corrections import CorrectionFilters, CorrectionLine, CorrectionRecord
from shangfa.db.people.subjects import find_subject
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.permissions import may
from shangfa.domain.access.roles import PERSONAL
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.people.corrections import MOST_OPEN, Decided, check_decision
from shangfa.domain.people.faults import TOO_MANY_CORRECTIONS
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact


@dataclass(frozen=True, slots=True)
class NewCorrection:
    """What somebody asks: what it concerns, what is wrong of it, what it should be."""

    concerns: str
    wrong: str
    should_be: str


def ask(ctx: Context, said: NewCorrection) -> CorrectionRecord:
    """Ask for a correction of what is kept about the asker.

    Raises:
        RefusedError: `too_many_corrections`, `forbidden` for an office.
    """
    ctx.need("corrections:ask")
    code, subject_id = ctx.subject, ctx.subject_id
    if code is None or subject_id is None:
        raise refused(FORBIDDEN, "", role=ctx.role, allowed="/".join(PERSONAL))

    def work(tx: Tx) -> CorrectionRecord:
        current(tx)
        find_subject(tx, code, hold=True)  # one after the other, so that they are counted rightly
        waiting = sql.open_corrections(tx, subject_id)
        if waiting >= MOST_OPEN:
            raise refused(TOO_MANY_CORRECTIONS, "", value=waiting, allowed=MOST_OPEN)
        words = (said.concerns, said.wrong, said.should_be)
        line = CorrectionLine(new_id(), subject_id, *words, ctx.actor_id, now())
        sql.add_correction(tx, line)
        tx.flush()
        note(tx, ctx, Noted("correction.asked", code, line.id))
        return _found(tx, line.id)

    return transact(ctx, work)


def _found(tx: Tx, key: UUID, *, hold: bool = False) -> CorrectionRecord:
    found = sql.find_correction(tx, key, hold=hold)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def page(ctx: Context, state: str | None, asked: Page) -> Listed[CorrectionRecord]:
    """Return requests, newest first: all for HR and auditors, his own for anybody else."""
    ctx.need("corrections:read")
    if ctx.role in PERSONAL and ctx.subject is None:
        return Listed([])
    whose = ctx.subject if ctx.role in PERSONAL else None
    before = UUID(asked.cursor) if asked.cursor else None
    filters = CorrectionFilters(whose, state, before)

    def work(tx: Tx) -> list[CorrectionRecord]:
        current(tx)
        return sql.corrections(tx, filters, asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda item: str(item.id))


def waiting(ctx: Context, most: int) -> list[CorrectionRecord]:
    """Return requests that the asker may decide, the longest waiting first; none of his own."""
    if not may(ctx.role, "corrections:decide"):
        return []

    def work(tx: Tx) -> list[CorrectionRecord]:
        current(tx)
        return sql.asked_longest(tx, ctx.subject, most)

    return reading(ctx, work)


def decide(ctx: Context, key: UUID, said: Decided) -> CorrectionRecord:
    """Decide a request, once.

    Raises:
        RefusedError: `not_found`, `own_correction`, `correction_decided`, `missing` effect.
    """
    ctx.need("corrections:decide")

    def work(tx: Tx) -> CorrectionRecord:
        current(tx)
        found = _found(tx, key, hold=True)
        check_decision(found.state, found.subject, ctx.subject, said)
        sql.decide_correction(tx, key, said, ctx.actor_id, now())
        data = {"state": said.state, "effect": said.effect}
        note(tx, ctx, Noted("correction.decided", found.subject, key, data))
        return _found(tx, key)

    return transact(ctx, work)
