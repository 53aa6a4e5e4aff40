"""Imported files in SQL: what was sent, how far it has come, what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.exchange.replacing import PREFIX, Change, Stored

AT_ONCE: Final = 500
"""Rows that one statement writes."""
FILE: Final = Table(
    "import_file",
    (
        *("tenant_id", "id", "kind", "media", "digest", "body", "columns", "dry_run"),
        *("actor_id", "received_at", "month", "replaces"),
    ),
)
RUN: Final = Table("import_run", ("tenant_id", "id", "import_file_id", "state"))
CHANGE: Final = Table(
    "import_change",
    (
        *("tenant_id", "import_file_id", "id", "change", "number", "subject", "day", "clause"),
        *("quantity", "incident_id"),
    ),
)
FAULT: Final = Table(
    "import_fault",
    ("tenant_id", "import_file_id", "id", "number", "field", "code", "zh", "en"),
)


class FileLine(NamedTuple):
    """A file as it was sent; `replaces`: what earlier ones of its kind said of its days."""

    id: UUID
    kind: str
    media: str
    digest: bytes
    body: bytes
    columns: Any
    dry_run: bool
    actor_id: UUID
    received_at: datetime
    month: str | None = None
    replaces: bool = False


class RunRecord(NamedTuple):
    """How far a file has come."""

    file_id: UUID
    kind: str
    dry_run: bool
    state: str
    total: int
    good: int
    bad: int
    done: int


class ChangeLine(NamedTuple):
    """What a corrected file changes; `incident_id` where it did."""

    id: UUID
    change: Change
    number: int
    subject: str
    day: date
    clause: str
    quantity: Decimal
    incident_id: UUID | None


class FaultLine(NamedTuple):
    """What is wrong with a row, under one of its columns."""

    id: UUID
    number: int
    field: str
    code: str
    zh: str
    en: str


_RUN: Final = """
    SELECT f.id, f.kind, f.dry_run, r.state, r.total, r.good, r.bad, r.done
    FROM import_run r
    JOIN import_file f ON f.tenant_id = r.tenant_id AND f.id = r.import_file_id
    WHERE r.tenant_id = %(tenant)s AND f.tenant_id = %(tenant)s"""
_FILE: Final = """
    SELECT f.id, f.kind, f.media, f.digest, f.body, f.columns, f.dry_run, f.actor_id, f.received_at,
        f.month, f.replaces
    FROM import_file f WHERE f.tenant_id = %s AND f.id = %s"""
_SAME: Final = f"""{_RUN} AND f.digest = %(digest)s AND f.kind = %(kind)s
    AND (r.state = 'done' OR NOT f.dry_run AND r.state <> 'refused'
        OR r.state = 'reading' AND r.total > 0) ORDER BY f.id LIMIT 1"""
"""One that is read again after it was checked, so that its rows are counted, is being committed."""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_MOVE: Final = """
    UPDATE import_run SET state = %s, total = %s, good = %s, bad = %s, done = %s
    WHERE tenant_id = %s AND import_file_id = %s"""
_DONE: Final = "UPDATE import_run SET done = %s WHERE tenant_id = %s AND import_file_id = %s"
_FAULTS: Final = """
    SELECT f.id, f.number, f.field, f.code, f.zh, f.en FROM import_fault f
    WHERE f.tenant_id = %s AND f.import_file_id = %s ORDER BY f.number, f.id"""
_CHANGES: Final = """
    SELECT g.id, g.change, g.number, g.subject, g.day, g.clause, g.quantity, g.incident_id
    FROM import_change g WHERE g.tenant_id = %s AND g.import_file_id = %s
    ORDER BY g.day, g.subject, g.change DESC, g.id"""
_FORGET_CHANGES: Final = "DELETE FROM import_change WHERE tenant_id = %s AND import_file_id = %s"
_MADE: Final = """
    SELECT i.id, i.external_id, s.code, i.occurred_on, i.clause, i.quantity,
        x.reversed_at IS NULL, EXISTS (
            SELECT FROM import_change g
            JOIN import_run r ON r.tenant_id = g.tenant_id AND r.import_file_id = g.import_file_id
            WHERE g.tenant_id = %(tenant)s AND r.tenant_id = %(tenant)s
                AND g.incident_id = i.id AND g.change = 'removed' AND r.state = 'done')
    FROM subject s
    JOIN incident_subject x ON x.tenant_id = s.tenant_id AND x.subject_id = s.id
    JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
    WHERE s.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
        AND s.code = ANY(%(codes)s) AND i.occurred_on BETWEEN %(first)s AND %(last)s
        AND i.external_scope = '' AND starts_with(i.external_id, %(prefix)s)
    ORDER BY i.occurred_on, i.id"""
_FORGET: Final = "DELETE FROM import_fault WHERE tenant_id = %s AND import_file_id = %s"


def add_file(tx: Tx, line: FileLine, run_id: UUID) -> None:
    """Keep a file that is to be read."""
    values = (*line[:5], to_text(line.columns), *line[6:])
    tx.writes.insert(FILE, [(tx.tenant, *values)])
    tx.flush()
    tx.writes.insert(RUN, [(tx.tenant, run_id, line.id, "reading")])


def same_file(tx: Tx, kind: str, digest: bytes) -> RunRecord | None:
    """Return the first import of the same bytes that was done or is under way.

    Who asks next waits until the transaction ends: of two at once one is the first.
    """
    tx.raw.execute(_LOCK, (f"{tx.tenant_id}/import/{kind}/{digest.hex()}",))
    values = {"tenant": tx.tenant_id, "digest": digest, "kind": kind}
    row = tx.raw.execute(_SAME, values).fetchone()
    return RunRecord(*row) if row else None


def find_run(tx: Tx, file_id: UUID, *, hold: bool = False) -> RunRecord | None:
    """Return how far a file has come; `hold`: it stays so until the transaction ends."""
    query = f"{_RUN} AND f.id = %(id)s" + (" FOR NO KEY UPDATE OF r" if hold else "")
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "id": file_id}).fetchone()
    return RunRecord(*row) if row else None


def find_file(tx: Tx, file_id: UUID) -> FileLine | None:
    """Return a file as it was sent."""
    row = tx.raw.execute(_FILE, (tx.tenant_id, file_id)).fetchone()
    return FileLine(*row) if row else None


def move_run(tx: Tx, run: RunRecord) -> None:
    """Write how far a file has come."""
    values = (run.state, run.total, run.good, run.bad, run.done)
    tx.raw.execute(_MOVE, (*values, tx.tenant_id, run.file_id))


def note_done(tx: Tx, file_id: UUID, done: int) -> None:
    """Say how many rows were read."""
    tx.raw.execute(_DONE, (done, tx.tenant_id, file_id))


def set_faults(tx: Tx, file_id: UUID, faults: Iterable[FaultLine]) -> None:
    """Keep what is wrong with a file's rows, in place of what was known before."""
    tx.raw.execute(_FORGET, (tx.tenant_id, file_id))
    _insert(tx, FAULT, [(tx.tenant, file_id, *line) for line in faults])


