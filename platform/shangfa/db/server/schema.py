"""Bring the schema to its newest revision, and refuse to serve on one that is not safe.

The application's role must not be able to see past row-level security: a
superuser, a BYPASSRLS role and the owner of a table all can.
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from shangfa.db.distribution.cluster import check_served
from shangfa.db.rows import Base
from shangfa.db.tx.conflicts import HELD, driver_error

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Any number will do; all processes that migrate wait for the same one.
MIGRATION_LOCK = 20_171_215


class UnsafeRoleError(RuntimeError):
    """The application connects as a role that can see past row-level security."""

    def __init__(self, role: str, fault: str) -> None:
        super().__init__(
            f"The database role {role} {fault}, so tenants would not be kept apart. "
            "Connect as shangfa_app, or another role that owns nothing, "
            "is no superuser and has no BYPASSRLS."
        )


class SchemaBehindError(RuntimeError):
    """The schema is not the one this version of the program was written for."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        super().__init__(
            f"The database is at schema revision {found or 'none'}, this program needs "
            f"{wanted}. Run `shangfa db upgrade` as the owner of the schema; if the database is "
            "the newer one, start the program that it was upgraded for."
        )


class SchemaHeldError(RuntimeError):
    """Somebody holds what a migration changes; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            f"Somebody held a table for longer than {LOCK_SECONDS} seconds that the migration "
            "changes. Nothing was changed; run `shangfa db upgrade` again, when imports, month "
            "closes and backups are over if it happens again."
        )


class OutdatedDatabaseError(RuntimeError):
    """The database was made by a version from which no way leads here."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"This database (schema {found}) was made by Shangfa 0.1, whose demo data is not "
            "carried over: point SHANGFA_DATABASE_URL at an empty database, or delete the folder "
            "var/ of an embedded one, and start again."
        )


LOCK_SECONDS: Final = 5
"""How long a migration waits for a table: whoever comes after it waits behind it."""
SERVES: Final = "serves "
"""How the comment begins that names the revisions whose programs may go on."""
BEFORE: Final = ("0001", "0002")
"""Revisions of Shangfa 0.1."""


def upgrade(owner_url: str) -> None:
    """Bring the database at `owner_url` to the newest revision, in one transaction.

    Processes that start together wait for one another; a second run does nothing.

    Raises:
        OutdatedDatabaseError: it was made by a version before 0.2.
        SchemaHeldError: a table is held by somebody for too long.
    """
    engine = create_engine(owner_url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            wait_for_turn(connection)
            check_age(current(connection))
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _say_whom_it_serves(connection)
    except OperationalError as error:
        if isinstance(driver_error(error), HELD):
            raise SchemaHeldError from error
        raise
    finally:
        engine.dispose()


def _say_whom_it_serves(conn: Connection) -> None:
    """Write beside the revision which programs may go on: those that miss additions alone."""
    served = f"{SERVES}{' '.join(still_served())}"
    if _comment(conn) != served:
        conn.execute(text(f"COMMENT ON TABLE alembic_version IS '{served}'"))


def still_served() -> list[str]:
    """Return the newest revision and those before it from which on everything was added only."""
    found = []
    for revision in ScriptDirectory.from_config(_config()).walk_revisions():
        found.append(revision.revision)
        if not getattr(revision.module, "additive", False):
            break
    return found


def _comment(conn: Connection) -> str:
    query = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
    return conn.execute(query).scalar() or ""


def wait_for_turn(conn: Connection) -> None:
    """Wait until nobody else changes the schema, and keep others out until the end."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def check_revision(conn: Connection) -> None:
    """Let a database pass whose schema is what this program was written for, or has more.

    Raises:
        SchemaBehindError: the schema is behind, or newer and no longer what this program knows.
        OutdatedDatabaseError: it was made by a version before 0.2.
    """
    found, wanted = current(conn), head()
    check_age(found)
    if found == wanted:
        return
    newest, *older = _comment(conn).removeprefix(SERVES).split() or [""]
    if newest != found or wanted not in older:
        raise SchemaBehindError(found, wanted)


def check_age(found: str | None) -> None:
    """Let a database pass that this program can upgrade.

    Raises:
        OutdatedDatabaseError: it was made by a version before 0.2.
    """
    if found in BEFORE:
        raise OutdatedDatabaseError(found)


def head() -> str | None:
    """Return the newest revision that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(conn: Connection) -> str | None:
    """Return the revision of the database, None when it was never migrated."""
    return MigrationContext.configure(conn).get_current_revision()


def check_role(conn: Connection) -> None:
    """Refuse a connection that the application must not serve on.

    Raises:
        UnsafeRoleError: the role is a superuser, has BYPASSRLS, or owns a
            table of ours or is a member of its owner.
        SchemaBehindError: the schema is not at the newest revision.
        OutdatedDatabaseError: the schema is of a version before 0.2.
        ClusterError: the database is distributed, and not rightly.
    """
    _check_attributes(conn)
    _check_ownership(conn)
    check_revision(conn)
    check_served(conn)


def _check_attributes(conn: Connection) -> None:
    """Look at the role of the session too: it could RESET ROLE."""
    rows = conn.execute(
        text(
            "SELECT rolname, rolsuper FROM pg_roles WHERE (rolsuper OR rolbypassrls)"
            " AND rolname IN (current_user, session_user)"
        )
    )
    for role, is_superuser in rows:
        raise UnsafeRoleError(role, "is a superuser" if is_superuser else "has BYPASSRLS")


def _check_ownership(conn: Connection) -> None:
    rows = conn.execute(
        text(
            "SELECT session_user, relname FROM pg_class"
            " WHERE relname = ANY(:tables) AND relkind IN ('r', 'p')"
            " AND (pg_has_role(session_user, relowner, 'MEMBER')"
            " OR pg_has_role(current_user, relowner, 'MEMBER')) ORDER BY relname"
        ),
        {"tables": list(Base.metadata.tables)},
    )
    for role, table in rows:
        raise UnsafeRoleError(role, f"owns the table {table} or is a member of its owner")


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
