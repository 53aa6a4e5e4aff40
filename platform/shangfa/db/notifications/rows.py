"""Who was told that something waits, where his mail goes, and what was sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from shangfa.db.rows.base import Base, TenantOwned, of_tenant, one_of, to, unique
from shangfa.domain.notifications.notification import NOTIFICATION_KINDS

ONE = "num_nonnulls(role, subject_id) = 1"


class NotificationRow(TenantOwned, Base):
    """That something waits for, or has moved for, a person or an office.

    `digest_id`: the mail that told of it, null until one did.
    """

    __tablename__ = "notification"
    __table_args__ = (
        to("case"),
        to("subject"),
        to("digest"),
        CheckConstraint(one_of("kind", NOTIFICATION_KINDS), name="kind"),
        CheckConstraint(ONE, name="recipient"),
        Index(None, "tenant_id", "subject_id", "id"),
        Index(None, "tenant_id", "role", "id"),
        Index(
            "ix_notification_unsent",
            "tenant_id",
            "id",
            postgresql_where=text("read_at IS NULL AND digest_id IS NULL"),
        ),
    )
    role: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    kind: Mapped[str]
    case_id: Mapped[UUID]
    step: Mapped[str]
    due_at: Mapped[datetime | None]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    digest_id: Mapped[UUID | None]


class MailboxRow(TenantOwned, Base):
    """Where the mail of a person or an office goes; null: nowhere any more."""

    __tablename__ = "mailbox"
    __table_args__ = (
        of_tenant(),
        to("subject"),
        unique("subject_id"),
        unique("role"),
        CheckConstraint(ONE, name="recipient"),
    )
    role: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    email: Mapped[str | None]


class DigestRow(TenantOwned, Base):
    """A mail about unread notifications; begun before it is sent, so that it is sent once."""

    __tablename__ = "digest"
    __table_args__ = (of_tenant(),)
    email: Mapped[str]
    begun_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
