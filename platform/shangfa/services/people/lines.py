"""A subject's dated lines and wages: where it works, for whom, and for what a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shangfa.db import people as sql
from shangfa.db.people import AssignmentLine, SubjectRecord, WageLine
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import refused
from shangfa.domain.incidents.faults import INCIDENTS_EXIST
from shangfa.domain.people.faults import SUPERVISOR_LOOP, UNKNOWN_SUBJECT
from shangfa.services.clock import new_id


@dataclass(frozen=True, slots=True)
class Line:
    """Where a subject works and for whom, from a local day on; `supervisor` is a code."""

    since: date
    department: str | None = None
    position: str | None = None
    supervisor: str | None = None


@dataclass(frozen=True, slots=True)
class Wage:
    """What a working day is worth from a local day on, CNY."""

    since: date
    day_wage: Decimal


def check_past(tx: Tx, subject: SubjectRecord, since: date) -> None:
    """Let pass when nothing that stands was decided on who a subject was since that day.

    Raises:
        RefusedError: `incidents_exist`.
    """
    decided = sql.decided_since(tx, subject.id, since)
    if decided is not None:
        raise refused(INCIDENTS_EXIST, "/since", day=decided)


def set_line(tx: Tx, subject: SubjectRecord, line: Line) -> None:
    """Set a subject's line in an open transaction.

    Raises:
        RefusedError: `unknown_subject`, `supervisor_loop`.
    """
    boss_id = None
    if line.supervisor:
        boss_id = sql.subject_ids(tx, [line.supervisor]).get(line.supervisor)
        if boss_id is None:
            raise refused(UNKNOWN_SUBJECT, "/supervisor", value=line.supervisor)
    told = (line.since, boss_id, line.department, line.position)
    sql.set_assignments(tx, [AssignmentLine(new_id(), subject.id, *told)])
    tx.flush()
    if boss_id is not None:
        _check_loop(tx, subject, line.since)


def set_wage(tx: Tx, subject: SubjectRecord, wage: Wage) -> None:
    """Set a subject's wage in an open transaction."""
    sql.set_wages(tx, [WageLine(new_id(), subject.id, wage.since, wage.day_wage)])
    tx.flush()


def _check_loop(tx: Tx, subject: SubjectRecord, since: date) -> None:
    """Walk up from the subject on the day and on every later day a line above changes."""
    lines = sql.lines_above(tx, subject.id)
    for day in sorted({since, *(start for _, start, _ in lines if start > since)}):
        chain = _chain(subject.code, lines, day)
        if chain[1:] and chain[-1] == subject.code:
            shown = " → ".join(chain)
            raise refused(SUPERVISOR_LOOP, "/supervisor", value=subject.code, chain=shown)


def _chain(code: str, lines: Iterable[tuple[str, date, str | None]], day: date) -> list[str]:
    """Return a subject and all above it on a day, up to where the line ends or comes round.

    `lines`: (subject, first day, supervisor), oldest first.
    """
    bosses = {subject: boss for subject, start, boss in lines if start <= day}
    chain, boss = [code], bosses.get(code)
    while boss is not None and boss not in chain[1:]:
        chain.append(boss)
        boss = bosses.get(boss)
    return chain
