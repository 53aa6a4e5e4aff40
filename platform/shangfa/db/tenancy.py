"""Tenants and their plugins in SQL."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx


class TenantRecord(NamedTuple):
    """A tenant as it is read."""

    id: UUID
    slug: str
    revision: int
    status: str
    timezone: str
    calendar: str
    calendar_days: dict[str, Any]


def tenant_state(tx: Tx) -> tuple[int, str] | None:
    """Return (revision, status) of the transaction's tenant, None when there is none."""
    row = tx.raw.execute(
        "SELECT t.revision, t.status FROM tenant t WHERE t.id = %s", (tx.tenant_id,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def tenant_record(tx: Tx) -> TenantRecord | None:
    """Return the transaction's tenant."""
    row = tx.raw.execute(
        """SELECT t.id, n.slug, t.revision, t.status, t.timezone, t.calendar, t.calendar_days
        FROM tenant t JOIN tenant_slug n ON n.tenant_id = t.id WHERE t.id = %s""",
        (tx.tenant_id,),
    ).fetchone()
    return TenantRecord(*row) if row else None


def enabled_plugins(tx: Tx) -> list[str]:
    """Return the names of the tenant's plugins, in order."""
    rows = tx.raw.execute(
        "SELECT p.name FROM tenant_plugin p WHERE p.tenant_id = %s ORDER BY p.name",
        (tx.tenant_id,),
    )
    return [name for (name,) in rows.fetchall()]


def hold_tenant(tx: Tx) -> None:
    """Wait for incidents being recorded, and keep new ones out until the transaction ends.

    What an incident is decided by (policies, reporting lines, attributes) changes only so.
    """
    tx.raw.execute("SELECT t.id FROM tenant t WHERE t.id = %s FOR UPDATE", (tx.tenant_id,))


def bump_revision(tx: Tx) -> None:
    """Tell every process that the tenant changed."""
    tx.raw.execute("UPDATE tenant SET revision = revision + 1 WHERE id = %s", (tx.tenant_id,))
