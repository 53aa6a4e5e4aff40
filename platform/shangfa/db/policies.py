"""Policies and their versions in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

REPLAY: Final = Table(
    "replay",
    (
        "tenant_id",
        "id",
        "version_id",
        "first_day",
        "last_day",
        "state",
        "actor_id",
        "created_at",
    ),
)
POLICY: Final = Table("policy", ("tenant_id", "id", "name", "title", "created_at"))
VERSION: Final = Table(
    "policy_version",
    (
        "tenant_id",
        "id",
        "policy_id",
        "number",
        "effective_from",
        "state",
        "document",
        "source",
        "created_at",
    ),
)


class PublishedVersion(NamedTuple):
    """A version in force with its policy."""

    policy_id: UUID
    policy: str
    version_id: UUID
    number: int
    document: dict[str, Any]


class PolicyRecord(NamedTuple):
    """A policy as it is read."""

    id: UUID
    name: str
    title: str
    created_at: datetime


class VersionRecord(NamedTuple):
    """A version as it is read; `plugins` maps a plugin to the version pinned."""

    id: UUID
    policy_id: UUID
    policy: str
    title: str
    number: int
    state: str
    effective_from: date
    plugins: dict[str, str]
    created_at: datetime
    published_at: datetime | None


class VersionText(NamedTuple):
    """What a version says: the document as it was read, and as it was written."""

    document: dict[str, Any]
    source: str


class VersionLine(NamedTuple):
    """A draft to be written; `document` is ready for JSON."""

    id: UUID
    policy_id: UUID
    number: int
    effective_from: date
    document: Any
    source: str
    created_at: datetime


def published_versions(tx: Tx) -> list[PublishedVersion]:
    """Return every published version, by policy and first day."""
    rows = tx.raw.execute(
        """SELECT p.id, p.name, v.id, v.number, v.document
        FROM policy p JOIN policy_version v ON v.tenant_id = p.tenant_id AND v.policy_id = p.id
        WHERE p.tenant_id = %(tenant)s AND v.tenant_id = %(tenant)s AND v.state = 'published'
        ORDER BY p.name, v.effective_from""",
        {"tenant": tx.tenant_id},
    )
    return [PublishedVersion(*row) for row in rows.fetchall()]


_POLICY: Final = """
    SELECT p.id, p.name, p.title, p.created_at FROM policy p WHERE p.tenant_id = %(tenant)s"""


def find_policy(tx: Tx, name: str) -> tuple[UUID, str] | None:
    """Return (id, title) of the policy of this name."""
    row = tx.raw.execute(
        "SELECT p.id, p.title FROM policy p WHERE p.tenant_id = %s AND p.name = %s",
        (tx.tenant_id, name),
    ).fetchone()
    return (row[0], row[1]) if row else None


def policy_record(tx: Tx, policy_id: UUID) -> PolicyRecord | None:
    """Return a policy, None when there is none."""
    values = {"tenant": tx.tenant_id, "policy": policy_id}
    row = tx.raw.execute(f"{_POLICY} AND p.id = %(policy)s", values).fetchone()
    return PolicyRecord(*row) if row else None


def policies_after(tx: Tx, name: str, limit: int) -> list[PolicyRecord]:
    """Return the policies whose names come after one, in order."""
    values = {"tenant": tx.tenant_id, "name": name, "limit": limit}
    rows = tx.raw.execute(
        f"{_POLICY} AND p.name > %(name)s ORDER BY p.name LIMIT %(limit)s", values
    )
    return [PolicyRecord(*row) for row in rows.fetchall()]


_VERSION: Final = """
    SELECT v.id, v.policy_id, p.name, p.title, v.number, v.state, v.effective_from, v.plugins,
        v.created_at, v.published_at
    FROM policy p JOIN policy_version v ON v.tenant_id = p.tenant_id AND v.policy_id = p.id
    WHERE p.tenant_id = %(tenant)s AND v.tenant_id = %(tenant)s AND p.id = %(policy)s"""


def versions_of(tx: Tx, policy_id: UUID) -> list[VersionRecord]:
    """Return the versions of a policy, newest first."""
    values = {"tenant": tx.tenant_id, "policy": policy_id}
    rows = tx.raw.execute(f"{_VERSION} ORDER BY v.number DESC", values)
    return [VersionRecord(*row) for row in rows.fetchall()]


def find_version(tx: Tx, policy_id: UUID, number: int) -> VersionRecord | None:
    """Return a version of a policy, None when there is none."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "number": number}
    row = tx.raw.execute(f"{_VERSION} AND v.number = %(number)s", values).fetchone()
    return VersionRecord(*row) if row else None


def version_text(tx: Tx, version_id: UUID) -> VersionText:
    """Return what a version that is there says."""
    row = tx.raw.execute(
        "SELECT v.document, v.source FROM policy_version v WHERE v.tenant_id = %s AND v.id = %s",
        (tx.tenant_id, version_id),
    ).fetchone()
    if row is None:
        raise LookupError(f"no version {version_id}")
    return VersionText(*row)


