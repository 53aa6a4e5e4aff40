"""An incident as somebody may see it; the same whether just recorded or read back.

HR and auditors see all, supervisors their team of the day and themselves, employees
themselves, finance money without facts, notes, evidence and trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.domain.access.sight import seen_codes, sees_money_only
from shangfa.services.cases.choices import Chosen
from shangfa.services.cases.shown import CaseShown
from shangfa.services.context import Context
from shangfa.services.ledger.decision import DecisionView, money_effects, seen_part


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case of an incident."""

    id: UUID
    state: str
    procedure: str
    shown: CaseShown | None = None
    """What else there is to say of it, None when it was immediate."""


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident with its decision.

    Attributes:
        shares: percent in the order of `subjects`, empty when not shared.
        facts, note, evidence, external_id, quantity: None for who may not see them.
        chosen: what a human set, None while nothing was.
    """

    id: UUID
    case: CaseView
    clause: str
    subjects: tuple[str, ...]
    shares: tuple[Decimal, ...]
    occurred_at: datetime
    occurred_on: date
    quantity: Decimal | None
    facts: Mapping[str, Any] | None
    note: str | None
    evidence: tuple[str, ...] | None
    external_id: str | None
    recorded_at: datetime
    reversed_at: datetime | None
    decision: DecisionView
    chosen: Chosen | None = None


def as_seen(
    ctx: Context, view: IncidentView, team: frozenset[str], *, own_only: bool = False
) -> IncidentView:
    """Return an incident as the asker may see it.

    `team`: whom he supervised that day; `own_only`: he sees his own part, whatever his role.
    """
    if sees_money_only(ctx.role):
        return _money_of(view)
    codes = seen_codes(ctx.role, ctx.subject, view.subjects, team)
    if own_only and ctx.subject is not None:
        codes = frozenset({ctx.subject})
    if codes is None:
        return view
    places = [index for index, code in enumerate(view.subjects) if code in codes]
    chosen = view.chosen
    if chosen is not None:
        chosen = replace(
            chosen,
            effects=[item for item in chosen.effects if item["subject"] in codes],
            trace=[line for line in chosen.trace if line.get("subject", "") in {"", *codes}],
        )
    return replace(
        view,
        subjects=tuple(view.subjects[index] for index in places),
        shares=tuple(view.shares[index] for index in places) if view.shares else (),
        decision=seen_part(view.decision, codes),
        chosen=chosen,
    )


def _money_of(view: IncidentView) -> IncidentView:
    decision: DecisionView = {
        "policy": view.decision["policy"],
        "effects": money_effects(view.decision["effects"]),
        "choices": [],
        "deadlines": [],
        "findings": [],
        "trace": [],
    }
    chosen = view.chosen
    if chosen is not None:
        chosen = replace(chosen, effects=money_effects(chosen.effects), trace=[], reason="")
    return replace(
        view,
        quantity=None,
        facts=None,
        note=None,
        evidence=None,
        external_id=None,
        decision=decision,
        chosen=chosen,
    )
