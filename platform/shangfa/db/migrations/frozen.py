"""Run a file of frozen SQL, on one server or on a distributed database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import op
from sqlalchemy import Connection

from shangfa.db.distribution.cluster import is_distributed
from shangfa.db.distribution.laying import lay_new

HERE: Final = "-- Distributed here: keys, indexes, policies and rights follow.\n"
"""The line of a file before which the tables stand, and after which their foreign keys."""
_FOLDER: Final = Path(__file__).parent / "sql"


def run_file(name: str, *owned: str) -> None:
    """Run a file of the folder `sql`; `owned` are the tables of tenants that it makes."""
    run(op.get_bind(), (_FOLDER / name).read_text(encoding="utf-8"), *owned)


def run(connection: Connection, text: str, *owned: str) -> None:
    """Run some SQL that makes the tables `owned`.

    A table with a foreign key cannot be distributed, so that is done where the SQL says.

    Raises:
        ValueError: it makes tables of tenants and does not say where.
    """
    if owned and HERE not in text:
        raise ValueError(f"SQL that makes tables of tenants needs the line {HERE!r}")
    tables, _, rest = text.partition(HERE)
    plain = connection.execution_options(no_parameters=True)
    plain.exec_driver_sql(tables)
    if owned and is_distributed(connection):
        lay_new(connection, owned)
    if rest:
        plain.exec_driver_sql(rest)
