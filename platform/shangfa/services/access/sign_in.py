"""Signing in and out: a password for a short-lived token, and a token that renews it.

A login or a company that is not there is answered as a wrong password is, after the same
work; failures in a row close a login for a while, whether there is such or not.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shangfa.db import users as sql
from shangfa.db.tenancy import find_tenant, tenant_record
from shangfa.db.tx.transaction import Tx, begin
from shangfa.db.users import Attempts, SessionLine, UserRecord
from shangfa.domain.access.faults import (
    ACCOUNT_LOCKED,
    LINK_ENDED,
    NOT_SIGNED_IN,
    SIGN_IN_FAILED,
    TOO_MANY_ATTEMPTS,
    UNAUTHORIZED,
    WEAK_PASSWORD,
)
from shangfa.domain.access.passwords import (
    SAME_AS_BEFORE,
    attempts_so_far,
    check_password,
    closed_until,
    normal,
)
from shangfa.domain.access.roles import NOBODY
from shangfa.domain.faults import refused
from shangfa.services.access import authentication
from shangfa.services.access.hashing import hash_of, is_password
from shangfa.services.access.tokens import (
    INVITATION,
    REFRESH,
    SESSION,
    digest_of,
    new_token,
    owner_of,
)
from shangfa.services.audit.notes import Noted, note, note_by
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import check_status
from shangfa.services.transaction import transact

TOKEN_LIFE: Final = timedelta(minutes=30)
SESSION_LIFE: Final = timedelta(hours=12)
"""After so long somebody signs in again, however often he renewed his token."""
STRANGER: Final = Context(NOBODY, UUID(int=0))
"""Who asks without a key."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a user gets: a token for requests and one to renew it, each shown once."""

    token: str
    expires_at: datetime
    refresh_token: str
    refresh_until: datetime
    password_due: bool


def sign_in(ctx: Context, slug: str, login: str, password: str) -> SignedIn:
    """Give a token for a password.

    Raises:
        RefusedError: `sign_in_failed`, `too_many_attempts`, `account_locked`, `suspended`.
    """
    digest = hashlib.sha256(f"{slug}\n{login}".encode()).digest()
    tenant_id, user = _attempt(digest, slug, login)
    right = is_password(user.password if user is not None else "", password)
    if user is None or tenant_id is None or not right:
        raise refused(SIGN_IN_FAILED, "")

    def work(tx: Tx) -> SignedIn:
        sql.drop_attempts(tx, digest)
        tx.enter(tenant_id)
        check_tenant(tx)
        if user.locked:
            raise refused(ACCOUNT_LOCKED, "", value=login)
        return begin_session(tx, user, password_due=user.password_due)

    return transact(ctx, work)


def _attempt(digest: bytes, slug: str, login: str) -> tuple[UUID | None, UserRecord | None]:
    """Count an attempt as failed before it is looked at; return whom it may be.

    So no number of attempts at the same time gets more than its share.
    """
    with begin(None) as tx:
        _count(tx, digest)
        tenant_id = find_tenant(tx, slug)
        tx.enter(tenant_id or UUID(int=0))
        user = sql.find_login(tx, login)
    return tenant_id, None if user is None or user.ended_at else user


def _count(tx: Tx, digest: bytes) -> None:
    at = now()
    before = sql.hold_attempts(tx, digest, at)
    if before.closed_until is not None and before.closed_until > at:
        seconds = math.ceil((before.closed_until - at).total_seconds())
        raise refused(TOO_MANY_ATTEMPTS, "", seconds=seconds)
    failures = attempts_so_far(before.failures, before.at, at) + 1
    sql.keep_attempts(tx, digest, Attempts(failures, at, closed_until(failures, at)))


def check_tenant(tx: Tx) -> None:
    """Let the transaction's tenant pass when it is served.

    Raises:
        RefusedError: `suspended`.
    """
    record = tenant_record(tx)
    if record is not None:
        check_status(record.slug, record.status)


def begin_session(
    tx: Tx, user: UserRecord, *, password_due: bool, external: bool = False
) -> SignedIn:
    """Give a user his tokens; `external`: his company's identity provider let him in."""
    at = now()
    token, refresh = new_token(tx.tenant, SESSION), new_token(tx.tenant, REFRESH)
    made = SignedIn(token, at + TOKEN_LIFE, refresh, at + SESSION_LIFE, password_due)
    digests = (digest_of(token), made.expires_at, digest_of(refresh))
    line = SessionLine(new_id(), user.id, *digests, made.refresh_until, at, external)
    sql.add_session(tx, line)
    sql.change_user(tx, user.id, {"signed_in_at": at})
    said = {"by": "oidc"} if external else {}
    note_by(tx, user.id, user.roles[0], Noted("user.signed_in", user.subject, user.id, said))
    return made


