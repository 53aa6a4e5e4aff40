"""Companies, their plugins, and the deployment's test clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_LIST,
    EMPTY_OBJECT,
    Base,
    Json,
    TenantOwned,
    of_tenant,
    one_of,
    unique,
)
from shangfa.domain.tenancy.compliance import COMPLIANCE_MODES
from shangfa.domain.tenancy.status import STATUSES


class TenantRow(Base):
    """A company. `revision` grows with every change that a process may have cached.

    `per_minute`: requests of all, `key_per_minute`: of each key or user; null for the settings', 0
    for no limit.

    Its name in addresses stands in `tenant_slug`, so that this table is distributed by id.
    """

    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint(one_of("status", STATUSES), name="status"),
        CheckConstraint(one_of("compliance", COMPLIANCE_MODES), name="compliance"),
        CheckConstraint("retention_years BETWEEN 1 AND 30", name="retention_years"),
        CheckConstraint("per_minute >= 0", name="per_minute"),
        CheckConstraint("key_per_minute >= 0", name="key_per_minute"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]
    locale: Mapped[str]
    calendar: Mapped[str]
    calendar_days: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    regions: Mapped[list[Any]] = mapped_column(server_default=EMPTY_LIST)
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    revision: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    created_at: Mapped[datetime]
    compliance: Mapped[str] = mapped_column(server_default=text("'warn'"))
    compliance_rules: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    retention_years: Mapped[int] = mapped_column(server_default=text("2"))
    per_minute: Mapped[int | None]
    key_per_minute: Mapped[int | None]


class TenantSlugRow(Base):
    """The name of a company in addresses and folders; unique over all, so never distributed."""

    __tablename__ = "tenant_slug"
    slug: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(unique=True)


class FrozenTenantRow(Base):
    """A company that waits while its rows move to another server; only the coordinator has it."""

    __tablename__ = "frozen_tenant"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    move: Mapped[str]
    since: Mapped[datetime]


class ErasureRow(Base):
    """That a company is to be erased, and was: it outlives the company, so it names nobody.

    `manifest`: SHA-256 of the export that the company has. `counts`: rows erased so far, by
    table. `proof`: how its audit chain ended.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        Index(None, "slug"),
        Index(
            "uq_erasure_open",
            "tenant_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND done_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    slug: Mapped[str]
    asked_at: Mapped[datetime]
    manifest: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    counts: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    proof: Mapped[Json | None]
    done_at: Mapped[datetime | None]


class TenantPluginRow(TenantOwned, Base):
    """A plugin that the tenant has enabled."""

    __tablename__ = "tenant_plugin"
    __table_args__ = (
        of_tenant(),
        unique("name"),
    )
    name: Mapped[str]
    enabled_at: Mapped[datetime]


class ClockRow(Base):
    """The test clock, one row or none: it runs from `set_at` on, or stands once moved."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    now: Mapped[datetime]
    set_at: Mapped[datetime]
    runs: Mapped[bool]


class CalendarYearRow(Base):
    """A year's official days off and days worked, loaded by the operator; the newest holds."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[Json]
    source: Mapped[str]
    loaded_at: Mapped[datetime]
