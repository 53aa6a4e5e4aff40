"""Subjects in SQL: registered, changed, found, and who is above or below them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.people.of_day import DATED, LINE_OF_DAY, past_of
from shangfa.db.people.restrictions import EVERYBODY, Whom, among
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.people.past import Past

SUBJECT: Final = Table(
    "subject", ("tenant_id", "id", "code", "kind", "name", "attributes", "created_at")
)


class SubjectLine(NamedTuple):
    """A subject to be registered; `attributes` ready for JSON."""

    id: UUID
    code: str
    kind: str
    name: str
    attributes: Any
    created_at: datetime


def add_subjects(tx: Tx, lines: Iterable[SubjectLine]) -> None:
    """Register subjects."""
    tenant_id = tx.tenant
    rows = [(tenant_id, *item[:4], to_text(item.attributes), item.created_at) for item in lines]
    tx.writes.insert(SUBJECT, rows)


def rename_subject(tx: Tx, subject_id: UUID, name: str) -> None:
    """Set what a subject is called; its revision is raised by whoever changed it."""
    tx.raw.execute(
        "UPDATE subject SET name = %s WHERE tenant_id = %s AND id = %s",
        (name, tx.tenant_id, subject_id),
    )


def bump_subject(tx: Tx, subject_id: UUID) -> None:
    """Raise a subject's revision: what is read of it has changed."""
    tx.raw.execute(
        "UPDATE subject SET revision = revision + 1 WHERE tenant_id = %s AND id = %s",
        (tx.tenant_id, subject_id),
    )


class SubjectRecord(NamedTuple):
    """A subject as it is read back; `attributes` are those of the beginning."""

    id: UUID
    code: str
    kind: str
    name: str
    attributes: dict[str, Any]
    created_at: datetime
    revision: int
    dated: list[Any] | None = None
    stints: list[Any] | None = None
    restricted_at: datetime | None = None

    @property
    def past(self) -> Past:
        """All that is dated of the subject but its lines and wages."""
        return past_of(self.attributes, self.dated, self.stints)


_SUBJECT: Final = f"""
    SELECT s.id, s.code, s.kind, s.name, s.attributes, s.created_at, s.revision, {DATED},
        s.restricted_at
    FROM subject s WHERE s.tenant_id = %(tenant)s"""  # noqa: S608 - a constant
_BY_CODE: Final = _SUBJECT + " AND s.code = %(code)s"
_AFTER: Final = (
    _SUBJECT
    + """ AND s.code > %(code)s
        AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
        AND """
    + among("s.id")
    + " ORDER BY s.code LIMIT %(limit)s"
)


def find_subject(tx: Tx, code: str, *, hold: bool = False) -> SubjectRecord | None:
    """Return a subject by its code, None when there is none.

    `hold`: keep it as it is until the transaction ends.
    """
    statement = _BY_CODE + " FOR NO KEY UPDATE OF s" if hold else _BY_CODE
    row = tx.raw.execute(statement, {"tenant": tx.tenant_id, "code": code}).fetchone()
    return SubjectRecord(*row) if row else None


def subjects_after(
    tx: Tx, code: str, limit: int, kind: str | None = None, whom: Whom = EVERYBODY
) -> list[SubjectRecord]:
    """Return subjects in the order of their codes."""
    values = {"tenant": tx.tenant_id, "code": code, "limit": limit, "kind": kind}
    values |= whom.values()
    return [SubjectRecord(*row) for row in tx.raw.execute(_AFTER, values).fetchall()]


_MATCHING: Final = (
    _SUBJECT
    + r" AND (s.code ILIKE %(part)s OR s.name ILIKE %(part)s OR s.name ~ %(initials)s::text) AND "
    + among("s.id")
    + """
    ORDER BY s.code <> %(words)s, s.name <> %(words)s,
        NOT (s.code ILIKE %(part)s OR s.name ILIKE %(part)s),
        s.name !~ ('^' || %(initials)s::text || '$'), s.code
    LIMIT %(limit)s"""
)
_WILD: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def subjects_matching(
    tx: Tx, words: str, limit: int, whom: Whom = EVERYBODY, initials: str | None = None
) -> list[SubjectRecord]:
    """Return subjects whose code or name holds some words, those called just so first.

    `initials`: a regular expression that names may fit instead.
    """
    part = f"%{words.translate(_WILD)}%"
    values = {"tenant": tx.tenant_id, "words": words, "part": part, "limit": limit}
    values |= whom.values() | {"initials": initials}
    return [SubjectRecord(*row) for row in tx.raw.execute(_MATCHING, values).fetchall()]


