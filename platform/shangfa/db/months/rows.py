"""Funds: what feeds them, what of which line they got, and every fen in and out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, UniqueConstraint
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
from shangfa.domain.months.bills import STATEMENT_ACTS
from shangfa.domain.months.funds import FUND_ENTRY_KINDS, PURSES

AMOUNT = Numeric(16, 2)


class FundRow(TenantOwned, Base):
    """A fund; `signed` holds the spending that waits for a second person."""

    __tablename__ = "fund"
    __table_args__ = (of_tenant(), unique("code"))
    code: Mapped[str]
    signed: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)


class FundRuleRow(TenantOwned, Base):
    """What feeds a fund; never changed, the newest holds."""

    __tablename__ = "fund_rule"
    __table_args__ = (to("fund"), unique("fund_id", "revision"))
    fund_id: Mapped[UUID]
    revision: Mapped[int]
    title: Mapped[str]
    accounts: Mapped[list[Any]]
    clauses: Mapped[list[Any]]
    departments: Mapped[list[Any]]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class FundShareRow(TenantOwned, Base):
    """What of a settled line went into a fund (`got`, under 0 out of it), by case and clause.

    `carried`: what the line carries over of it. It counts while its settlement does.
    """

    __tablename__ = "fund_share"
    __table_args__ = (
        to("fund"),
        to("settlement"),
        to("subject"),
        UniqueConstraint(
            *("tenant_id", "settlement_id", "subject_id", "money", "origin", "clause"),
            name="uq_fund_share_key",
        ),
    )
    fund_id: Mapped[UUID]
    settlement_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    money: Mapped[str]
    origin: Mapped[str]
    clause: Mapped[str]
    got: Mapped[Decimal] = mapped_column(AMOUNT)
    carried: Mapped[Decimal] = mapped_column(AMOUNT)


class FundEntryRow(TenantOwned, Base):
    """Money out of one purse into another; `balance` and `owed` are the fund's after it."""

    __tablename__ = "fund_entry"
    __table_args__ = (
        to("fund"),
        unique("fund_id", "number"),
        CheckConstraint(one_of("kind", FUND_ENTRY_KINDS), name="kind"),
        CheckConstraint(one_of("source", PURSES), name="source"),
        CheckConstraint(one_of("target", PURSES), name="target"),
        CheckConstraint("amount > 0 AND source <> target", name="moved"),
        CheckConstraint("balance >= 0 AND owed >= 0", name="stands"),
    )
    fund_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    balance: Mapped[Decimal] = mapped_column(AMOUNT)
    owed: Mapped[Decimal] = mapped_column(AMOUNT)
    month: Mapped[str | None]
    version: Mapped[int | None]
    purpose: Mapped[str]
    reason: Mapped[str]
    signed: Mapped[Json]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class StatementActRow(TenantOwned, Base):
    """What was done with a partner's statement, by whom; never changed."""

    __tablename__ = "statement_act"
    __table_args__ = (
        to("subject"),
        UniqueConstraint(
            *("tenant_id", "subject_id", "month", "number"), name="uq_statement_act_number"
        ),
        CheckConstraint(one_of("kind", STATEMENT_ACTS), name="kind"),
    )
    subject_id: Mapped[UUID]
    month: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    version: Mapped[int]
    day: Mapped[date]
    body: Mapped[Json]
    role: Mapped[str]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
