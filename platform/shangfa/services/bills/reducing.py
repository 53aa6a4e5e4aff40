"""A line of a statement that was objected to becomes less: a decision of its own, booked openly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from shangfa.db import cases
from shangfa.db.cases import DecisionLine
from shangfa.db.months.statements import Reducible, reducible
from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.exchange.events import decision_effective
from shangfa.domain.incidents.chronicle import first_key
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.money import ZERO
from shangfa.domain.months.period import month_named
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import Note
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew.chronicles import NONE, Changes, read_chronicle, settle
from shangfa.services.ledger.decision import effects_view, trace_line
from shangfa.services.ledger.places import of_fact
from shangfa.services.ledger.posting import Batch, move, post
from shangfa.services.ledger.scene import Scene, full_book, look
from shangfa.services.tenancy.ready import ReadyTenant

_WHY: Final = Note(
    "{0} 账单第 {1} 号异议成立，减少 {2} 元：{3}",
    "Objection {1} to the statement of {0} holds; CNY {2} less: {3}",
)


@dataclass(frozen=True, slots=True)
class Reduction:
    """By how much what a month bills a partner by a clause is reduced, CNY, and why."""

    month: str
    partner: str
    clause: str
    amount: Decimal
    objection: int
    reason: str


def most_of(tx: Tx, partner_id: UUID, month: str, clause: str) -> Decimal:
    """Return what still stands of what a month bills by a clause: so much may it be reduced."""
    return sum((item.left for item in reducible(tx, partner_id, month, clause)), ZERO)


@dataclass(frozen=True, slots=True)
class _Part:
    """A line and what is taken off it."""

    line: Reducible
    amount: Decimal

    def posting(self, said: Reduction, tenant: ReadyTenant, policy: Policy) -> Posting:
        """Return it as it is posted: at the place of what it reduces."""
        line = self.line
        place = NOWHERE
        if policy.placed:
            place = of_fact(line.incident_id, line.at, tenant.zone)
        what = (said.partner, line.account, MONEY_UNIT, self.amount, line.clause)
        return Posting(*what, "adjustment", line.day, place=place)


def reduce(tx: Tx, ctx: Context, tenant: ReadyTenant, said: Reduction, at: datetime) -> None:
    """Post a reduction, the oldest line first, in the first open month.

    It is at most `most_of`.

    Raises:
        StartOverError: the tenant changed since it was made ready.
    """
    scene = look(tx, tenant, [said.partner], month_named(said.month).last, Lock.EVER)
    lines = reducible(tx, scene.people[said.partner].id, said.month, said.clause)
    parts = sorted(_parts(lines, said.amount), key=lambda part: part.line.policy)
    for name, group in groupby(parts, key=lambda part: part.line.policy):
        _reduce(tx, ctx, scene, (tenant.policies[name], said, list(group)), at)


def _parts(lines: Sequence[Reducible], amount: Decimal) -> Iterator[_Part]:
    left = amount
    for line in lines:
        used = min(line.left, left)
        left -= used
        if used:
            yield _Part(line, used)


def _reduce(
    tx: Tx,
    ctx: Context,
    scene: Scene,
    asked: tuple[Policy, Reduction, Sequence[_Part]],
    at: datetime,
) -> None:
    """Decide it for each case or evaluation of one policy, with all that follows from it."""
    policy, said, parts = asked
    policy_id, tenant = scene.tenant.policy_ids[policy.name], scene.tenant
    book = full_book(tx, scene, policy, [said.partner], min(part.line.day for part in parts))
    direct = [[part.posting(said, tenant, policy)] for part in parts]
    more = react_in_turn(policy, scene, book, [(postings, []) for postings in direct])
    every = [[*own, *following] for own, following in zip(direct, more, strict=True)]
    lines = [
        _decision(ctx, scene, (policy, said, part), postings, at)
        for part, postings in zip(parts, every, strict=True)
    ]
    cases.add_decisions(tx, lines)
    batches = [
        Batch(line.id, policy_id, at, postings) for line, postings in zip(lines, every, strict=True)
    ]
    post(tx, scene, batches)
    posted = [item for postings in every for item in postings]
    _changes(tx, scene, (policy, book), posted).write(tx, ctx, scene, at)
    move(tx, policy, policy_id, book, scene.people)
    for line, part in zip(lines, parts, strict=True):
        tell(tx, ctx, at, decision_effective(line.id, said.partner, _origin(part), _shown(line)))
    tx.flush()


def _changes(tx: Tx, scene: Scene, known: tuple[Policy, Book], posted: list[Posting]) -> Changes:
    """Assess again what asks for history that is now another."""
    policy, book = known
    if not policy.asks:
        return NONE
    key = first_key(posted)
    chronicle = read_chronicle(tx, scene, policy, min(item.day for item in posted))
    chronicle.others += posted
    return settle(tx, scene, book, chronicle, key)


def _decision(
    ctx: Context,
    scene: Scene,
    asked: tuple[Policy, Reduction, _Part],
    postings: list[Posting],
    at: datetime,
) -> DecisionLine:
    policy, said, part = asked
    version = policy.at(part.line.day)
    why = _WHY.of(said.month, said.objection, part.amount, said.reason)
    body = {
        "policy": {"name": policy.name, "version": version.number if version else 0},
        "effects": effects_view(postings),
        "trace": [trace_line(Line(why, part.line.clause, said.partner))],
        "reason": said.reason,
        "adjusts": part.line.decision_id,
        "reduces": said.month,
    }
    person = scene.people[said.partner].id
    whose = (part.line.case_id, part.line.evaluation_id, person)
    return DecisionLine(new_id(), *whose, "reduction", body, said.reason, ctx.actor_id, at)


def _origin(part: _Part) -> dict[str, Any]:
    if part.line.incident_id is None:
        return {"evaluation": part.line.evaluation_id}
    return {"incident": part.line.incident_id, "case": part.line.case_id}


def _shown(line: DecisionLine) -> Any:
    return line.body["effects"]
