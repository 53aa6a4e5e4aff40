"""Migrations: what they made, whom they serve, and what is refused with the way out."""

import os
import re

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool
from tests.making.house import owning

from shangfa.db.rows import Base
from shangfa.db.server import schema
from shangfa.db.server.embedded import OWNER, Embedded


def test_a_schema_that_is_behind_is_refused(owner: Engine) -> None:
    with owner.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        connection.execute(text("SET SESSION AUTHORIZATION shangfa_app"))
        with pytest.raises(schema.SchemaBehindError, match="shangfa db upgrade"):
            schema.check_role(connection)


def test_an_old_program_goes_on_where_a_newer_schema_only_has_more(
    owner: Engine, app: Engine
) -> None:
    with owner.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(
            text(f"COMMENT ON TABLE alembic_version IS 'serves 9999 {schema.head()}'")
        )
        schema.check_revision(connection)
        connection.execute(text("COMMENT ON TABLE alembic_version IS 'serves 9999'"))
        with pytest.raises(schema.SchemaBehindError, match="newer one"):
            schema.check_revision(connection)
    with app.connect() as connection:  # the application reads what the owner wrote
        assert schema._comment(connection) == f"serves {' '.join(schema.still_served())}"


def test_whom_a_schema_serves_ends_with_the_last_change_that_was_no_addition() -> None:
    served = schema.still_served()
    assert (served[0], served[-1]) == (schema.head(), "0631")
    assert len(served) > 2


def test_a_migration_waits_for_nobody_long(
    server: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that waits for a table lets all others wait behind it."""
    name = f"held_{os.getpid()}"
    monkeypatch.setattr(schema, "LOCK_SECONDS", 1)
    with owning(server.url(OWNER, "postgres")) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = server.url(OWNER, name)
    try:
        before = create_engine(url, poolclass=NullPool)
        with before.begin() as connection:
            config = schema._config()
            config.attributes["connection"] = connection
            command.upgrade(config, "0640")
        with owning(url) as holder, holder.transaction():
            holder.execute("LOCK TABLE subject IN ACCESS SHARE MODE")
            with pytest.raises(schema.SchemaHeldError, match="run `shangfa db upgrade` again"):
                schema.upgrade(url)
        with before.connect() as connection:
            assert schema.current(connection) == "0640"
        schema.upgrade(url)
        with before.connect() as connection:
            assert schema.current(connection) == schema.head()
    finally:
        with owning(server.url(OWNER, "postgres")) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_a_second_upgrade_changes_nothing(owner: Engine, owner_url: str) -> None:
    schema.upgrade(owner_url)
    with owner.connect() as connection:
        assert schema.current(connection) == schema.head()


def test_the_models_are_what_the_migrations_made(owner: Engine) -> None:
    options = {
        "compare_server_default": True,
        "include_name": lambda name, kind, _: (
            not (kind == "table" and name.startswith("procrastinate_"))
        ),
    }
    with owner.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


DEFINED = """
    SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relnamespace = CAST(:schema AS regnamespace)
    UNION ALL
    SELECT t.relname, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = CAST(:schema AS regnamespace) AND c.contype <> 'n'"""


def _defined(connection: Connection, schema: str) -> dict[tuple[str, str], list[str]]:
    """Return (table, index or constraint) of a model -> the parts of its definition."""
    connection.execute(text(f"SET LOCAL search_path = {schema}"))
    rows = connection.execute(text(DEFINED), {"schema": schema})
    return {
        (table, name): sorted(re.split(r"[\[\],]\s*", definition.replace(f" ON {schema}.", " ON ")))
        for table, name, definition in rows
        if table in Base.metadata.tables
    }


def test_conditions_of_indexes_and_checks_are_those_of_the_models(owner: Engine) -> None:
    """What a comparison by alembic does not look at."""
    apart = {"schema_translate_map": {None: "of_models"}}
    with owner.connect() as connection, connection.begin() as trial:
        made = _defined(connection, "public")
        connection.execute(text("CREATE SCHEMA of_models"))
        Base.metadata.create_all(connection.execution_options(**apart))
        modelled = _defined(connection, "of_models")
        trial.rollback()
    assert made == modelled


def test_a_database_of_an_earlier_version_is_refused_with_the_way_out(
    owner: Engine, owner_url: str
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    try:
        with pytest.raises(schema.OutdatedDatabaseError, match=r"0\.1.*empty database"):
            schema.upgrade(owner_url)
    finally:
        with owner.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": schema.head()}
            )
