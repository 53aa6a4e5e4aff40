"""Whole rows of companies and of the deployment, read as of one moment and written back, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from uuid import UUID

from shangfa.db.exchange.export import PASSING
from shangfa.db.keeping.erasing import owned_tables
from shangfa.db.keeping.owner import Owner, within
from shangfa.db.rows import Base
from shangfa.db.tx.transaction import Tx

AT_ONCE: Final = 1000
NOBODYS: Final = ("calendar_year", "operator_key")
"""Tables of the deployment itself that a backup of all of it has."""
ERASED: Final = "erasure"
"""What certificates are made of; its rows outlive the companies that they name."""


def kept_tables() -> list[str]:
    """Return the tables of tenants' rows that are kept, each after those that it refers to."""
    return [name for name in reversed(owned_tables()) if name not in PASSING]


def whole_rows(tx: Tx, table: str) -> Iterator[str]:
    """Return the rows of the transaction's tenant with all columns, as lines of JSON, by id."""
    query = f"""
        SELECT r.id, row_to_json(r)::text FROM "{table}" r
        WHERE r.tenant_id = %(tenant)s AND r.id > %(last)s ORDER BY r.id LIMIT %(limit)s"""  # noqa: S608 - names of our own tables
    last = UUID(int=0)
    while True:
        values = {"tenant": tx.tenant_id, "last": last, "limit": AT_ONCE}
        rows = tx.raw.execute(query.encode(), values).fetchall()
        yield from (row[1] for row in rows)
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][0]


def deployments_rows(tx: Tx, table: str) -> list[str]:
    """Return what is nobody's."""
    query = f'SELECT row_to_json(r)::text FROM "{table}" r'  # noqa: S608 - names of our own tables
    return [row[0] for row in tx.raw.execute(query.encode()).fetchall()]


def erased_companies(tx: Tx) -> list[str]:
    """Return what is left of companies that were erased."""
    rows = tx.raw.execute(
        "SELECT row_to_json(e)::text FROM erasure e WHERE e.done_at IS NOT NULL ORDER BY e.id"
    )
    return [row[0] for row in rows.fetchall()]


def revision_of(tx: Tx) -> str:
    """Return the revision of the schema."""
    row = tx.raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def is_there(owner: Owner, tenant_id: UUID, slug: str) -> bool:
    """Tell whether a company of this id or name is there."""
    with within(owner, None):
        found = owner.execute(
            "SELECT FROM tenant_slug n WHERE n.tenant_id = %s OR n.slug = %s", (tenant_id, slug)
        )
        return found.fetchone() is not None


def add_lines(owner: Owner, table: str, lines: Iterable[str], *, known: str = "") -> None:
    """Write rows as they were; `known` is what becomes of those that are there already."""
    columns = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[table].columns)
    picked = ", ".join(f'r."{column.name}"' for column in Base.metadata.tables[table].columns)
    query = f"""
        INSERT INTO "{table}" ({columns})
        SELECT {picked} FROM json_populate_recordset(NULL::"{table}", %s::json) r {known}"""  # noqa: S608 - names of our own tables
    left = iter(lines)
    while part := list(islice(left, AT_ONCE)):
        owner.cursor().executemany(query.encode(), [(f"[{','.join(part)}]",)])


def add_slug(owner: Owner, tenant_id: UUID, slug: str) -> None:
    """Give a company its name."""
    owner.execute("INSERT INTO tenant_slug (slug, tenant_id) VALUES (%s, %s)", (slug, tenant_id))
    told = owner.execute("SELECT FROM webhook w WHERE w.tenant_id = %s LIMIT 1", (tenant_id,))
    if told.fetchone() is not None:
        owner.execute("INSERT INTO webhook_tenant (tenant_id) VALUES (%s)", (tenant_id,))


def set_status(owner: Owner, tenant_id: UUID, status: str) -> None:
    """Let a company work, or not."""
    with within(owner, tenant_id):
        owner.execute(
            "UPDATE tenant SET status = %s, revision = revision + 1 WHERE id = %s",
            (status, tenant_id),
        )
