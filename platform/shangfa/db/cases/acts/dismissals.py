"""Dismissals that were posted without anybody having looked into them, and what was answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import HANDLES, NOBODY, OPEN_TO, asking
from shangfa.db.people.restrictions import Whom, among
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

DISMISSAL: Final = Table(
    "dismissal",
    (
        "tenant_id",
        "id",
        "subject_id",
        "case_id",
        "evaluation_id",
        "outcome",
        "body",
        "evidence",
        "note",
        "role",
        "actor_id",
        "person_id",
        "at",
    ),
)
BY_CASE: Final = "uq_dismissal_tenant_id_subject_id_case_id"
BY_EVALUATION: Final = "uq_dismissal_tenant_id_subject_id_evaluation_id"
"""One answer each."""


class DismissalLine(NamedTuple):
    """An answer to be written: what was handed in, by whom in which role."""

    id: UUID
    subject_id: UUID
    case_id: UUID | None
    evaluation_id: UUID | None
    outcome: str
    body: Mapping[str, Any]
    evidence: Sequence[str]
    note: str
    role: str
    actor_id: UUID
    person_id: UUID | None
    at: datetime


class DismissalRecord(NamedTuple):
    """A dismissal that was posted by itself.

    Attributes:
        case_id, incident_id: None for one that a programme gave.
        proposed_by: who recorded what it comes of.
        stands: whether it was not taken back.
        handled: whether the reader handles its confidential case.
        outcome: None while nobody has answered; so is all that follows.
        person: code of the subject behind the key that answered.
    """

    subject_id: UUID
    subject: str
    policy_id: UUID
    policy: str
    case_id: UUID | None
    incident_id: UUID | None
    evaluation_id: UUID | None
    clause: str
    day: date
    proposed_by: UUID
    evidence: list[str]
    stands: bool
    handled: bool
    outcome: str | None
    body: dict[str, Any] | None
    more_evidence: list[str] | None
    note: str | None
    role: str | None
    person: str | None
    at: datetime | None

    @property
    def key(self) -> str:
        """Where it stands in the list."""
        return f"{self.case_id or self.evaluation_id}/{self.subject}"

    @property
    def state(self) -> str:
        """What it is: proposed, approved, declined, or reversed."""
        return (self.outcome or "proposed") if self.stands else "reversed"


@dataclass(frozen=True, slots=True)
class DismissalFilters:
    """Which are asked for; None means any.

    Attributes:
        seen: the subjects whom the asker sees; of a case that he handles he sees everybody's.
        reader: the subject who asks, None for an office.
        origin: id of the case or the evaluation.
        after: where the page before ended.
    """

    seen: Whom | None = None
    reader: UUID | None = None
    subject: str | None = None
    origins: Collection[UUID] | None = None
    state: str | None = None
    after: tuple[UUID, str] | None = None


_FOUND: Final = f"""
    SELECT p.*, b.code, a.outcome, a.body, a.evidence, a.note, a.role, a.at FROM (
        SELECT e.subject_id, s.code AS subject, e.policy_id, y.name AS policy, d.case_id,
            c.incident_id, d.evaluation_id, min(e.clause) AS clause, min(e.day) AS day,
            (array_agg(d.actor_id ORDER BY d.id))[1] AS proposed_by,
            coalesce(i.evidence, '[]') AS evidence,
            sum(e.quantity) > 0 AND sum(sum(e.quantity)) OVER (PARTITION BY e.subject_id) > 0
                AS stands,
            bool_or({HANDLES}) AS handled, coalesce(d.case_id, d.evaluation_id) AS origin
        FROM ledger_entry e
        JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
        JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
        JOIN policy y ON y.tenant_id = e.tenant_id AND y.id = e.policy_id
        LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
        LEFT JOIN incident i ON i.tenant_id = %(tenant)s AND i.id = c.incident_id
        WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
            AND y.tenant_id = %(tenant)s AND e.account = 'action' AND e.unit = 'dismissal'
            AND (%(anybody)s OR c.id IS NULL OR {OPEN_TO}
                AND (NOT c.confidential OR {HANDLES} OR e.subject_id = %(reader)s))
            AND (d.kind = 'adjustment' OR NOT EXISTS (
                SELECT FROM case_step t
                WHERE t.tenant_id = %(tenant)s AND t.case_id = d.case_id
                    AND t.data ? 'dismissal'))
        GROUP BY e.subject_id, s.code, e.policy_id, y.name, d.case_id, c.incident_id,
            d.evaluation_id, i.evidence
        HAVING max(e.quantity) > 0) p
    LEFT JOIN dismissal a ON a.tenant_id = %(tenant)s AND a.subject_id = p.subject_id
        AND coalesce(a.case_id, a.evaluation_id) = p.origin
    LEFT JOIN subject b ON b.tenant_id = %(tenant)s AND b.id = a.person_id
    WHERE (p.stands OR a.id IS NOT NULL)"""  # noqa: S608 - constants only
_STATE: Final = "CASE WHEN p.stands THEN coalesce(a.outcome, 'proposed') ELSE 'reversed' END"
_CONDITIONS: Final = {
    "seen": f"(p.handled OR {among('p.subject_id')})",
    "subject": "p.subject = %(subject)s",
    "origins": "p.origin = ANY(%(origins)s)",
    "state": f"{_STATE} = %(state)s",
    "after": "(p.origin, p.subject) < (%(origin)s, %(code)s)",
}


def find_dismissals(tx: Tx, asked: DismissalFilters, limit: int) -> list[DismissalRecord]:
    """Return dismissals that were posted by themselves, the newest first."""
    values: dict[str, Any] = {
        "tenant": tx.tenant_id,
        **asking(tx, asked.reader),
        "limit": limit,
    }
    values["anybody"] = False
    query = _FOUND
    for name, condition in _CONDITIONS.items():
        value = getattr(asked, name)
        if value is not None:
            query += f" AND {condition}"
            values[name] = list(value) if name == "origins" else value
    if asked.seen is not None:
        values |= asked.seen.values()
    if asked.after is not None:
        values["origin"], values["code"] = asked.after
    query += " ORDER BY p.origin DESC, p.subject DESC LIMIT %(limit)s"
    return [_record(row) for row in tx.raw.execute(query, values).fetchall()]


def dismissals_of(tx: Tx, cases: Sequence[UUID]) -> list[DismissalRecord]:
    """Return those of some cases, for whoever may see the cases."""
    asked = {"reader": NOBODY, "kept_out": False, "anybody": True, "origins": list(cases)}
    values = {"tenant": tx.tenant_id, **asked}
    query = f"{_FOUND} AND {_CONDITIONS['origins']}"
    return [_record(row) for row in tx.raw.execute(query, values).fetchall()]


def _record(row: Sequence[Any]) -> DismissalRecord:
    person, outcome, body, evidence, note, role, at = row[14:]
    answered = (outcome, body, evidence, note, role, person, at)
    return DismissalRecord._make([*row[:13], *answered])


def add_dismissal(tx: Tx, line: DismissalLine) -> None:
    """Add an answer."""
    body, evidence = to_text(line.body), to_text(list(line.evidence))
    tx.writes.insert(DISMISSAL, [(tx.tenant, *line[:5], body, evidence, *line[7:])])
