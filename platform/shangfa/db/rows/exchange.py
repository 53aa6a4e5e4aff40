"""What happened, in order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, Json, TenantOwned, of_tenant, one_of, unique
from shangfa.domain.exchange.events import EVENT_TYPES


class EventRow(TenantOwned, Base):
    """Something that happened; only its place in the order is filled in later.

    `n` is given when somebody reads: whatever is committed by then comes after all that has
    a number. A number taken while writing would make every writer of a tenant wait.
    """

    __tablename__ = "event"
    __table_args__ = (
        of_tenant(),
        unique("n"),
        CheckConstraint(one_of("type", EVENT_TYPES), name="type"),
    )
    n: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str]
    about: Mapped[UUID]
    subject: Mapped[str | None]
    actor_id: Mapped[UUID]
    payload: Mapped[Json]
    at: Mapped[datetime]
