"""What happened, in order; what was brought in from files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_LIST,
    Base,
    Json,
    TenantOwned,
    of_tenant,
    one_of,
    to,
    unique,
)
from shangfa.domain.exchange.events import EVENT_TYPES
from shangfa.domain.exchange.imports import IMPORT_KINDS, IMPORT_STATES
from shangfa.domain.exchange.replacing import CHANGES
from shangfa.domain.exchange.webhooks import DELIVERY_STATES, WEBHOOK_STATES

NONE = text("0")
COUNTED = "subject_n IS NOT NULL"


class EventRow(TenantOwned, Base):
    """Something that happened; only its place in the order is filled in later.

    `n` is given when somebody reads: whatever is committed by then comes after all that has
    a number. A number taken while writing would make every writer of a tenant wait.
    `subject_n` counts those of the same subject, or of the same `about` where there is none.
    """

    __tablename__ = "event"
    __table_args__ = (
        of_tenant(),
        unique("n"),
        CheckConstraint(one_of("type", EVENT_TYPES), name="type"),
        Index(None, "tenant_id", "subject", "subject_n", postgresql_where=text(COUNTED)),
        Index(
            None,
            "tenant_id",
            "about",
            "subject_n",
            postgresql_where=text(f"{COUNTED} AND subject IS NULL"),
        ),
    )
    n: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str]
    about: Mapped[UUID]
    subject: Mapped[str | None]
    actor_id: Mapped[UUID]
    payload: Mapped[Json]
    at: Mapped[datetime]
    subject_n: Mapped[int | None] = mapped_column(BigInteger)


class ImportFileRow(TenantOwned, Base):
    """A file as it was sent; never changed. `columns` maps its headers to ours.

    `month` is what rows without a day are about.
    """

    __tablename__ = "import_file"
    __table_args__ = (
        of_tenant(),
        CheckConstraint(one_of("kind", IMPORT_KINDS), name="kind"),
        Index(None, "tenant_id", "digest"),
    )
    kind: Mapped[str]
    media: Mapped[str]
    digest: Mapped[bytes]
    body: Mapped[bytes]
    columns: Mapped[Json]
    dry_run: Mapped[bool]
    actor_id: Mapped[UUID]
    received_at: Mapped[datetime]
    month: Mapped[str | None]
    replaces: Mapped[bool] = mapped_column(server_default=text("false"))


class AttendanceMappingRow(TenantOwned, Base):
    """What a company makes of its attendance; each setting is kept."""

    __tablename__ = "attendance_mapping"
    __table_args__ = (of_tenant(), unique("revision"))
    revision: Mapped[int]
    document: Mapped[Json]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class ImportRunRow(TenantOwned, Base):
    """How far a file has come: `done` of its `total` rows are read."""

    __tablename__ = "import_run"
    __table_args__ = (
        to("import_file"),
        unique("import_file_id"),
        CheckConstraint(one_of("state", IMPORT_STATES), name="state"),
    )
    import_file_id: Mapped[UUID]
    state: Mapped[str]
    total: Mapped[int] = mapped_column(server_default=NONE)
    good: Mapped[int] = mapped_column(server_default=NONE)
    bad: Mapped[int] = mapped_column(server_default=NONE)
    done: Mapped[int] = mapped_column(server_default=NONE)


class ImportFaultRow(TenantOwned, Base):
    """What is wrong with a row of a file; `number` is the row's in the file."""

    __tablename__ = "import_fault"
    __table_args__ = (
        to("import_file"),
        Index(None, "tenant_id", "import_file_id", "number"),
    )
    import_file_id: Mapped[UUID]
    number: Mapped[int]
    field: Mapped[str]
    code: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]


class ImportChangeRow(TenantOwned, Base):
    """What a corrected table of attendance added or took back; `number` is the row's."""

    __tablename__ = "import_change"
    __table_args__ = (
        to("import_file"),
        to("incident"),
        CheckConstraint(one_of("change", CHANGES), name="change"),
        Index(None, "tenant_id", "import_file_id"),
        Index(None, "tenant_id", "incident_id"),
    )
    import_file_id: Mapped[UUID]
    change: Mapped[str]
    number: Mapped[int]
    subject: Mapped[str]
    day: Mapped[date]
    clause: Mapped[str]
    quantity: Mapped[Decimal]
    incident_id: Mapped[UUID | None]


class WebhookTenantRow(Base):
    """A tenant that has or had webhooks, so that nobody looks through all of them."""

    __tablename__ = "webhook_tenant"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)


class WebhookRow(TenantOwned, Base):
    """Who is told of what; up to `after_n` its deliveries are made."""

    __tablename__ = "webhook"
    __table_args__ = (
        of_tenant(),
        CheckConstraint(one_of("state", WEBHOOK_STATES), name="state"),
    )
    url: Mapped[str]
    events: Mapped[list[Any]]
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default=text("'enabled'"))
    reason: Mapped[str | None]
    after_n: Mapped[int] = mapped_column(BigInteger)
    delivered_at: Mapped[datetime | None]
    actor_id: Mapped[UUID]
    created_at: Mapped[datetime]


class WebhookDeliveryRow(TenantOwned, Base):
    """An event on its way to a webhook; a test has none.

    Whoever sends it holds it by `claim` until `claimed_until` by the machine's time, so that
    one who died with it is followed by another, and one who came too late changes nothing.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        to("webhook"),
        to("event"),
        unique("webhook_id", "event_id"),
        CheckConstraint(one_of("state", DELIVERY_STATES), name="state"),
        Index(
            "ix_webhook_delivery_pending",
            *("tenant_id", "webhook_id", "next_at"),
            postgresql_where=text("state = 'pending'"),
        ),
    )
    webhook_id: Mapped[UUID]
    event_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    tries: Mapped[int] = mapped_column(server_default=NONE)
    next_at: Mapped[datetime]
    claim: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    created_at: Mapped[datetime]
