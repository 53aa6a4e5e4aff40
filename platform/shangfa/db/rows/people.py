"""Subjects, their dated lines and wages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_OBJECT,
    Base,
    Json,
    TenantOwned,
    of_tenant,
    one_of,
    to,
    unique,
)
from shangfa.domain.people.kinds import SUBJECT_KINDS


class SubjectRow(TenantOwned, Base):
    """An employee, a team or a partner company. `revision` is its ETag."""

    __tablename__ = "subject"
    __table_args__ = (
        of_tenant(),
        unique("code"),
        CheckConstraint(one_of("kind", SUBJECT_KINDS), name="kind"),
    )
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    attributes: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]


class AssignmentRow(TenantOwned, Base):
    """Where a subject works and for whom, from a day until the next assignment."""

    __tablename__ = "assignment"
    __table_args__ = (
        unique("subject_id", "effective_from"),
        to("subject"),
        to("subject", "supervisor_id"),
        Index(None, "tenant_id", "supervisor_id"),
    )
    subject_id: Mapped[UUID]
    effective_from: Mapped[date]
    supervisor_id: Mapped[UUID | None]
    department: Mapped[str | None]
    position: Mapped[str | None]


class WageRow(TenantOwned, Base):
    """What one working day is worth, CNY, from a day until the next wage."""

    __tablename__ = "wage"
    __table_args__ = (
        unique("subject_id", "effective_from"),
        to("subject"),
        CheckConstraint("day_wage > 0", name="day_wage"),
    )
    subject_id: Mapped[UUID]
    effective_from: Mapped[date]
    day_wage: Mapped[Decimal] = mapped_column(Numeric(14, 2))
