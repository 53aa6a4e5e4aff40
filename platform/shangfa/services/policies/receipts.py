"""Receipts: that somebody has read a version of a policy, said by himself or, from paper, by HR."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from shangfa.db.people import SubjectRecord
from shangfa.db.people.receipts import ReceiptLine, ReceiptRecord, add_receipt, receipts_of
from shangfa.db.policies import find_version
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import HR
from shangfa.domain.faults import INVALID, MISSING, NOT_FOUND, refused
from shangfa.domain.text import Note
from shangfa.services.access.sight import find_seen
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

_BY_NOW: Final = Note("须不晚于今日 {0}", "a day not after today, {0}, is expected")


def give(
    ctx: Context, policy_id: UUID, number: int, subject: str | None, read_on: date | None
) -> ReceiptRecord:
    """Keep that somebody has read a published version; the first receipt stands.

    `subject`: the asker himself when it is left out. `read_on`: today when it is left out.

    Raises:
        RefusedError: `not_found` version or subject, `missing` subject, `forbidden` for
            another's unless by HR, `invalid` day.
    """
    ctx.need("policies:acknowledge")
    code = subject or ctx.subject
    if code is None:
        raise refused(MISSING, "/subject", value="subject")
    if code != ctx.subject and ctx.role != HR:
        raise refused(FORBIDDEN, "", role=ctx.role, allowed=HR)

    def work(tx: Tx) -> ReceiptRecord:
        day = today(current(tx).zone)
        if read_on is not None and read_on > day:
            raise refused(INVALID, "/read_on", value=read_on, why=_BY_NOW.of(day))
        person = find_seen(tx, ctx, code, day)
        return _kept(tx, ctx, person, (policy_id, number), read_on or day)

    return transact(ctx, work)


def own(ctx: Context) -> dict[tuple[str, int], date]:
    """Return (policy, version) -> the day on which the asker read it."""
    ctx.need("policies:acknowledge")
    subject_id = ctx.subject_id
    if subject_id is None:
        return {}
    found = reading(ctx, lambda tx: receipts_of(tx, subject_id))
    return {(item.policy, item.version): item.read_on for item in found}


def _kept(
    tx: Tx, ctx: Context, person: SubjectRecord, whole: tuple[UUID, int], day: date
) -> ReceiptRecord:
    version = find_version(tx, *whole)
    if version is None or version.state != "published":
        raise refused(NOT_FOUND, "")
    line = ReceiptLine(new_id(), version.id, person.id, day, ctx.actor_id, now())
    if add_receipt(tx, line):
        data = {"policy": version.policy, "version": version.number, "read_on": day.isoformat()}
        note(tx, ctx, Noted("policy.acknowledged", person.code, line.id, data))
    key = (version.policy, version.number)
    return next(item for item in receipts_of(tx, person.id) if item[:2] == key)
