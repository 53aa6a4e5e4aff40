"""The owner's secret: without it nobody becomes the owner, whatever user name he gives.

It lies in a file that only the user who starts the server can read, and in no environment.
The application's role needs none: its rights are those of a program that anybody who can
enter the folder may run.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from shangfa.db.postgres.cluster import Cluster

RULES: Final = """\
# Written by Shangfa at every start. Everybody needs a password but the application's role.
local all {app} trust
local all all scram-sha-256
"""


def secure(cluster: Cluster, app: str) -> str:
    """Let the owner in by a secret only, and return it.

    A server that still lets everybody in (a new one, or one of an earlier version) is told
    so first; a start that was interrupted here is finished by the next one.
    """
    secret = _secret(cluster.home / "owner.password")
    rules, file = RULES.format(app=app), cluster.data / "pg_hba.conf"
    if file.read_text(encoding="utf-8") != rules:
        _set_password(cluster, secret)
        file.write_text(rules, encoding="utf-8")
        cluster.reload()
    return secret


def _secret(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        draft.replace(path)
    return path.read_text()


def _set_password(cluster: Cluster, secret: str) -> None:
    """Set what is stored of the secret; the secret itself stays out of the server's log."""
    with psycopg.connect(
        host=str(cluster.socket()),
        user=cluster.owner,
        password=secret,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        stored = connection.pgconn.encrypt_password(
            secret.encode(), cluster.owner.encode(), b"scram-sha-256"
        )
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(cluster.owner), sql.Literal(stored.decode())
        )
        connection.execute(statement)
