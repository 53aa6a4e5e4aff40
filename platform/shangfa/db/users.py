"""Users, their sessions and failed attempts in SQL.

Attempts are counted in a transaction of the operator, before it enters any tenant: a company
or a user that is not there costs the same statements as one that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.access import add_actor
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

USER: Final = Table(
    "tenant_user",
    (
        *("tenant_id", "id", "login", "name", "roles", "subject_id", "password", "password_due"),
        *("invitation", "invited_until", "created_at"),
    ),
)
SESSION: Final = Table(
    "user_session",
    (
        *("tenant_id", "id", "tenant_user_id", "digest", "expires_at", "refresh"),
        *("refresh_until", "created_at", "external"),
    ),
)
DELEGATION: Final = Table(
    "delegation",
    (
        *("tenant_id", "id", "tenant_user_id", "for_user_id", "role", "since", "until"),
        *("reason", "created_at"),
    ),
)
JSON_COLUMNS: Final = frozenset({"roles"})


class UserLine(NamedTuple):
    """A user to be written; `password` is a hash, "" for none yet."""

    id: UUID
    login: str
    name: str
    roles: tuple[str, ...]
    subject_id: UUID | None
    password: str
    password_due: bool
    invitation: bytes | None
    invited_until: datetime | None
    created_at: datetime


class UserRecord(NamedTuple):
    """A user as he is read; `password` is a hash, `subject` the code of who he is."""

    id: UUID
    login: str
    name: str
    roles: tuple[str, ...]
    subject_id: UUID | None
    subject: str | None
    password: str
    password_due: bool
    locked: bool
    invited_until: datetime | None
    created_at: datetime
    signed_in_at: datetime | None
    ended_at: datetime | None


class SessionLine(NamedTuple):
    """What a user gets when he signs in: digests of a token and of what renews it.

    `external`: he came by his company's identity provider.
    """

    id: UUID
    user_id: UUID
    digest: bytes
    expires_at: datetime
    refresh: bytes
    refresh_until: datetime
    created_at: datetime
    external: bool


class SessionRecord(NamedTuple):
    """A session that may be renewed."""

    id: UUID
    user_id: UUID
    refresh_until: datetime
    ended_at: datetime | None
    used: bool
    external: bool


class SessionOwner(NamedTuple):
    """Whom a session in force stands for; `status` is his tenant's."""

    user_id: UUID
    roles: list[str]
    subject_id: UUID | None
    subject: str | None
    password_due: bool
    status: str
    expires_at: datetime
    per_minute: int | None
    key_per_minute: int | None


class DelegationLine(NamedTuple):
    """A user who stands in for another, to be written."""

    id: UUID
    user_id: UUID
    for_user_id: UUID
    role: str
    since: datetime
    until: datetime
    reason: str
    created_at: datetime


class DelegationRecord(NamedTuple):
    """Who (`to`, a login) stands in for whom (`of`)."""

    id: UUID
    of: str
    to: str
    role: str
    since: datetime
    until: datetime
    reason: str
    ended_at: datetime | None


class Attempts(NamedTuple):
    """Failures in a row under one login; `closed_until` None while it is open."""

    failures: int
    at: datetime
    closed_until: datetime | None


_USER: Final = """
    SELECT u.id, u.login, u.name, u.roles, u.subject_id, s.code, u.password, u.password_due,
        u.locked, u.invited_until, u.created_at, u.signed_in_at, u.ended_at
    FROM tenant_user u
    LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = u.subject_id
    WHERE u.tenant_id = %(tenant)s"""


def _user(row: tuple[Any, ...] | None) -> UserRecord | None:
    return UserRecord(*row)._replace(roles=tuple(row[3])) if row else None


def add_user(tx: Tx, line: UserLine) -> None:
    """Add a user, and who acts when he is signed in."""
    add_actor(tx, line.id, "person", line.name, line.created_at)
    values = (*line[:3], to_text(line.roles), *line[4:])
    tx.writes.insert(USER, [(tx.tenant, *values)])


def find_user(tx: Tx, user_id: UUID, *, hold: bool = False) -> UserRecord | None:
    """Return a user; `hold`: he stays so until the transaction ends."""
    query = f"{_USER} AND u.id = %(id)s" + (" FOR NO KEY UPDATE OF u" if hold else "")
    return _user(tx.raw.execute(query, {"tenant": tx.tenant_id, "id": user_id}).fetchone())


