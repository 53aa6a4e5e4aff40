"""Signing in with a company account: to the provider with a ticket, and back with a code.

No transaction is open while the provider is asked, and few ask at the same time: a provider
that hangs must not hold the threads of those who do other things.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any, Final
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shangfa.config import settings
from shangfa.db import oidc as sql
from shangfa.db import users as users_sql
from shangfa.db.oidc import ProviderRecord
from shangfa.db.tenancy import find_tenant
from shangfa.db.tx.transaction import Tx, begin
from shangfa.domain.access.faults import (
    ACCOUNT_LOCKED,
    OIDC_ENDED,
    OIDC_NO_USER,
    OIDC_NOT_SET,
    OIDC_REFUSED,
)
from shangfa.domain.access.oidc import NOT_LISTED, OTHER_ISSUER, TRY_LIFE, Try, login_of
from shangfa.domain.faults import BUSY, INVALID, refused
from shangfa.domain.text import Note
from shangfa.outside import oidc as outside
from shangfa.outside.oidc import Client, Metadata, Proof
from shangfa.services.access.sign_in import SignedIn, begin_session, check_tenant
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.transaction import transact

AT_ONCE: Final = 3
"""Who ask providers at the same time in one process."""
EACH: Final = 2
"""Of them, for one company: another's finds a place beside."""
SIGNED: Final = "HS256"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the ticket to come back with; `until`: good so long."""

    url: str
    ticket: str
    state: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Back:
    """What somebody comes back with; `issuer` as RFC 9207 has it, None when it was not said."""

    ticket: str
    state: str
    code: str
    issuer: str | None = None


def begin_at(slug: str, redirect_uri: str | None) -> Begun:
    """Begin a sign-in; without a `redirect_uri` it is the first of those that are set.

    Raises:
        RefusedError: `oidc_not_set`, `suspended`, `invalid` redirect_uri, `oidc_unavailable`,
            `busy`.
    """
    with begin(None) as tx:
        tenant_id, provider = _provider(tx, slug)
        check_tenant(tx)
    uri = provider.redirect_uris[0] if redirect_uri is None else redirect_uri
    if uri not in provider.redirect_uris:
        why = NOT_LISTED.of("、".join(provider.redirect_uris))
        raise refused(INVALID, "/redirect_uri", value=uri, why=why)
    made, until = Try(uuid4(), uri), now() + TRY_LIFE
    with _place(tenant_id):
        at = outside.discover(provider.issuer, settings().oidc_allow)
    proof, state = _proof(provider, made, ""), made.secret(provider.key, "state")
    url = outside.authorization_url(_client(provider), at, state, proof)
    return Begun(url, _ticket(provider, made, until), state, until)


def redirects_of(slug: str) -> list[str]:
    """Return where a company's provider may send somebody back to.

    Raises:
        RefusedError: `oidc_not_set`.
    """
    with begin(None) as tx:
        return _provider(tx, slug)[1].redirect_uris


def _provider(tx: Tx, slug: str) -> tuple[UUID, ProviderRecord]:
    """Enter a company and return its provider; whether there is such a company is not told."""
    tenant_id = find_tenant(tx, slug)
    tx.enter(tenant_id or UUID(int=0))
    found = sql.find_provider(tx)
    if tenant_id is None or found is None:
        raise refused(OIDC_NOT_SET, "", value=slug)
    return tenant_id, found


def _client(provider: ProviderRecord) -> Client:
    return Client(provider.issuer, provider.client_id, provider.client_secret)


def _proof(provider: ProviderRecord, made: Try, code: str) -> Proof:
    verifier, nonce = (made.secret(provider.key, "verifier"), made.secret(provider.key, "nonce"))
    return Proof(code, made.redirect_uri, verifier, nonce)


def _ticket(provider: ProviderRecord, made: Try, until: datetime) -> str:
    said = {"jti": made.id.hex, "uri": made.redirect_uri, "exp": int(until.timestamp())}
    return jwt.encode({"alg": SIGNED}, said, OctKey.import_key(provider.key), algorithms=[SIGNED])


def _read_ticket(provider: ProviderRecord, ticket: str) -> tuple[Try, datetime]:
    """Return the try of a ticket that this company gave out, and until when it is good.

    Raises:
        RefusedError: `oidc_ended`.
    """
    try:
        key = OctKey.import_key(provider.key)
        said = jwt.decode(ticket, key, algorithms=[SIGNED]).claims
        made = Try(UUID(hex=said["jti"]), said["uri"])
        until = datetime.fromtimestamp(said["exp"], UTC)
    except (JoseError, ValueError, TypeError, KeyError):
        raise refused(OIDC_ENDED, "") from None
    if until <= now():
        raise refused(OIDC_ENDED, "")
    return made, until


def finish(ctx: Context, slug: str, back: Back) -> SignedIn:
    """Give a token to whom the provider let in; he is a user of the company already.

    Raises:
        RefusedError: `oidc_not_set`, `oidc_ended`, `oidc_refused`, `oidc_no_user`,
            `oidc_unavailable`, `account_locked`, `suspended`, `busy`.
    """
    with begin(None) as tx:
        tenant_id, provider = _provider(tx, slug)
        made, until = _read_ticket(provider, back.ticket)
        state = made.secret(provider.key, "state")
        if not hmac.compare_digest(state.encode(), back.state.encode()):
            raise refused(OIDC_ENDED, "")
        if not sql.use_up(tx, made.id, until, now()):
            raise refused(OIDC_ENDED, "")
    if back.issuer not in {None, provider.issuer}:
        raise refused(OIDC_REFUSED, "", why=OTHER_ISSUER)
    with _place(tenant_id):
        login = _login(provider, _proof(provider, made, back.code))
    return transact(ctx, lambda tx: _enter(tx, tenant_id, login))


def _login(provider: ProviderRecord, proof: Proof) -> str:
    """Return the login that the provider names for a code."""
    client, networks = _client(provider), settings().oidc_allow
    at: Metadata = outside.discover(provider.issuer, networks)
    tokens = outside.exchange(client, at, proof, networks)
    claims: dict[str, Any] = outside.claims_of(client, at, tokens, proof.nonce, networks)
    if provider.claim not in claims:
        claims = outside.userinfo(at, tokens, claims["sub"], networks)
    login = login_of(claims, provider.claim)
    if isinstance(login, Note):
        raise refused(OIDC_REFUSED, "", why=login)
    return login


def _enter(tx: Tx, tenant_id: UUID, login: str) -> SignedIn:
    tx.enter(tenant_id)
    check_tenant(tx)
    user = users_sql.find_login(tx, login)
    if user is None or user.ended_at is not None:
        raise refused(OIDC_NO_USER, "", value=login)
    if user.locked:
        raise refused(ACCOUNT_LOCKED, "", value=login)
    return begin_session(tx, user, password_due=False, external=True)


_places: Final = BoundedSemaphore(AT_ONCE)
_taken: Final[dict[UUID, BoundedSemaphore]] = {}


@contextmanager
def _place(tenant_id: UUID) -> Iterator[None]:
    """Hold a place among those who ask providers.

    Raises:
        RefusedError: `busy` when none is free.
    """
    mine = _taken.setdefault(tenant_id, BoundedSemaphore(EACH))
    with _held(mine), _held(_places):
        yield


@contextmanager
def _held(places: BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(timeout=1.0):
        raise refused(BUSY, "")
    try:
        yield
    finally:
        places.release()
