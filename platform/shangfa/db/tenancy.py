"""Tenants and their plugins in SQL.

A tenant's name in addresses is looked up before its rows can be seen; everything else is
asked of the tenant whose transaction it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

TENANT: Final = Table(
    "tenant",
    (
        "id",
        "name",
        "timezone",
        "locale",
        "calendar",
        "calendar_days",
        "regions",
        "created_at",
        "compliance",
        "compliance_rules",
    ),
)
SLUG: Final = Table("tenant_slug", ("slug", "tenant_id"))
PLUGIN: Final = Table("tenant_plugin", ("tenant_id", "id", "name", "enabled_at"))


class TenantRecord(NamedTuple):
    """A tenant as it is read."""

    id: UUID
    slug: str
    revision: int
    status: str
    timezone: str
    calendar: str
    calendar_days: dict[str, Any]
    regions: list[str]
    compliance: str
    compliance_rules: dict[str, Any]
    name: str


class TenantLine(NamedTuple):
    """A tenant to be written; `calendar_days`, `regions` and `rules` ready for JSON."""

    id: UUID
    name: str
    timezone: str
    locale: str
    calendar: str
    calendar_days: Any
    regions: Any
    created_at: datetime
    compliance: str
    rules: Any


class TenantDetails(NamedTuple):
    """A tenant as the operator reads it; `plugins` in order."""

    slug: str
    name: str
    timezone: str
    locale: str
    calendar: str
    status: str
    compliance: str
    revision: int
    created_at: datetime
    plugins: list[str]
    per_minute: int | None
    key_per_minute: int | None


def find_tenant(tx: Tx, slug: str) -> UUID | None:
    """Return the id of the tenant of this name."""
    row = tx.raw.execute(
        "SELECT n.tenant_id FROM tenant_slug n WHERE n.slug = %s", (slug,)
    ).fetchone()
    return row[0] if row else None


def tenants_after(tx: Tx, slug: str, limit: int | None = None) -> list[tuple[UUID, str]]:
    """Return (id, slug) of the tenants after a slug, in order; all without a limit."""
    rows = tx.raw.execute(
        "SELECT n.tenant_id, n.slug FROM tenant_slug n WHERE n.slug > %s ORDER BY n.slug LIMIT %s",
        (slug, limit),
    )
    return list(rows.fetchall())


def working_tenants(tx: Tx) -> list[tuple[UUID, str]]:
    """Return (id, slug) of the tenants that are not on their way to another server, in order."""
    rows = tx.raw.execute(
        """SELECT n.tenant_id, n.slug FROM tenant_slug n
        WHERE NOT EXISTS (SELECT FROM frozen_tenant f WHERE f.tenant_id = n.tenant_id)
        ORDER BY n.slug"""
    )
    return list(rows.fetchall())


def add_tenant(tx: Tx, slug: str, line: TenantLine) -> None:
    """Add the transaction's tenant, its name apart: that table is never distributed."""
    objects = (to_text(line.calendar_days), to_text(line.regions))
    rest = (line.created_at, line.compliance, to_text(line.rules))
    values = (*line[:5], *objects, *rest)
    tx.writes.insert(TENANT, [values])
    tx.flush()
    tx.writes.insert(SLUG, [(slug, line.id)])
    tx.flush()


