"""Slips: the documents of decisions, numbered without gaps within a tenant and year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.cases.held import StoredCase
from shangfa.db.incidents import STANDS
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

SLIP: Final = Table(
    "slip",
    ("tenant_id", "id", "year", "number", "case_id", "subject_id", "body", "made_at"),
)
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_LAST: Final = """
    SELECT coalesce(max(p.number), 0) FROM slip p WHERE p.tenant_id = %s AND p.year = %s"""
_OF: Final = """
    SELECT p.case_id, s.code, p.year, p.number, p.body, p.made_at
    FROM slip p JOIN subject s ON s.tenant_id = p.tenant_id AND s.id = p.subject_id
    WHERE p.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s"""


class SlipLine(NamedTuple):
    """A slip to be made for one subject of a case; `body` ready for JSON."""

    id: UUID
    case_id: UUID
    subject_id: UUID
    body: Any


class SetBy(NamedTuple):
    """Who set something, and when."""

    actor_id: UUID
    at: datetime


class SlipRecord(NamedTuple):
    """A slip as it is read back."""

    case_id: UUID
    subject: str
    year: int
    number: int
    body: dict[str, Any]
    made_at: datetime

    @property
    def no(self) -> str:
        """Its number as people write it."""
        return f"{self.year}-{self.number:06}"


def add_slips(tx: Tx, year: int, at: datetime, lines: Sequence[SlipLine]) -> None:
    """Make slips with the next numbers of a year.

    Who makes one waits for whoever is about to commit another of the tenant; what is rolled
    back leaves no gap.
    """
    tx.raw.execute(_LOCK, (f"{tx.tenant_id}/slips",))
    row = tx.raw.execute(_LAST, (tx.tenant_id, year)).fetchone()
    last = row[0] if row else 0
    rows = [
        (tx.tenant, line.id, year, number, *line[1:3], to_text(line.body), at)
        for number, line in enumerate(lines, last + 1)
    ]
    tx.writes.insert(SLIP, rows)


def slips_of(tx: Tx, case_ids: Sequence[UUID]) -> list[SlipRecord]:
    """Return the slips of cases, by number."""
    query = f"{_OF} AND p.case_id = ANY(%(cases)s) ORDER BY p.year, p.number"
    rows = tx.raw.execute(query, {"tenant": tx.tenant_id, "cases": list(case_ids)})
    return [SlipRecord(*row) for row in rows.fetchall()]


def slips_between(
    tx: Tx, since: datetime, until: datetime, after: tuple[int, int], limit: int
) -> list[SlipRecord]:
    """Return the slips made from one moment to before another, by number; `after` one of them."""
    query = f"""{_OF} AND p.made_at >= %(since)s AND p.made_at < %(until)s
        AND (p.year, p.number) > (%(year)s, %(number)s) ORDER BY p.year, p.number LIMIT %(limit)s"""
    values = {"tenant": tx.tenant_id, "since": since, "until": until, "limit": limit}
    rows = tx.raw.execute(query, values | {"year": after[0], "number": after[1]})
    return [SlipRecord(*row) for row in rows.fetchall()]


_EARLIER: Final = f"""
    SELECT p.subject_id, p.year || '-' || lpad(p.number::text, 6, '0')
    FROM slip p JOIN "case" c ON c.tenant_id = p.tenant_id AND c.id = p.case_id
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
        AND x.subject_id = p.subject_id
    WHERE p.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
        AND x.tenant_id = %(tenant)s AND p.subject_id = ANY(%(subjects)s) AND NOT c.confidential
        AND i.id <> %(incident)s AND i.policy_id = %(policy)s AND i.clause = %(clause)s
        AND i.occurred_on BETWEEN %(on)s - interval '1 year' AND %(on)s AND {STANDS}
    ORDER BY p.year, p.number"""  # noqa: S608 - a constant


def earlier_slips(tx: Tx, case: StoredCase) -> dict[UUID, list[str]]:
    """Return subject -> numbers of slips of the same clause in the year before that stand."""
    values = {
        "tenant": tx.tenant_id,
        "subjects": case.subject_ids,
        "incident": case.incident_id,
        "policy": case.policy_id,
        "clause": case.clause,
        "on": case.on,
    }
    found: dict[UUID, list[str]] = {}
    for subject_id, no in tx.raw.execute(_EARLIER, values).fetchall():
        found.setdefault(subject_id, []).append(no)
    return found


FORM: Final = Table("slip_form", ("tenant_id", "id", "revision", "body", "actor_id", "at"))
_FORM: Final = """
    SELECT f.revision, f.body FROM slip_form f
    WHERE f.tenant_id = %s ORDER BY f.revision DESC LIMIT 1"""


def slip_form(tx: Tx) -> tuple[int, bytes | None]:
    """Return the tenant's own Word form and its revision; None for the one that comes along."""
    row = tx.raw.execute(_FORM, (tx.tenant_id,)).fetchone()
    return (row[0], row[1]) if row else (0, None)


def set_slip_form(tx: Tx, key: UUID, revision: int, body: bytes | None, by: SetBy) -> None:
    """Put another Word form in force."""
    tx.writes.insert(FORM, [(tx.tenant, key, revision, body, *by)])


def find_slip(tx: Tx, year: int, number: int) -> SlipRecord | None:
    """Return a slip by its number, None when there is none."""
    query = f"{_OF} AND p.year = %(year)s AND p.number = %(number)s"
    values = {"tenant": tx.tenant_id, "year": year, "number": number}
    row = tx.raw.execute(query, values).fetchone()
    return SlipRecord(*row) if row else None


def names_of(tx: Tx, codes: Collection[str]) -> dict[str, str]:
    """Return code -> name of some subjects."""
    rows = tx.raw.execute(
        "SELECT s.code, s.name FROM subject s WHERE s.tenant_id = %s AND s.code = ANY(%s)",
        (tx.tenant_id, list(codes)),
    )
    return dict(rows.fetchall())


def company_name(tx: Tx) -> str:
    """Return what the company is called."""
    row = tx.raw.execute("SELECT t.name FROM tenant t WHERE t.id = %s", (tx.tenant_id,)).fetchone()
    return str(row[0]) if row else ""
