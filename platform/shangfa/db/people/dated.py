"""What is dated of a subject: lines, wages, attributes, first and last days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.people.of_day import DATED, past_of
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.people.past import Past, Stint

LINE: Final = Table(
    "assignment",
    (
        "tenant_id",
        "id",
        "subject_id",
        "effective_from",
        "supervisor_id",
        "department",
        "position",
    ),
    "ON CONFLICT (tenant_id, subject_id, effective_from) DO UPDATE"
    " SET supervisor_id = excluded.supervisor_id, department = excluded.department,"
    " position = excluded.position",
)
WAGE: Final = Table(
    "wage",
    (
        "tenant_id",
        "id",
        "subject_id",
        "effective_from",
        "day_wage",
        "month_wage",
        "base_unit",
        "loss_contract_basis",
        "work_region",
    ),
    "ON CONFLICT (tenant_id, subject_id, effective_from) DO UPDATE"
    " SET day_wage = excluded.day_wage, month_wage = excluded.month_wage,"
    " base_unit = excluded.base_unit, loss_contract_basis = excluded.loss_contract_basis,"
    " work_region = excluded.work_region",
)
VALUE: Final = Table(
    "attribute_value",
    ("tenant_id", "id", "subject_id", "name", "effective_from", "value"),
    "ON CONFLICT (tenant_id, subject_id, name, effective_from) DO UPDATE"
    " SET value = excluded.value",
)
EMPLOYMENT: Final = Table(
    "employment",
    ("tenant_id", "id", "subject_id", "first_day", "last_day"),
    "ON CONFLICT (tenant_id, subject_id, first_day) DO UPDATE SET last_day = excluded.last_day",
)


class AssignmentLine(NamedTuple):
    """Where a subject works and for whom, from a day on."""

    id: UUID
    subject_id: UUID
    since: date
    supervisor_id: UUID | None
    department: str | None
    position: str | None


class WageRecord(NamedTuple):
    """What somebody earns from a day on, CNY: for a month or for a day, never both.

    Attributes:
        base_unit: the amount that policies count in.
        loss_contract_basis: whether the contract lets losses be recovered.
        work_region: a code of GB/T 2260.
    """

    since: date
    day_wage: Decimal | None
    month_wage: Decimal | None = None
    base_unit: Decimal | None = None
    loss_contract_basis: bool | None = None
    work_region: str | None = None


class WageLine(NamedTuple):
    """A wage to be written."""

    id: UUID
    subject_id: UUID
    wage: WageRecord


class ValueLine(NamedTuple):
    """What an attribute is from a day on; None when it ends."""

    id: UUID
    subject_id: UUID
    name: str
    since: date
    value: Any


class EmploymentLine(NamedTuple):
    """From which to which day somebody belongs to the company."""

    id: UUID
    subject_id: UUID
    stint: Stint


def set_assignments(tx: Tx, lines: Iterable[AssignmentLine]) -> None:
    """Say where subjects work and for whom, in place of what was said of the same day."""
    tenant_id = tx.tenant
    tx.writes.insert(LINE, [(tenant_id, *line) for line in lines])


def set_wages(tx: Tx, lines: Iterable[WageLine]) -> None:
    """Say what somebody earns, in place of what was said of the same day."""
    tenant_id = tx.tenant
    tx.writes.insert(WAGE, [(tenant_id, *line[:2], *line.wage) for line in lines])


def set_values(tx: Tx, lines: Iterable[ValueLine]) -> None:
    """Say what attributes are, in place of what was said of the same day."""
    tenant_id = tx.tenant
    rows = [(tenant_id, *line[:4], to_text(line.value)) for line in lines]
    tx.writes.insert(VALUE, rows)


def set_employments(tx: Tx, lines: Iterable[EmploymentLine]) -> None:
    """Say when somebody belongs to the company, in place of what began on the same day."""
    tenant_id = tx.tenant
    tx.writes.insert(EMPLOYMENT, [(tenant_id, *line[:2], *line.stint) for line in lines])


class AssignmentRecord(NamedTuple):
    """Where a subject works and for whom, from a day on."""

    since: date
    department: str | None
    position: str | None
    supervisor: str | None


def assignments_of(tx: Tx, subject_id: UUID) -> list[AssignmentRecord]:
    """Return where a subject worked and for whom, oldest first."""
    rows = tx.raw.execute(
        """SELECT a.effective_from, a.department, a.position, boss.code
        FROM assignment a
        LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
        WHERE a.tenant_id = %(tenant)s AND a.subject_id = %(subject)s
        ORDER BY a.effective_from""",
        {"tenant": tx.tenant_id, "subject": subject_id},
    )
    return [AssignmentRecord(*row) for row in rows.fetchall()]


def wages_of(tx: Tx, subject_id: UUID) -> list[WageRecord]:
    """Return what a subject earned, oldest first."""
    rows = tx.raw.execute(
        "SELECT w.effective_from, w.day_wage, w.month_wage, w.base_unit, w.loss_contract_basis,"
        " w.work_region FROM wage w"
        " WHERE w.tenant_id = %s AND w.subject_id = %s ORDER BY w.effective_from",
        (tx.tenant_id, subject_id),
    )
    return [WageRecord(*row) for row in rows.fetchall()]


def every_wage(tx: Tx) -> list[tuple[UUID, WageRecord]]:
    """Return (subject, what he earns from a day on) of everybody, oldest first."""
    rows = tx.raw.execute(
        "SELECT w.subject_id, w.effective_from, w.day_wage, w.month_wage, w.base_unit,"
        " w.loss_contract_basis, w.work_region FROM wage w"
        " WHERE w.tenant_id = %s ORDER BY w.subject_id, w.effective_from",
        (tx.tenant_id,),
    )
    return [(row[0], WageRecord(*row[1:])) for row in rows.fetchall()]


_LINES: Final = """
    SELECT s.code, a.effective_from, boss.code, a.department, a.position
    FROM assignment a
    JOIN subject s ON s.tenant_id = a.tenant_id AND s.id = a.subject_id
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE a.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND (%(codes)s::text[] IS NULL OR s.code = ANY(%(codes)s))
    ORDER BY a.effective_from"""
_PASTS: Final = f"""
    SELECT s.id, s.code, s.kind, s.attributes, {DATED}
    FROM subject s
    WHERE s.tenant_id = %(tenant)s
        AND (%(codes)s::text[] IS NULL OR s.code = ANY(%(codes)s))"""  # noqa: S608 - constants only


class DatedLine(NamedTuple):
    """A subject's line from a day on; subject and supervisor are codes."""

    code: str
    since: date
    supervisor: str | None
    department: str | None
    position: str | None


class WholePast(NamedTuple):
    """A subject with all that is dated of it but its lines."""

    id: UUID
    code: str
    kind: str
    past: Past


def reporting_lines(tx: Tx, codes: Sequence[str] | None = None) -> list[DatedLine]:
    """Return every line of these subjects, or of everybody's, oldest first."""
    rows = tx.ask(_LINES, {"tenant": tx.tenant_id, "codes": _listed(codes)})
    return [DatedLine(*row) for row in rows.fetchall()]


def pasts(tx: Tx, codes: Sequence[str] | None = None) -> list[WholePast]:
    """Return these subjects, or everybody, with all that is dated of them."""
    rows = tx.ask(_PASTS, {"tenant": tx.tenant_id, "codes": _listed(codes)})
    return [WholePast(*(*row[:3], past_of(*row[3:]))) for row in rows.fetchall()]


def _listed(codes: Sequence[str] | None) -> list[str] | None:
    return None if codes is None else list(codes)
