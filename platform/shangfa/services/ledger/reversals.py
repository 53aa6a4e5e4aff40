"""Reverse incidents: compensating entries for all that was posted and all that followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shangfa.db import incidents as sql
from shangfa.db.incidents import Lock, StoredIncident, Writes
from shangfa.db.replies import read_reply
from shangfa.db.session import Raw, pipelined
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.incidents.faults import ALREADY_REVERSED
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id, now
from shangfa.services.context import HR, Context
from shangfa.services.incidents.record import answered, ledger, trying
from shangfa.services.ledger import tallies as totals
from shangfa.services.ledger.scene import Scene, full_book, look
from shangfa.services.ledger.shown import effects_view
from shangfa.services.replies import Answer, replay, to_json
from shangfa.services.tenancy.ready import LoadedTenant


@dataclass(slots=True)
class Opened:
    """A stored incident held for change: its people are locked until the end.

    Attributes:
        posted: what its decisions posted so far.
    """

    incident: StoredIncident
    policy: Policy
    scene: Scene
    book: Book
    posted: list[sql.Posted]


def open_incident(raw: Raw, tenant: LoadedTenant, incident_id: UUID) -> Opened:
    """Lock everybody an incident touches and read what it posted.

    Raises:
        RefusedError: `not_found`, `already_reversed`.
    """
    incident = sql.stored_incident(raw, tenant.id, incident_id)
    if incident is None:
        raise refused(NOT_FOUND, "")
    scene = look(raw, tenant, incident.subjects, incident.on, (Lock.EVER, None))
    policy = tenant.policies[incident.policy]
    book = full_book(raw, scene, policy, incident.subjects)
    if sql.has_decision(raw, tenant.id, incident_id, "reversal"):
        raise refused(ALREADY_REVERSED, "", value=str(incident_id))
    posted = sql.posted_by(raw, tenant.id, incident_id)
    return Opened(incident, policy, scene, book, posted)


def reverse(ctx: Context, incident_id: UUID, reason: str) -> Answer:
    """Undo an incident in one transaction.

    Raises:
        RefusedError: `not_found`, `already_reversed`.
    """
    ctx.need(HR)
    return trying(ctx.tenant, lambda tenant: _reverse(ctx, tenant, incident_id, reason))


def _reverse(ctx: Context, tenant: LoadedTenant, incident_id: UUID, reason: str) -> Answer:
    with pipelined(tenant.id) as raw:
        known = replay(read_reply(raw, tenant.id, ctx.reply_key), ctx.digest)
        if known is not None:
            return known
        opened = open_incident(raw, tenant, incident_id)
        undone = undo(opened)
        effects = [item._replace(cause="reversal") for item in undone]
        body = {"effects": effects_view(effects), "reason": reason}
        writes = Writes()
        at = write(writes, ctx, opened, (incident_id, "reversal", body, reason), undone)
        view = {"incident": str(incident_id), "reversed_at": at} | body
        return answered(raw, ctx, writes, Answer(201, to_json(view)))


def undo(opened: Opened) -> list[Posting]:
    """Return what takes back the direct postings and everything that follows from them."""
    direct = [
        Posting(
            item.subject,
            item.account,
            item.unit,
            -item.quantity,
            item.clause,
            item.cause,
            item.day,
            item.joint,
        )
        for item in opened.posted
        if item.cause == "clause"
    ]
    trace: list[Line] = []
    return direct + react(opened.policy, opened.scene, opened.book, direct, trace)


def write(
    writes: Writes,
    ctx: Context,
    opened: Opened,
    decision: tuple[UUID, str, Any, str],
    postings: Sequence[Posting],
) -> Any:
    """Add a further decision of an incident and return when it was made.

    `decision`: (incident, kind, body, reason).
    """
    incident_id, kind, body, reason = decision
    scene, at = opened.scene, now()
    row = (scene.tenant.id, new_id(), incident_id, kind, to_json(body).decode(), reason)
    entries = ledger(postings, scene.people, "reversal" if kind == "reversal" else None)
    moved = totals.moves(opened.policy, opened.book, scene.people)
    policy_id = opened.incident.policy_id
    sql.write_decision(writes, (*row, ctx.key_id, at), policy_id, entries, moved)
    return at
