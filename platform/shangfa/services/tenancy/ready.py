"""Tenants made ready to assess, kept by a process in a bounded cache.

Whatever changes a tenant's policies, plugins or calendar raises its `revision` in the
same transaction. Every request reads the revision anyway, so a change takes effect in
all workers with the next request and nothing is polled.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from shangfa.config import settings
from shangfa.db import people as people_sql
from shangfa.db import policies as policies_sql
from shangfa.db import tenancy as sql
from shangfa.db.tenancy import TenantRecord
from shangfa.db.tx.transaction import Tx, begin
from shangfa.documents.policy.compile import compile_version
from shangfa.documents.policy.renamed import renamed
from shangfa.documents.source import Source
from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import refused
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.people.renames import Rename
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.domain.tenancy.attributes import Attributes
from shangfa.domain.tenancy.faults import SUSPENDED, UNKNOWN_TENANT
from shangfa.plugins.installed import installed


@dataclass(frozen=True, slots=True)
class Words:
    """What the documents of a tenant may speak of: its plugins' kinds and its own names."""

    kinds: Kinds
    attributes: Attributes = field(default_factory=FrozenDict)
    renames: Sequence[Rename] = ()

    def build(self, document: Mapping[str, Any], number: int) -> Version:
        """Return the version a stored document describes."""
        source = Source(data=renamed(document, self.renames))
        return compile_version(source, self.kinds, number, attributes=self.attributes)


@dataclass(slots=True)
class ReadyTenant:
    """A tenant with its policies in force, ready to assess.

    Attributes:
        policy_ids: policy name -> id.
        version_ids: (policy name, number) -> id.
        reacts: whether any policy has reactions, that is, whether totals matter.
        attributes: those declared, by name.
        renames: departments and positions that were renamed, by day.
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
    reacts: bool
    attributes: Attributes
    renames: Sequence[Rename]

    @property
    def words(self) -> Words:
        """What the tenant's documents may speak of."""
        return Words(self.kinds, self.attributes, self.renames)

    def policy_name(self, policy_id: UUID) -> str:
        """Return the name of a policy by its id."""
        return next(name for name, known in self.policy_ids.items() if known == policy_id)


_lock = threading.Lock()


@cache
def _cache() -> LRUCache[UUID, ReadyTenant]:
    return LRUCache(settings().policy_cache)


def ready(tenant_id: UUID) -> ReadyTenant:
    """Return the tenant from the cache, or make it ready."""
    with _lock:
        found = _cache().get(tenant_id)
    return found or refresh(tenant_id)


def refresh(tenant_id: UUID) -> ReadyTenant:
    """Make the tenant ready anew and keep it."""
    with begin(tenant_id) as tx:
        return _keep(load(tx))


def forget() -> None:
    """Keep no tenant, as a new process would."""
    _cache.cache_clear()


def cached() -> int:
    """Return how many tenants are in the cache."""
    with _lock:
        return len(_cache())


def _keep(tenant: ReadyTenant) -> ReadyTenant:
    with _lock:
        _cache()[tenant.id] = tenant
    return tenant


def current(tx: Tx) -> ReadyTenant:
    """Return the tenant as of this transaction, from the cache when it has not changed.

    Raises:
        RefusedError: `suspended`, `unknown_tenant`.
    """
    state = sql.tenant_state(tx)
    if state is None:
        raise refused(UNKNOWN_TENANT, "", value=str(tx.tenant_id))
    with _lock:
        found = _cache().get(tx.tenant)
    if found is None or found.revision != state[0]:
        found = _keep(load(tx))
    check_status(found.slug, state[1])
    return found


def check_status(slug: str, status: str) -> None:
    """Let an active tenant pass.

    Raises:
        RefusedError: `suspended`.
    """
    if status != "active":
        raise refused(SUSPENDED, "", value=slug)


def load(tx: Tx) -> ReadyTenant:
    """Read a tenant and build its published policies.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    record = sql.tenant_record(tx)
    if record is None:
        raise refused(UNKNOWN_TENANT, "", value=str(tx.tenant_id))
    words = Words(
        installed().kinds(sql.enabled_plugins(tx)),
        people_sql.declared_attributes(tx),
        people_sql.renames(tx),
    )
    versions: dict[str, list[Version]] = {}
    policy_ids: dict[str, UUID] = {}
    version_ids: dict[tuple[str, int], UUID] = {}
    for item in policies_sql.published_versions(tx):
        policy_ids[item.policy] = item.policy_id
        version_ids[item.policy, item.number] = item.version_id
        versions.setdefault(item.policy, []).append(words.build(item.document, item.number))
    policies = {name: Policy(name, items) for name, items in versions.items()}
    return _ready(record, words, policies, policy_ids, version_ids)


def _ready(
    record: TenantRecord,
    words: Words,
    policies: dict[str, Policy],
    policy_ids: dict[str, UUID],
    version_ids: dict[tuple[str, int], UUID],
) -> ReadyTenant:
    zone = ZoneInfo(record.timezone)
    return ReadyTenant(
        record.id,
        record.slug,
        record.revision,
        record.status,
        zone,
        calendar(record.calendar, record.calendar_days, zone),
        words.kinds,
        policies,
        policy_ids,
        version_ids,
        any(policy.reacts for policy in policies.values()),
        words.attributes,
        words.renames,
    )
