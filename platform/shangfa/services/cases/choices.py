"""Set what an incident left to a named human: values inside their limits, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shangfa.db import cases as sql
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.cases.faults import ALREADY_DECIDED
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.faults import refused
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ZERO
from shangfa.services.access.sight import check_not_own
from shangfa.services.cases.opened import Act, OpenedCase, body_of, follow, open_case, write
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.ledger.choosing import Choice, Value, chosen, known, posting_of
from shangfa.services.ledger.decision import (
    EffectView,
    TraceView,
    sum_effects,
    trace_line,
)
from shangfa.services.tenancy.ready import ready
from shangfa.services.transaction import transact


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the choices of an incident posted and what followed."""

    incident: UUID
    decided_at: datetime
    effects: list[EffectView]
    trace: list[TraceView]
    reason: str


def choose(ctx: Context, incident_id: UUID, values: Sequence[Value], reason: str) -> Chosen:
    """Decide every open choice of an incident in one transaction.

    `values`: one left out is 0 where 0 is allowed.

    Raises:
        RefusedError: `not_found`, `already_reversed`, `already_decided`, `out_of_range`,
            `not_one_of`, `unknown_choice`, `same_person` whom it concerns.
    """
    ctx.need("incidents:choose")
    return transact(ctx, lambda tx: _choose(tx, ctx, incident_id, values, reason), Kind.BUSY)


def _choose(
    tx: Tx, ctx: Context, incident_id: UUID, values: Sequence[Value], reason: str
) -> Chosen:
    opened = open_case(tx, ctx, ready(ctx.tenant), incident_id)
    check_not_own(ctx, opened.case.subjects, "choose")
    if opened.case.procedure != IMMEDIATE:
        raise refused(ALREADY_DECIDED, "")
    left, made = sql.open_choices(tx, opened.case.id)
    if opened.case.state != "choice_open" and (left or made):
        raise refused(ALREADY_DECIDED, "")
    at = now()
    further = follow(opened, _direct(opened, chosen(known(left), values)))
    bodies = [
        {
            "effects": body_of(item),
            "trace": [trace_line(line) for line in item.trace],
            "reason": reason,
        }
        for item in further
    ]
    done = list(zip(further, bodies, strict=True))
    write(tx, ctx, opened, Act("choose", "effective", "choice", reason, at), done)
    effects = sum_effects(effect for body in bodies for effect in body["effects"])
    return Chosen(
        incident_id, at, effects, [line for body in bodies for line in body["trace"]], reason
    )


def _direct(opened: OpenedCase, found: Sequence[Choice]) -> Mapping[str, list[Posting]]:
    """Return the postings of each subject that had a choice, in the subjects' order."""
    asked = {choice["subject"] for choice, _ in found}
    direct: dict[str, list[Posting]] = {
        code: [] for code in opened.case.subjects if not asked or code in asked
    }
    for choice, value in found:
        if value != ZERO:
            direct[choice["subject"]].append(posting_of(choice, value, opened.case.on))
    return direct