def find_login(tx: Tx, login: str) -> UserRecord | None:
    """Return the user of a login."""
    values = {"tenant": tx.tenant_id, "login": login}
    return _user(tx.raw.execute(f"{_USER} AND u.login = %(login)s", values).fetchone())


def invited(tx: Tx, digest: bytes, at: datetime) -> UserRecord | None:
    """Return, and hold, whom an invitation that is still good is for."""
    query = f"""{_USER} AND u.invitation = %(digest)s AND u.invited_until > %(at)s
        AND u.ended_at IS NULL FOR NO KEY UPDATE OF u"""
    values = {"tenant": tx.tenant_id, "digest": digest, "at": at}
    return _user(tx.raw.execute(query, values).fetchone())


def users_after(tx: Tx, login: str, limit: int) -> list[UserRecord]:
    """Return the users after a login, in order, those who are gone too."""
    query = f"{_USER} AND u.login > %(login)s ORDER BY u.login LIMIT %(limit)s"
    values = {"tenant": tx.tenant_id, "login": login, "limit": limit}
    return [found for row in tx.raw.execute(query, values) if (found := _user(row))]


def change_user(tx: Tx, user_id: UUID, changes: Mapping[str, Any]) -> None:
    """Write columns of a user; the names are ours, never what somebody sent."""
    columns = ", ".join(f"{name} = %({name})s" for name in changes)
    values = {key: to_text(v) if key in JSON_COLUMNS else v for key, v in changes.items()}
    tx.raw.execute(
        f"UPDATE tenant_user SET {columns} WHERE tenant_id = %(tenant)s AND id = %(id)s",  # noqa: S608 - our names
        {**values, "tenant": tx.tenant_id, "id": user_id},
    )


def add_session(tx: Tx, line: SessionLine) -> None:
    """Add a session."""
    tx.writes.insert(SESSION, [(tx.tenant, *line)])


def owner_of_session(tx: Tx, digest: bytes, at: datetime) -> SessionOwner | None:
    """Return whom a session's token stands for, None when it is not in force."""
    row = tx.raw.execute(
        """SELECT u.id, u.roles || (
                SELECT coalesce(jsonb_agg(d.role), '[]'::jsonb)
                FROM delegation d
                JOIN tenant_user g ON g.tenant_id = d.tenant_id AND g.id = d.for_user_id
                WHERE d.tenant_id = %(tenant)s AND g.tenant_id = %(tenant)s
                    AND d.tenant_user_id = u.id
                    AND d.since <= %(at)s AND d.until > %(at)s AND d.ended_at IS NULL
                    AND g.roles ? d.role AND g.ended_at IS NULL),
            u.subject_id, s.code, u.password_due AND NOT x.external, t.status, x.expires_at,
            t.per_minute, t.key_per_minute
        FROM user_session x
        JOIN tenant_user u ON u.tenant_id = %(tenant)s AND u.id = x.tenant_user_id
        JOIN tenant t ON t.id = x.tenant_id
        LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = u.subject_id
        WHERE x.tenant_id = %(tenant)s AND t.id = %(tenant)s AND x.digest = %(digest)s
            AND x.ended_at IS NULL AND x.expires_at > %(at)s
            AND NOT u.locked AND u.ended_at IS NULL""",
        {"tenant": tx.tenant_id, "digest": digest, "at": at},
    ).fetchone()
    return SessionOwner(*row) if row else None


RENEWED: Final = 1000
"""So many refresh tokens of a session are known again once they are used up."""
_SESSION: Final = """
    SELECT x.id, x.tenant_user_id, x.refresh_until, x.ended_at, x.refresh <> %(digest)s,
        x.external
    FROM user_session x WHERE x.tenant_id = %(tenant)s"""


def find_session(tx: Tx, refresh: bytes) -> SessionRecord | None:
    """Return, and hold, the session that a refresh token renews, or did renew at any time."""
    values = {"tenant": tx.tenant_id, "digest": refresh}
    for condition in ("x.refresh = %(digest)s", "%(digest)s = ANY(x.refresh_before)"):
        row = tx.raw.execute(f"{_SESSION} AND {condition} FOR NO KEY UPDATE", values).fetchone()
        if row is not None:
            return SessionRecord(*row)
    return None


