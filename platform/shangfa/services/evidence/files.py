"""Hand a file in as evidence, and get it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import IO
from uuid import UUID

from shangfa.config import settings
from shangfa.db.evidence import files as sql
from shangfa.db.evidence.files import EvidenceRecord, Naming
from shangfa.db.incidents import Filters, Seen, find_incidents
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import Sight, sight_of
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.evidence.faults import EMPTY_FILE, FILE_TOO_LARGE
from shangfa.domain.evidence.kinds import Look
from shangfa.domain.evidence.names import harmless, named_for
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.outside.files import fetch, keep, pieces
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

Approves = Callable[[Tx, Context, UUID], bool]
"""Tells whether somebody is named to approve what a file is evidence in."""


@dataclass(frozen=True, slots=True)
class Seized:
    """What a file turned out to be."""

    sha256: str
    size: int
    type: str
    name: str


def examine(name: str, file: IO[bytes]) -> Seized:
    """Return what a file is, read to its end.

    Raises:
        RefusedError: `unsafe_name`, `empty_file`, `file_too_large`, `wrong_type`.
    """
    name = harmless(name)
    digest, size, look = hashlib.sha256(), 0, Look()
    for piece in pieces(file):
        size += len(piece)
        if size > settings().max_evidence:
            raise refused(FILE_TOO_LARGE, "/file", value=name, allowed=settings().max_evidence)
        digest.update(piece)
        look.take(piece)
    if not size:
        raise refused(EMPTY_FILE, "/file", value=name)
    kind = look.kind()
    name = named_for(name, kind)
    return Seized(digest.hexdigest(), size, kind or "", name)


def add(ctx: Context, name: str, file: IO[bytes]) -> EvidenceRecord:
    """Keep a file as evidence; the content first, so that what is on record is there.

    `file`: can be read twice from its beginning; the asker's digest is of the request without it.

    Raises:
        RefusedError: what `examine` refuses, `store_unavailable`.
    """
    ctx.need("evidence:add")
    file.seek(0)
    found = examine(name, file)
    file.seek(0)
    keep(ctx.tenant, found.sha256, file)
    whole = hashlib.sha256(ctx.digest + f"{found.sha256} {found.name}".encode()).digest()

    def work(tx: Tx) -> EvidenceRecord:
        current(tx)
        values = (found.sha256, found.size, found.type, found.name)
        record = EvidenceRecord(new_id(), *values, ctx.subject_id, ctx.actor_id, now())
        sql.add_evidence(tx, record)
        return record

    return transact(replace(ctx, digest=whole), work)


def read(
    ctx: Context, evidence_id: UUID, approves: Approves | None = None
) -> tuple[EvidenceRecord, IO[bytes]]:
    """Return a file with its content, compared with its digest; the caller closes it.

    `approves`: who is named to approve what it is evidence in may see it too.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see; `evidence_damaged`,
            `store_unavailable`.
    """
    ctx.need("evidence:read")
    record = reading(ctx, lambda tx: _seen(tx, ctx, evidence_id, approves))
    return record, fetch(ctx.tenant, record.sha256, record.size)


def readable(ctx: Context, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of some files that the asker may read."""
    if not ctx.may("evidence:read"):
        return frozenset()

    def work(tx: Tx) -> frozenset[UUID]:
        tenant = current(tx)
        found = sql.find_evidence(tx, sorted(ids))
        return frozenset(item.id for item in found if _may_see(tx, ctx, tenant, item))

    return reading(ctx, work) if ids else frozenset()


def _seen(tx: Tx, ctx: Context, evidence_id: UUID, approves: Approves | None) -> EvidenceRecord:
    tenant = current(tx)
    found = sql.find_evidence(tx, [evidence_id])
    if not found:
        raise refused(NOT_FOUND, "")
    if not _may_see(tx, ctx, tenant, found[0]) and not (
        approves is not None and approves(tx, ctx, evidence_id)
    ):
        raise refused(NOT_FOUND, "")
    if found[0].actor_id != ctx.actor_id:
        note(tx, ctx, Noted("evidence.read", about=evidence_id))
    return found[0]


def _may_see(tx: Tx, ctx: Context, tenant: ReadyTenant, record: EvidenceRecord) -> bool:
    """Tell whether somebody sees everything, handed it in, or sees what names it."""
    sight = sight_of(ctx.role)
    confidential = sql.confidential_naming(tx, record.id, ctx.subject_id)
    if any(item.handled for item in confidential):
        return True
    if confidential and not any(item.own for item in confidential):
        return record.actor_id == ctx.actor_id
    if sight is Sight.EVERYBODY or record.actor_id == ctx.actor_id:
        return True
    if ctx.subject_id is None:
        return False
    if record.subject_id == ctx.subject_id:
        return True
    seen = Seen(ctx.subject_id, team=sight is Sight.TEAM, reader=ctx.subject_id)
    naming = [
        item
        for item in sql.naming(tx, record.id, ctx.subject_id)
        if not (item.concerned and _is_internal(tenant, item))
    ]
    return any(find_incidents(tx, seen, Filters(id=item.incident_id), 1) for item in naming)


def _is_internal(tenant: ReadyTenant, item: Naming) -> bool:
    """Tell whether a step's words stay inside the house."""
    if not item.step or item.procedure == IMMEDIATE:
        return False
    steps = tenant.procedure(item.procedure, item.procedure_id).steps
    return any(step.internal for step in steps if step.name == item.step)
