"""Where each table lies in a distributed database: one list, made from the row classes."""

from __future__ import annotations

from typing import Final

from shangfa.db.rows import Base, TenantOwned

ROOT: Final = "tenant"
"""The table that all others lie beside."""
DISTRIBUTED: Final[dict[str, str]] = {
    ROOT: "id",
    **{
        mapper.local_table.description: "tenant_id"
        for mapper in sorted(Base.registry.mappers, key=lambda item: item.local_table.description)
        if issubclass(mapper.class_, TenantOwned)
    },
}
"""Table -> the column it is distributed by; `tenant` first."""
LOCAL: Final = frozenset(Base.metadata.tables) - DISTRIBUTED.keys() | {"alembic_version"}
"""What only the coordinator holds, besides the tables of the jobs."""
DROPPED: Final = {"ledger_entry": ("month_open",)}
"""Policies that ask another table, which a distributed one cannot. What they guard is guarded
before them: whoever locks a month holds the tenant, whoever posts has read under that lock which
months are open."""
JOBS: Final = "procrastinate_"
"""How the names of those begin."""


def is_local(table: str) -> bool:
    """Tell whether only the coordinator holds a table."""
    return table in LOCAL or table.startswith(JOBS)
