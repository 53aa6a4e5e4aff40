"""A case held for a further decision: its people locked, what it posted read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shangfa.db import cases as sql
from shangfa.db import ledger
from shangfa.db.cases import DecisionLine, StepLine, StoredCase
from shangfa.db.cases.deadlines import end_clocks
from shangfa.db.cases.held import advance
from shangfa.db.cases.written import TakenLine
from shangfa.db.ledger import Posted
from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.faults import ILLEGAL_STEP
from shangfa.domain.cases.states import IMMEDIATE, CaseState, DecisionKind, Step
from shangfa.domain.exchange.events import Event, case_moved, decision_effective, decision_reversed
from shangfa.domain.faults import NOT_FOUND, RefusedError, refused
from shangfa.domain.incidents.chronicle import first_key
from shangfa.domain.incidents.faults import ALREADY_REVERSED
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Line, Place, Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew.chronicles import (
    NONE,
    Changes,
    facts_of,
    read_chronicle,
    settle,
)
from shangfa.services.ledger.decision import effects_view
from shangfa.services.ledger.places import of_fact
from shangfa.services.ledger.posting import Batch, move, post
from shangfa.services.ledger.scene import Scene, full_book, look
from shangfa.services.tenancy.ready import ReadyTenant


@dataclass(slots=True)
class OpenedCase:
    """A case held for change until the transaction ends.

    Attributes:
        posted: what its sanctions and choices posted so far.
        place: of its incident within the day.
    """

    case: StoredCase
    policy: Policy
    scene: Scene
    book: Book
    posted: list[Posted]
    place: Place

    def standing(self) -> list[str]:
        """Return the subjects whose part counts."""
        case = self.case
        return [code for code, stands in zip(case.subjects, case.stands, strict=True) if stands]

    def standing_ids(self) -> list[UUID]:
        """Return the ids of those whose part was not taken back, though it may wait."""
        left = zip(self.case.subjects, self.case.left, strict=True)
        return [self.scene.people[code].id for code, stays in left if stays]


def open_case(tx: Tx, ctx: Context, tenant: ReadyTenant, incident_id: UUID) -> OpenedCase:
    """Lock a case and everybody its incident touches, and read what it posted.

    Raises:
        RefusedError: `not_found`, also for a confidential one the asker does not handle;
            `already_reversed`.
    """
    case = sql.hold_case(tx, incident_id)
    if case is None or (case.handlers is not None and ctx.subject not in case.handlers):
        raise refused(NOT_FOUND, "")
    scene = look(tx, tenant, case.subjects, case.on, Lock.EVER)
    policy = tenant.policies[case.policy]
    book = full_book(tx, scene, policy, case.subjects, case.on)
    if case.state == "reversed" or not any(case.left):
        raise _nothing_stands(case)
    place = _place(tx, tenant, case) if policy.placed else NOWHERE
    return OpenedCase(case, policy, scene, book, ledger.posted_by(tx, case.id), place)


def _place(tx: Tx, tenant: ReadyTenant, case: StoredCase) -> Place:
    fact = ledger.fact_of(tx, case.id)
    at = fact[1] if fact and fact[2] else None
    return of_fact(case.incident_id, at, tenant.zone)


def _nothing_stands(case: StoredCase) -> RefusedError:
    """Return why nothing can be decided further: it was undone, or it does not count yet."""
    if case.procedure == IMMEDIATE or case.state == "reversed":
        return refused(ALREADY_REVERSED, "", value=str(case.incident_id))
    value, allowed = "reversal", f"/v1/cases/{case.id}"
    return refused(ILLEGAL_STEP, "", state=case.state, value=value, allowed=allowed)


@dataclass(slots=True)
class Further:
    """A further decision for one subject of a case.

    Attributes:
        postings: its own, and once followed all that comes of them.
        trace: what explains it.
    """

    subject: str
    postings: list[Posting]
    trace: list[Line]


def follow(opened: OpenedCase, direct: Mapping[str, list[Posting]]) -> list[Further]:
    """Return what postings of each subject bring, with what the reactions add."""
    place = opened.place
    found = [
        Further(subject, [item._replace(place=place) for item in items], [])
        for subject, items in direct.items()
    ]
    batches = [(item.postings, item.trace) for item in found]
    more = react_in_turn(opened.policy, opened.scene, opened.book, batches)
    for item, following in zip(found, more, strict=True):
        item.postings += following
    return found


@dataclass(frozen=True, slots=True)
class Act:
    """What is done in a case: the step, the state after it, and the kind of its decisions."""

    step: Step
    state: CaseState
    kind: DecisionKind
    reason: str
    at: datetime


def write(
    tx: Tx,
    ctx: Context,
    opened: OpenedCase,
    act: Act,
    further: Sequence[tuple[Further, Mapping[str, Any]]],
) -> None:
    """Write a step with its decisions, move the ledger and tell it.

    `further`: each subject's decision with its body as it is kept.
    """
    case, scene = opened.case, opened.scene
    number = case.revision + 1
    changes = settled(tx, opened, further, reversing=act.kind == "reversal")
    line = StepLine(
        new_id(), case.id, number, act.step, act.state, act.reason, ctx.actor_id, act.at
    )
    _note(tx, ctx, case, line)
    decided = [
        DecisionLine(
            new_id(),
            case.id,
            None,
            scene.people[item.subject].id,
            act.kind,
            body,
            act.reason,
            ctx.actor_id,
            act.at,
        )
        for item, body in further
    ]
    sql.add_decisions(tx, decided)
    cause = "reversal" if act.kind == "reversal" else None
    batches = [
        Batch(line.id, case.policy_id, act.at, item.postings, cause)
        for line, (item, _) in zip(decided, further, strict=True)
    ]
    post(tx, scene, batches)
    changes.write(tx, ctx, scene, act.at)
    move(tx, opened.policy, case.policy_id, opened.book, scene.people)
    moved = case_moved(case.id, case.incident_id, act.step, act.state)
    tell(tx, ctx, act.at, moved, *_decided(case, act, decided, further))


def _note(tx: Tx, ctx: Context, case: StoredCase, line: StepLine) -> None:
    """Write the step; a case under a procedure has no further one, whatever state it was in."""
    if case.procedure == IMMEDIATE:
        sql.move_case(tx, case, line)
        return
    taken = TakenLine(*line, {}, ctx.role, ctx.subject_id)
    advance(tx, case, taken, case.gathered, is_open=False)
    end_clocks(tx, case.id, line.at)


def settled(
    tx: Tx,
    opened: OpenedCase,
    further: Sequence[tuple[Further, Mapping[str, Any]]],
    *,
    reversing: bool,
) -> Changes:
    """Return what a further decision changes for later facts that ask for history."""
    case, policy = opened.case, opened.policy
    if not policy.asks or not opened.standing():
        return NONE
    chronicle = read_chronicle(tx, opened.scene, policy, case.on)
    posted = [posting for item, _ in further for posting in item.postings]
    key = first_key(posted)
    if reversing:
        facts = facts_of(chronicle, case.incident_id)
        chronicle.facts = [it for it in chronicle.facts if it.order != facts[0].order]
        posted += [item for fact in facts for own in fact.direct.values() for item in own]
        key = facts[0].key
    chronicle.others += posted
    return settle(tx, opened.scene, opened.book, chronicle, key)


def _decided(
    case: StoredCase,
    act: Act,
    lines: Sequence[DecisionLine],
    further: Sequence[tuple[Further, Mapping[str, Any]]],
) -> list[Event]:
    said = decision_reversed if act.kind == "reversal" else decision_effective
    origin = {"incident": case.incident_id, "case": case.id}
    return [
        said(line.id, item.subject, origin, body["effects"])
        for line, (item, body) in zip(lines, further, strict=True)
    ]


def body_of(item: Further, cause: str | None = None) -> list[Any]:
    """Return the effects of a further decision; `cause` instead of their own."""
    shown = [posting._replace(cause=cause) if cause else posting for posting in item.postings]
    return list(effects_view(shown))
