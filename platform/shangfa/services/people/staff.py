"""Many subjects registered at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from shangfa.db import people as sql
from shangfa.db.people import AssignmentLine, EmploymentLine, WageLine
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import subject_changed
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.people.subjects import NewSubject, new_line

AT_ONCE: Final = 1000
T = TypeVar("T")


def add_staff(tx: Tx, ctx: Context, staff: Sequence[NewSubject]) -> None:
    """Register subjects with their lines and wages in an open transaction.

    None of them is there yet, and no supervisor reports to himself in the end; every
    supervisor is there or among them.
    """
    ids = sql.subject_ids(tx)
    for some in _parts(staff):
        ids |= _register(tx, ctx, some)
    for some in _parts([item for item in staff if item.line is not None]):
        sql.set_assignments(tx, [_assignment(item, ids) for item in some])
        tx.flush()


def _register(tx: Tx, ctx: Context, staff: Sequence[NewSubject]) -> dict[str, UUID]:
    lines = [new_line(item) for item in staff]
    ids = {line.code: line.id for line in lines}
    sql.add_subjects(tx, lines)
    paid = [(ids[item.code], item.wage) for item in staff if item.wage is not None]
    sql.set_wages(tx, [WageLine(new_id(), who, wage) for who, wage in paid])
    hired = [(ids[item.code], item.stint) for item in staff if item.stint is not None]
    sql.set_employments(tx, [EmploymentLine(new_id(), who, stint) for who, stint in hired])
    tell(
        tx, ctx, now(), *(subject_changed(ids[item.code], item.code, item.fields) for item in staff)
    )
    tx.flush()
    return ids


def _assignment(item: NewSubject, ids: Mapping[str, UUID]) -> AssignmentLine:
    boss_id = ids[item.supervisor] if item.supervisor else None
    return AssignmentLine(
        new_id(), ids[item.code], item.since, boss_id, item.department, item.position
    )


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield parts that fit into one statement."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
