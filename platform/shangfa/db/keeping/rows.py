"""What may not be worked with, what may not go, and who was made nameless."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, Json, TenantOwned, one_of, to, unique
from shangfa.domain.audit.restrictions import KINDS


class RestrictionRow(TenantOwned, Base):
    """What is kept about somebody is restricted, or held, until it is lifted.

    `subject.restricted_at` says the first of the two once more, for whoever lists people.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        to("subject"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        Index(
            "uq_restriction_standing",
            *("tenant_id", "subject_id", "kind"),
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    reason: Mapped[str]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str | None]


class AnonymisationRow(TenantOwned, Base):
    """That HR agreed to make somebody nameless, and how many rows that concerned when done."""

    __tablename__ = "anonymisation"
    __table_args__ = (to("subject"), unique("subject_id"))
    subject_id: Mapped[UUID]
    agreed_by: Mapped[UUID]
    agreed_at: Mapped[datetime]
    counts: Mapped[Json | None] = mapped_column()
    done_at: Mapped[datetime | None]
