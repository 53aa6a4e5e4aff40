"""Cases, their steps, deadlines and decisions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import EMPTY_TEXT, Base, Json, TenantOwned, one_of, to, unique
from shangfa.domain.cases.states import CASE_STATES, DECISION_KINDS, STEPS


class CaseRow(TenantOwned, Base):
    """The handling of an incident from report to close. `revision` is its ETag."""

    __tablename__ = "case"
    __table_args__ = (
        unique("incident_id"),
        to("incident"),
        CheckConstraint(one_of("state", CASE_STATES), name="state"),
    )
    incident_id: Mapped[UUID]
    procedure: Mapped[str]
    state: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default=text("1"))


class CaseStepRow(TenantOwned, Base):
    """What was done in a case, by whom; never changed. `state` is the state after it."""

    __tablename__ = "case_step"
    __table_args__ = (
        unique("case_id", "number"),
        to("case"),
        CheckConstraint(one_of("step", STEPS), name="step"),
        CheckConstraint(one_of("state", CASE_STATES), name="state"),
    )
    case_id: Mapped[UUID]
    number: Mapped[int]
    step: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class DecisionRow(TenantOwned, Base):
    """What follows for one subject of a case or an evaluation, with its trace; never changed.

    `choice` sets what a sanction left open, `reversal` takes back the subject's part.
    """

    __tablename__ = "decision"
    __table_args__ = (
        to("case"),
        to("evaluation"),
        to("subject"),
        CheckConstraint(one_of("kind", DECISION_KINDS), name="kind"),
        CheckConstraint("num_nonnulls(case_id, evaluation_id) = 1", name="origin"),
        Index(None, "tenant_id", "case_id", postgresql_where=text("case_id IS NOT NULL")),
        Index(
            None, "tenant_id", "evaluation_id", postgresql_where=text("evaluation_id IS NOT NULL")
        ),
        Index(None, "tenant_id", "subject_id", "id"),
    )
    case_id: Mapped[UUID | None]
    evaluation_id: Mapped[UUID | None]
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    body: Mapped[Json]
    reason: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    actor_id: Mapped[UUID]
    decided_at: Mapped[datetime]


class DeadlineRow(TenantOwned, Base):
    """A step with its last moment; `due` is how the policy counts it: a local day or time.

    It is over once `ended_at` is set.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        to("case"),
        to("subject"),
        Index(None, "tenant_id", "subject_id", "due_at", postgresql_where=text("ended_at IS NULL")),
        Index(None, "tenant_id", "case_id"),
    )
    case_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    clause: Mapped[str]
    step: Mapped[str]
    due: Mapped[str]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
