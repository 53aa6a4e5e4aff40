"""Reverse incidents: compensating entries for all that was posted and all that followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shangfa.db import cases as sql
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.ledger.posting import Posting
from shangfa.services.access.sight import check_not_own
from shangfa.services.cases.opened import Act, OpenedCase, body_of, follow, open_case, write
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.ledger.decision import EffectView, sum_effects
from shangfa.services.ledger.posting import taken_back
from shangfa.services.notices.corrections import Correction, correct_notices
from shangfa.services.tenancy.ready import ready
from shangfa.services.transaction import transact


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a reversal took back."""

    incident: UUID
    reversed_at: datetime
    effects: list[EffectView]
    reason: str


def reverse(ctx: Context, incident_id: UUID, reason: str) -> Reversal:
    """Undo an incident in one transaction.

    Raises:
        RefusedError: `not_found`, `already_reversed`, `same_person` whom it concerns.
    """
    ctx.need("incidents:reverse")
    return transact(ctx, lambda tx: reverse_in(tx, ctx, incident_id, reason), Kind.BUSY)


def reverse_in(tx: Tx, ctx: Context, incident_id: UUID, reason: str) -> Reversal:
    """Undo an incident in an open transaction.

    Raises:
        RefusedError: as `reverse`.
    """
    opened = open_case(tx, ctx, ready(ctx.tenant), incident_id)
    check_not_own(ctx, opened.case.subjects, "reverse")
    at = now()
    undone = [
        (item, {"effects": body_of(item, "reversal")}) for item in follow(opened, undo(opened))
    ]
    write(tx, ctx, opened, Act("reverse", "reversed", "reversal", reason, at), undone)
    ids = opened.standing_ids()
    sql.mark_reversed(tx, opened.case, ids, at)
    said = Correction("reversed", reason, at, opened.scene.tenant.zone)
    correct_notices(tx, ctx, (opened.case.id, ids), said)
    effects = sum_effects(effect for _, body in undone for effect in body["effects"])
    return Reversal(incident_id, at, effects, reason)


def undo(opened: OpenedCase) -> Mapping[str, list[Posting]]:
    """Return, for each subject, what takes back the direct postings of its decisions."""
    return taken_back(opened.posted, opened.standing())
