"""Which subjects somebody may see on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from shangfa.db import people as sql
from shangfa.db.access import persons_of
from shangfa.db.people import SubjectRecord
from shangfa.db.people.restrictions import EVERYBODY, Whom, restricted
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import Sight, sight_of
from shangfa.domain.audit.faults import RESTRICTED
from shangfa.domain.cases.faults import SAME_PERSON
from shangfa.domain.cases.parties import SUBJECT_OF
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.context import Context


def seen_by(tx: Tx, ctx: Context, day: date) -> Whom:
    """Return whom the asker may see on a day: himself and his team, or everybody.

    Who is restricted is seen by HR and himself alone.
    """
    sight = sight_of(ctx.role)
    if sight is Sight.SELF or (sight is Sight.TEAM and ctx.subject_id is None):
        return Whom([ctx.subject_id] if ctx.subject_id is not None else [])
    whom = EVERYBODY
    if tx.kept_out:
        whom = Whom(but=[one for one in restricted(tx).values() if one != ctx.subject_id])
    if sight is Sight.EVERYBODY:
        return whom
    assert ctx.subject_id is not None  # noqa: S101 - narrows for mypy
    return whom._replace(only=[ctx.subject_id, *sql.team_ids(tx, ctx.subject_id, day)])


def let_pay(tx: Tx, ctx: Context) -> None:
    """Let a transaction show who is restricted to whoever has to pay him."""
    if ctx.may("restricted:pay"):
        tx.kept_out = False


def hidden_codes(tx: Tx, ctx: Context) -> frozenset[str]:
    """Return the codes of those a list does not name to the asker."""
    return frozenset(restricted(tx)) - {ctx.subject} if tx.kept_out else frozenset()


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
        RefusedError: `not_found`, for one he may not see as if there were none; `restricted` to
            who knows of him, because he pays him.
    """
    found = sql.find_subject(tx, code)
    if found is None:
        raise refused(NOT_FOUND, "")
    if seen_by(tx, ctx, day).has(found.id):
        return found
    if found.restricted_at is not None and ctx.may("restricted:pay"):
        raise refused(RESTRICTED, "", value=code)
    raise refused(NOT_FOUND, "")
