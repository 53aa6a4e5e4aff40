"""Whether this process can serve."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from shangfa.db.server.schema import SchemaBehindError, UnsafeRoleError, check_role
from shangfa.db.tx.pool import NoDatabaseError, engine
from shangfa.services.tenancy import plugins
from shangfa.services.tenancy import ready as loaded


def check_database() -> None:
    """Refuse to serve on a role or a schema that is not safe.

    Raises:
        NoDatabaseError, UnsafeRoleError, SchemaBehindError: saying what to do.
    """
    with engine().connect() as connection:
        check_role(connection)


def unready() -> str | None:
    """Return why requests cannot be served, None when they can."""
    try:
        check_database()
    except (NoDatabaseError, UnsafeRoleError, SchemaBehindError) as error:
        return str(error)
    except SQLAlchemyError:
        return "the database does not answer"
    return None


def plugin_failures() -> Mapping[str, int]:
    """Return how often each plugin failed in this process."""
    return dict(plugins.failures)


def cached_tenants() -> int:
    """Return how many tenants this process holds ready."""
    return loaded.cached()
