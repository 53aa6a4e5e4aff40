"""Incidents, whom they concern, and the files that prove them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_LIST,
    EMPTY_OBJECT,
    EMPTY_TEXT,
    Base,
    Json,
    TenantOwned,
    of_tenant,
    to,
    unique,
)


class IncidentRow(TenantOwned, Base):
    """A fact; never changed. `occurred_on` is the local day of `occurred_at`.

    `external_scope` is the subject whose key sent an `external_id`, "" for an office, and who
    alone sent it where the case is confidential: nobody learns of an incident he may not see
    because its number is taken. From `external_freed_at` on another incident may have it.
    """

    __tablename__ = "incident"
    __table_args__ = (
        to("policy"),
        to("policy_version", "version_id"),
        Index(
            "uq_incident_external_id",
            "tenant_id",
            "external_scope",
            "external_id",
            unique=True,
            postgresql_where=text("external_id IS NOT NULL AND external_freed_at IS NULL"),
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
    external_scope: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    actor_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    external_freed_at: Mapped[datetime | None]


class IncidentSubjectRow(TenantOwned, Base):
    """One subject's part in an incident; `share` is percent, or null when not shared.

    It stands, that is, counts in the ledger, from `effective_at` until `reversed_at`, but not while
    it is suspended since `suspended_at`, because its appeal runs. `varied`:
    the clause, facts and quantity that an appeal put in place of what was reported.
    """

    __tablename__ = "incident_subject"
    __table_args__ = (
        unique("incident_id", "subject_id"),
        to("incident"),
        to("subject"),
        Index(None, "tenant_id", "subject_id", "incident_id"),
    )
    incident_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    share: Mapped[Decimal | None]
    position: Mapped[int]
    effective_at: Mapped[datetime | None]
    reversed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    varied: Mapped[Json | None]


class EvidenceRow(TenantOwned, Base):
    """A file as somebody handed it in; `subject_id` is the person behind his key."""

    __tablename__ = "evidence"
    __table_args__ = (
        of_tenant(),
        to("subject"),
        CheckConstraint("size > 0", name="size"),
    )
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    name: Mapped[str]
    subject_id: Mapped[UUID | None]
    actor_id: Mapped[UUID]
    created_at: Mapped[datetime]
