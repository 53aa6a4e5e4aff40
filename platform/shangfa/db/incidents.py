"""Incidents in SQL: written once, read back as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.account import MONEY

STANDS: Final = "x.effective_at IS NOT NULL AND x.reversed_at IS NULL AND x.suspended_at IS NULL"
"""What counts: a subject's part `x` in an incident, effective, not taken back, not suspended."""

LATEST: Final = """NOT EXISTS (
    SELECT FROM decision r WHERE r.tenant_id = %(tenant)s AND r.case_id = d.case_id
        AND r.subject_id = d.subject_id AND r.kind = 'reversal' AND r.id > d.id)"""
"""What was not taken back: a decision `d` of a case after the subject's last reversal."""

INCIDENT: Final = Table(
    "incident",
    (
        "tenant_id",
        "id",
        "policy_id",
        "version_id",
        "clause",
        "occurred_at",
        "occurred_on",
        "quantity",
        "facts",
        "note",
        "evidence",
        "external_id",
        "external_scope",
        "actor_id",
        "recorded_at",
    ),
)
INVOLVED: Final = Table(
    "incident_subject",
    ("tenant_id", "incident_id", "id", "subject_id", "share", "position", "effective_at"),
)


class IncidentLine(NamedTuple):
    """An incident to be written; `facts` and `evidence` ready for JSON."""

    id: UUID
    policy_id: UUID
    version_id: UUID
    clause: str
    occurred_at: datetime
    occurred_on: date
    quantity: Decimal
    facts: Any
    note: str
    evidence: Any
    external_id: str | None
    external_scope: str
    actor_id: UUID
    recorded_at: datetime


class InvolvedLine(NamedTuple):
    """Whom an incident concerns; `share` is percent, None when not shared."""

    id: UUID
    subject_id: UUID
    share: Decimal | None
    position: int
    effective_at: datetime | None


def add_incident(tx: Tx, line: IncidentLine, involved: Iterable[InvolvedLine]) -> None:
    """Add an incident and whom it concerns."""
    tenant_id = tx.tenant
    row = (tenant_id, *line[:7], to_text(line.facts), line.note, to_text(line.evidence), *line[10:])
    tx.writes.insert(INCIDENT, [row])
    tx.writes.insert(INVOLVED, [(tenant_id, line.id, *item) for item in involved])


def taken_ids(tx: Tx, scope: str, names: Sequence[str]) -> set[str]:
    """Return those of some external ids that are used, by offices or by one person (`scope`)."""
    if not names:
        return set()
    rows = tx.ask(
        "SELECT i.external_id FROM incident i WHERE i.tenant_id = %(tenant)s"
        " AND i.external_scope = %(scope)s AND i.external_id = ANY(%(names)s)"
        " AND i.external_freed_at IS NULL",
        {"tenant": tx.tenant_id, "scope": scope, "names": list(names)},
    )
    return {row[0] for row in rows.fetchall()}


