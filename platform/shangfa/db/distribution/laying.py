"""Lay the tables of companies out over the workers, each company's rows together.

Foreign keys come off first and on again last: no order of tables distributes them with the
keys in place. Row-level security is not forced meanwhile, because the owner could not read,
and so not move, the rows that are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from shangfa.db.distribution.cluster import SETTINGS, laid_out
from shangfa.db.distribution.placement import DISTRIBUTED, DROPPED, ROOT
from shangfa.db.distribution.refusals import ROWS_LOST, ClusterError

CAREFUL: Final = (
    "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
    "SET LOCAL citus.enable_local_reference_table_foreign_keys = off",
    "SET LOCAL client_min_messages = warning",
)
_KEYS: Final = """
    SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conrelid = ANY(CAST(:tables AS regclass[])) ORDER BY 1, 2"""


class Key(NamedTuple):
    """A foreign key, as it is dropped and added again."""

    table: str
    name: str
    definition: str


def lay_out(connection: Connection, shards: int) -> list[str]:
    """Distribute every table of tenants that is not yet, and return their names.

    `shards`: how many parts; once `tenant` is distributed, it has decided.

    Raises:
        ClusterError: a table has not all of its rows afterwards.
    """
    for statement in CAREFUL:
        connection.execute(text(statement))
    tables = [table for table in DISTRIBUTED if table not in laid_out(connection)]
    if not tables:
        return []
    with _without_keys(connection, tables):
        for table in tables:
            _lay_one(connection, table, shards)
    for table in tables:
        _forget(connection, table)
    return tables


def lay_new(connection: Connection, tables: Sequence[str]) -> None:
    """Distribute tables that a migration has just made, before they have foreign keys."""
    for statement in CAREFUL:
        connection.execute(text(statement))
    for table in tables:
        _place(connection, table, "tenant_id", ROOT)


def set_role(connection: Connection, role: str) -> None:
    """Give the role of the application the settings that reach the workers."""
    for statement in settings_of(role):
        connection.execute(text(statement))


def settings_of(role: str) -> list[str]:
    """Return the statements that give a role its settings."""
    name = role.replace('"', '""')
    return [f"ALTER ROLE \"{name}\" SET {key} = '{value}'" for key, value in SETTINGS.items()]


@contextmanager
def _without_keys(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    named = [f'public."{table}"' for table in tables]
    keys = [Key(*row) for row in connection.execute(text(_KEYS), {"tables": named})]
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}"))
    yield
    for key in keys:
        adding = f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}"
        connection.execute(text(adding))


def _lay_one(connection: Connection, table: str, shards: int) -> None:
    connection.execute(text(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY'))
    for policy in DROPPED.get(table, ()):
        connection.execute(text(f'DROP POLICY IF EXISTS "{policy}" ON "{table}"'))
    before = _count(connection, table)
    column, beside = DISTRIBUTED[table], "none" if table == ROOT else ROOT
    _place(connection, table, column, beside, shards if table == ROOT else None)
    after = _count(connection, table)
    connection.execute(text(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'))
    if after != before:
        raise ClusterError(ROWS_LOST, table=table, before=before, after=after)


def _forget(connection: Connection, table: str) -> None:
    """Take away the rows that stayed behind, unseen, when they were copied to the workers."""
    name = {"name": f'public."{table}"'}
    if connection.scalar(text("SELECT pg_relation_size(CAST(:name AS regclass))"), name):
        laid = "SELECT truncate_local_data_after_distributing_table(CAST(:name AS regclass))"
        connection.execute(text(laid), name)


def _place(
    connection: Connection, table: str, column: str, beside: str, shards: int | None = None
) -> None:
    connection.execute(
        text(
            "SELECT create_distributed_table(CAST(:name AS regclass), :column,"
            " colocate_with => :beside, shard_count => CAST(:shards AS int))"
        ),
        {"name": f'public."{table}"', "column": column, "beside": beside, "shards": shards},
    )


def _count(connection: Connection, table: str) -> int:
    found: int = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608 - ours
    return found
