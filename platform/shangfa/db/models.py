"""The tables: a row of a tenant has the key (tenant_id, id) and refers to no other.

A reference carries `tenant_id`, so PostgreSQL refuses one to another tenant's
row. Unique keys start with `tenant_id` and nothing needs a trigger, so the
same schema is distributed by tenant. Ids are UUIDv7 from the application;
money is numeric(14,2) CNY; days are the tenant's local dates.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Constraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]
NOW = text("now()")
EMPTY_OBJECT = text("'{}'::jsonb")
EMPTY_LIST = text("'[]'::jsonb")
EMPTY_TEXT = text("''")


def _own_column(constraint: Constraint, _table: Table) -> str:
    """Return the column that names a reference: the last of its columns."""
    assert isinstance(constraint, ForeignKeyConstraint)  # noqa: S101 narrows for mypy
    return constraint.column_keys[-1]


class Base(DeclarativeBase):
    """All tables; `metadata` names every constraint by one rule."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(own_column)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "own_column": _own_column,
        }
    )
    type_annotation_map = {
        str: Text(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(),
        Json: JSONB(),
        list[Any]: JSONB(),
    }


class TenantOwned:
    """The key of a row that belongs to a tenant; row-level security hides the rest."""

    tenant_id: Mapped[UUID] = mapped_column(
        ForeignKey("tenant.id"), primary_key=True, sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


def _to(table: str, column: str | None = None) -> ForeignKeyConstraint:
    """Return the reference (tenant_id, <table>_id) -> <table>(tenant_id, id)."""
    return ForeignKeyConstraint(
        ["tenant_id", column or f"{table}_id"], [f"{table}.tenant_id", f"{table}.id"]
    )


def _unique(*columns: str) -> UniqueConstraint:
    return UniqueConstraint("tenant_id", *columns)


class TenantRow(Base):
    """A company. `revision` grows with every change that a process may have cached."""

    __tablename__ = "tenant"
    __table_args__ = (CheckConstraint("status IN ('active', 'suspended')", name="status"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    timezone: Mapped[str]
    locale: Mapped[str]
    calendar: Mapped[str]
    calendar_days: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    regions: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    revision: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class OperatorKeyRow(Base):
    """A key of the operator: the SHA-256 of its text, never the text."""

    __tablename__ = "operator_key"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    revoked_at: Mapped[datetime | None]


class OperatorReplyRow(Base):
    """The answer given to an operator's Idempotency-Key; `digest` is of the request."""

    __tablename__ = "operator_reply"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class TenantPluginRow(TenantOwned, Base):
    """A plugin that the tenant has enabled."""

    __tablename__ = "tenant_plugin"
    __table_args__ = (_unique("name"),)
    name: Mapped[str]
    enabled_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ApiKeyRow(TenantOwned, Base):
    """A key of the tenant: the SHA-256 of its text, the role and whose it is."""

    __tablename__ = "api_key"
    __table_args__ = (
        _unique("digest"),
        _to("subject"),
        CheckConstraint(
            "role IN ('hr', 'supervisor', 'employee', 'finance', 'auditor')",
            name="role",
        ),
    )
    digest: Mapped[bytes]
    role: Mapped[str]
    subject_id: Mapped[UUID | None]
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    revoked_at: Mapped[datetime | None]


class SubjectRow(TenantOwned, Base):
    """An employee, a team or a partner company. `revision` is its ETag."""

    __tablename__ = "subject"
    __table_args__ = (
        _unique("code"),
        CheckConstraint("kind IN ('employee', 'team', 'partner')", name="kind"),
    )
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    attributes: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class AssignmentRow(TenantOwned, Base):
    """Where a subject works and for whom, from a day until the next assignment."""

    __tablename__ = "assignment"
    __table_args__ = (
        _unique("subject_id", "effective_from"),
        _to("subject"),
        _to("subject", "supervisor_id"),
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
        _unique("subject_id", "effective_from"),
        _to("subject"),
        CheckConstraint("day_wage > 0", name="day_wage"),
    )
    subject_id: Mapped[UUID]
    effective_from: Mapped[date]
    day_wage: Mapped[Decimal] = mapped_column(Numeric(14, 2))


class PolicyRow(TenantOwned, Base):
    """A policy by its name; what it says is in its versions."""

    __tablename__ = "policy"
    __table_args__ = (_unique("name"),)
    name: Mapped[str]
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class PolicyVersionRow(TenantOwned, Base):
    """One dated text of a policy; `plugins` maps a plugin to the version pinned."""

    __tablename__ = "policy_version"
    __table_args__ = (
        _unique("policy_id", "number"),
        _to("policy"),
        CheckConstraint("state IN ('draft', 'published')", name="state"),
        Index(
            "uq_policy_version_in_force",
            "tenant_id",
            "policy_id",
            "effective_from",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
    )
    policy_id: Mapped[UUID]
    number: Mapped[int]
    effective_from: Mapped[date]
    state: Mapped[str]
    document: Mapped[Json]
    source: Mapped[str]
    plugins: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    published_at: Mapped[datetime | None]


class IncidentRow(TenantOwned, Base):
    """A fact. `occurred_on` is the local day of `occurred_at`; `reported_by` a key."""

    __tablename__ = "incident"
    __table_args__ = (
        _to("policy"),
        _to("policy_version", "version_id"),
        Index(
            "uq_incident_external_id",
            "tenant_id",
            "external_id",
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index(None, "tenant_id", "occurred_on", "id"),
    )
    policy_id: Mapped[UUID]
    version_id: Mapped[UUID]
    clause: Mapped[str]
    occurred_at: Mapped[datetime]
    occurred_on: Mapped[date]
    quantity: Mapped[Decimal]
    facts: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    note: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    evidence: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    external_id: Mapped[str | None]
    reported_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class IncidentSubjectRow(TenantOwned, Base):
    """Whom an incident concerns; `share` is percent, or null when not shared."""

    __tablename__ = "incident_subject"
    __table_args__ = (
        _unique("incident_id", "subject_id"),
        _to("incident"),
        _to("subject"),
        Index(None, "tenant_id", "subject_id", "incident_id"),
    )
    incident_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    share: Mapped[Decimal | None]
    position: Mapped[int]


class EvaluationRow(TenantOwned, Base):
    """One evaluation of a programme for a period, with what was handed in."""

    __tablename__ = "evaluation"
    __table_args__ = (
        _to("policy"),
        Index(None, "tenant_id", "policy_id", "programme", "period"),
    )
    policy_id: Mapped[UUID]
    programme: Mapped[str]
    period: Mapped[str]
    inputs: Mapped[Json]
    evaluated_by: Mapped[UUID]
    evaluated_at: Mapped[datetime]


class DecisionRow(TenantOwned, Base):
    """All effects of one incident or evaluation with their trace.

    `choice` settles what an incident left open, `reversal` takes all of it back.
    """

    __tablename__ = "decision"
    __table_args__ = (
        _unique("incident_id", "kind"),
        _to("incident"),
        _to("evaluation"),
        CheckConstraint("kind IN ('record', 'choice', 'reversal', 'evaluation')", name="kind"),
        CheckConstraint("num_nonnulls(incident_id, evaluation_id) = 1", name="origin"),
    )
    incident_id: Mapped[UUID | None]
    evaluation_id: Mapped[UUID | None]
    kind: Mapped[str]
    body: Mapped[Json]
    reason: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(server_default=NOW)


class LedgerEntryRow(TenantOwned, Base):
    """A signed amount of a unit posted to an account of a subject; never changed."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        _to("decision"),
        _to("subject"),
        _to("policy"),
        CheckConstraint("quantity <> 0", name="quantity"),
        Index(None, "tenant_id", "subject_id", "day"),
        Index(None, "tenant_id", "decision_id"),
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
    joint: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class TallyRow(TenantOwned, Base):
    """The total of one unit in one window.

    `span` names the window, `gap` is what is left to the next rung.
    """

    __tablename__ = "tally"
    __table_args__ = (
        _unique("subject_id", "policy_id", "account", "unit", "span"),
        _to("subject"),
        _to("policy"),
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


class ReplyRow(TenantOwned, Base):
    """The answer once given to an Idempotency-Key; `digest` is of the request."""

    __tablename__ = "reply"
    __table_args__ = (_unique("key"),)
    key: Mapped[str]
    digest: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
