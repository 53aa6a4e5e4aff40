"""Settings of payroll, a month's pay, notices and consents, and minimum wages of one's own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, Json, TenantOwned, of_tenant, one_of, to, unique
from shangfa.domain.payroll.papers import BASES, PAPERS

AMOUNT = Numeric(14, 2)


class PayrollSettingRow(TenantOwned, Base):
    """How a company hands a month on; each setting is kept, the newest is in force."""

    __tablename__ = "payroll_setting"
    __table_args__ = (of_tenant(), unique("revision"))
    revision: Mapped[int]
    document: Mapped[Json]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class MonthPayRow(TenantOwned, Base):
    """What payroll says of somebody's month: the whole bonus, and what law withholds first."""

    __tablename__ = "month_pay"
    __table_args__ = (
        unique("subject_id", "month"),
        to("subject"),
        CheckConstraint("bonus >= 0", name="bonus"),
        CheckConstraint("statutory >= 0", name="statutory"),
    )
    subject_id: Mapped[UUID]
    month: Mapped[str]
    bonus: Mapped[Decimal | None] = mapped_column(AMOUNT)
    statutory: Mapped[Decimal | None] = mapped_column(AMOUNT)
    set_at: Mapped[datetime | None]


class DeductionPaperRow(TenantOwned, Base):
    """A written notice of a deduction or the consent to one; the newest of its money counts."""

    __tablename__ = "deduction_paper"
    __table_args__ = (
        to("subject"),
        CheckConstraint(one_of("paper", PAPERS), name="paper"),
        CheckConstraint("amount >= 0", name="amount"),
        Index(None, "tenant_id", "month"),
    )
    subject_id: Mapped[UUID]
    month: Mapped[str]
    paper: Mapped[str]
    money: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    told_on: Mapped[date]
    reason: Mapped[str]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class OwnMinimumWageRow(TenantOwned, Base):
    """A minimum wage that a company goes by in a place, from a day on."""

    __tablename__ = "own_minimum_wage"
    __table_args__ = (
        of_tenant(),
        unique("region", "effective_from"),
        CheckConstraint("monthly > 0", name="monthly"),
        CheckConstraint(one_of("basis", BASES), name="basis"),
    )
    region: Mapped[str]
    effective_from: Mapped[date]
    monthly: Mapped[Decimal | None] = mapped_column(AMOUNT)
    tier: Mapped[int | None]
    basis: Mapped[str]
    source: Mapped[str]
    set_at: Mapped[datetime | None]
