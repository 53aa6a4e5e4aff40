"""What a decision asks somebody to do: shown among his tasks, done once, with a note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shangfa.db.cases.deadlines import (
    FollowUpLine,
    FollowUpRecord,
    add_follow_ups,
    close_follow_ups,
    find_follow_ups,
    mark_done,
)
from shangfa.db.cases.held import stored_cases
from shangfa.db.people import subject_ids
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import HR
from shangfa.domain.cases.acts.follow_up import (
    NEEDED_NO_MORE,
    OFFICES,
    after_dismissal,
)
from shangfa.domain.cases.faults import ALREADY_DONE
from shangfa.domain.faults import INVALID, NOT_FOUND, refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.text import Note
from shangfa.services.cases.handled import load
from shangfa.services.cases.shown import may_see
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.ledger.decision import due_at
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

OF_CASE: Final = 200
"""How many of a case are shown."""
_OVER: Final = Note("须为今天或以后的日期", "today or a later day is expected")
_EITHER: Final = Note("role 与 person 必须且只能写一个", "exactly one of role and person")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody is asked to do until a day: an office by its role, or a person by his code."""

    case_id: UUID
    what: str
    due_on: date
    role: str | None
    person: str | None


def ask(ctx: Context, said: Wish) -> FollowUpRecord:
    """Ask somebody to do something after a case.

    Raises:
        RefusedError: `not_found`, `unknown_subject`, `invalid` for both or neither, and for a
            day that is over.
    """
    ctx.need("follow_ups:write")

    def work(tx: Tx) -> FollowUpRecord:
        tenant = current(tx)
        items = load(tx, tenant, stored_cases(tx, [said.case_id]))
        if not items or not may_see(ctx, items[0]):
            raise refused(NOT_FOUND, "")
        if said.due_on < today(tenant.zone):
            raise refused(INVALID, "/due_on", value=said.due_on.isoformat(), why=_OVER)
        key = new_id()
        whose = (said.role, _person(tx, said))
        line = FollowUpLine(key, said.case_id, said.what, said.due_on, *whose, ctx.actor_id, now())
        add_follow_ups(tx, [line])
        tx.flush()
        return find_follow_ups(tx, ctx.subject_id, 1, id=key)[0]

    return transact(ctx, work)


def _person(tx: Tx, said: Wish) -> UUID | None:
    if (said.role is None) == (said.person is None):
        raise refused(INVALID, "/role", value="role/person", why=_EITHER)
    if said.person is None:
        return None
    known = subject_ids(tx, [said.person])
    if said.person not in known:
        raise refused(UNKNOWN_SUBJECT, "/person", value=said.person)
    return known[said.person]


def page(
    ctx: Context, asked: Page, case_id: UUID | None, *, is_open: bool | None
) -> Listed[FollowUpRecord]:
    """Return what was asked after the cases that somebody may see, the newest first."""
    ctx.need("follow_ups:read")
    after = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[FollowUpRecord]:
        which = {"case": case_id, "open": is_open, "after": after}
        return find_follow_ups(tx, ctx.subject_id, asked.limit + 1, **which)

    return listed(asked, reading(ctx, work), lambda found: str(found.id))


@dataclass(frozen=True, slots=True)
class Todo:
    """What somebody is asked to do, and when its last day ends."""

    asked: FollowUpRecord
    due_at: datetime


def waiting(tx: Tx, ctx: Context, limit: int) -> list[Todo]:
    """Return what waits for the asker, soonest due first."""
    zone = current(tx).zone
    found = {one.id: one for one in _waiting(tx, ctx, limit)}.values()
    ordered = sorted(found, key=lambda one: (one.due_on, one.id))
    return [Todo(one, due_at(one.due_on, zone)) for one in ordered]


