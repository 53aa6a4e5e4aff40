"""Keys of a tenant: made by the operator, shown once, listed, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shangfa.db import access as sql
from shangfa.db.access import KeyLine, KeyRecord
from shangfa.db.people import subject_ids
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.keys import check_addresses, check_scopes
from shangfa.domain.access.roles import PERSONAL, TENANT_ROLES
from shangfa.domain.faults import INVALID, MISSING, NOT_FOUND, refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.text import Note
from shangfa.services.access.tokens import digest_of, new_token
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import reading, transact

AHEAD: Final = Note("须在此刻之后", "it must lie ahead")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made; `subject` is the code of whose it is, None for an office's.

    Attributes:
        expires_at: when it ends, real time; None for never.
        scopes: the permissions it has of its role's; None for all.
        addresses: from where it is good, addresses or networks; None for everywhere.
    """

    role: str
    subject: str | None = None
    label: str = ""
    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    addresses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key just made, with its text, which is kept nowhere."""

    id: UUID
    role: str
    subject: str | None
    label: str
    created_at: datetime
    token: str
    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    addresses: tuple[str, ...] | None = None


def create(ctx: Context, slug: str, said: NewKey) -> MadeKey:
    """Make a key for a tenant.

    Raises:
        RefusedError: `unknown_tenant`, `unknown_subject`, `invalid` role, `missing` subject.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> MadeKey:
        enter_tenant(tx, slug)
        made = add(tx, said)
        data = {"role": made.role, "label": made.label}
        note(tx, ctx, Noted("key.created", made.subject, made.id, data))
        return made

    return transact(ctx, work)


def add(tx: Tx, said: NewKey) -> MadeKey:
    """Add a key in an open transaction of the tenant.

    Raises:
        RefusedError: as `create`.
    """
    if said.role not in TENANT_ROLES:
        raise refused(INVALID, "/role", value=said.role, why="/".join(TENANT_ROLES))
    check_limits(said.role, said.expires_at, said.scopes, said.addresses)
    subject_id = _subject(tx, said)
    made = MadeKey(
        new_id(),
        *(said.role, said.subject, said.label, now(), new_token(tx.tenant)),
        expires_at=said.expires_at,
        scopes=said.scopes,
        addresses=said.addresses,
    )
    line = KeyLine(
        made.id,
        digest_of(made.token),
        *(made.role, subject_id, made.label, made.created_at),
        expires_at=made.expires_at,
        scopes=made.scopes,
        addresses=made.addresses,
    )
    sql.add_key(tx, line)
    return made


def check_limits(
    role: str,
    expires_at: datetime | None,
    scopes: Iterable[str] | None,
    addresses: Iterable[str] | None,
) -> None:
    """Let pass what a key may less than its role.

    Raises:
        RefusedError: `invalid` scope, address or end.
    """
    check_scopes(role, scopes or ())
    check_addresses(addresses or ())
    if expires_at is not None and expires_at <= now():
        raise refused(INVALID, "/expires_at", value=expires_at, why=AHEAD)


def _subject(tx: Tx, said: NewKey) -> UUID | None:
    if said.subject is None:
        if said.role in PERSONAL:
            raise refused(MISSING, "/subject", value="subject")
        return None
    found = subject_ids(tx, [said.subject]).get(said.subject)
    if found is None:
        raise refused(UNKNOWN_SUBJECT, "/subject", value=said.subject)
    return found


def listing(ctx: Context, slug: str) -> Listed[KeyRecord]:
    """Return a tenant's keys, without their texts.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> list[KeyRecord]:
        enter_tenant(tx, slug)
        return sql.keys_of(tx)

    return Listed(reading(ctx, work))


def rotate(ctx: Context, slug: str, key_id: UUID, overlap: timedelta) -> MadeKey:
    """Make a key like another one, which ends after an overlap.

    Raises:
        RefusedError: `unknown_tenant`, `not_found`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> MadeKey:
        enter_tenant(tx, slug)
        old = next((item for item in sql.keys_of(tx) if item.id == key_id), None)
        at = now()
        if old is None or not sql.expire_key(tx, key_id, at + overlap, at):
            raise refused(NOT_FOUND, "")
        made = add(tx, _like(old))
        note(tx, ctx, Noted("key.created", made.subject, made.id, {"instead_of": key_id}))
        return made

    return transact(ctx, work)


def _like(old: KeyRecord) -> NewKey:
    """Return a key that may what another may, and no longer."""
    scopes = None if old.scopes is None else tuple(old.scopes)
    addresses = None if old.addresses is None else tuple(old.addresses)
    return NewKey(old.role, old.subject, old.label, old.expires_at, scopes, addresses)


def revoke(ctx: Context, slug: str, key_id: UUID) -> None:
    """Revoke a key; it stops working within a second.

    Raises:
        RefusedError: `unknown_tenant`, `not_found`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> None:
        enter_tenant(tx, slug)
        if not sql.revoke_key(tx, key_id, now()):
            raise refused(NOT_FOUND, "")
        note(tx, ctx, Noted("key.revoked", about=key_id))

    transact(ctx, work)
