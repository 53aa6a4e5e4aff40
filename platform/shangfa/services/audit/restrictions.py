"""Restriction of what is kept about somebody, and holds: set with a reason, lifted with another.

What is restricted is read by HR and by whom it is about, and goes into no report; months are
settled and paid, and clocks go on. What is held is not made nameless, whatever its age.
"""

from __future__ import annotations

from uuid import UUID

from shangfa.db.people import restrictions as sql
from shangfa.db.people.restrictions import RestrictionLine
from shangfa.db.people.subjects import find_subject
from shangfa.db.tx.transaction import Tx
from shangfa.domain.audit.entries import NoteKind
from shangfa.domain.audit.faults import RESTRICTION_LIFTED, RESTRICTION_STANDS
from shangfa.domain.audit.restrictions import Kind, Restriction
from shangfa.domain.cases.faults import SAME_PERSON
from shangfa.domain.cases.parties import SUBJECT_OF
from shangfa.domain.exchange.events import subject_changed
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact


def _check_not_own(ctx: Context, code: str, kind: Kind) -> None:
    if ctx.subject == code:
        raise refused(SAME_PERSON, "", value=kind, part=SUBJECT_OF, allowed=ctx.role)


def restrict(ctx: Context, code: str, kind: Kind, reason: str) -> Restriction:
    """Restrict or hold what is kept about somebody.

    Raises:
        RefusedError: `unknown_subject`, `restriction_stands`, `same_person` for one's own.
    """
    ctx.need("restrictions:write")
    _check_not_own(ctx, code, kind)
    stands = refused(RESTRICTION_STANDS, "/subject", value=code)

    def work(tx: Tx) -> Restriction:
        current(tx)
        subject = find_subject(tx, code, hold=True)
        if subject is None:
            raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
        line = RestrictionLine(new_id(), subject.id, kind, reason, ctx.actor_id, now())
        sql.add_restriction(tx, line)
        tx.flush()
        _mark(tx, ctx, subject.id, _found(tx, line.id))
        return _found(tx, line.id)

    return transact(ctx, work, taken={sql.STANDING: stands})


def lift(ctx: Context, key: UUID, reason: str) -> Restriction:
    """Let what was restricted or held be as before.

    Raises:
        RefusedError: `not_found`, `restriction_lifted`, `same_person` for one's own.
    """
    ctx.need("restrictions:write")

    def work(tx: Tx) -> Restriction:
        current(tx)
        found = _found(tx, key, hold=True)
        _check_not_own(ctx, found.subject, found.kind)
        if found.lifted_at is not None:
            raise refused(RESTRICTION_LIFTED, "")
        sql.lift_restriction(tx, key, ctx.actor_id, now(), reason)
        subject = find_subject(tx, found.subject, hold=True)
        lifted = _found(tx, key)
        if subject is not None:
            _mark(tx, ctx, subject.id, lifted)
        return lifted

    return transact(ctx, work)


def _mark(tx: Tx, ctx: Context, subject_id: UUID, said: Restriction) -> None:
    """Say beside the subject, in the feed and in the audit log that it is so now."""
    done: NoteKind = "restriction.lifted" if said.lifted_at else "restriction.set"
    note(tx, ctx, Noted(done, said.subject, said.id, {"kind": said.kind}))
    if said.kind == "restriction":
        sql.set_restricted(tx, said.subject, None if said.lifted_at else said.set_at)
        tell(tx, ctx, now(), subject_changed(subject_id, said.subject, ("restricted",)))


def _found(tx: Tx, key: UUID, *, hold: bool = False) -> Restriction:
    found = sql.find_restriction(tx, key, hold=hold)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def page(ctx: Context, asked: Page, *, standing: bool | None = None) -> Listed[Restriction]:
    """Return restrictions and holds, the newest first; `standing`: only those that do, or not.

    Of somebody who is restricted only to who may know of him.
    """
    ctx.need("restrictions:read")
    before = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[Restriction]:
        current(tx)
        return sql.restrictions(tx, before, asked.limit + 1, standing=standing)

    return listed(asked, reading(ctx, work), lambda item: str(item.id))