def renew(refresh: str) -> SignedIn:
    """Give another token for the one that renews; both before are dead.

    One that was used before ends the session: somebody else may have it.

    Raises:
        RefusedError: `unauthorized`, `suspended`.
    """
    owner = owner_of(refresh)
    if owner is None or owner.tenant_id is None or owner.kind != REFRESH:
        raise refused(UNAUTHORIZED, "")
    with begin(owner.tenant_id) as tx:
        made = _renew(tx, digest_of(refresh))
    if made is None:
        authentication.forget()
        raise refused(UNAUTHORIZED, "")
    return made


def _renew(tx: Tx, digest: bytes) -> SignedIn | None:
    """Return what comes after a refresh token; None when it is not in force."""
    at = now()
    known = sql.find_session(tx, digest)
    if known is None or known.ended_at is not None or known.refresh_until <= at:
        return None
    user = sql.find_user(tx, known.user_id)
    if known.used or user is None or user.locked or user.ended_at is not None:
        sql.end_sessions(tx, known.user_id, at)
        return None
    check_tenant(tx)
    token, refresh = new_token(tx.tenant, SESSION), new_token(tx.tenant, REFRESH)
    expires_at = min(at + TOKEN_LIFE, known.refresh_until)
    sql.renew_session(tx, known.id, digest_of(token), expires_at, digest_of(refresh))
    due = user.password_due and not known.external
    return SignedIn(token, expires_at, refresh, known.refresh_until, due)


def sign_out(ctx: Context, token: str) -> None:
    """End the session of a token.

    Raises:
        RefusedError: `not_signed_in` for a key.
    """

    def work(tx: Tx) -> None:
        owner = owner_of(token)
        if owner is None or owner.kind != SESSION:
            raise refused(NOT_SIGNED_IN, "")
        sql.end_session(tx, digest_of(token), now())

    transact(ctx, work)
    authentication.forget()


def accept(ctx: Context, invitation: str, password: str) -> SignedIn:
    """Take an invitation: the user chooses his password and is signed in.

    Raises:
        RefusedError: `link_ended`, `weak_password`, `suspended`.
    """
    owner = owner_of(invitation)
    if owner is None or owner.tenant_id is None or owner.kind != INVITATION:
        raise refused(LINK_ENDED, "")
    tenant_id = owner.tenant_id

    def work(tx: Tx) -> SignedIn:
        tx.enter(tenant_id)
        user = sql.invited(tx, digest_of(invitation), now())
        if user is None or user.locked:
            raise refused(LINK_ENDED, "")
        check_tenant(tx)
        check_password(password, user.login, "/password")
        _set_password(tx, user.id, password, b"")
        return begin_session(tx, user, password_due=False)

    return transact(ctx, work)


def _set_password(tx: Tx, user_id: UUID, password: str, here: bytes) -> None:
    """Keep a password, and end all sessions but the one of the token with this digest."""
    used_up = {"invitation": None, "invited_until": None}
    sql.change_user(tx, user_id, {"password": hash_of(password), "password_due": False, **used_up})
    sql.end_sessions(tx, user_id, now(), but=here)


def change_password(ctx: Context, token: str, password: str, new: str) -> None:
    """Give a user another password; he is signed out everywhere but here.

    Raises:
        RefusedError: `not_signed_in`, `sign_in_failed` for a wrong password, `weak_password`,
            `too_many_attempts`.
    """
    digest = hashlib.sha256(ctx.actor_id.bytes).digest()
    with begin(None) as tx:
        _count(tx, digest)
        tx.enter(ctx.tenant_id or UUID(int=0))
        user = sql.find_user(tx, ctx.actor_id)
        if user is None:
            raise refused(NOT_SIGNED_IN, "")
    if not is_password(user.password, password):
        raise refused(SIGN_IN_FAILED, "/password")
    with begin(None) as tx:
        sql.drop_attempts(tx, digest)
    check_password(new, user.login, "/new_password")
    if normal(new) == normal(password):
        raise refused(WEAK_PASSWORD, "/new_password", why=SAME_AS_BEFORE)

    def work(tx: Tx) -> None:
        _set_password(tx, user.id, new, digest_of(token))
        note(tx, ctx, Noted("user.changed", user.subject, user.id, {"changed": ["password"]}))

    transact(ctx, work)
    authentication.forget()
