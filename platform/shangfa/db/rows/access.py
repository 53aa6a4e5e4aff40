"""Keys, who acts, and what an Idempotency-Key remembers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, TenantOwned, of_tenant, one_of, to, unique
from shangfa.domain.access.roles import ACTOR_KINDS, TENANT_ROLES


class OperatorKeyRow(Base):
    """A key of the operator: the SHA-256 of its text, never the text."""

    __tablename__ = "operator_key"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OperatorReplyRow(Base):
    """The answer given to an operator's Idempotency-Key; `digest` is of the request."""

    __tablename__ = "operator_reply"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[str]
    etag: Mapped[str | None]
    created_at: Mapped[datetime]


class ActorRow(TenantOwned, Base):
    """Who did something in a tenant: a key, or the command line.

    What happened names its actor without a foreign key: a lock on one actor's row by every
    incident it records would cost more than the check is worth, and no actor can be deleted.
    """

    __tablename__ = "actor"
    __table_args__ = (
        of_tenant(),
        CheckConstraint(one_of("kind", ACTOR_KINDS), name="kind"),
    )
    kind: Mapped[str]
    label: Mapped[str]
    created_at: Mapped[datetime]


class ApiKeyRow(TenantOwned, Base):
    """A key of the tenant: the SHA-256 of its text, the role and whose it is.

    Its actor has the same id.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        of_tenant(),
        unique("digest"),
        to("subject"),
        CheckConstraint(one_of("role", TENANT_ROLES), name="role"),
    )
    digest: Mapped[bytes]
    role: Mapped[str]
    subject_id: Mapped[UUID | None]
    label: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ReplyRow(TenantOwned, Base):
    """The answer once given to an Idempotency-Key; `digest` is of the request."""

    __tablename__ = "reply"
    __table_args__ = (
        of_tenant(),
        unique("key"),
        # An answer lives a day or so: to press it costs more than the room it takes.
        {"postgresql_with": {"toast_tuple_target": 8160}},
    )
    key: Mapped[str]
    digest: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[str]
    etag: Mapped[str | None]
    created_at: Mapped[datetime]
