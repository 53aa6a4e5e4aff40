"""Subjects and all that is dated of them: lines, wages, attributes, first and last days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
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
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.people.corrections import STATES
from shangfa.domain.people.renames import NAMED
from shangfa.domain.tenancy.attributes import ATTRIBUTE_TYPES


class SubjectRow(TenantOwned, Base):
    """An employee, a team or a partner company. `revision` is its ETag.

    `restricted_at`: what is kept about it may not be worked with since then. `anonymised_at`:
    since then nothing says any more who it was.
    """

    __tablename__ = "subject"
    __table_args__ = (
        of_tenant(),
        unique("code"),
        CheckConstraint(one_of("kind", SUBJECT_KINDS), name="kind"),
        Index(
            "ix_subject_restricted",
            "tenant_id",
            postgresql_where=text("restricted_at IS NOT NULL"),
        ),
    )
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    attributes: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    restricted_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]


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
    """What somebody earns, CNY, from a day until the next wage: for a month or for a day.

    `base_unit` is the amount that policies count in, `loss_contract_basis` whether the contract
    lets losses be recovered, `work_region` a code of GB/T 2260.
    """

    __tablename__ = "wage"
    __table_args__ = (
        unique("subject_id", "effective_from"),
        to("subject"),
        CheckConstraint("day_wage > 0", name="day_wage"),
        CheckConstraint("month_wage > 0", name="month_wage"),
        CheckConstraint("base_unit > 0", name="base_unit"),
        CheckConstraint("num_nonnulls(day_wage, month_wage) = 1", name="one"),
    )
    subject_id: Mapped[UUID]
    effective_from: Mapped[date]
    day_wage: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    month_wage: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    base_unit: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    loss_contract_basis: Mapped[bool | None]
    work_region: Mapped[str | None]


class AttributeRow(TenantOwned, Base):
    """An attribute that subjects of the tenant may have, with its type and what people call it."""

    __tablename__ = "attribute"
    __table_args__ = (
        of_tenant(),
        unique("name"),
        CheckConstraint(one_of("type", ATTRIBUTE_TYPES), name="type"),
    )
    name: Mapped[str]
    type: Mapped[str]
    label: Mapped[str]


class AttributeValueRow(TenantOwned, Base):
    """What an attribute of a subject is from a day until its next value; null when it ended.

    Before the first of them it is what `subject.attributes` says.
    """

    __tablename__ = "attribute_value"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id", "subject_id", "name", "effective_from", name="uq_attribute_value_day"
        ),
        to("subject"),
    )
    subject_id: Mapped[UUID]
    name: Mapped[str]
    effective_from: Mapped[date]
    value: Mapped[Any] = mapped_column(JSONB)


class EmploymentRow(TenantOwned, Base):
    """From which to which day somebody belongs to the company; a re-hire is another row.

    Who has none always belongs to it.
    """

    __tablename__ = "employment"
    __table_args__ = (
        unique("subject_id", "first_day"),
        to("subject"),
        CheckConstraint("last_day >= first_day", name="days"),
    )
    subject_id: Mapped[UUID]
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class RenamingRow(TenantOwned, Base):
    """A department or position that is called otherwise from a day on."""

    __tablename__ = "renaming"
    __table_args__ = (
        of_tenant(),
        unique("what", "new_name"),
        CheckConstraint(one_of("what", NAMED), name="what"),
    )
    what: Mapped[str]
    old_name: Mapped[str]
    new_name: Mapped[str]
    effective_from: Mapped[date]


class CorrectionRow(TenantOwned, Base):
    """What somebody asked to have corrected of what is kept about him, and what became of it."""

    __tablename__ = "correction"
    __table_args__ = (
        to("subject"),
        Index(None, "tenant_id", "subject_id"),
        CheckConstraint(one_of("state", STATES), name="state"),
    )
    subject_id: Mapped[UUID]
    concerns: Mapped[str]
    wrong: Mapped[str]
    should_be: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=text("'asked'"))
    reason: Mapped[str | None]
    effect: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