def _waiting(tx: Tx, ctx: Context, limit: int) -> Iterator[FollowUpRecord]:
    if ctx.role in OFFICES:
        yield from find_follow_ups(tx, ctx.subject_id, limit, role=ctx.role, open=True)
    if ctx.subject_id is not None:
        yield from find_follow_ups(tx, ctx.subject_id, limit, person=ctx.subject_id, open=True)
        # An office does not see what only its handlers do.
        yield from find_follow_ups(tx, ctx.subject_id, limit, handled=True, open=True)


def done(ctx: Context, follow_up_id: UUID, note: str) -> FollowUpRecord:
    """Note that something was done: by whom it was asked of, HR, or a confidential case's handler.

    Raises:
        RefusedError: `not_found`, `forbidden`, `already_done`.
    """
    ctx.need("follow_ups:do")

    def work(tx: Tx) -> FollowUpRecord:
        found = _find(tx, ctx, follow_up_id)
        if not _may_do(ctx, found):
            raise refused(FORBIDDEN, "", role=ctx.role, allowed=found.role or found.person)
        if not mark_done(tx, found.id, now(), ctx.actor_id, note):
            raise refused(ALREADY_DONE, "")
        return find_follow_ups(tx, ctx.subject_id, 1, id=follow_up_id)[0]

    return transact(ctx, work)


@dataclass(frozen=True, slots=True)
class Doable:
    """Something to do as somebody is shown it; `mine`: he may say that it was done."""

    asked: FollowUpRecord
    mine: bool


def read(ctx: Context, follow_up_id: UUID) -> Doable:
    """Return what somebody is asked to do.

    Raises:
        RefusedError: `not_found`, also for what is none of the asker's business.
    """
    if not ctx.may("follow_ups:read"):
        ctx.need("follow_ups:do")

    def work(tx: Tx) -> Doable:
        found = _find(tx, ctx, follow_up_id)
        return Doable(found, found.done_at is None and _may_do(ctx, found))

    return reading(ctx, work)


def of_case(ctx: Context, case_id: UUID) -> list[Doable]:
    """Return what was asked after a case, as far as the asker may know of it, oldest first."""

    def work(tx: Tx) -> list[Doable]:
        found = find_follow_ups(tx, ctx.subject_id, OF_CASE, case=case_id)
        everything = ctx.may("follow_ups:read")
        return [
            Doable(one, one.done_at is None and _may_do(ctx, one))
            for one in reversed(found)
            if everything or _is_mine(ctx, one)
        ]

    return reading(ctx, work)


def _find(tx: Tx, ctx: Context, follow_up_id: UUID) -> FollowUpRecord:
    found = next(iter(find_follow_ups(tx, ctx.subject_id, 1, id=follow_up_id)), None)
    if found is None:
        raise refused(NOT_FOUND, "")
    if not (_is_mine(ctx, found) or ctx.role in OFFICES or ctx.may("follow_ups:read")):
        raise refused(NOT_FOUND, "")
    return found


def _is_mine(ctx: Context, found: FollowUpRecord) -> bool:
    return found.handled or _is_asked(ctx, found)


def _may_do(ctx: Context, found: FollowUpRecord) -> bool:
    return ctx.may("follow_ups:do") and (_is_mine(ctx, found) or ctx.role == HR)


def _is_asked(ctx: Context, found: FollowUpRecord) -> bool:
    if found.person is None:
        return found.role == ctx.role
    return found.person == ctx.subject


def ask_after_dismissal(tx: Tx, case_id: UUID, actor_id: UUID, at: datetime, day: date) -> None:
    """Ask HR and finance for what the law wants when a contract ends."""
    add_follow_ups(
        tx,
        [
            FollowUpLine(
                new_id(),
                case_id,
                *(wish.what, wish.due_on, wish.role, None, actor_id, at),
                kind=wish.kind,
            )
            for wish in after_dismissal(day)
        ],
    )


def drop_after_dismissal(tx: Tx, case_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Let nobody do what the law wants at the end of a contract that goes on after all."""
    close_follow_ups(tx, case_id, (at, actor_id, NEEDED_NO_MORE))
