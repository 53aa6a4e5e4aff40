"""Tenants made ready to assess, kept by a process in a bounded cache.

Whatever changes a tenant's policies, plugins or calendar raises its `revision` in the
same transaction. Every request reads the revision anyway, so a change takes effect in
all workers with the next request and nothing is polled.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from shangfa.config import settings
from shangfa.db import people as people_sql
from shangfa.db import policies as policies_sql
from shangfa.db import tenancy as sql
from shangfa.db.cases.settings import all_procedures
from shangfa.db.months.periods import locked_months
from shangfa.db.tenancy import TenantRecord
from shangfa.db.tx.transaction import Tx, begin
from shangfa.documents.policy.compile import compile_version
from shangfa.documents.procedure.read import build as build_procedure
from shangfa.documents.procedure.read import builtin
from shangfa.documents.renamed import renamed
from shangfa.documents.source import Source
from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.cases.procedure import Procedure
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import refused
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.people.renames import Rename
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.domain.tenancy.attributes import Attributes
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.domain.tenancy.faults import SUSPENDED, UNKNOWN_TENANT
from shangfa.plugins.installed import installed
from shangfa.services.tenancy.years import loaded_years


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
        reacts: whether any policy has reactions or asks for history, that is, whether what was
            recorded before matters.
        levels: how many superiors of a subject may bear something under any policy.
        locked: months that receive nothing more, as `2026-03`.
        compliance: how it is held to the law of its `regions`.
        procedures: name -> how cases move, the newest version of each; `immediate` is none.
        own_procedures: id -> every version of the company's own.
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
    locked: frozenset[str]
    compliance: Compliance
    regions: tuple[str, ...]
    procedures: Mapping[str, Procedure]
    own_procedures: Mapping[UUID, Procedure]
    attributes: Attributes
    renames: Sequence[Rename]

    levels: int = field(init=False)

    def __post_init__(self) -> None:
        self.levels = max((policy.levels for policy in self.policies.values()), default=0)

    @property
    def words(self) -> Words:
        """What the tenant's documents may speak of."""
        return Words(self.kinds, self.attributes, self.renames)

    def procedure(self, name: str, version_id: UUID | None) -> Procedure:
        """Return the procedure that a case began under."""
        return self.own_procedures[version_id] if version_id else self.procedures[name]

    def procedure_id(self, name: str) -> UUID | None:
        """Return the id of the newest version of an own procedure, None for a built-in one."""
        wanted = self.procedures[name]
        return next((key for key, item in self.own_procedures.items() if item is wanted), None)

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
    zone = ZoneInfo(record.timezone)
    days = calendar(record.calendar, record.calendar_days, zone, loaded_years(tx))
    words = Words(
        replace(installed().kinds(sql.enabled_plugins(tx)), terms=days.terms),
        people_sql.declared_attributes(tx),
        people_sql.renames(tx),
    )
    own = {line.id: build_procedure(line.document) for line in all_procedures(tx)}
    found = _ready(record, days, words, _published(tx, words), own)
    return replace(found, locked=locked_months(tx))


@dataclass(slots=True)
class _Published:
    """The versions of a tenant's policies that are published, and their ids."""

    versions: dict[str, list[Version]] = field(default_factory=dict)
    policy_ids: dict[str, UUID] = field(default_factory=dict)
    version_ids: dict[tuple[str, int], UUID] = field(default_factory=dict)


def _published(tx: Tx, words: Words) -> _Published:
    found = _Published()
    for item in policies_sql.published_versions(tx):
        found.policy_ids[item.policy] = item.policy_id
        found.version_ids[item.policy, item.number] = item.version_id
        version = words.build(item.document, item.number)
        found.versions.setdefault(item.policy, []).append(version)
    return found


def _ready(
    record: TenantRecord,
    days: Calendar,
    words: Words,
    published: _Published,
    own: Mapping[UUID, Procedure],
) -> ReadyTenant:
    policies = {name: Policy(name, items) for name, items in published.versions.items()}
    return ReadyTenant(
        record.id,
        record.slug,
        record.revision,
        record.status,
        ZoneInfo(record.timezone),
        days,
        words.kinds,
        policies,
        published.policy_ids,
        published.version_ids,
        any(policy.reacts or policy.asks for policy in policies.values()),
        frozenset(),
        Compliance(record.compliance, record.compliance_rules),
        tuple(record.regions),
        {**builtin(), **{procedure.name: procedure for procedure in own.values()}},
        own,
        words.attributes,
        words.renames,
    )
