"""The audit log: who read what, and the chain of everything that happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, Json, TenantOwned, of_tenant, one_of, unique
from shangfa.domain.audit.break_glass import LONGEST
from shangfa.domain.audit.entries import SOURCES


class AuditNoteRow(TenantOwned, Base):
    """What is no event of the company: reading, signing in, users and keys.

    `n` is its place in the chain, given when it is sealed.
    """

    __tablename__ = "audit_note"
    __table_args__ = (of_tenant(), unique("n"), Index(None, "tenant_id", "subject", "id"))
    n: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    about: Mapped[UUID | None]
    subject: Mapped[str | None]
    actor_id: Mapped[UUID]
    role: Mapped[str]
    data: Mapped[Json]
    at: Mapped[datetime]


class BreakGlassRow(TenantOwned, Base):
    """When the operator asked to look into the company; `approved_by` let him, `until` then."""

    __tablename__ = "break_glass"
    __table_args__ = (
        of_tenant(),
        CheckConstraint(f"minutes BETWEEN 1 AND {LONGEST}", name="minutes"),
    )
    asked_by: Mapped[UUID]
    reason: Mapped[str]
    minutes: Mapped[int]
    asked_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class AuditRow(TenantOwned, Base):
    """An entry of the chain: its content as it was hashed, after the hash before it.

    `about` is the id of the event or the note that it holds.
    """

    __tablename__ = "audit"
    __table_args__ = (
        of_tenant(),
        unique("n"),
        CheckConstraint(one_of("source", SOURCES), name="source"),
    )
    n: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    about: Mapped[UUID]
    content: Mapped[str]
    hash: Mapped[bytes]


class AuditHeadRow(TenantOwned, Base):
    """How far the chain goes: one row, whose id is the tenant's; `events` is the last number."""

    __tablename__ = "audit_head"
    __table_args__ = (of_tenant(),)
    entries: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime]