@dataclass(frozen=True, slots=True)
class Seen:
    """Which incidents somebody may see.

    Attributes:
        own: see only those of this subject, None for everybody's.
        reader: the subject who asks, None for an office; of confidential ones he sees those he
            handles, and his own.
        team: and those of whom `own` supervised on the incident's day.
        money: only those that moved money.
    """

    own: UUID | None = None
    team: bool = False
    money: bool = False
    reader: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which incidents are asked for; days are local and inclusive, None means any."""

    id: UUID | None = None
    before: UUID | None = None
    subject: str | None = None
    clause: str | None = None
    policy: str | None = None
    since: date | None = None
    until: date | None = None
    external_id: str | None = None
    recorded_since: datetime | date | None = None
    case_state: str | None = None


class IncidentRecord(NamedTuple):
    """An incident as it is read back, with its case.

    Attributes:
        handled: whether the reader handles its confidential case; None when it is not.
    """

    id: UUID
    policy: str
    version: int
    clause: str
    occurred_at: datetime
    occurred_on: date
    quantity: Decimal
    facts: dict[str, Any]
    note: str
    evidence: list[Any]
    external_id: str | None
    actor_id: UUID
    recorded_at: datetime
    case_id: UUID
    procedure: str
    state: str
    handled: bool | None


SUPERVISED: Final = """(
    SELECT a.supervisor_id FROM assignment a
    WHERE a.tenant_id = %(tenant)s AND a.subject_id = x.subject_id
        AND a.effective_from <= i.occurred_on
    ORDER BY a.effective_from DESC LIMIT 1) = %(own)s"""
OWN_PART: Final = "(x.subject_id = %(own)s AND c.state <> 'draft')"
"""A draft is not for whom it concerns."""
INVOLVES: Final = """
    SELECT FROM incident_subject x
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    WHERE x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND x.incident_id = i.id"""
NOBODY: Final = UUID(int=0)
"""The reader where an office asks, who handles no case by name: a value that is missing is not
compared, or a distributed database cannot tell where the rows are."""
HANDLES: Final = """EXISTS (
    SELECT FROM case_handler h
    WHERE h.tenant_id = %(tenant)s AND h.case_id = c.id AND h.subject_id = %(reader)s)"""
"""The reader handles the case `c`."""
CONCERNS: Final = """EXISTS (
    SELECT FROM incident_subject o
    WHERE o.tenant_id = %(tenant)s AND o.incident_id = c.incident_id
        AND o.subject_id = %(reader)s)"""
"""The case `c` concerns the reader."""
RESTRICTED: Final = """(%(kept_out)s AND EXISTS (
    SELECT FROM incident_subject w
    JOIN subject z ON z.tenant_id = w.tenant_id AND z.id = w.subject_id
    WHERE w.tenant_id = %(tenant)s AND z.tenant_id = %(tenant)s AND w.incident_id = c.incident_id
        AND z.restricted_at IS NOT NULL))"""
"""The case `c` concerns somebody of whom the reader may know nothing for the time being."""
OPEN_TO: Final = f"""((NOT c.confidential OR {HANDLES} OR c.state <> 'draft' AND {CONCERNS})
    AND (NOT {RESTRICTED} OR {CONCERNS}))"""
"""The case `c` is neither confidential nor restricted, or the reader handles it, or it concerns
him."""


_OWN: Final = """
        SELECT x.incident_id FROM incident_subject x
        WHERE x.tenant_id = %(tenant)s AND x.subject_id = %(own)s"""
_TEAMS: Final = """
        UNION ALL SELECT x.incident_id FROM incident_subject x
        WHERE x.tenant_id = %(tenant)s AND x.subject_id IN (
            SELECT a.subject_id FROM assignment a
            WHERE a.tenant_id = %(tenant)s AND a.supervisor_id = %(own)s)"""
_HANDLED: Final = """
        UNION ALL SELECT k.incident_id FROM "case" k
        WHERE k.tenant_id = %(tenant)s AND k.id IN (
            SELECT h.case_id FROM case_handler h
            WHERE h.tenant_id = %(tenant)s AND h.subject_id = %(reader)s)"""


def narrowed(column: str, seen: Seen) -> str:
    """Return a condition that holds for every incident `seen` may show, and for few others.

    It spares a look at each case of the company; what may really be seen is asked besides.
    `column`: of the incident's id.
    """
    team = _TEAMS if seen.team else ""
    return f"{column} = ANY(ARRAY({_OWN}{team}{_HANDLED}))"


def asking(tx: Tx, reader: UUID | None) -> dict[str, Any]:
    """Return the values of `OPEN_TO`; `reader`: the subject who asks, None for an office."""
    return {"reader": reader or NOBODY, "kept_out": tx.kept_out}


_SELECT: Final = f"""
    SELECT i.id, p.name, v.number, i.clause, i.occurred_at, i.occurred_on, i.quantity, i.facts,
        i.note, i.evidence, i.external_id, i.actor_id, i.recorded_at, c.id, c.procedure, c.state,
        CASE WHEN c.confidential THEN {HANDLES} END
    FROM incident i
    JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
    JOIN policy_version v ON v.tenant_id = i.tenant_id AND v.id = i.version_id
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    WHERE i.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND v.tenant_id = %(tenant)s
        AND c.tenant_id = %(tenant)s AND {OPEN_TO}"""  # noqa: S608 - constants only
MOVED_MONEY: Final = """EXISTS (
    SELECT FROM decision d JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    WHERE d.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s AND d.case_id = c.id
        AND e.account = ANY(%(money)s))"""
_CONDITIONS: Final = {
    "id": "i.id = %(id)s",
    "before": "i.id < %(before)s",
    "clause": "i.clause = %(clause)s",
    "policy": "p.name = %(policy)s",
    "since": "i.occurred_on >= %(since)s",
    "until": "i.occurred_on <= %(until)s",
    "external_id": "i.external_id = %(external_id)s",
    "recorded_since": "i.recorded_at >= %(recorded_since)s",
    "case_state": "c.state = %(case_state)s",
}


@dataclass(slots=True)
class _Query:
    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def limited(self, filters: Filters) -> None:
        for name, condition in _CONDITIONS.items():
            value = getattr(filters, name)
            if value is not None:
                self.conditions.append(condition)
                self.values[name] = value

    def seen(self, seen: Seen, subject: str | None) -> None:
        """A subject asked for must itself be one that the asker sees."""
        parts = []
        if seen.own is not None:
            self.values["own"] = seen.own
            team = f" OR {SUPERVISED}" if seen.team else ""
            parts.append(f"({OWN_PART}{team} OR {HANDLES})")
            self.conditions.append(narrowed("i.id", seen))
        if subject is not None:
            self.values["subject"] = subject
            parts.append("s.code = %(subject)s")
        if parts:
            self.conditions.append(f"EXISTS ({INVOLVES} AND {' AND '.join(parts)})")
        if seen.money:
            self.values["money"] = sorted(MONEY)
            self.conditions.append(MOVED_MONEY)


def find_incidents(tx: Tx, seen: Seen, filters: Filters, limit: int) -> list[IncidentRecord]:
    """Return incidents, newest recorded first."""
    query = _Query(values={"tenant": tx.tenant_id, "limit": limit, **asking(tx, seen.reader)})
    query.limited(filters)
    query.seen(seen, filters.subject)
    conditions = "".join(f" AND {condition}" for condition in query.conditions)
    rows = tx.raw.execute(f"{_SELECT}{conditions} ORDER BY i.id DESC LIMIT %(limit)s", query.values)
    return [IncidentRecord(*row) for row in rows.fetchall()]


_USES: Final = """
    SELECT p.name, i.clause, count(*) FILTER (WHERE %(department)s <> '' AND EXISTS (
            SELECT FROM incident_subject x CROSS JOIN LATERAL (
                SELECT a.department FROM assignment a
                WHERE a.tenant_id = %(tenant)s AND a.subject_id = x.subject_id
                    AND a.effective_from <= i.occurred_on
                ORDER BY a.effective_from DESC LIMIT 1) a
            WHERE x.tenant_id = %(tenant)s AND x.incident_id = i.id
                AND a.department = %(department)s)), count(*)
    FROM (
        SELECT i.tenant_id, i.id, i.policy_id, i.clause, i.occurred_on
        FROM incident i JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
        WHERE i.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND NOT c.confidential
        ORDER BY i.occurred_on DESC, i.id DESC LIMIT %(limit)s) i
    JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
    WHERE p.tenant_id = %(tenant)s
    GROUP BY p.name, i.clause"""


def uses(tx: Tx, department: str | None, limit: int) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (policy, clause) -> how often in a department and in all, of the last incidents.

    Confidential ones are not counted.
    """
    values = {"tenant": tx.tenant_id, "department": department or "", "limit": limit}
    rows = tx.raw.execute(_USES, values).fetchall()
    return {(policy, clause): (own, whole) for policy, clause, own, whole in rows}


class Involved(NamedTuple):
    """A subject's part in an incident; `mine`: the asker supervised it on that day."""

    incident_id: UUID
    subject: str
    share: Decimal | None
    reversed_at: datetime | None
    mine: bool


def involved_in(tx: Tx, ids: Sequence[UUID], own: UUID | None) -> list[Involved]:
    """Return whom incidents concern, in the order reported."""
    rows = tx.raw.execute(
        f"""SELECT x.incident_id, s.code, x.share, x.reversed_at, coalesce({SUPERVISED}, false)
        FROM incident_subject x
        JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
        JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
        WHERE x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
            AND x.incident_id = ANY(%(ids)s)
        ORDER BY x.incident_id, x.position""",  # noqa: S608 - a constant
        {"tenant": tx.tenant_id, "ids": list(ids), "own": own},
    )
    return [Involved(*row) for row in rows.fetchall()]
