"""Which subjects somebody may see on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from shangfa.db import people as sql
from shangfa.db.access import persons_of
from shangfa.db.people import SubjectRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import Sight, sight_of
from shangfa.domain.cases.faults import SAME_PERSON
from shangfa.domain.cases.parties import SUBJECT_OF
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.context import Context


def seen_ids(tx: Tx, ctx: Context, day: date) -> list[UUID] | None:
    """Return whom the asker may see on a day: himself and his team; None for everybody."""
    sight = sight_of(ctx.role)
    if sight is Sight.EVERYBODY:
        return None
    if ctx.subject_id is None:
        return []
    team = sql.team_ids(tx, ctx.subject_id, day) if sight is Sight.TEAM else []
    return [ctx.subject_id, *team]


def check_not_own(ctx: Context, codes: Iterable[str], act: str) -> None:
    """Let pass whom a decision, or what it rests on, does not concern himself.

    `act`: what he wants to do, by its name.

    Raises:
        RefusedError: `same_person`.
    """
    if ctx.subject is not None and ctx.subject in codes:
        raise refused(SAME_PERSON, "", value=act, part=SUBJECT_OF, allowed=ctx.role)


def is_one_of(tx: Tx, ctx: Context, actor_ids: Collection[UUID]) -> bool:
    """Tell whether the asker is one of some actors, or the person behind one of them."""
    if ctx.actor_id in actor_ids:
        return True
    return ctx.subject_id is not None and ctx.subject_id in persons_of(tx, actor_ids)


def find_seen(tx: Tx, ctx: Context, code: str, day: date) -> SubjectRecord:
    """Return a subject whom the asker may see on a day.

    Raises:
        RefusedError: `not_found`, for one he may not see as if there were none.
    """
    found = sql.find_subject(tx, code)
    if found is not None:
        seen = seen_ids(tx, ctx, day)
        if seen is None or found.id in seen:
            return found
    raise refused(NOT_FOUND, "")
