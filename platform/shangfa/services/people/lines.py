"""What is dated of a subject, set in an open transaction: line, wage, attributes, stints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shangfa.db import people as sql
from shangfa.db.people import (
    AssignmentLine,
    EmploymentLine,
    SubjectRecord,
    ValueLine,
    WageLine,
    WageRecord,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.people.faults import SUPERVISOR_LOOP, UNKNOWN_SUBJECT
from shangfa.domain.people.past import Stint, check_stint
from shangfa.domain.text import Note
from shangfa.plugins.guards import place_of
from shangfa.services.clock import new_id

Wage = WageRecord
"""What somebody earns from a local day on, CNY, for a month or for a day."""
A_PLACE: Final = Note(
    "须为六位行政区划代码（如 130300）或其名称（如 秦皇岛）",
    "six digits of GB/T 2260, as 130300, or the name they have, as 秦皇岛, are expected",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Where a subject works and for whom, from a local day on; `supervisor` is a code."""

    since: date
    department: str | None = None
    position: str | None = None
    supervisor: str | None = None


def set_line(tx: Tx, subject: SubjectRecord, line: Line) -> None:
    """Set a subject's line.

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
    """Set a subject's wage; where he works is said by its digits or by its name.

    Raises:
        RefusedError: `invalid` for a place that nobody knows: no law of any would hold.
    """
    region = None if wage.work_region is None else place_of(wage.work_region)
    if wage.work_region is not None and region is None:
        raise refused(INVALID, "/work_region", value=wage.work_region, why=A_PLACE)
    sql.set_wages(tx, [WageLine(new_id(), subject.id, wage._replace(work_region=region))])
    tx.flush()


def set_values(tx: Tx, subject: SubjectRecord, since: date, values: Mapping[str, Any]) -> None:
    """Set attributes from a day on; None ends one."""
    lines = [ValueLine(new_id(), subject.id, name, since, item) for name, item in values.items()]
    sql.set_values(tx, lines)
    tx.flush()


def set_stint(tx: Tx, subject: SubjectRecord, stint: Stint) -> None:
    """Set from which to which day a subject belongs to the company.

    Raises:
        RefusedError: `last_before_first`, `employment_overlap`.
    """
    check_stint(stint, subject.past.stints)
    sql.set_employments(tx, [EmploymentLine(new_id(), subject.id, stint)])
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
