"""An owner of the schema who is no superuser, so that row-level security is forced on him."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import make_url
from tests.making.house import owning

OURS: Final = {
    "TABLE": "SELECT oid::regclass::text FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    "FUNCTION": "SELECT oid::regprocedure::text FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace",
    "TYPE": "SELECT oid::regtype::text FROM pg_type"
    " WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace",
}


def plain_owner(owner_url: str) -> str:
    """Give everything in a database to a new role without rights besides; return its URL."""
    role, database = f"keeper_{secrets.token_hex(4)}", make_url(owner_url).database
    with owning(owner_url) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'".encode())
        connection.execute(f'ALTER DATABASE "{database}" OWNER TO {role}'.encode())
        connection.execute(f"ALTER SCHEMA public OWNER TO {role}".encode())
        for kind, query in OURS.items():
            for (name,) in connection.execute(query.encode()).fetchall():
                connection.execute(f"ALTER {kind} {name} OWNER TO {role}".encode())
    url = make_url(owner_url).set(username=role, password=role)
    return url.render_as_string(hide_password=False)
