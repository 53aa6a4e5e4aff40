"""A case held for change until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.written import STEP, StepLine, TakenLine, add_handlers, add_steps
from shangfa.db.incidents import OPEN_TO, STANDS, asking
from shangfa.db.people import LINE_OF_DAY
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with its incident; the lists are of its subjects, in order.

    Attributes:
        procedure_id: the version of a company's own procedure, None for a built-in one.
        gathered: facts that its steps brought.
        handlers: who sees it, when it is confidential; else None.
        facts: as the incident keeps them: what was given, and what else decided.
        stands: whether each subject's part counts.
        suspended: whether it does not because its appeal runs.
        varied: what an appeal put in place of the report, for each subject.
        leaders: who supervised them on the incident's day.
        restricted: whether what is kept about one of them is.
    """

    id: UUID
    state: str
    revision: int
    procedure: str
    procedure_id: UUID | None
    gathered: dict[str, Any]
    incident_id: UUID
    handlers: list[str] | None
    policy_id: UUID
    policy: str
    clause: str
    at: datetime
    on: date
    quantity: Decimal
    facts: dict[str, Any]
    note: str
    evidence: list[Any]
    subjects: list[str]
    subject_ids: list[UUID]
    kinds: list[str]
    shares: list[Decimal | None]
    stands: list[bool]
    suspended: list[bool]
    varied: list[dict[str, Any] | None]
    departments: list[str | None]
    positions: list[str | None]
    leaders: list[str | None]
    restricted: bool

    @property
    def left(self) -> list[bool]:
        """Whether each subject's part was not taken back, though it may wait for an appeal."""
        return [a or b for a, b in zip(self.stands, self.suspended, strict=True)]


_SELECT: Final = """
    SELECT c.id, c.state, c.revision, c.procedure, c.procedure_id, c.facts, c.incident_id,
        CASE WHEN c.confidential THEN ARRAY(
            SELECT s.code FROM case_handler h
            JOIN subject s ON s.tenant_id = h.tenant_id AND s.id = h.subject_id
            WHERE h.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND h.case_id = c.id
            ORDER BY s.code) END
    FROM "case" c WHERE c.tenant_id = %(tenant)s"""
_SEEN: Final = _SELECT + " AND c.id = ANY(%(ids)s)"
_LOCK: Final = 'SELECT c.id FROM "case" c WHERE c.tenant_id = %(tenant)s'
_BY_INCIDENT: Final = _LOCK + " AND c.incident_id = ANY(%(ids)s) FOR NO KEY UPDATE"
_BY_ID: Final = _LOCK + " AND c.id = ANY(%(ids)s) FOR NO KEY UPDATE"
_FREE: Final = _BY_ID + " SKIP LOCKED"
_LINE_THEN: Final = LINE_OF_DAY.replace("%(on)s", "i.occurred_on")
_INCIDENT: Final = f"""
    SELECT i.id, i.policy_id, p.name, i.clause, i.occurred_at, i.occurred_on, i.quantity, i.facts,
        i.note, i.evidence,
        array_agg(s.code ORDER BY x.position), array_agg(s.id ORDER BY x.position),
        array_agg(s.kind ORDER BY x.position), array_agg(x.share ORDER BY x.position),
        array_agg(({STANDS}) ORDER BY x.position),
        array_agg((x.suspended_at IS NOT NULL AND x.reversed_at IS NULL) ORDER BY x.position),
        array_agg(x.varied ORDER BY x.position),
        array_agg(a.department ORDER BY x.position), array_agg(a.position ORDER BY x.position),
        array_agg(boss.code ORDER BY x.position), bool_or(s.restricted_at IS NOT NULL)
    FROM incident i
    JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    LEFT JOIN LATERAL {_LINE_THEN} a ON true
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE i.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND i.id = ANY(%(incidents)s)
    GROUP BY i.tenant_id, i.id, p.name"""  # noqa: S608 - constants only