def faults_of(tx: Tx, file_id: UUID) -> list[FaultLine]:
    """Return what is wrong with a file's rows, by row."""
    return [FaultLine(*row) for row in tx.raw.execute(_FAULTS, (tx.tenant_id, file_id)).fetchall()]


def set_changes(tx: Tx, file_id: UUID, changes: Iterable[ChangeLine]) -> None:
    """Keep what a corrected file changes, in place of what was known before."""
    tx.raw.execute(_FORGET_CHANGES, (tx.tenant_id, file_id))
    _insert(tx, CHANGE, [(tx.tenant, file_id, *line) for line in changes])


def _insert(tx: Tx, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):  # a statement has room for 65,535 values
        tx.writes.insert(table, rows[start : start + AT_ONCE])
        tx.flush()


def changes_of(tx: Tx, file_id: UUID) -> list[ChangeLine]:
    """Return what a corrected file changes, by day and subject."""
    rows = tx.raw.execute(_CHANGES, (tx.tenant_id, file_id))
    return [ChangeLine(*row) for row in rows.fetchall()]


def made_from(tx: Tx, codes: Iterable[str], first: date, last: date) -> list[Stored]:
    """Return what tables of attendance made of people in some days, oldest first."""
    values = {"tenant": tx.tenant_id, "codes": list(codes), "first": first, "last": last}
    rows = tx.raw.execute(_MADE, {**values, "prefix": PREFIX})
    return [Stored(*row) for row in rows.fetchall()]
