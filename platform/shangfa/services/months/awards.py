"""Post what a programme gives: a decision for each subject, with all that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shangfa.db import cases
from shangfa.db import ledger as ledger_sql
from shangfa.db.cases import DecisionLine
from shangfa.db.months import evaluations as sql
from shangfa.db.months.evaluations import EvaluationLine
from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import decision_effective
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.months.period import month_of
from shangfa.domain.policies.policy import Policy
from shangfa.services.cases.opened import Further
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger import tallies
from shangfa.services.ledger.decision import effects_view, trace_line
from shangfa.services.ledger.posting import Batch, post
from shangfa.services.ledger.scene import Scene, full_book, look
from shangfa.services.tenancy.ready import ReadyTenant

AT_ONCE: Final = 1000
"""How many rows one statement writes."""


@dataclass(frozen=True, slots=True)
class Awards:
    """What a programme gives for a period, and what is to be posted for it now.

    Attributes:
        day: the local day it counts on.
        wanted: all it gives.
        changed: what of it was not posted before.
    """

    evaluation: EvaluationLine
    policy: Policy
    version: int
    day: date
    wanted: Sequence[Posting]
    changed: Sequence[Posting]

    def by_subject(self) -> list[Further]:
        """Return the direct postings of each subject's decision, with what explains them."""
        found: dict[str, Further] = {}
        for item in self.changed:
            own = found.setdefault(item.subject, Further(item.subject, [], []))
            own.postings.append(item)
        for item in self.wanted:
            if item.subject in found and item.note.zh:
                found[item.subject].trace.append(Line(item.note, item.clause, item.subject))
        return list(found.values())


def award(tx: Tx, ctx: Context, tenant: ReadyTenant, awards: Awards) -> list[Posting]:
    """Keep an evaluation and post what changed; return all that was posted.

    Raises:
        StartOverError: the tenant changed since it was made ready.
        RefusedError: `plugin_failed`.
    """
    sql.add_evaluation(tx, awards.evaluation)
    decisions = awards.by_subject()
    codes = sorted(item.subject for item in decisions)
    scene = look(tx, tenant, codes, awards.day, Lock.EVER)
    if tenant.reacts and decisions:
        _follow(tx, scene, awards, decisions)
    for part in _parts(decisions):
        decide(tx, ctx, scene, awards, part)
        tx.flush()
    return [posting for item in decisions for posting in item.postings]


def _parts(decisions: Sequence[Further]) -> Iterator[list[Further]]:
    """Yield decisions in parts that fit into one statement each."""
    part: list[Further] = []
    for item in decisions:
        part.append(item)
        if sum(len(other.postings) + 1 for other in part) > AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _follow(tx: Tx, scene: Scene, awards: Awards, decisions: Sequence[Further]) -> None:
    """Add to each decision what the policy's reactions post, and move the totals."""
    policy, policy_id = awards.policy, awards.evaluation.key.policy_id
    book = full_book(tx, scene, policy, [item.subject for item in decisions], awards.day)
    batches = [(item.postings, item.trace) for item in decisions]
    more = react_in_turn(policy, scene, book, batches)
    for item, following in zip(decisions, more, strict=True):
        item.postings += following
    ledger_sql.set_tallies(tx, policy_id, tallies.moves(policy, book, scene.people))


def decide(
    tx: Tx, ctx: Context, scene: Scene, awards: Awards, decisions: Sequence[Further]
) -> None:
    """Write the decisions of some subjects, post them and tell them."""
    evaluation = awards.evaluation
    at, origin = evaluation.at, {"evaluation": evaluation.id}
    lines = [
        DecisionLine(
            new_id(),
            None,
            evaluation.id,
            scene.people[item.subject].id,
            "evaluation",
            _body(awards, item),
            "",
            evaluation.actor_id,
            at,
        )
        for item in decisions
    ]
    decided = list(zip(lines, decisions, strict=True))
    policy_id = evaluation.key.policy_id
    cases.add_decisions(tx, lines)
    month = month_of(awards.day)
    post(
        tx,
        scene,
        [Batch(line.id, policy_id, at, item.postings, month=month) for line, item in decided],
    )
    events = [
        decision_effective(line.id, item.subject, origin, line.body["effects"])
        for line, item in decided
    ]
    tell(tx, ctx, at, *events)


def _body(awards: Awards, item: Further) -> dict[str, Any]:
    """Return a decision as it is kept."""
    return {
        "policy": {"name": awards.policy.name, "version": awards.version},
        "effects": effects_view(item.postings),
        "trace": [trace_line(line) for line in item.trace],
    }
