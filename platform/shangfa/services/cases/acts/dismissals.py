"""Dismissals that were posted by themselves: proposals until a named human has answered them.

What is decided at once, a roll-up, an adjustment and a programme may all bring one. None of them is
looked into by a procedure, so it is asked here for what the gate of a procedure asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.acts.dismissals import (
    BY_CASE,
    BY_EVALUATION,
    DismissalFilters,
    DismissalLine,
    DismissalRecord,
    add_dismissal,
    find_dismissals,
)
from shangfa.db.cases.held import hold_by_id
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import EMPLOYEE, HR
from shangfa.domain.cases.faults import ALREADY_DECIDED, DISMISSAL_OPEN, SAME_PERSON
from shangfa.domain.cases.gate import Outcome, gate_faults
from shangfa.domain.cases.parties import PROPOSED
from shangfa.domain.exchange.events import case_moved
from shangfa.domain.faults import INVALID, MISSING, NOT_FOUND, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.access.sight import check_not_own
from shangfa.services.cases.acts.follow_ups import ask_after_dismissal
from shangfa.services.cases.acts.reader import Reader
from shangfa.services.cases.handled import Handled
from shangfa.services.cases.moves.standing import Dismissed, dismissal_faults
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew.cast import those_named
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

ANSWER: Final = "dismissal"
"""What the answer is called where steps are named."""
KNOWN: Final = 200
"""How many of a case, or of a person, are shown."""
_EITHER: Final = Note("case 与 evaluation 必须且只能写一个", "exactly one of case and evaluation")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers to a dismissal that is proposed.

    Attributes:
        origin: the case, or the programme's evaluation, that it comes of.
        dismissal: what the law wants of it: see the gate; nothing for one that is declined.
    """

    subject: str
    case_id: UUID | None
    evaluation_id: UUID | None
    outcome: Outcome
    dismissal: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    note: str = ""

    @property
    def origin(self) -> UUID:
        """What it comes of.

        Raises:
            RefusedError: `missing`, `invalid` when it is not exactly one.
        """
        found = [one for one in (self.case_id, self.evaluation_id) if one is not None]
        if not found:
            raise refused(MISSING, "/case", value="case")
        if len(found) > 1:
            raise refused(INVALID, "/evaluation", value=str(found[1]), why=_EITHER)
        return found[0]


def read_key(text: str) -> tuple[UUID, str]:
    """Return the place in the list that a cursor means.

    Raises:
        ValueError: it is none.
    """
    origin, _, code = text.partition("/")
    return UUID(origin), code


def page(ctx: Context, asked: Page, filters: DismissalFilters) -> Listed[DismissalRecord]:
    """Return the dismissals that were posted by themselves, as far as the asker sees them.

    Those are of whom he sees, of the confidential cases that he handles, and whoever's he is
    named to answer.
    """
    ctx.need("dismissals:read")

    def work(tx: Tx) -> list[DismissalRecord]:
        reader, mine = Reader(tx, ctx, current(tx)), replace(filters, reader=ctx.subject_id)
        if reader.is_named:
            return list(islice(_known(reader, mine), asked.limit + 1))
        return find_dismissals(tx, replace(mine, seen=reader.whom), asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda found: found.key)


def _known(reader: Reader, filters: DismissalFilters) -> Iterator[DismissalRecord]:
    """Yield, the newest first, those that somebody named in the matrix may know of."""
    batch = reader.find(filters, KNOWN)
    while batch:
        yield from (one for one in batch if reader.may_know(one))
        if len(batch) < KNOWN:
            return
        batch = reader.find(replace(filters, after=read_key(batch[-1].key)), KNOWN)


@dataclass(frozen=True, slots=True)
class Answerable:
    """A dismissal as somebody is shown it; `mine`: it waits for his answer."""

    found: DismissalRecord
    mine: bool


def read(ctx: Context, subject: str, origin: UUID) -> Answerable:
    """Return a dismissal that was posted by itself.

    Raises:
        RefusedError: `not_found`, also for one the asker may not know of.
    """
    known = known_of(ctx, DismissalFilters(subject=subject, origins=[origin]))
    if not known:
        raise refused(NOT_FOUND, "")
    return known[0]


def known_of(ctx: Context, filters: DismissalFilters) -> list[Answerable]:
    """Return those that somebody may know of: he sees whom they are about, or may answer them."""
    if not (ctx.may("dismissals:read") or ctx.may("dismissals:answer")):
        return []

    def work(tx: Tx) -> list[Answerable]:
        reader = Reader(tx, ctx, current(tx))
        found = reader.find(replace(filters, reader=ctx.subject_id), KNOWN)
        return [
            Answerable(as_seen(ctx, one), reader.waits_for(one))
            for one in found
            if reader.may_know(one)
        ]

    return reading(ctx, work)