def hold_case(tx: Tx, incident_id: UUID) -> StoredCase | None:
    """Return the case of an incident and hold it, None when there is none."""
    return next(iter(_held(tx, _BY_INCIDENT, [incident_id])), None)


def hold_by_id(tx: Tx, case_id: UUID) -> StoredCase | None:
    """Return a case and hold it, None when there is none."""
    return next(iter(_held(tx, _BY_ID, [case_id])), None)


def hold_free(tx: Tx, case_ids: Sequence[UUID]) -> list[StoredCase]:
    """Return and hold those of some cases that nobody else holds at this moment."""
    return _held(tx, _FREE, case_ids)


def stored_cases(tx: Tx, case_ids: Sequence[UUID]) -> list[StoredCase]:
    """Return cases as they are now."""
    asked = {"tenant": tx.tenant_id, "ids": list(case_ids)}
    cases = tx.raw.execute(_SEEN, asked).fetchall()
    values = {"tenant": tx.tenant_id, "incidents": [case[6] for case in cases]}
    rows = tx.raw.execute(_INCIDENT, values).fetchall()
    incidents = {row[0]: row[1:] for row in rows}
    return [StoredCase(*case, *incidents[case[6]]) for case in cases]


def _held(tx: Tx, lock: str, keys: Sequence[UUID]) -> list[StoredCase]:
    # Who waits for a lock reads other tables in the same statement as they were before.
    rows = tx.raw.execute(lock, {"tenant": tx.tenant_id, "ids": list(keys)}).fetchall()
    return stored_cases(tx, [row[0] for row in rows]) if rows else []


_MOVE: Final = """
    UPDATE "case" SET state = %s, revision = revision + 1
    WHERE tenant_id = %s AND id = %s AND revision = %s RETURNING 1"""
_ADVANCE: Final = """
    UPDATE "case" SET state = %s, revision = revision + 1, open = %s, facts = %s
    WHERE tenant_id = %s AND id = %s AND revision = %s RETURNING 1"""
_REVERSED: Final = """
    UPDATE incident_subject SET reversed_at = %s
    WHERE tenant_id = %s AND incident_id = %s AND subject_id = ANY(%s) AND reversed_at IS NULL
    RETURNING 1"""
_FREED: Final = """
    UPDATE incident i SET external_freed_at = %(at)s
    WHERE i.tenant_id = %(tenant)s AND i.id = %(incident)s AND i.external_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM incident_subject x
            WHERE x.tenant_id = %(tenant)s AND x.incident_id = i.id AND x.reversed_at IS NULL
                AND x.subject_id <> ALL(%(ids)s))"""
_EFFECTIVE: Final = """
    UPDATE incident_subject SET effective_at = %s
    WHERE tenant_id = %s AND incident_id = %s AND effective_at IS NULL RETURNING 1"""
_SUSPENDED: Final = """
    UPDATE incident_subject SET suspended_at = %s
    WHERE tenant_id = %s AND incident_id = %s AND subject_id = %s RETURNING 1"""
_VARIED: Final = """
    UPDATE incident_subject SET varied = %s
    WHERE tenant_id = %s AND incident_id = %s AND subject_id = %s RETURNING 1"""
_ENDED: Final = """
    UPDATE deadline SET ended_at = %s
    WHERE tenant_id = %s AND case_id = %s AND subject_id = ANY(%s) AND ended_at IS NULL"""


def move_case(tx: Tx, case: StoredCase, step: StepLine) -> None:
    """Bring a held case to the state of its next step."""
    values = (step.state, tx.tenant, case.id, case.revision)
    tx.writes.change(_MOVE, values, 1)
    tx.writes.insert(STEP, [(tx.tenant, *step)])


def advance(tx: Tx, case: StoredCase, step: TakenLine, gathered: Any, *, is_open: bool) -> None:
    """Bring a held case to the state of its next step, with all that its steps gathered."""
    values = (step.state, is_open, to_text(gathered), tx.tenant, case.id, step.number - 1)
    tx.writes.change(_ADVANCE, values, 1)
    add_steps(tx, [step])


