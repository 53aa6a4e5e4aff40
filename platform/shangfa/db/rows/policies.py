"""Policies and their dated versions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_OBJECT,
    Base,
    Json,
    TenantOwned,
    of_tenant,
    one_of,
    to,
    unique,
)
from shangfa.domain.policies.version import REPLAY_STATES, VERSION_STATES


class PolicyRow(TenantOwned, Base):
    """A policy by its name; what it says is in its versions."""

    __tablename__ = "policy"
    __table_args__ = (
        of_tenant(),
        unique("name"),
    )
    name: Mapped[str]
    title: Mapped[str]
    created_at: Mapped[datetime]


class PolicyVersionRow(TenantOwned, Base):
    """One dated text of a policy; `plugins` maps a plugin to the version pinned."""

    __tablename__ = "policy_version"
    __table_args__ = (
        unique("policy_id", "number"),
        to("policy"),
        CheckConstraint(one_of("state", VERSION_STATES), name="state"),
        Index(
            "uq_policy_version_in_force",
            "tenant_id",
            "policy_id",
            "effective_from",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
    )
    policy_id: Mapped[UUID]
    number: Mapped[int]
    effective_from: Mapped[date]
    state: Mapped[str]
    document: Mapped[Json]
    source: Mapped[str]
    plugins: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class ReceiptRow(TenantOwned, Base):
    """That somebody has read a version, and who said so; never changed."""

    __tablename__ = "receipt"
    __table_args__ = (
        unique("version_id", "subject_id"),
        to("policy_version", "version_id"),
        to("subject"),
        Index(None, "tenant_id", "subject_id"),
    )
    version_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    read_on: Mapped[date]
    actor_id: Mapped[UUID]
    at: Mapped[datetime]


class ReplayRow(TenantOwned, Base):
    """What a version would have done to the incidents between two days; no part of the ledger.

    `done` of `incidents` are looked at; `result` is filled at the end.
    """

    __tablename__ = "replay"
    __table_args__ = (
        to("policy_version", "version_id"),
        CheckConstraint(one_of("state", REPLAY_STATES), name="state"),
        Index(None, "tenant_id", "version_id", "id"),
    )
    version_id: Mapped[UUID]
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[str]
    incidents: Mapped[int] = mapped_column(server_default=text("0"))
    done: Mapped[int] = mapped_column(server_default=text("0"))
    result: Mapped[Json] = mapped_column(server_default=EMPTY_OBJECT)
    actor_id: Mapped[UUID]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
