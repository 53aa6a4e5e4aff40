"""Bring a version into force: compiled first, then the tenant is held and everything changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from shangfa.db import policies as sql
from shangfa.db import tenancy
from shangfa.db.policies import VersionRecord
from shangfa.db.server.jobs import defer
from shangfa.db.tx.transaction import Tx
from shangfa.documents.policy.procedures import check_procedures
from shangfa.documents.source import Source
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.exchange.events import policy_published
from shangfa.domain.faults import DUPLICATE, NOT_FOUND, refused
from shangfa.domain.incidents.faults import INCIDENTS_EXIST
from shangfa.domain.policies.faults import ALREADY_PUBLISHED
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.plugins.installed import installed
from shangfa.services.clock import now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger import rebuild
from shangfa.services.ledger.verify import verification_of
from shangfa.services.policies.findings import check_law, lint
from shangfa.services.tenancy.ready import ReadyTenant, build, load, refresh
from shangfa.services.transaction import StartOverError


@dataclass(frozen=True, slots=True)
class Coming:
    """A version about to be in force.

    Attributes:
        before: the policy without it, None when it is the first.
        plugins: those it uses with their versions.
        slug: of the tenant.
    """

    slug: str
    record: VersionRecord
    version: Version
    before: Policy | None
    plugins: dict[str, str]

    def put(self, tx: Tx, ctx: Context) -> None:
        """Publish it in a transaction that holds the tenant.

        Raises:
            RefusedError: `duplicate`, `incidents_exist`.
        """
        record, at = self.record, now()
        self._check_day(tx)
        sql.publish_version(tx, record.id, self.plugins, at)
        rebuild.build(tx, record.policy_id, self.before, self._after())
        tenancy.bump_revision(tx)
        if self.before is not None:
            defer(tx, verification_of(tx.tenant, self.slug))
        day = record.effective_from
        tell(tx, ctx, at, policy_published(record.policy_id, record.policy, record.number, day))

    def _check_day(self, tx: Tx) -> None:
        policy_id, day = self.record.policy_id, self.record.effective_from
        if sql.published_on(tx, policy_id, day) is not None:
            raise refused(DUPLICATE, "/effective_from", value=str(day))
        if sql.decided_since(tx, policy_id, day):
            raise refused(INCIDENTS_EXIST, "/effective_from", day=day)

    def _after(self) -> Policy:
        versions = [*(self.before.versions if self.before else ()), self.version]
        ordered = sorted(versions, key=lambda item: item.effective_from)
        return Policy(self.record.policy, ordered)


def put_in_force(tx: Tx, ctx: Context, policy_id: UUID, number: int) -> None:
    """Publish a draft in an open transaction of its tenant, whatever else that has changed.

    Raises:
        RefusedError: `not_found`, `already_published`, `duplicate`, `incidents_exist`, and
            every fault of the document.
    """
    tenancy.hold_tenant(tx)
    # Not from the cache, nor into it: this transaction may already have changed the tenant.
    prepare(tx, load(tx), policy_id, number).put(tx, ctx)


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
    version = build(document, tenant.kinds, number)
    if tenant.compliance.mode == "block":
        day = today(tenant.zone)
        check_law(lint(version, tenant.compliance, tenant.regions, day))
    before = tenant.policies.get(record.policy)
    return Coming(tenant.slug, record, version, before, pinned(version, tenant))


def stand_by(tx: Tx, tenant: ReadyTenant) -> None:
    """Hold the tenant, which must still be what was prepared for.

    Raises:
        StartOverError: it has changed meanwhile.
    """
    tenancy.hold_tenant(tx)
    state = tenancy.tenant_state(tx)
    if state is None or state[0] != tenant.revision:
        raise StartOverError(lambda: refresh(tenant.id))


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