def as_seen(ctx: Context, found: DismissalRecord) -> DismissalRecord:
    """Return a dismissal as somebody may read it: what protects a person is for HR alone."""
    if ctx.role == HR:
        return found
    found = found._replace(body=None)
    return found._replace(note=None, more_evidence=None) if ctx.role == EMPLOYEE else found


def waiting(tx: Tx, ctx: Context, limit: int) -> list[DismissalRecord]:
    """Return the dismissals that wait for the asker's answer, the newest first."""
    reader = Reader(tx, ctx, current(tx))
    asked = DismissalFilters(reader=ctx.subject_id, state="proposed")
    return [found for found in reader.find(asked, limit) if reader.may_answer(found)]


def answer(ctx: Context, said: Answer) -> DismissalRecord:
    """Approve or decline a dismissal that is proposed.

    Raises:
        RefusedError: `not_found`, `already_decided`, `same_person`, `forbidden`, `missing` and all
            that the gate and other cases have against it.
    """
    ctx.need("dismissals:answer")
    taken = refused(ALREADY_DECIDED, "")
    return transact(
        ctx, lambda tx: _answer(tx, ctx, said), taken={BY_CASE: taken, BY_EVALUATION: taken}
    )


def _answer(tx: Tx, ctx: Context, said: Answer) -> DismissalRecord:
    tenant, at = current(tx), now()
    if said.case_id is not None:
        hold_by_id(tx, said.case_id)
    wanted = DismissalFilters(reader=ctx.subject_id, subject=said.subject, origins=[said.origin])
    reader = Reader(tx, ctx, tenant)
    found = next(iter(reader.find(wanted, 1)), None)
    if found is None or not found.stands or not reader.may_know(found):
        raise refused(NOT_FOUND, "")
    if found.outcome is not None:
        raise refused(ALREADY_DECIDED, "")
    _check_who(reader, found)
    if said.outcome == "approved":
        _check_gate(tx, ctx, tenant, (found, said))
    add_dismissal(tx, _line(ctx, found, said, at))
    if found.case_id is not None and said.outcome == "approved":
        ask_after_dismissal(tx, found.case_id, ctx.actor_id, at, at.astimezone(tenant.zone).date())
    if found.case_id is not None and found.incident_id is not None:
        tell(tx, ctx, at, case_moved(found.case_id, found.incident_id, ANSWER, said.outcome))
    tx.flush()
    return find_dismissals(tx, wanted, 1)[0]


def _line(ctx: Context, found: DismissalRecord, said: Answer, at: datetime) -> DismissalLine:
    return DismissalLine(
        new_id(),
        found.subject_id,
        found.case_id,
        found.evaluation_id,
        said.outcome,
        said.dismissal,
        said.evidence,
        said.note,
        ctx.role,
        ctx.actor_id,
        ctx.subject_id,
        at,
    )


def _check_who(reader: Reader, found: DismissalRecord) -> None:
    """Let somebody answer who may, had no part in proposing it, and whom it does not concern."""
    ctx, who = reader.ctx, reader.approvers(found)
    check_not_own(ctx, [found.subject], ANSWER)
    allowed = "/".join(who.said())
    if reader.is_one(found.proposed_by):
        raise refused(SAME_PERSON, "", value=ANSWER, part=PROPOSED, allowed=allowed)
    if ctx.role not in who.roles and ctx.subject not in who.people:
        raise refused(FORBIDDEN, "", role=ctx.role, allowed=allowed)


def _check_gate(
    tx: Tx, ctx: Context, tenant: ReadyTenant, asked: tuple[DismissalRecord, Answer]
) -> None:
    """Refuse a dismissal that was not looked into.

    Raises:
        RefusedError: everything that is missing, or stands against it.
    """
    found, said = asked
    if not said.dismissal:
        raise refused(MISSING, "/dismissal", value="dismissal")
    cast = those_named(tx, [found.subject], tenant.renames)
    people = {found.subject: found.subject_id}
    about = Dismissed(tenant, cast, people, found.case_id, found.policy_id, today(tenant.zone))
    evidence = [*found.evidence, *said.evidence]
    codes = [found.subject]
    faults = list(gate_faults(said.dismissal, codes, evidence, ctx.subject, about.day))
    faults += dismissal_faults(tx, about, said.dismissal)
    if faults:
        raise RefusedError(*faults)


def check_answered(item: Handled) -> None:
    """Let a case pass whose dismissals were answered.

    Raises:
        RefusedError: `dismissal_open`.
    """
    for code, state in item.dismissals.items():
        if state == "proposed":
            raise refused(DISMISSAL_OPEN, "", value=code)
