"""Which key a statement broke, on one server and on a distributed one."""

from __future__ import annotations

import re
from typing import Final

import psycopg
from psycopg.errors import (
    DeadlockDetected,
    DivisionByZero,
    InvalidSqlStatementName,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_QUOTED: Final = re.compile(r'"((?:uq|pk)_[a-z_]+?)(?:_\d+)?"')
AGAIN: Final = (
    *(DeadlockDetected, SerializationFailure, DivisionByZero),
    InvalidSqlStatementName,
)
"""What goes away by trying again; division by nothing is a row that did not arrive, a
lost name a statement that the server was told to forget."""


TAKEN: Final = UniqueViolation
"""What a broken unique key raises."""
HELD: Final = LockNotAvailable
"""What is raised when somebody else holds a row too long, or the tenant is being moved."""
LOST: Final = (OperationalError, psycopg.OperationalError, PoolTimeout)
"""What is raised when the database went away, did not answer in time, or has no connection free."""
UNSTORABLE: Final = (DataError, psycopg.DataError)
"""What is raised for a value that no column holds."""


def driver_error(error: Exception) -> psycopg.Error | None:
    """Return psycopg's error, also from inside SQLAlchemy's; None for any other."""
    inner = error.orig if isinstance(error, DBAPIError) else error
    return inner if isinstance(inner, psycopg.Error) else None


def constraint_of(error: psycopg.Error) -> str:
    """Return the name of the unique key that was broken, "" when it is not known.

    A distributed database leaves the field empty and names the key of a shard in its
    message, with the shard's number behind it.
    """
    if error.diag.constraint_name:
        return error.diag.constraint_name
    found = _QUOTED.search(error.diag.message_primary or str(error))
    return found[1] if found else ""