def tenant_state(tx: Tx) -> tuple[int, str] | None:
    """Return (revision, status) of the transaction's tenant, None when there is none."""
    row = tx.raw.execute(
        "SELECT t.revision, t.status FROM tenant t WHERE t.id = %s", (tx.tenant_id,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def tenant_record(tx: Tx) -> TenantRecord | None:
    """Return the transaction's tenant."""
    row = tx.raw.execute(
        """SELECT t.id, n.slug, t.revision, t.status, t.timezone, t.calendar, t.calendar_days,
            t.regions, t.compliance, t.compliance_rules, t.name
        FROM tenant t JOIN tenant_slug n ON n.tenant_id = t.id WHERE t.id = %s""",
        (tx.tenant_id,),
    ).fetchone()
    return TenantRecord(*row) if row else None


def tenant_details(tx: Tx, slug: str) -> TenantDetails:
    """Return the transaction's tenant, whose name this is, as the operator reads it."""
    row = tx.raw.execute(
        """SELECT %(slug)s::text, t.name, t.timezone, t.locale, t.calendar, t.status,
            t.compliance, t.revision, t.created_at, ARRAY(
                SELECT p.name FROM tenant_plugin p WHERE p.tenant_id = %(tenant)s ORDER BY p.name),
            t.per_minute, t.key_per_minute
        FROM tenant t WHERE t.id = %(tenant)s""",
        {"slug": slug, "tenant": tx.tenant_id},
    ).fetchone()
    if row is None:
        raise LookupError(f"the tenant {slug} has a name and no row")
    return TenantDetails(*row)


def set_status(tx: Tx, status: str) -> None:
    """Let the tenant work or not, and tell every process."""
    tx.raw.execute(
        "UPDATE tenant SET status = %s, revision = revision + 1 WHERE id = %s",
        (status, tx.tenant_id),
    )


def set_limits(tx: Tx, per_minute: int | None, key_per_minute: int | None) -> None:
    """Set how many requests a minute are answered; None for what the settings say."""
    tx.raw.execute(
        "UPDATE tenant SET per_minute = %s, key_per_minute = %s WHERE id = %s",
        (per_minute, key_per_minute, tx.tenant_id),
    )


def set_compliance(tx: Tx, mode: str, rules: Any) -> None:
    """Hold the tenant to another setting, and tell every process."""
    tx.raw.execute(
        """UPDATE tenant SET compliance = %s, compliance_rules = %s::jsonb,
            revision = revision + 1
        WHERE id = %s""",
        (mode, to_text(rules), tx.tenant_id),
    )


def set_calendar(tx: Tx, name: str, variants: Any) -> None:
    """Let the tenant count by another calendar, one of its variants or of those there are."""
    tx.raw.execute(
        """UPDATE tenant SET calendar = %s, calendar_days = %s::jsonb, revision = revision + 1
        WHERE id = %s""",
        (name, to_text(variants), tx.tenant_id),
    )


def enabled_plugins(tx: Tx) -> list[str]:
    """Return the names of the tenant's plugins, in order."""
    rows = tx.raw.execute(
        "SELECT p.name FROM tenant_plugin p WHERE p.tenant_id = %s ORDER BY p.name",
        (tx.tenant_id,),
    )
    return [name for (name,) in rows.fetchall()]


def add_plugins(tx: Tx, at: datetime, named: Iterable[tuple[UUID, str]]) -> None:
    """Enable plugins, each with the id of its row."""
    tenant_id = tx.tenant
    tx.writes.insert(PLUGIN, [(tenant_id, key, name, at) for key, name in named])


def drop_plugins(tx: Tx, names: Sequence[str]) -> None:
    """Disable plugins."""
    tx.raw.execute(
        "DELETE FROM tenant_plugin p WHERE p.tenant_id = %s AND p.name = ANY(%s)",
        (tx.tenant_id, list(names)),
    )


def policies_using(tx: Tx, plugin: str) -> list[str]:
    """Return the names of the policies with a published version that uses a plugin."""
    rows = tx.raw.execute(
        """SELECT DISTINCT p.name
        FROM policy p JOIN policy_version v ON v.tenant_id = p.tenant_id AND v.policy_id = p.id
        WHERE p.tenant_id = %(tenant)s AND v.tenant_id = %(tenant)s AND v.state = 'published'
            AND v.plugins ? %(plugin)s
        ORDER BY p.name""",
        {"tenant": tx.tenant_id, "plugin": plugin},
    )
    return [name for (name,) in rows.fetchall()]


def published_texts(tx: Tx) -> frozenset[str]:
    """Return the texts of the tenant's published policies, as they were sent."""
    rows = tx.raw.execute(
        "SELECT v.source FROM policy_version v WHERE v.tenant_id = %s AND v.state = 'published'",
        (tx.tenant_id,),
    )
    return frozenset(text for (text,) in rows.fetchall())


def hold_tenant(tx: Tx) -> None:
    """Wait for incidents being recorded, and keep new ones out until the transaction ends.

    What an incident is decided by (policies, reporting lines, attributes) changes only so.
    """
    tx.raw.execute("SELECT t.id FROM tenant t WHERE t.id = %s FOR UPDATE", (tx.tenant_id,))


def hold_settings(tx: Tx) -> None:
    """Wait for who changes the tenant, not for incidents being recorded.

    What is changed so is no part of a decision, and a plugin that hangs in one must not keep
    the operator from stopping it.
    """
    tx.raw.execute("SELECT t.id FROM tenant t WHERE t.id = %s FOR NO KEY UPDATE", (tx.tenant_id,))


def bump_revision(tx: Tx) -> None:
    """Tell every process that the tenant changed."""
    tx.raw.execute("UPDATE tenant SET revision = revision + 1 WHERE id = %s", (tx.tenant_id,))
