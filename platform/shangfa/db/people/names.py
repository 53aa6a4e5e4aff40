"""What the tenant calls things: declared attributes, departments and positions with renames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.people.renames import Rename
from shangfa.domain.tenancy.attributes import Attribute

ATTRIBUTE: Final = Table(
    "attribute",
    ("tenant_id", "id", "name", "type", "label"),
    "ON CONFLICT (tenant_id, name) DO UPDATE SET type = excluded.type, label = excluded.label",
)
RENAMING: Final = Table(
    "renaming", ("tenant_id", "id", "what", "old_name", "new_name", "effective_from")
)
_USED: Final = """
    SELECT DISTINCT CASE %(what)s WHEN 'department' THEN a.department ELSE a.position END
    FROM assignment a WHERE a.tenant_id = %(tenant)s"""


def declared_attributes(tx: Tx) -> dict[str, Attribute]:
    """Return the tenant's attributes by name, in order."""
    rows = tx.raw.execute(
        "SELECT a.name, a.type, a.label FROM attribute a WHERE a.tenant_id = %s ORDER BY a.name",
        (tx.tenant_id,),
    )
    return {row[0]: Attribute(*row) for row in rows.fetchall()}


def declare_attributes(tx: Tx, items: Iterable[tuple[UUID, Attribute]]) -> None:
    """Declare attributes, in place of what was said of them before."""
    tenant_id = tx.tenant
    rows = [(tenant_id, key, item.name, item.type, item.label) for key, item in items]
    tx.writes.insert(ATTRIBUTE, rows)


def renames(tx: Tx) -> list[Rename]:
    """Return what was renamed, by day."""
    rows = tx.raw.execute(
        "SELECT r.what, r.old_name, r.new_name, r.effective_from FROM renaming r"
        " WHERE r.tenant_id = %s ORDER BY r.effective_from, r.id",
        (tx.tenant_id,),
    )
    return [Rename(*row) for row in rows.fetchall()]


def add_rename(tx: Tx, key: UUID, item: Rename) -> None:
    """Let a department or position be called otherwise from a day on."""
    tx.writes.insert(RENAMING, [(tx.tenant, key, *item)])


def names_used(tx: Tx, what: str) -> set[str]:
    """Return the names of all departments, or positions, that somebody ever had."""
    rows = tx.raw.execute(_USED, {"tenant": tx.tenant_id, "what": what})
    return {name for (name,) in rows.fetchall() if name is not None}
