"""Policies and their versions in SQL."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx


class PublishedVersion(NamedTuple):
    """A version in force with its policy."""

    policy_id: UUID
    policy: str
    version_id: UUID
    number: int
    document: dict[str, Any]


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
