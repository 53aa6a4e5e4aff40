"""What happened, in order; what was brought in from files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import Base, Json, TenantOwned, of_tenant, one_of, to, unique
from shangfa.domain.exchange.events import EVENT_TYPES
from shangfa.domain.exchange.imports import IMPORT_KINDS, IMPORT_STATES

NONE = text("0")


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