def renew_session(
    tx: Tx, session_id: UUID, digest: bytes, expires_at: datetime, refresh: bytes
) -> None:
    """Give a session another token and another refresh token; those before are dead."""
    tx.raw.execute(
        """UPDATE user_session SET digest = %s, expires_at = %s, refresh = %s,
            refresh_before = trim_array(array_prepend(refresh, refresh_before),
                greatest(cardinality(refresh_before) + 1 - %s, 0))
        WHERE tenant_id = %s AND id = %s""",
        (digest, expires_at, refresh, RENEWED, tx.tenant_id, session_id),
    )


def end_session(tx: Tx, digest: bytes, at: datetime) -> bool:
    """End the session of a token; False when there is none in force."""
    done = tx.raw.execute(
        "UPDATE user_session SET ended_at = %s"
        " WHERE tenant_id = %s AND digest = %s AND ended_at IS NULL",
        (at, tx.tenant_id, digest),
    )
    return done.rowcount == 1


def end_sessions(tx: Tx, user_id: UUID, at: datetime, *, but: bytes = b"") -> None:
    """End every session of a user but the one of the token with a digest."""
    tx.raw.execute(
        "UPDATE user_session SET ended_at = %s"
        " WHERE tenant_id = %s AND tenant_user_id = %s AND ended_at IS NULL AND digest <> %s",
        (at, tx.tenant_id, user_id, but),
    )


def drop_sessions(tx: Tx, before: datetime) -> int:
    """Forget the tenant's sessions that nobody can renew since a moment; return how many."""
    return tx.raw.execute(
        "DELETE FROM user_session WHERE tenant_id = %s AND refresh_until < %s",
        (tx.tenant_id, before),
    ).rowcount


def hold_attempts(tx: Tx, digest: bytes, at: datetime) -> Attempts:
    """Return, and hold, what was tried under a login before."""
    tx.raw.execute(
        "INSERT INTO sign_in_attempt (digest, failures, at) VALUES (%s, 0, %s)"
        " ON CONFLICT (digest) DO NOTHING",
        (digest, at),
    )
    row = tx.raw.execute(
        "SELECT a.failures, a.at, a.closed_until FROM sign_in_attempt a WHERE a.digest = %s"
        " FOR UPDATE",
        (digest,),
    ).fetchone()
    return Attempts(*row) if row else Attempts(0, at, None)


def keep_attempts(tx: Tx, digest: bytes, tried: Attempts) -> None:
    """Write what was tried under a login."""
    tx.raw.execute(
        "UPDATE sign_in_attempt SET failures = %s, at = %s, closed_until = %s WHERE digest = %s",
        (*tried, digest),
    )


def drop_attempts(tx: Tx, digest: bytes) -> None:
    """Forget what was tried under a login."""
    tx.raw.execute("DELETE FROM sign_in_attempt WHERE digest = %s", (digest,))


def drop_old_attempts(tx: Tx, before: datetime) -> int:
    """Forget attempts before a moment; return how many logins they were of."""
    return tx.raw.execute("DELETE FROM sign_in_attempt WHERE at < %s", (before,)).rowcount


def add_delegation(tx: Tx, line: DelegationLine) -> None:
    """Add that a user stands in for another."""
    tx.writes.insert(DELEGATION, [(tx.tenant, *line)])


def delegations(tx: Tx) -> list[DelegationRecord]:
    """Return who stands, stood and will stand in for whom, oldest first."""
    rows = tx.raw.execute(
        """SELECT d.id, g.login, u.login, d.role, d.since, d.until, d.reason, d.ended_at
        FROM delegation d
        JOIN tenant_user u ON u.tenant_id = d.tenant_id AND u.id = d.tenant_user_id
        JOIN tenant_user g ON g.tenant_id = d.tenant_id AND g.id = d.for_user_id
        WHERE d.tenant_id = %(tenant)s AND u.tenant_id = %(tenant)s AND g.tenant_id = %(tenant)s
        ORDER BY d.id""",
        {"tenant": tx.tenant_id},
    )
    return [DelegationRecord(*row) for row in rows.fetchall()]


def end_delegation(tx: Tx, key: UUID, at: datetime) -> bool:
    """End that somebody stands in; False when it had ended."""
    done = tx.raw.execute(
        "UPDATE delegation SET ended_at = %s WHERE tenant_id = %s AND id = %s AND ended_at IS NULL",
        (at, tx.tenant_id, key),
    )
    return done.rowcount == 1
