"""Notices as they are written and read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import asking
from shangfa.db.people import LINE_OF_DAY
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

NOTICE: Final = Table(
    "notice",
    (
        "tenant_id",
        "id",
        "case_id",
        "subject_id",
        "kind",
        "department",
        "consent",
        "body",
        "until",
        "corrects_id",
        "reason",
        "actor_id",
        "day",
        "at",
    ),
)


class NoticeLine(NamedTuple):
    """A notice to be written; `day` is the local day of `at`, `body` ready for JSON."""

    id: UUID
    case_id: UUID
    subject_id: UUID
    kind: str
    department: str | None
    consent: str | None
    body: Any
    until: date
    corrects_id: UUID | None
    reason: str
    actor_id: UUID
    day: date
    at: datetime


class NoticeRecord(NamedTuple):
    """A notice as it is read back; `followed`: a later one corrects it."""

    id: UUID
    case_id: UUID
    subject_id: UUID
    subject: str
    kind: str
    department: str | None
    consent: str | None
    body: dict[str, Any]
    until: date
    corrects_id: UUID | None
    reason: str
    day: date
    at: datetime
    followed: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose notices are read.

    Attributes:
        departments: all names his department has or had; None for who sees every notice.
        day: of those that stand and have not run out; None for the others too.
        reader: the subject who asks, None for an office; he sees his own whatever is restricted.
    """

    departments: Sequence[str] | None
    day: date | None
    reader: UUID | None = None


_FOLLOWED: Final = """EXISTS (
    SELECT FROM notice f WHERE f.tenant_id = %(tenant)s AND f.corrects_id = n.id)"""
_SELECT: Final = f"""
    SELECT n.id, n.case_id, n.subject_id, s.code, n.kind, n.department, n.consent, n.body,
        n.until, n.corrects_id, n.reason, n.day, n.at, {_FOLLOWED}
    FROM notice n JOIN subject s ON s.tenant_id = n.tenant_id AND s.id = n.subject_id
    WHERE n.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s"""  # noqa: S608 - constants only


def add_notices(tx: Tx, lines: Iterable[NoticeLine]) -> None:
    """Publish notices."""
    rows = [(tx.tenant, *line[:6], to_text(line.body), *line[7:]) for line in lines]
    tx.writes.insert(NOTICE, rows)


def find_notices(
    tx: Tx, audience: Audience, before: UUID | None, limit: int, notice_id: UUID | None = None
) -> list[NoticeRecord]:
    """Return notices for an audience, newest first."""
    values: dict[str, Any] = {"tenant": tx.tenant_id, "limit": limit}
    values |= asking(tx, audience.reader)
    said = " AND (NOT %(kept_out)s OR s.restricted_at IS NULL OR s.id = %(reader)s)"
    if audience.departments is not None:
        said += " AND (n.department IS NULL OR n.department = ANY(%(departments)s))"
        values["departments"] = list(audience.departments)
    if audience.day is not None:
        said += f" AND n.until >= %(day)s AND NOT {_FOLLOWED}"
        values["day"] = audience.day
    for name, value, condition in (("before", before, "<"), ("id", notice_id, "=")):
        if value is not None:
            said += f" AND n.id {condition} %({name})s"
            values[name] = value
    rows = tx.raw.execute(f"{_SELECT}{said} ORDER BY n.id DESC LIMIT %(limit)s", values)
    return [NoticeRecord(*row) for row in rows.fetchall()]


def standing_notices(tx: Tx, case_id: UUID, subject_ids: Sequence[UUID]) -> list[NoticeRecord]:
    """Return what was told of some subjects of a case, and not corrected or taken back since."""
    query = f"""{_SELECT} AND n.case_id = %(case)s AND n.subject_id = ANY(%(ids)s)
        AND n.kind = ANY(%(kinds)s) AND NOT {_FOLLOWED} ORDER BY n.id"""
    values = {
        "tenant": tx.tenant_id,
        "case": case_id,
        "ids": list(subject_ids),
        "kinds": ["decision", "varied"],
    }
    return [NoticeRecord(*row) for row in tx.raw.execute(query, values).fetchall()]


def department_of(tx: Tx, subject_id: UUID, day: date) -> str | None:
    """Return where somebody works on a day, as it was called when he came there."""
    row = tx.raw.execute(
        f"""SELECT a.department FROM subject s CROSS JOIN LATERAL {LINE_OF_DAY} a
        WHERE s.tenant_id = %(tenant)s AND s.id = %(subject)s""",  # noqa: S608 - a constant
        {"tenant": tx.tenant_id, "subject": subject_id, "on": day},
    ).fetchone()
    return row[0] if row else None
