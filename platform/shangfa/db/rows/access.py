"""Keys, who acts, and what an Idempotency-Key remembers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from shangfa.db.rows.base import (
    EMPTY_TEXT,
    Base,
    TenantOwned,
    of_tenant,
    one_of,
    to,
    unique,
)
from shangfa.domain.access.roles import ACTOR_KINDS, DELEGABLE, TENANT_ROLES


class OperatorKeyRow(Base):
    """A key of the operator: the SHA-256 of its text, never the text; limits as of `ApiKeyRow`."""

    __tablename__ = "operator_key"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    scopes: Mapped[list[Any] | None]
    addresses: Mapped[list[Any] | None]


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
    """Who did something in a tenant: a key, a person who signed in, the command line.

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

    Its actor has the same id. `scopes`: the permissions it has of its role's, null for all.
    `addresses`: from where it is good, null for everywhere.
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
    expires_at: Mapped[datetime | None]
    scopes: Mapped[list[Any] | None]
    addresses: Mapped[list[Any] | None]


class KeyUseRow(TenantOwned, Base):
    """When and from where a key was used, to some minutes; its id is the key's."""

    __tablename__ = "key_use"
    __table_args__ = (of_tenant(),)
    used_at: Mapped[datetime]
    address: Mapped[str]


class AllowanceRow(TenantOwned, Base):
    """What was used of a minute's requests; its id is the key's or user's, or the company's own.

    `taken`: handed to processes since the minute began. `given`: to the last that asked.
    """

    __tablename__ = "allowance"
    __table_args__ = (of_tenant(),)
    since: Mapped[datetime]
    taken: Mapped[int]
    given: Mapped[int]


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


NO = text("false")


class TenantUserRow(TenantOwned, Base):
    """Somebody who signs in: his roles, the argon2 hash of his password ("" for none yet).

    His actor has the same id. `invitation` is the digest of a link that is good once.
    """

    __tablename__ = "tenant_user"
    __table_args__ = (of_tenant(), unique("login"), unique("invitation"), to("subject"))
    login: Mapped[str]
    name: Mapped[str]
    roles: Mapped[list[Any]]
    subject_id: Mapped[UUID | None]
    password: Mapped[str] = mapped_column(server_default=EMPTY_TEXT)
    password_due: Mapped[bool] = mapped_column(server_default=NO)
    locked: Mapped[bool] = mapped_column(server_default=NO)
    invitation: Mapped[bytes | None]
    invited_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class UserSessionRow(TenantOwned, Base):
    """What a user got for his password: digests of a token and of what renews it.

    `refresh_before` are those used up: who shows one again is not the user, or not alone.
    """

    __tablename__ = "user_session"
    __table_args__ = (
        unique("digest"),
        unique("refresh"),
        to("tenant_user"),
        Index(None, "tenant_id", "tenant_user_id"),
    )
    tenant_user_id: Mapped[UUID]
    digest: Mapped[bytes]
    expires_at: Mapped[datetime]
    refresh: Mapped[bytes]
    refresh_before: Mapped[list[bytes]] = mapped_column(
        ARRAY(LargeBinary), server_default=text("'{}'")
    )
    refresh_until: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    external: Mapped[bool] = mapped_column(server_default=NO)


class OidcProviderRow(TenantOwned, Base):
    """A company's identity provider: one row, whose id is the tenant's.

    `key` makes what belongs to a try to sign in; another one ends those that have begun.
    """

    __tablename__ = "oidc_provider"
    __table_args__ = (of_tenant(),)
    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[str]
    claim: Mapped[str]
    redirect_uris: Mapped[list[Any]]
    key: Mapped[bytes]
    changed_at: Mapped[datetime]


class OidcTryRow(TenantOwned, Base):
    """A try to sign in at the provider that was used; known `until` it is over anyway."""

    __tablename__ = "oidc_try"
    __table_args__ = (of_tenant(),)
    until: Mapped[datetime]


class DelegationRow(TenantOwned, Base):
    """A user who stands in for another (`for_user_id`), in one of his roles and for a time."""

    __tablename__ = "delegation"
    __table_args__ = (
        to("tenant_user"),
        to("tenant_user", "for_user_id"),
        Index(None, "tenant_id", "tenant_user_id"),
        CheckConstraint(one_of("role", DELEGABLE), name="role"),
        CheckConstraint("tenant_user_id <> for_user_id", name="others"),
        CheckConstraint("since < until", name="span"),
    )
    tenant_user_id: Mapped[UUID]
    for_user_id: Mapped[UUID]
    role: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttemptRow(Base):
    """Failures in a row under one company and login, whether there are such or not."""

    __tablename__ = "sign_in_attempt"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
