"""The ledger, the totals kept beside it, and what programmes were evaluated with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, Json, TenantOwned, one_of, to
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.ledger.causes import CAUSES


class LedgerEntryRow(TenantOwned, Base):
    """A signed amount of a unit posted to an account of a subject; never changed.

    `day` is the local day it counts on, `booked_in` the month (`2026-03`) it is paid in,
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
