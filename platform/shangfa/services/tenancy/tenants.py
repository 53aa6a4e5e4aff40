"""The operator's work: tenants and their plugins. No tenant's content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shangfa.db import tenancy as sql
from shangfa.db.tenancy import TenantDetails, TenantLine
from shangfa.db.tx.transaction import Tx
from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.faults import DUPLICATE, refused
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.domain.tenancy.faults import PLUGIN_IN_USE, UNKNOWN_TENANT
from shangfa.domain.tenancy.status import Status
from shangfa.domain.tenancy.zones import check_zone
from shangfa.plugins.guards import check_modes
from shangfa.plugins.installed import installed
from shangfa.services.clock import new_id, now
from shangfa.services.command import add_command
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.transaction import reading, transact


@dataclass(frozen=True, slots=True)
class NewTenant:
    """A tenant to be made.

    Attributes:
        calendars: its variants of the calendars, by name, not yet read.
        plugins: those it may use.
        compliance: how it is held to what the guards find.
    """

    slug: str
    name: str
    timezone: str = "Asia/Shanghai"
    locale: str = "zh-CN"
    calendar: str = "CN"
    calendars: Mapping[str, Any] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    compliance: Compliance = field(default_factory=Compliance)


def create(ctx: Context, said: NewTenant) -> TenantDetails:
    """Create a tenant with its plugins.

    Raises:
        RefusedError: `duplicate` slug, `unknown_plugin`, `invalid` time zone, calendar or
            mode of a rule.
    """
    ctx.need("tenants:manage")
    taken = {"pk_tenant_slug": refused(DUPLICATE, "/slug", value=said.slug)}
    return transact(ctx, lambda tx: _create(tx, said), taken=taken)


def _create(tx: Tx, said: NewTenant) -> TenantDetails:
    add(tx, said)
    return sql.tenant_details(tx, said.slug)


def add(tx: Tx, said: NewTenant) -> UUID:
    """Add a tenant in an open transaction, which is its own from then on.

    Raises:
        RefusedError: as `create`.
    """
    if sql.find_tenant(tx, said.slug) is not None:
        raise refused(DUPLICATE, "/slug", value=said.slug)
    check_zone(said.timezone)
    for name in (said.calendar, *said.calendars):
        calendar(name, said.calendars)
    check_modes(said.compliance.rules, "/compliance/rules")
    tenant_id, at = new_id(), now()
    tx.enter(tenant_id)
    sql.add_tenant(tx, said.slug, _line(tenant_id, said, at))
    add_command(tx, at)
    enable(tx, said.plugins)
    return tenant_id


def _line(tenant_id: UUID, said: NewTenant, at: datetime) -> TenantLine:
    return TenantLine(
        tenant_id,
        said.name,
        said.timezone,
        said.locale,
        said.calendar,
        said.calendars,
        said.regions,
        at,
        said.compliance.mode,
        said.compliance.rules,
    )


def enable(tx: Tx, names: Iterable[str]) -> None:
    """Make `names` the tenant's plugins in an open transaction.

    Raises:
        RefusedError: `unknown_plugin`; `plugin_in_use` when one left out is used.
    """
    wanted = {installed().plugin(name).name for name in names}
    present = set(sql.enabled_plugins(tx))
    gone = sorted(present - wanted)
    for name in gone:
        _check_unused(tx, name)
    if gone:
        sql.drop_plugins(tx, gone)
    sql.add_plugins(tx, now(), [(new_id(), name) for name in sorted(wanted - present)])
    tx.flush()


def _check_unused(tx: Tx, plugin: str) -> None:
    using = sql.policies_using(tx, plugin)
    if using:
        raise refused(PLUGIN_IN_USE, "/plugins", value=plugin, allowed="、".join(using))


def enter_tenant(tx: Tx, slug: str, pointer: str = "") -> UUID:
    """Make an operator's transaction a tenant's, by the tenant's name; return its id.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    tenant_id = sql.find_tenant(tx, slug)
    if tenant_id is None:
        raise refused(UNKNOWN_TENANT, pointer, value=slug)
    tx.enter(tenant_id)
    return tenant_id


def read(ctx: Context, slug: str) -> TenantDetails:
    """Return one tenant.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> TenantDetails:
        enter_tenant(tx, slug)
        return sql.tenant_details(tx, slug)

    return reading(ctx, work)


def page(ctx: Context, asked: Page) -> Listed[TenantDetails]:
    """Return tenants by slug."""
    ctx.need("tenants:manage")

    def work(tx: Tx) -> list[TenantDetails]:
        found = sql.tenants_after(tx, asked.cursor or "", asked.limit + 1)
        return [_details(tx, tenant_id, slug) for tenant_id, slug in found]

    return listed(asked, reading(ctx, work), lambda tenant: tenant.slug)


def _details(tx: Tx, tenant_id: UUID, slug: str) -> TenantDetails:
    tx.enter(tenant_id)
    return sql.tenant_details(tx, slug)


def set_status(ctx: Context, slug: str, status: Status) -> TenantDetails:
    """Suspend or resume a tenant; its keys stop or start working within a second.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> TenantDetails:
        enter_tenant(tx, slug)
        sql.hold_settings(tx)
        sql.set_status(tx, status)
        return sql.tenant_details(tx, slug)

    return transact(ctx, work)


def set_limits(
    ctx: Context, slug: str, per_minute: int | None, key_per_minute: int | None
) -> TenantDetails:
    """Set how many requests a minute are answered of a tenant, and of each of its keys and users.

    None for what the settings say, 0 for no limit; in force everywhere within two seconds.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> TenantDetails:
        enter_tenant(tx, slug)
        sql.hold_settings(tx)
        sql.set_limits(tx, per_minute, key_per_minute)
        return sql.tenant_details(tx, slug)

    return transact(ctx, work)


def set_plugins(
    ctx: Context, slug: str, names: Iterable[str], if_match: str | None
) -> TenantDetails:
    """Make `names` the tenant's plugins; in force in all workers with the next request.

    Raises:
        RefusedError: `unknown_tenant`, `precondition_required`, `stale_version`,
            `unknown_plugin`, `plugin_in_use`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> TenantDetails:
        enter_tenant(tx, slug)
        sql.hold_settings(tx)
        check_match(if_match, sql.tenant_details(tx, slug).revision)
        enable(tx, names)
        sql.bump_revision(tx)
        return sql.tenant_details(tx, slug)

    return transact(ctx, work)
