"""What a company told its people about decisions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import EMPTY_TEXT, Base, Json, TenantOwned, one_of, to, unique
from shangfa.domain.notices.notice import NOTICE_KINDS


class NoticeRow(TenantOwned, Base):
    """A notice as it was published; never changed: a correction is another that names it.

    `department`: the audience, null for the whole company. `consent`: where the person's own
    consent to be named is kept, null for a masked one. `until`: its last day.
    """

    __tablename__ = "notice"
    __table_args__ = (
        to("case"),
        to("subject"),
        to("notice", "corrects_id"),
        unique("corrects_id"),
        CheckConstraint(one_of("kind", NOTICE_KINDS), name="kind"),
        Index(None, "tenant_id", "case_id"),
    )
    case_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    department: Mapped[str | None]
    consent: Mapped[str | None]
    body: Mapped[Json]
    until: Mapped[date]
    corrects_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    actor_id: Mapped[UUID]
    day: Mapped[date]
    at: Mapped[datetime]
