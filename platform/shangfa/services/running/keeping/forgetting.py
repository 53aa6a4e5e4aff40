"""Make those nameless who left long ago and whom HR agreed to, as the owner of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from psycopg import Rollback

from shangfa.db.keeping import retention as sql
from shangfa.db.keeping.owner import Owner, owning, within
from shangfa.db.policies import published_versions
from shangfa.db.tenancy import find_tenant
from shangfa.db.tx.transaction import Tx
from shangfa.documents.policy.dead import free_words
from shangfa.documents.policy.shape import PolicyDoc
from shangfa.domain.audit.retention import LOGS
from shangfa.domain.dates.days import add_months
from shangfa.domain.faults import refused
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.outside import files
from shangfa.services.audit.retention import due, least_of
from shangfa.services.clock import new_id, now, today
from shangfa.services.command import COMMAND
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Somebody who was, or would be, made nameless, with how many rows of each table."""

    subject: str
    counts: dict[str, int]


def forget(slug: str, owner_url: str, *, dry_run: bool) -> Iterator[Forgotten]:
    """Make those nameless who are due and agreed to, one transaction each; a dry run keeps all.

    What a file of people brought in and the log of deliveries go with their own ages.

    Raises:
        RefusedError: `unknown_tenant`; `store_unavailable` while files cannot be reached.
    """
    tenant_id, rules = reading(COMMAND, lambda tx: _rules(tx, slug))
    tenant, years = rules.tenant, rules.years
    day = today(tenant.zone)
    with owning(owner_url) as owner:
        with within(owner, tenant_id):
            waiting = [one.code for one in sql.gone(owner, tenant_id, day) if one.agreed]
        for code in waiting:
            done = _one(owner, tenant_id, code, rules, dry_run=dry_run)
            if done is not None:
                yield done
        with within(owner, tenant_id):
            kept = max(years, least_of(day, tenant.regions).term)
            logs = max(LOGS, least_of(day, tenant.regions, "months").term)
            old = (_since(day, 12 * kept), _since(day, logs))
            yield Forgotten("", sql.drop_old(owner, tenant_id, *old, dry_run=dry_run))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a company keeps and how long.

    Attributes:
        words: version -> clause -> its facts that are text and that no rule reads.
    """

    tenant: ReadyTenant
    years: int
    words: dict[str, Any]


def _rules(tx: Tx, slug: str) -> tuple[UUID, _Rules]:
    tenant_id = find_tenant(tx, slug)
    if tenant_id is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    tx.enter(tenant_id)
    tenant = current(tx)
    words = {
        str(one.version_id): free_words(PolicyDoc.model_validate(one.document), tenant.kinds)
        for one in published_versions(tx)
    }
    return tenant_id, _Rules(tenant, sql.retention_years(tx), words)


def _one(
    owner: Owner, tenant_id: UUID, code: str, rules: _Rules, *, dry_run: bool
) -> Forgotten | None:
    """Make one nameless who still is due when he is held; files go when that is kept."""
    tenant = rules.tenant
    day = today(tenant.zone)
    counts: dict[str, int] = {}
    digests: list[str] = []
    with within(owner, tenant_id):
        found = sql.hold_gone(owner, tenant_id, day, code)
        if found is None or not due(found, rules.years, day, tenant.regions).is_due(day):
            return None
        counts, digests = sql.anonymise(owner, tenant_id, found, now(), rules.words)
        if dry_run:
            raise Rollback
        sql.finish(owner, tenant_id, found, (new_id(), now()), counts)
    for digest in () if dry_run else digests:
        files.drop(tenant_id, digest)
    return Forgotten(code, counts)


def _since(day: date, months: int) -> datetime:
    """Return the moment before which something is older than some months."""
    return datetime.combine(add_months(day, -months), time(), UTC)
