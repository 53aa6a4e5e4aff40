"""Everything of a company as JSON, table by table, in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from shangfa.db.rows import Base, TenantOwned
from shangfa.db.tx.transaction import Tx

AT_ONCE: Final = 1000
PASSING: Final = frozenset({"allowance", "user_session", "oidc_try", "reply"})
"""Tables of what is good for hours: digests of tokens, answers to repeated requests, counts."""
SECRET: Final[Mapping[str, frozenset[str]]] = {
    "api_key": frozenset({"digest"}),
    "oidc_provider": frozenset({"client_secret", "key"}),
    "tenant_user": frozenset({"password", "invitation"}),
    "webhook": frozenset({"secret", "old_secret"}),
}
"""Table -> columns that let somebody in, or sign; they are nobody's data."""


def exported_tables() -> dict[str, list[str]]:
    """Return table -> columns of what is handed out, in order of the tables' names."""
    owned = {
        str(model.__tablename__): list(model.__table__.columns.keys())
        for model in Base.__subclasses__()
        if issubclass(model, TenantOwned) and model.__tablename__ not in PASSING
    }
    return {table: _shown(table, owned[table]) for table in sorted(owned)}


def _shown(table: str, columns: list[str]) -> list[str]:
    hidden = {"tenant_id", *SECRET.get(table, ())}
    return [name for name in columns if name not in hidden]


def rows_of(tx: Tx, table: str, columns: list[str]) -> Iterator[str]:
    """Return a table's rows, each as a line of JSON, in order of their ids."""
    names = ", ".join(f'r."{name}"' for name in columns)
    query = f"""
        SELECT r.id, (SELECT row_to_json(x)::text FROM (SELECT {names}) x)
        FROM "{table}" r WHERE r.tenant_id = %(tenant)s AND r.id > %(last)s
        ORDER BY r.id LIMIT %(limit)s"""  # noqa: S608 - names of our own tables
    last = UUID(int=0)
    while True:
        values = {"tenant": tx.tenant_id, "last": last, "limit": AT_ONCE}
        rows = tx.raw.execute(query, values).fetchall()
        yield from (row[1] for row in rows)
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][0]


def tenant_row(tx: Tx) -> str:
    """Return the company's own row as a line of JSON."""
    row = tx.raw.execute(
        "SELECT row_to_json(t)::text FROM tenant t WHERE t.id = %s", (tx.tenant_id,)
    ).fetchone()
    return str(row[0]) if row else "{}"


def files_of(tx: Tx) -> list[tuple[str, int]]:
    """Return (SHA-256, size) of every file of evidence, each once."""
    rows = tx.raw.execute(
        "SELECT DISTINCT e.sha256, e.size FROM evidence e WHERE e.tenant_id = %s ORDER BY e.sha256",
        (tx.tenant_id,),
    )
    return list(rows.fetchall())
