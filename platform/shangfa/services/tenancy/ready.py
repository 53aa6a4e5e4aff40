"""Tenants made ready to assess, kept by a process in a bounded cache.

Whatever changes a tenant's policies, plugins or calendar raises its `revision` in the
same transaction. Every request reads the revision anyway, so a change takes effect in
all workers with the next request and nothing is polled.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cachetools import LRUCache
from sqlalchemy import select
from sqlalchemy.orm import Session

from shangfa.config import settings
from shangfa.db.models import PolicyRow, PolicyVersionRow, TenantPluginRow, TenantRow
from shangfa.db.session import tenant_session
from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import Source
from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.calendar import Calendar
from shangfa.domain.faults import refused
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.domain.tenancy.faults import SUSPENDED
from shangfa.plugins.installed import installed


@dataclass(slots=True)
class LoadedTenant:
    """A tenant with its policies in force, ready to assess.

    Attributes:
        policy_ids: policy name -> id.
        version_ids: (policy name, number) -> id.
    """

    id: UUID
    slug: str
    revision: int
    status: str
    zone: ZoneInfo
    calendar: Calendar
    kinds: Kinds
    policies: dict[str, Policy]
    policy_ids: dict[str, UUID]
    version_ids: dict[tuple[str, int], UUID]

    @property
    def reacts(self) -> bool:
        """Whether any policy has reactions, that is, whether totals matter."""
        return any(policy.reacts for policy in self.policies.values())

    def policy_name(self, policy_id: UUID) -> str:
        """Return the name of a policy by its id."""
        return next(name for name, known in self.policy_ids.items() if known == policy_id)


class StaleTenantError(Exception):
    """The tenant changed since it was loaded; load it again and start over."""


_lock = threading.Lock()


@cache
def _cache() -> LRUCache[UUID, LoadedTenant]:
    return LRUCache(settings().policy_cache)


def loaded(tenant_id: UUID) -> LoadedTenant:
    """Return the tenant from the cache, or load it."""
    with _lock:
        found = _cache().get(tenant_id)
    return found or reloaded(tenant_id)


def reloaded(tenant_id: UUID) -> LoadedTenant:
    """Load the tenant anew and keep it."""
    with tenant_session(tenant_id) as session:
        return remember(load(session, tenant_id))


def remember(tenant: LoadedTenant) -> LoadedTenant:
    """Keep a tenant in the cache."""
    with _lock:
        _cache()[tenant.id] = tenant
    return tenant


def current(session: Session, tenant_id: UUID) -> LoadedTenant:
    """Return the tenant as of this transaction, from the cache when it has not changed.

    Raises:
        RefusedError: `suspended`.
    """
    row = session.execute(
        select(TenantRow.revision, TenantRow.status).where(TenantRow.id == tenant_id)
    ).one()
    with _lock:
        found = _cache().get(tenant_id)
    if found is None or found.revision != row.revision:
        found = remember(load(session, tenant_id))
    check_status(found.slug, row.status)
    return found


def check_status(slug: str, status: str) -> None:
    """Let an active tenant pass.

    Raises:
        RefusedError: `suspended`.
    """
    if status != "active":
        raise refused(SUSPENDED, "", value=slug)


def load(session: Session, tenant_id: UUID) -> LoadedTenant:
    """Read a tenant and build its published policies."""
    row = session.get_one(TenantRow, tenant_id)
    zone = ZoneInfo(row.timezone)
    names = session.scalars(select(TenantPluginRow.name).order_by(TenantPluginRow.name))
    kinds = installed().kinds(names)
    versions: dict[str, list[Version]] = {}
    policy_ids: dict[str, UUID] = {}
    version_ids: dict[tuple[str, int], UUID] = {}
    for policy, version in _published(session):
        policy_ids[policy.name] = policy.id
        version_ids[policy.name, version.number] = version.id
        versions.setdefault(policy.name, []).append(build(version, kinds))
    return LoadedTenant(
        tenant_id,
        row.slug,
        row.revision,
        row.status,
        zone,
        calendar(row.calendar, row.calendar_days, zone),
        kinds,
        {name: Policy(name, items) for name, items in versions.items()},
        policy_ids,
        version_ids,
    )


def _published(session: Session) -> Any:
    return session.execute(
        select(PolicyRow, PolicyVersionRow)
        .join(
            PolicyVersionRow,
            (PolicyVersionRow.tenant_id == PolicyRow.tenant_id)
            & (PolicyVersionRow.policy_id == PolicyRow.id),
        )
        .where(PolicyVersionRow.state == "published")
        .order_by(PolicyRow.name, PolicyVersionRow.effective_from)
    )


def build(version: PolicyVersionRow, kinds: Kinds) -> Version:
    """Return the version a stored document describes."""
    return compile_version(Source(data=version.document), kinds, version.number)


def cached() -> int:
    """Return how many tenants are in the cache."""
    with _lock:
        return len(_cache())