def published_on(tx: Tx, policy_id: UUID, day: date) -> tuple[int, dict[str, Any]] | None:
    """Return (number, document) of the published version whose first day this is."""
    row = tx.raw.execute(
        """SELECT v.number, v.document FROM policy_version v
        WHERE v.tenant_id = %s AND v.policy_id = %s AND v.effective_from = %s
            AND v.state = 'published'""",
        (tx.tenant_id, policy_id, day),
    ).fetchone()
    return (row[0], row[1]) if row else None


def add_policy(tx: Tx, policy: PolicyRecord) -> None:
    """Add a policy, at once."""
    tx.writes.insert(POLICY, [(tx.tenant, *policy)])
    tx.flush()


def next_number(tx: Tx, policy_id: UUID) -> int:
    """Return the number of a policy's next version, which nobody else gets meanwhile."""
    values = (tx.tenant_id, policy_id)
    tx.raw.execute(
        "SELECT p.id FROM policy p WHERE p.tenant_id = %s AND p.id = %s FOR NO KEY UPDATE", values
    )
    row = tx.raw.execute(
        "SELECT coalesce(max(v.number), 0) + 1 FROM policy_version v"
        " WHERE v.tenant_id = %s AND v.policy_id = %s",
        values,
    ).fetchone()
    return int(row[0]) if row else 1


def add_version(tx: Tx, line: VersionLine) -> None:
    """Add a draft, at once."""
    values = (*line[:4], "draft", to_text(line.document), line.source, line.created_at)
    tx.writes.insert(VERSION, [(tx.tenant, *values)])
    tx.flush()


def publish_version(tx: Tx, version_id: UUID, plugins: Mapping[str, str], at: datetime) -> None:
    """Let a draft be in force from its first day, with the plugins pinned."""
    tx.raw.execute(
        """UPDATE policy_version SET state = 'published', plugins = %s, published_at = %s
        WHERE tenant_id = %s AND id = %s""",
        (to_text(plugins), at, tx.tenant_id, version_id),
    )


class ReplayLine(NamedTuple):
    """A what-if to be run."""

    id: UUID
    version_id: UUID
    first: date
    last: date
    state: str
    actor_id: UUID
    created_at: datetime


class ReplayRecord(NamedTuple):
    """A what-if as it is read; `result` is empty until it is done."""

    id: UUID
    version_id: UUID
    first: date
    last: date
    state: str
    incidents: int
    done: int
    result: dict[str, Any]


_REPLAY: Final = """
    SELECT r.id, r.version_id, r.first_day, r.last_day, r.state, r.incidents, r.done, r.result
    FROM replay r WHERE r.tenant_id = %(tenant)s"""


def add_replay(tx: Tx, line: ReplayLine) -> None:
    """Add a what-if."""
    tx.writes.insert(REPLAY, [(tx.tenant, *line)])
    tx.flush()


def last_replay(tx: Tx, version_id: UUID) -> ReplayRecord | None:
    """Return the last what-if of a version, None when there is none."""
    values = {"tenant": tx.tenant_id, "version": version_id}
    query = f"{_REPLAY} AND r.version_id = %(version)s ORDER BY r.id DESC LIMIT 1"
    row = tx.raw.execute(query, values).fetchone()
    return ReplayRecord(*row) if row else None


def find_replay(tx: Tx, replay_id: UUID) -> ReplayRecord | None:
    """Return a what-if, None when there is none."""
    values = {"tenant": tx.tenant_id, "id": replay_id}
    row = tx.raw.execute(f"{_REPLAY} AND r.id = %(id)s", values).fetchone()
    return ReplayRecord(*row) if row else None


def move_replay(tx: Tx, replay_id: UUID, state: str, incidents: int, done: int) -> bool:
    """Say how far a what-if is, unless it has ended; tell whether it has not."""
    row = tx.raw.execute(
        """UPDATE replay SET state = %s, incidents = %s, done = %s
        WHERE tenant_id = %s AND id = %s AND ended_at IS NULL RETURNING 1""",
        (state, incidents, done, tx.tenant_id, replay_id),
    ).fetchone()
    return row is not None


def end_replay(tx: Tx, replay_id: UUID, state: str, result: Any, at: datetime) -> None:
    """End a what-if, unless it has ended."""
    tx.raw.execute(
        """UPDATE replay SET state = %s, result = %s, ended_at = %s
        WHERE tenant_id = %s AND id = %s AND ended_at IS NULL""",
        (state, to_text(result), at, tx.tenant_id, replay_id),
    )


def policy_of_version(tx: Tx, version_id: UUID) -> tuple[str, int, dict[str, Any]] | None:
    """Return (policy, number, document) of a version, None when there is none."""
    row = tx.raw.execute(
        """SELECT p.name, v.number, v.document
        FROM policy_version v JOIN policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
        WHERE v.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND v.id = %(version)s""",
        {"tenant": tx.tenant_id, "version": version_id},
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None