def mark_reversed(tx: Tx, case: StoredCase, subject_ids: Sequence[UUID], at: datetime) -> None:
    """Let an incident stand no longer for some of its subjects, and end their deadlines.

    When it stands for nobody, another one may have its external id from then on.
    """
    ids = list(subject_ids)
    tx.writes.change(_REVERSED, (at, tx.tenant, case.incident_id, ids), len(ids))
    tx.raw.execute(_ENDED, (at, tx.tenant, case.id, ids))
    freed = {"at": at, "tenant": tx.tenant, "incident": case.incident_id, "ids": ids}
    tx.raw.execute(_FREED, freed)


def mark_effective(tx: Tx, case: StoredCase, at: datetime) -> None:
    """Let an incident stand for all its subjects from now on."""
    values = (at, tx.tenant, case.incident_id)
    tx.writes.change(_EFFECTIVE, values, len(case.subjects))


def mark_suspended(tx: Tx, case: StoredCase, subject_id: UUID, at: datetime | None) -> None:
    """Let a subject's part not count from a moment; None lets it count again."""
    tx.writes.change(_SUSPENDED, (at, tx.tenant, case.incident_id, subject_id), 1)


def mark_varied(tx: Tx, case: StoredCase, subject_id: UUID, instead: Any) -> None:
    """Put something in place of what was reported, for one subject."""
    values = (to_text(instead), tx.tenant, case.incident_id, subject_id)
    tx.writes.change(_VARIED, values, 1)


_CONFINED: Final = """
    UPDATE "case" SET confidential = true, confidential_at = %s
    WHERE tenant_id = %s AND id = %s AND NOT confidential"""


def replace_handlers(
    tx: Tx, case: StoredCase, handlers: Sequence[tuple[UUID, UUID]], at: datetime
) -> None:
    """Make a held case confidential from a moment, if it was not, and name anew who sees it."""
    tx.raw.execute(_CONFINED, (at, tx.tenant, case.id))
    tx.raw.execute(
        "DELETE FROM case_handler WHERE tenant_id = %s AND case_id = %s", (tx.tenant, case.id)
    )
    add_handlers(tx, case.id, handlers)


_HIDDEN: Final = f"""
    SELECT c.incident_id FROM "case" c
    WHERE c.tenant_id = %(tenant)s AND c.incident_id = ANY(%(incidents)s)
        AND NOT {OPEN_TO}"""  # noqa: S608 - a constant


def hidden_from(tx: Tx, reader: UUID | None, incident_ids: Iterable[UUID]) -> set[UUID]:
    """Return those incidents of whose cases a reader must not know."""
    values = {"tenant": tx.tenant_id, "incidents": list(incident_ids), **asking(tx, reader)}
    return {row[0] for row in tx.raw.execute(_HIDDEN, values).fetchall()}


_NOT_TOLD: Final = """(c.confidential OR %(kept_out)s AND c.incident_id IN (
            SELECT w.incident_id FROM subject z
            JOIN incident_subject w ON w.tenant_id = z.tenant_id AND w.subject_id = z.id
            WHERE z.tenant_id = %(tenant)s AND w.tenant_id = %(tenant)s
                AND z.restricted_at IS NOT NULL))"""
_HIDDEN_CLAUSES: Final = f"""
    SELECT DISTINCT s.code, i.clause FROM "case" c
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN incident_subject x ON x.tenant_id = c.tenant_id AND x.incident_id = c.incident_id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND {_NOT_TOLD}
        AND s.code = ANY(%(codes)s)
        AND NOT {OPEN_TO}"""  # noqa: S608 - a constant


def hidden_clauses(tx: Tx, reader: UUID | None, codes: Iterable[str]) -> set[tuple[str, str]]:
    """Return (subject, clause) of cases that a reader must not know of."""
    values = {"tenant": tx.tenant_id, "codes": list(codes), **asking(tx, reader)}
    return {(code, clause) for code, clause in tx.raw.execute(_HIDDEN_CLAUSES, values).fetchall()}
