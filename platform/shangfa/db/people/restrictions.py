"""What is kept about people and restricted or held, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.audit.restrictions import Restriction

RESTRICTION: Final = Table(
    "restriction", ("tenant_id", "id", "subject_id", "kind", "reason", "set_by", "set_at")
)
STANDING: Final = "uq_restriction_standing"
"""The key that lets one of a kind stand for somebody."""
_RESTRICTION: Final = """
    SELECT r.id, s.code, r.kind, r.reason, r.set_at, r.lifted_at, r.lifted_reason
    FROM restriction r JOIN subject s ON s.tenant_id = r.tenant_id AND s.id = r.subject_id
    WHERE r.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s"""


class RestrictionLine(NamedTuple):
    """One to be written."""

    id: UUID
    subject_id: UUID
    kind: str
    reason: str
    set_by: UUID
    set_at: datetime


def add_restriction(tx: Tx, line: RestrictionLine) -> None:
    """Add one."""
    tx.writes.insert(RESTRICTION, [(tx.tenant, *line)])


def find_restriction(tx: Tx, key: UUID, *, hold: bool = False) -> Restriction | None:
    """Return one; `hold`: it stays so until the transaction ends."""
    query = f"{_RESTRICTION} AND r.id = %(id)s" + (" FOR NO KEY UPDATE OF r" if hold else "")
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "id": key}).fetchone()
    return Restriction(*row) if row else None


def restrictions(
    tx: Tx, before: UUID | None, limit: int, *, standing: bool | None = None
) -> list[Restriction]:
    """Return them, the newest first; `standing`: only those that do, or do not."""
    hidden = " AND s.restricted_at IS NULL" if tx.kept_out else ""
    rows = tx.raw.execute(
        f"""{_RESTRICTION}{hidden} AND (%(before)s::uuid IS NULL OR r.id < %(before)s)
            AND (%(standing)s::boolean IS NULL OR (r.lifted_at IS NULL) = %(standing)s)
        ORDER BY r.id DESC LIMIT %(limit)s""",
        {"tenant": tx.tenant_id, "before": before, "standing": standing, "limit": limit},
    )
    return [Restriction(*row) for row in rows.fetchall()]


def lift_restriction(tx: Tx, key: UUID, by: UUID, at: datetime, reason: str) -> None:
    """Write that one is over."""
    tx.raw.execute(
        "UPDATE restriction SET lifted_by = %s, lifted_at = %s, lifted_reason = %s"
        " WHERE tenant_id = %s AND id = %s",
        (by, at, reason, tx.tenant_id, key),
    )


def set_restricted(tx: Tx, code: str, at: datetime | None) -> None:
    """Say beside the subject since when it is restricted, None for not."""
    tx.raw.execute(
        "UPDATE subject SET restricted_at = %s, revision = revision + 1"
        " WHERE tenant_id = %s AND code = %s",
        (at, tx.tenant_id, code),
    )


def restricted(tx: Tx) -> dict[str, UUID]:
    """Return code -> id of who is restricted."""
    rows = tx.raw.execute(
        "SELECT s.code, s.id FROM subject s WHERE s.tenant_id = %s AND s.restricted_at IS NOT NULL",
        (tx.tenant_id,),
    )
    return dict(rows.fetchall())


class Whom(NamedTuple):
    """Whom somebody sees.

    Attributes:
        only: ids of subjects, None for everybody.
        but: those among them whom he does not see.
    """

    only: Sequence[UUID] | None = None
    but: Sequence[UUID] = ()

    def has(self, subject_id: UUID) -> bool:
        """Tell whether he sees somebody."""
        return (self.only is None or subject_id in self.only) and subject_id not in self.but

    def values(self) -> dict[str, Any]:
        """Return the values of `among`."""
        only = None if self.only is None else list(self.only)
        return {"only": only, "but": list(self.but)}


EVERYBODY: Final = Whom()


def among(column: str) -> str:
    """Return the condition that a column's subject is one of whom somebody sees."""
    return (
        f"((%(only)s::uuid[] IS NULL OR {column} = ANY(%(only)s))"
        f" AND {column} <> ALL(%(but)s::uuid[]))"
    )
