"""Cases, their steps, deadlines and decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
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
from shangfa.domain.cases.acts.follow_up import KINDS, OFFICES
from shangfa.domain.cases.gate import OUTCOMES
from shangfa.domain.cases.states import DECISION_KINDS


class CaseRow(TenantOwned, Base):
    """The handling of an incident from report to close. `revision` is its ETag.

    `procedure_id`: the version of a company's own procedure it began under. `open`: something
    may still be done, or a clock runs. `facts`: what its steps gathered. `confidential`: only its
    handlers see it, and those whom it concerns; since `confidential_at`, null for from its
    beginning.
    """

    __tablename__ = "case"
    __table_args__ = (
        unique("incident_id"),
        to("incident"),
        to("procedure"),
        Index(None, "tenant_id", "state", "id", postgresql_where=text("open")),
        Index("ix_case_confidential", "tenant_id", "id", postgresql_where=text("confidential")),
    )
    incident_id: Mapped[UUID]
    procedure: Mapped[str]
    state: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    procedure_id: Mapped[UUID | None]
    open: Mapped[bool] = mapped_column(server_default=text("false"))
    facts: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    confidential: Mapped[bool] = mapped_column(server_default=text("false"))
    confidential_at: Mapped[datetime | None]


class CaseHandlerRow(TenantOwned, Base):
    """Somebody who sees a confidential case besides whom it concerns."""

    __tablename__ = "case_handler"
    __table_args__ = (unique("case_id", "subject_id"), to("case"), to("subject"))
    case_id: Mapped[UUID]
    subject_id: Mapped[UUID]


class CaseStepRow(TenantOwned, Base):
    """What was done in a case, by whom; never changed. `state` is the state after it.

    `data`: what was handed in with it. `person_id`: the subject behind the key, if any.
    """

    __tablename__ = "case_step"
    __table_args__ = (
        unique("case_id", "number"),
        to("case"),
        to("subject", "person_id"),
    )
    case_id: Mapped[UUID]
    number: Mapped[int]
    step: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
    data: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    role: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    person_id: Mapped[UUID | None]


class DecisionRow(TenantOwned, Base):
    """What follows for one subject of a case or an evaluation, with its trace; never changed.

    `choice` sets what a sanction left open, `reversal` takes back the subject's part; what is
    proposed posts nothing.
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

    It is over once `ended_at` is set. `state`: the state of the case that it is the clock of,
    null for a deadline that a clause gave; `fires`: something happens when it is past;
    `reminded_at`: when those it waits for were told that it ends soon; `paused_at`: since when it
    stands still.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        to("case"),
        to("subject"),
        Index(None, "tenant_id", "subject_id", "due_at", postgresql_where=text("ended_at IS NULL")),
        Index(None, "tenant_id", "case_id"),
        Index(
            None,
            "tenant_id",
            "due_at",
            postgresql_where=text("ended_at IS NULL AND fires"),
        ),
        Index(
            "ix_deadline_unreminded",
            "tenant_id",
            "due_at",
            postgresql_where=text("ended_at IS NULL AND state IS NOT NULL AND reminded_at IS NULL"),
        ),
    )
    case_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    clause: Mapped[str]
    step: Mapped[str]
    due: Mapped[str]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[str | None]
    fires: Mapped[bool] = mapped_column(server_default=text("false"))
    reminded_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]


class ProcedureRow(TenantOwned, Base):
    """A version of a company's own procedure; never changed."""

    __tablename__ = "procedure"
    __table_args__ = (of_tenant(), unique("name", "number"))
    name: Mapped[str]
    number: Mapped[int]
    document: Mapped[Json]
    source: Mapped[str]
    created_at: Mapped[datetime]


class ApprovalMatrixRow(TenantOwned, Base):
    """Who approves what, and for whom others stand in; never changed, the newest holds."""

    __tablename__ = "approval_matrix"
    __table_args__ = (of_tenant(), unique("revision"))
    revision: Mapped[int]
    document: Mapped[Json]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class SlipFormRow(TenantOwned, Base):
    """A Word form of slips; never changed, the newest holds, one without a body is ours."""

    __tablename__ = "slip_form"
    __table_args__ = (of_tenant(), unique("revision"))
    revision: Mapped[int]
    body: Mapped[bytes | None]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class SlipRow(TenantOwned, Base):
    """The document of a decision, numbered without gaps within the year; never changed."""

    __tablename__ = "slip"
    __table_args__ = (
        unique("year", "number"),
        unique("case_id", "subject_id"),
        to("case"),
        to("subject"),
    )
    year: Mapped[int]
    number: Mapped[int]
    case_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    body: Mapped[Json]
    made_at: Mapped[datetime]


class DismissalRow(TenantOwned, Base):
    """What somebody answered to a dismissal that was only proposed; never changed.

    `body`: what the law wants of it, as it was handed in.
    """

    __tablename__ = "dismissal"
    __table_args__ = (
        to("subject"),
        to("subject", "person_id"),
        to("case"),
        to("evaluation"),
        unique("subject_id", "case_id"),
        unique("subject_id", "evaluation_id"),
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("num_nonnulls(case_id, evaluation_id) = 1", name="origin"),
    )
    subject_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    evaluation_id: Mapped[UUID | None]
    outcome: Mapped[str]
    body: Mapped[Json]
    evidence: Mapped[list[Any]]
    note: Mapped[str]
    role: Mapped[str]
    actor_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    at: Mapped[datetime]


class LiftingRow(TenantOwned, Base):
    """What was lifted before its time, from a day on; without a day, that this was withdrawn."""

    __tablename__ = "lifting"
    __table_args__ = (
        to("case"),
        to("subject"),
        Index(None, "tenant_id", "case_id"),
        Index(None, "tenant_id", "subject_id"),
    )
    case_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    account: Mapped[str]
    unit: Mapped[str]
    lifted_on: Mapped[date | None]
    reason: Mapped[str]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class FollowUpRow(TenantOwned, Base):
    """What a decision asks somebody to do: an office or a person; only that it was done changes.

    `kind`: what the law wants after a dismissal; null for what somebody asked for.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        to("case"),
        to("subject", "person_id"),
        CheckConstraint(one_of("role", OFFICES), name="role"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("num_nonnulls(role, person_id) = 1", name="whose"),
        Index(None, "tenant_id", "case_id"),
        Index("ix_follow_up_open", "tenant_id", "due_on", postgresql_where=text("done_at IS NULL")),
    )
    case_id: Mapped[UUID]
    what: Mapped[str]
    due_on: Mapped[date]
    role: Mapped[str | None]
    person_id: Mapped[UUID | None]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    done_note: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    kind: Mapped[str | None]
