"""Bring a version into force: compiled first, then the tenant is held and everything changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from shangfa.db import facts, tenancy
from shangfa.db import policies as sql
from shangfa.db.facts import Touched
from shangfa.db.policies import VersionRecord
from shangfa.db.server.jobs import Job, defer
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.documents.procedure.named import check_procedures
from shangfa.documents.source import Source
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.exchange.events import policy_published
from shangfa.domain.faults import DUPLICATE, NOT_FOUND, RefusedError, refused
from shangfa.domain.policies.faults import ALREADY_PUBLISHED
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.plugins.guards import check_guarded
from shangfa.plugins.installed import installed
from shangfa.services.clock import now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew import late, rebuild
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.ledger.anew.verify import verification_of
from shangfa.services.policies.findings import check_law, lint
from shangfa.services.tenancy.ready import ReadyTenant, load, refresh
from shangfa.services.transaction import StartOverError, transact

AT_ONCE: Final = 5_000
"""Incidents that are computed again while somebody waits; more are left to a job."""
MOST: Final = 200_000
"""Incidents that a job computes again: all of them are in memory at once."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A version about to be in force.

    Attributes:
        before: the policy without it, None when it is the first.
        plugins: those it uses with their versions.
        tenant: before it is in force.
    """

    tenant: ReadyTenant
    record: VersionRecord
    version: Version
    before: Policy | None
    plugins: dict[str, str]

    def put(self, tx: Tx, ctx: Context, most: int = MOST) -> Adjustments:
        """Publish it in a transaction that holds the tenant, and adjust what lies after its day.

        `most`: incidents that may be computed again.

        Raises:
            RefusedError: `duplicate`, `too_many_incidents`, `plugin_failed`.
        """
        record, at = self.record, now()
        day, policy_id = record.effective_from, record.policy_id
        if sql.published_on(tx, policy_id, day) is not None:
            raise refused(DUPLICATE, "/effective_from", value=str(day))

        def publish() -> None:
            sql.publish_version(tx, record.id, self.plugins, at)
            tenancy.bump_revision(tx)

        meant = self._touched()._replace(most=most)
        found = late.adjust(tx, ctx, self.tenant, meant, publish)
        rebuild.build(tx, policy_id, self.before, self._after())
        if self.before is not None:
            defer(tx, verification_of(tx.tenant, self.tenant.slug))
        tell(tx, ctx, at, policy_published(policy_id, record.policy, record.number, day))
        return found

    def touches(self, tx: Tx) -> int:
        """Return how many incidents would be computed again."""
        return facts.count(tx, self._touched())

    def _touched(self) -> Touched:
        """Return the facts of its days; all where a rule did not keep apart what it gave."""
        record = self.record
        anew = self.before is not None and self._after().looks_back_anew(self.before)
        first = date.min if anew else record.effective_from
        return Touched(first, policy_id=record.policy_id)

    def _after(self) -> Policy:
        versions = [*(self.before.versions if self.before else ()), self.version]
        ordered = sorted(versions, key=lambda item: item.effective_from)
        return Policy(self.record.policy, ordered)


def put_in_force(tx: Tx, ctx: Context, policy_id: UUID, number: int) -> None:
    """Publish a draft in an open transaction of its tenant, whatever else that has changed.

    Raises:
        RefusedError: `not_found`, `already_published`, `duplicate`, `too_many_incidents`, and
            every fault of the document.
    """
    tenancy.hold_tenant(tx)
    # Not from the cache, nor into it: this transaction may already have changed the tenant.
    prepare(tx, load(tx), policy_id, number).put(tx, ctx)


def leave(tx: Tx, ctx: Context, record: VersionRecord) -> None:
    """Leave the publication of a draft to the worker."""
    told = {
        "tenant": tx.tenant,
        "policy": record.policy_id,
        "number": record.number,
        "actor": ctx.actor_id,
    }
    defer(tx, Job("late", "publish_version", f"publish:{tx.tenant}", told))


def publish_late(ctx: Context, policy_id: UUID, number: int) -> bool:
    """Publish a draft whose past is long; tell whether it was still one.

    Raises:
        RefusedError: as `Coming.put`, and what has become wrong with the document meanwhile.
    """

    def work(tx: Tx) -> None:
        tenant = load(tx)
        coming = prepare(tx, tenant, policy_id, number)
        stand_by(tx, tenant)
        coming.put(tx, ctx)

    try:
        transact(ctx, work, Kind.LARGE)
    except RefusedError as error:
        if error.kind is ALREADY_PUBLISHED:
            return False
        raise
    return True


def prepare(tx: Tx, tenant: ReadyTenant, policy_id: UUID, number: int) -> Coming:
    """Read and compile a draft; nothing is locked for it.

    Raises:
        RefusedError: `not_found`, `already_published`, every fault of the document;
            `against_the_law` where the company publishes nothing that a guard blocks.
    """
    record = sql.find_version(tx, policy_id, number)
    if record is None:
        raise refused(NOT_FOUND, "")
    if record.state == "published":
        raise refused(ALREADY_PUBLISHED, "", value=number)
    document = sql.version_text(tx, record.id).document
    check_procedures(Source(data=document), (IMMEDIATE, *tenant.procedures))
    version = tenant.words.build(document, number)
    if tenant.compliance.mode == "block":
        check_guarded()
        day = today(tenant.zone)
        check_law(lint(version, tenant.compliance, tenant.regions, day))
    before = tenant.policies.get(record.policy)
    return Coming(tenant, record, version, before, pinned(version, tenant))


def stand_by(tx: Tx, tenant: ReadyTenant) -> None:
    """Hold the tenant, which must still be what was prepared for.

    Raises:
        StartOverError: it has changed meanwhile.
    """
    tenancy.hold_tenant(tx)
    state = tenancy.tenant_state(tx)
    if state is None or state[0] != tenant.revision:
        raise StartOverError(lambda: refresh(tenant.id, tenant))


def pinned(version: Version, tenant: ReadyTenant) -> dict[str, str]:
    """Return the plugins a version uses with their versions."""
    owners = sorted({tenant.kinds.owners[name] for name in _kind_names(version)})
    return {name: installed().plugin(name).version for name in owners}


def _kind_names(version: Version) -> Iterator[str]:
    for clause in version.clauses.values():
        for step in (*clause.steps, *(step for step, _ in clause.extras)):
            yield step.kind.name
    for reaction in version.reactions:
        yield reaction.kind.name
    for programme in version.programmes:
        yield programme.kind.name
