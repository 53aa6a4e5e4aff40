"""The ledger, the totals kept beside it, what programmes gave, and the months that close."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_OBJECT,
    EMPTY_TEXT,
    Base,
    Json,
    TenantOwned,
    of_tenant,
    one_of,
    to,
    unique,
)
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.effect import CAUSES
from shangfa.domain.months.states import PERIOD_STATES, PERIOD_STEPS

MONEY = Numeric(16, 2)


class LedgerEntryRow(TenantOwned, Base):
    """A signed amount of a unit posted to an account of a subject; never changed.

    `day` is the local day it counts on, `booked_in` the month (`2026-03`) it is paid in.
    `place` says where within its day it stands, null for where its incident does;
    `adjusts_id` the decision it puts right, null for what was decided first.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        to("decision"),
        to("subject"),
        to("policy"),
        to("decision", "adjusts_id"),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint(one_of("account", tuple(ACCOUNTS)), name="account"),
        CheckConstraint(one_of("cause", CAUSES), name="cause"),
        Index(None, "tenant_id", "subject_id", "day"),
        Index(None, "tenant_id", "decision_id"),
        Index(None, "tenant_id", "booked_in"),
        Index(None, "tenant_id", "adjusts_id", postgresql_where=text("adjusts_id IS NOT NULL")),
        Index(
            "ix_ledger_entry_dismissal",
            "tenant_id",
            "subject_id",
            postgresql_where=text("account = 'action' AND unit = 'dismissal'"),
        ),
    )
    decision_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    policy_id: Mapped[UUID]
    account: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal]
    clause: Mapped[str]
    cause: Mapped[str]
    day: Mapped[date]
    booked_in: Mapped[str]
    joint: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_at: Mapped[datetime]
    place: Mapped[str | None]
    adjusts_id: Mapped[UUID | None]


class TallyRow(TenantOwned, Base):
    """The total of one unit in one window.

    `span` names the window, `gap` is what is left to the next rung.
    """

    __tablename__ = "tally"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "subject_id",
            "policy_id",
            "account",
            "unit",
            "span",
            name="uq_tally_counter",
        ),
        to("subject"),
        to("policy"),
        Index(None, "tenant_id", "span", "gap", postgresql_where=text("gap IS NOT NULL")),
        Index("ix_tally_near", "tenant_id", "span", "id", postgresql_where=text("gap <= 1")),
        # Room on the page for the next version of a row that is updated often.
        {"postgresql_with": {"fillfactor": 70}},
    )
    subject_id: Mapped[UUID]
    policy_id: Mapped[UUID]
    account: Mapped[str]
    unit: Mapped[str]
    span: Mapped[str]
    total: Mapped[Decimal]
    own: Mapped[Decimal]
    last_day: Mapped[date]
    gap: Mapped[Decimal | None]


class EvaluationRow(TenantOwned, Base):
    """One evaluation of a programme for a period, with what was handed in."""

    __tablename__ = "evaluation"
    __table_args__ = (
        to("policy"),
        Index(None, "tenant_id", "policy_id", "programme", "period"),
    )
    policy_id: Mapped[UUID]
    programme: Mapped[str]
    period: Mapped[str]
    inputs: Mapped[Json]
    actor_id: Mapped[UUID]
    evaluated_at: Mapped[datetime]


class PeriodRow(TenantOwned, Base):
    """A month as it closes. The ledger takes nothing for one that has an `ordinal`.

    `ordinal` counts the locked months of the tenant in the order they were locked, `signed`
    holds who has agreed to the step that waits for a second, `settlement_id` what counts.
    """

    __tablename__ = "period"
    __table_args__ = (
        of_tenant(),
        to("settlement"),
        unique("month"),
        unique("ordinal"),
        CheckConstraint(one_of("state", PERIOD_STATES), name="state"),
        CheckConstraint(
            "(ordinal IS NOT NULL) = (state IN ('locked', 'exported', 'paid'))", name="locked"
        ),
    )
    month: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    settlement_id: Mapped[UUID | None]
    ordinal: Mapped[int | None]
    signed: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)


class PeriodStepRow(TenantOwned, Base):
    """What was done with a month, by whom; never changed. `state` is the state after it."""

    __tablename__ = "period_step"
    __table_args__ = (
        to("period"),
        CheckConstraint(one_of("step", PERIOD_STEPS), name="step"),
        CheckConstraint(one_of("state", PERIOD_STATES), name="state"),
        Index(None, "tenant_id", "period_id"),
    )
    period_id: Mapped[UUID]
    step: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    role: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class SettlementRow(TenantOwned, Base):
    """One calculation of a month; only how far it has come changes: `done` of its `entries`.

    `before_id` is the settlement whose carried amounts it took over, `entries` how many of
    the ledger's it stands on: entries are only added, so the same number are the same entries.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        of_tenant(),
        to("settlement", "before_id"),
        CheckConstraint("cut_off BETWEEN 1 AND 28", name="cut_off"),
        Index(None, "tenant_id", "month"),
    )
    month: Mapped[str]
    version: Mapped[int]
    before_id: Mapped[UUID | None]
    entries: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[int]
    done: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[datetime | None]
    actor_id: Mapped[UUID]
    began_at: Mapped[datetime]
    cut_off: Mapped[int | None] = mapped_column(SmallInteger)


class SettlementLineRow(TenantOwned, Base):
    """What a month settles of one kind of money of a subject, CNY; never changed.

    `parts` says what one entry in days, hours or percent came to: (unit, day, quantity, CNY);
    `law` by which law less than all was allowed, `points` what a fine became instead of money.
    """

    __tablename__ = "settlement_line"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id", "settlement_id", "subject_id", "money", name="uq_settlement_line_kind"
        ),
        to("settlement"),
        to("subject"),
        CheckConstraint("requested + carried_in = allowed + carried + refused", name="sum"),
        Index(
            "ix_settlement_line_carried",
            "tenant_id",
            "settlement_id",
            postgresql_where=text("carried <> 0"),
        ),
        Index(
            "ix_settlement_line_refused",
            "tenant_id",
            "subject_id",
            "money",
            postgresql_where=text("refused <> 0"),
        ),
    )
    settlement_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    money: Mapped[str]
    requested: Mapped[Decimal] = mapped_column(MONEY)
    allowed: Mapped[Decimal] = mapped_column(MONEY)
    carried: Mapped[Decimal] = mapped_column(MONEY)
    carried_in: Mapped[Decimal] = mapped_column(MONEY)
    refused: Mapped[Decimal] = mapped_column(MONEY)
    reason: Mapped[str]
    clauses: Mapped[list[Any]]
    adjusts: Mapped[list[Any]]
    parts: Mapped[list[Any]]
    law: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    points: Mapped[int] = mapped_column(server_default=text("0"))
