"""What-ifs: a version tried on what has happened, by a job that can be watched and cancelled."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shangfa.db import facts
from shangfa.db import policies as sql
from shangfa.db.facts import Touched
from shangfa.db.policies import ReplayLine, ReplayRecord
from shangfa.db.server.jobs import Job, defer
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.documents.policy.compile import compile_version, read_document
from shangfa.documents.source import read_yaml
from shangfa.domain.faults import INVALID, NOT_FOUND, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.clock import new_id, now
from shangfa.services.command import COMMAND
from shangfa.services.context import Context
from shangfa.services.policies.trying.concerned import Differs, differing
from shangfa.services.policies.trying.what_if import Comparison, try_version
from shangfa.services.tenancy.ready import ReadyTenant, current, load
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import reading, transact

log = logging.getLogger("shangfa.replays")
BACKWARDS = Note("from 不得晚于 to", "`from` must not lie after `to`")


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise refused(INVALID, "/to", value=str(self.last), why=BACKWARDS)


class _CancelledError(Exception):
    """Somebody cancelled the what-if."""


def start(ctx: Context, policy_id: UUID, number: int, days: Days) -> ReplayRecord:
    """Let a version be tried on the incidents between two days.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("policies:replay")

    def work(tx: Tx) -> ReplayRecord:
        current(tx)
        version_id = _version(tx, policy_id, number)
        line = ReplayLine(
            new_id(), version_id, days.first, days.last, "waiting", ctx.actor_id, now()
        )
        sql.add_replay(tx, line)
        told = {"tenant": tx.tenant, "replay": line.id}
        defer(tx, Job("replays", "replay_version", f"replay:{line.id}", told))
        return _last(tx, version_id)

    return transact(ctx, work)


def read(ctx: Context, policy_id: UUID, number: int) -> ReplayRecord:
    """Return the last what-if of a version.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("policies:replay")

    def work(tx: Tx) -> ReplayRecord:
        current(tx)
        return _last(tx, _version(tx, policy_id, number))

    return reading(ctx, work)


def cancel(ctx: Context, policy_id: UUID, number: int) -> ReplayRecord:
    """Stop the last what-if of a version; one that has ended stays as it is.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("policies:replay")

    def work(tx: Tx) -> ReplayRecord:
        current(tx)
        version_id = _version(tx, policy_id, number)
        sql.end_replay(tx, _last(tx, version_id).id, "cancelled", {}, now())
        return _last(tx, version_id)

    return transact(ctx, work)


def _version(tx: Tx, policy_id: UUID, number: int) -> UUID:
    found = sql.find_version(tx, policy_id, number)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found.id


def _last(tx: Tx, version_id: UUID) -> ReplayRecord:
    found = sql.last_replay(tx, version_id)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def run(tenant_id: UUID, replay_id: UUID) -> str:
    """Do a what-if that waits, and return how it ended; what has ended is left alone."""
    with begin(tenant_id) as tx:
        asked = sql.find_replay(tx, replay_id)
    if asked is None:
        return "gone"
    try:
        result, state = _compare(tenant_id, asked).result(), "done"
    except _CancelledError:
        return "cancelled"
    except RefusedError as error:
        log.warning("what-if %s: %s", replay_id, error)
        result, state = {"why": [{"zh": item.zh, "en": item.en} for item in error.faults]}, "failed"
    with begin(tenant_id) as tx:
        sql.end_replay(tx, replay_id, state, result, now())
    return state


def _compare(tenant_id: UUID, asked: ReplayRecord) -> Comparison:
    with begin(tenant_id, Kind.SNAPSHOT) as tx:
        tenant = load(tx)
        name, number, document = _document(tx, asked.version_id)
        meant = Touched(asked.first, asked.last, policy_id=tenant.policy_ids.get(name))
        incidents = facts.count(tx, meant) if meant.policy_id else 0

        def go_on(done: int) -> None:
            with begin(tenant_id) as own:
                if not sql.move_replay(own, asked.id, "running", incidents, done):
                    raise _CancelledError

        go_on(0)
        version = tenant.words.build(document, number)
        differs = _differs(tx, tenant, name, document)
        days = (asked.first, asked.last)
        return try_version(tx, tenant, (name, version, differs), days, go_on)


def _document(tx: Tx, version_id: UUID) -> tuple[str, int, dict[str, Any]]:
    found = sql.policy_of_version(tx, version_id)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def _differs(tx: Tx, tenant: ReadyTenant, name: str, document: dict[str, Any]) -> Differs | None:
    """Return the rules said differently, when one version is in force and no more differs."""
    published = [item for item in sql.published_versions(tx) if item.policy == name]
    if len(published) != 1 or tenant.renames:
        return None
    return differing(published[0].document, document)


def try_text(slug: str, text: str, days: Days) -> dict[str, Any]:
    """Return what a document that is stored nowhere would have changed in a tenant.

    Raises:
        RefusedError: `unknown_tenant`, every fault of the document.
    """
    tenant_id = reading(COMMAND, lambda tx: enter_tenant(tx, slug))
    source = read_yaml(text, "policy")
    with begin(tenant_id, Kind.SNAPSHOT) as tx:
        tenant = load(tx)
        version = compile_version(source, tenant.kinds, attributes=tenant.attributes)
        doc = read_document(source)
        differs = _differs(tx, tenant, doc.policy, doc.model_dump(mode="json"))
        asked = (doc.policy, version, differs)
        return try_version(tx, tenant, asked, (days.first, days.last)).result()


def progress(found: ReplayRecord) -> dict[str, Any]:
    """Return how far a what-if is and, once it is done, what it found."""
    empty: dict[str, Any] = {"changed": 0, "refused": 0, "totals": [], "subjects": []}
    return {
        "state": found.state,
        "from": found.first,
        "to": found.last,
        "incidents": found.incidents,
        "done": found.done,
        **empty,
        "examples": [],
        **found.result,
    }