def names_among(tx: Tx, codes: Collection[str], whom: Whom) -> dict[str, str]:
    """Return code -> name of those of some subjects whom somebody sees."""
    rows = tx.raw.execute(
        "SELECT s.code, s.name FROM subject s WHERE s.tenant_id = %(tenant)s"  # noqa: S608
        f" AND s.code = ANY(%(codes)s) AND {among('s.id')}",
        {"tenant": tx.tenant_id, "codes": list(codes), **whom.values()},
    )
    return dict(rows.fetchall())


def subject_ids(tx: Tx, codes: Sequence[str] | None = None) -> dict[str, UUID]:
    """Return code -> id of those subjects that are there; of all without codes."""
    rows = tx.raw.execute(
        "SELECT s.code, s.id FROM subject s WHERE s.tenant_id = %(tenant)s"
        " AND (%(codes)s::text[] IS NULL OR s.code = ANY(%(codes)s))",
        {"tenant": tx.tenant_id, "codes": codes},
    )
    return dict(rows.fetchall())


_TEAM: Final = f"""
    SELECT s.id FROM subject s CROSS JOIN LATERAL {LINE_OF_DAY} a
    WHERE s.tenant_id = %(tenant)s AND a.supervisor_id = %(boss)s AND s.id IN (
        SELECT a.subject_id FROM assignment a
        WHERE a.tenant_id = %(tenant)s AND a.supervisor_id = %(boss)s)"""  # noqa: S608 - a constant

_ABOVE: Final = """
    WITH RECURSIVE above (id) AS (
        SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.id = %(subject)s
        UNION
        SELECT a.supervisor_id FROM above JOIN assignment a ON a.subject_id = above.id
        WHERE a.tenant_id = %(tenant)s AND a.supervisor_id IS NOT NULL)
    SELECT s.code, a.effective_from, boss.code
    FROM above
    JOIN subject s ON s.id = above.id
    JOIN assignment a ON a.subject_id = above.id
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE s.tenant_id = %(tenant)s AND a.tenant_id = %(tenant)s
    ORDER BY a.effective_from"""


_ALL_ABOVE: Final = """
    WITH RECURSIVE above (id) AS (
        SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
        UNION
        SELECT a.supervisor_id FROM above JOIN assignment a ON a.subject_id = above.id
        WHERE a.tenant_id = %(tenant)s AND a.supervisor_id IS NOT NULL)
    SELECT s.code FROM above JOIN subject s ON s.id = above.id
    WHERE s.tenant_id = %(tenant)s ORDER BY s.code"""

_ALL_BELOW: Final = """
    WITH RECURSIVE below (id) AS (
        SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.id = ANY(%(subjects)s)
        UNION
        SELECT a.subject_id FROM below JOIN assignment a ON a.supervisor_id = below.id
        WHERE a.tenant_id = %(tenant)s)
    SELECT id FROM below"""


def all_above(tx: Tx, codes: Sequence[str]) -> list[str]:
    """Return the codes of subjects and of all who were ever above them."""
    rows = tx.ask(_ALL_ABOVE, {"tenant": tx.tenant_id, "codes": list(codes)})
    return [code for (code,) in rows.fetchall()]


def all_below(tx: Tx, subjects: Sequence[UUID]) -> list[UUID]:
    """Return the ids of subjects and of all who were ever below them."""
    values = {"tenant": tx.tenant_id, "subjects": list(subjects)}
    return [found for (found,) in tx.raw.execute(_ALL_BELOW, values).fetchall()]


def team_ids(tx: Tx, boss_id: UUID, on: date) -> list[UUID]:
    """Return the ids of those whom somebody supervises on a day."""
    rows = tx.raw.execute(_TEAM, {"tenant": tx.tenant_id, "boss": boss_id, "on": on})
    return [subject_id for (subject_id,) in rows.fetchall()]


def lines_above(tx: Tx, subject_id: UUID) -> list[tuple[str, date, str | None]]:
    """Return (subject, first day, supervisor) of a subject and all ever above it, oldest first."""
    rows = tx.raw.execute(_ABOVE, {"tenant": tx.tenant_id, "subject": subject_id})
    return list(rows.fetchall())


def first_team(tx: Tx) -> tuple[str, str] | None:
    """Return (supervisor, report) of the first subject that ever had a supervisor."""
    return tx.raw.execute(
        """SELECT boss.code, s.code
        FROM assignment a
        JOIN subject s ON s.tenant_id = a.tenant_id AND s.id = a.subject_id
        JOIN subject boss ON boss.tenant_id = a.tenant_id AND boss.id = a.supervisor_id
        WHERE a.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
            AND boss.tenant_id = %(tenant)s
        ORDER BY s.code, a.effective_from LIMIT 1""",
        {"tenant": tx.tenant_id},
    ).fetchone()
