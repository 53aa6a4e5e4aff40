"""Tenants made ready to assess, kept by a process in a bounded cache.

Whatever changes a tenant's policies, plugins or calendar raises its `revision` in the
same transaction. Every request reads the revision anyway, so a change takes effect in
all workers with the next request and nothing is polled.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from time import monotonic
from typing import Any, Final
from uuid import UUID
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from shangfa.config import settings
from shangfa.db import people as people_sql
from shangfa.db import policies as policies_sql
from shangfa.db import tenancy as sql
from shangfa.db.cases.settings import all_procedures
from shangfa.db.months.periods import locked_months
from shangfa.db.policies import PublishedVersion
from shangfa.db.settings.versioned import PAYROLL
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
from shangfa.domain.faults import PLUGIN_OVERDUE, RefusedError, refused
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.people.renames import Rename
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policies, Policy, Stopped
from shangfa.domain.policies.version import Version
from shangfa.domain.tenancy.attributes import Attributes
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.domain.tenancy.faults import SUSPENDED, UNKNOWN_TENANT
from shangfa.domain.text import Note
from shangfa.plugins.installed import installed
from shangfa.services.tenancy.years import loaded_years

AGAIN_SECONDS: Final = 60.0
"""How long a policy rests whose plugin gave no answer in time while it was read."""
_NEEDED = Note(
    "制度“{0}”用到它；原因由运营方在 GET /v1/plugins 查看",
    "policy “{0}” uses it; the operator finds the cause under GET /v1/plugins",
)


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
        cut_off: the last day of a month that is booked in it, None for its last one.
        compliance: how it is held to the law of its `regions`.
        procedures: name -> how cases move, the newest version of each; `immediate` is none.
        own_procedures: id -> every version of the company's own.
        attributes: those declared, by name.
        renames: departments and positions that were renamed, by day.
        lasts: seconds of the process's clock until which it is good; None for always.
    """

    id: UUID
    slug: str
    name: str
    revision: int
    status: str
    zone: ZoneInfo
    calendar: Calendar
    kinds: Kinds
    policies: Policies
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
    lasts: float | None = None
    cut_off: int | None = None

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
_turns: Final[WeakValueDictionary[UUID, threading.Lock]] = WeakValueDictionary()
"""Who makes a tenant ready; the others wait for what he makes, as long as one of them does."""


@cache
def _cache() -> LRUCache[UUID, ReadyTenant]:
    return LRUCache(settings().policy_cache)


def ready(tenant_id: UUID) -> ReadyTenant:
    """Return the tenant from the cache, or make it ready."""
    return _kept(tenant_id) or refresh(tenant_id)


def refresh(tenant_id: UUID, stale: ReadyTenant | None = None) -> ReadyTenant:
    """Make the tenant ready and keep it, once for all who wait for it; `stale` is not it."""
    with _lock:
        turn = _turns.setdefault(tenant_id, threading.Lock())
    with turn:
        found = _kept(tenant_id)
        if found is not None and found is not stale:
            return found
        with begin(tenant_id) as tx:
            return _keep(load(tx))


def forget() -> None:
    """Keep no tenant, as a new process would."""
    _cache.cache_clear()


def cached() -> int:
    """Return how many tenants are in the cache."""
    with _lock:
        return len(_cache())


def _kept(tenant_id: UUID) -> ReadyTenant | None:
    with _lock:
        found = _cache().get(tenant_id)
    if found is None or found.lasts is None:
        return found
    return found if monotonic() < found.lasts else None


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
    found = _kept(tx.tenant)
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
        replace(installed().usable_kinds(sql.enabled_plugins(tx)), terms=days.terms),
        people_sql.declared_attributes(tx),
        people_sql.renames(tx),
    )
    own = {line.id: build_procedure(line.document) for line in all_procedures(tx)}
    found = _ready(record, days, words, _published(tx, words), own)
    payroll = PAYROLL.newest(tx)
    cut_off = payroll.document.get("cut_off_day") if payroll else None
    return replace(found, locked=locked_months(tx), cut_off=cut_off)


@dataclass(slots=True)
class _Published:
    """A tenant's published policies, and the ids of their versions.

    Attributes:
        lasts: seconds of the process's clock until which they are good; None for always.
    """

    policies: Policies = field(default_factory=Policies)
    policy_ids: dict[str, UUID] = field(default_factory=dict)
    version_ids: dict[tuple[str, int], UUID] = field(default_factory=dict)
    lasts: float | None = None


def _published(tx: Tx, words: Words) -> _Published:
    found = _Published()
    by_name: dict[str, list[PublishedVersion]] = {}
    for item in policies_sql.published_versions(tx):
        found.policy_ids[item.policy] = item.policy_id
        found.version_ids[item.policy, item.number] = item.version_id
        by_name.setdefault(item.policy, []).append(item)
    for name, items in by_name.items():
        try:
            built = [words.build(item.document, item.number) for item in items]
            found.policies[name] = Policy(name, built)
        except RefusedError as error:
            found.policies.stopped[name] = _stopped(items, error, sql.enabled_plugins(tx))
            if any(fault.kind is PLUGIN_OVERDUE for fault in error.faults):
                found.lasts = monotonic() + AGAIN_SECONDS
    return found


def _stopped(
    items: Sequence[PublishedVersion], error: RefusedError, enabled: Iterable[str]
) -> Stopped:
    """Return a policy that cannot be made, by the plugins that are missing or what they said."""
    documents = [item.document for item in items]
    codes = {str(clause["code"]) for doc in documents for clause in doc.get("clauses", ())}
    evaluates = any(doc.get("programmes") for doc in documents)
    missing = [name for name in enabled if name not in installed().plugins]
    first = error.faults[0]
    plugin = "、".join(missing) or str(first.values.get("plugin", "—"))
    why = _NEEDED.of(items[0].policy) if missing else Note("{0}", "{1}", (first.zh, first.en))
    return Stopped(frozenset(codes), evaluates, plugin, why)


def _ready(
    record: TenantRecord,
    days: Calendar,
    words: Words,
    published: _Published,
    own: Mapping[UUID, Procedure],
) -> ReadyTenant:
    return ReadyTenant(
        record.id,
        record.slug,
        record.name,
        record.revision,
        record.status,
        ZoneInfo(record.timezone),
        days,
        words.kinds,
        published.policies,
        published.policy_ids,
        published.version_ids,
        any(policy.reacts or policy.asks for policy in published.policies.values()),
        frozenset(),
        Compliance(record.compliance, record.compliance_rules),
        tuple(record.regions),
        {**builtin(), **{procedure.name: procedure for procedure in own.values()}},
        own,
        words.attributes,
        words.renames,
        published.lasts,
    )
