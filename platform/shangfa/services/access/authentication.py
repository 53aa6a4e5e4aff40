"""Whom a key or a user's token stands for, asked at every request.

Its text names its tenant, so the one look-up already runs inside the tenant. Whose a key is,
is remembered for a second: one that is revoked stops working within that time, at once in the
process that was told. A user's token is looked up every time: who signs out, is locked or gets
another role is so everywhere at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from cachetools import TTLCache

from shangfa.db import access as sql
from shangfa.db import users as users_sql
from shangfa.db.tenancy import tenant_record
from shangfa.db.tx.transaction import Tx, begin
from shangfa.domain.access.faults import ADDRESS_REFUSED, UNAUTHORIZED
from shangfa.domain.access.keys import Network, is_within, networks
from shangfa.domain.access.roles import OPERATOR, widest_first
from shangfa.domain.faults import refused
from shangfa.services.access.tokens import (
    INVITATION,
    KEY,
    REFRESH,
    SESSION,
    digest_of,
    owner_of,
)
from shangfa.services.clock import now
from shangfa.services.context import Context, Limits
from shangfa.services.tenancy.ready import check_status

REMEMBERED_SECONDS: Final = 1.0
NOTED_EVERY: Final = timedelta(minutes=10)
"""When a key was last used is known to so much: a request must not cost a write."""
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Known:
    """Who a key or token stands for.

    Attributes:
        places: from where it is good, () for everywhere.
        until: the moment it ends, None for never.
    """

    context: Context
    places: tuple[Network, ...] = ()
    until: datetime | None = None


@cache
def _remembered() -> TTLCache[bytes, _Known]:
    return TTLCache(10_000, REMEMBERED_SECONDS)


def forget() -> None:
    """Remember no key, as a new process would."""
    _remembered.cache_clear()


def authenticate(token: str, address: str = "") -> Context:
    """Return who a key or a token stands for; `address` is where it comes from.

    Raises:
        RefusedError: `unauthorized`, `suspended`, `address_refused`.
    """
    digest = digest_of(token)
    with _lock:
        known = _remembered().get(digest)
    if known is None:
        known = _look_up(token, digest, address)
    if known.until is not None and known.until <= now():
        raise refused(UNAUTHORIZED, "")
    if known.places and not is_within(address, known.places):
        raise refused(ADDRESS_REFUSED, "", value=address)
    return known.context


def _look_up(token: str, digest: bytes, address: str) -> _Known:
    owner = owner_of(token)
    if owner is None:
        raise refused(UNAUTHORIZED, "")
    with begin(owner.tenant_id) as tx:
        found = _FINDERS[owner.kind if owner.tenant_id else ""](tx, digest, address)
    if found is None:
        raise refused(UNAUTHORIZED, "")
    if owner.kind != SESSION:
        with _lock:
            _remembered()[digest] = found
    return found


def _operator(tx: Tx, digest: bytes, _address: str) -> _Known | None:
    key = sql.find_operator_key(tx, digest, now())
    if key is None:
        return None
    ctx = Context(OPERATOR, key.id, scopes=_scopes(key.scopes))
    return _Known(ctx, networks(key.addresses or ()), key.expires_at)


def _of_tenant(tx: Tx, digest: bytes, address: str) -> _Known | None:
    at = now()
    key = sql.owner_of_key(tx, digest, at)
    if key is None:
        return None
    _check_status(tx, key.status)
    places = networks(key.addresses or ())
    if is_within(address, places) and (key.used_at is None or at - key.used_at > NOTED_EVERY):
        sql.note_use(tx, key.key_id, at, address)
    who = (key.role, key.key_id, tx.tenant_id, key.subject, key.subject_id)
    limits = Limits(key.per_minute, key.key_per_minute)
    ctx = Context(*who, scopes=_scopes(key.scopes), limits=limits)
    return _Known(ctx, places, key.expires_at)


def _scopes(found: Collection[str] | None) -> frozenset[str] | None:
    return None if found is None else frozenset(found)


def _user(tx: Tx, digest: bytes, _address: str) -> _Known | None:
    user = users_sql.owner_of_session(tx, digest, now())
    if user is None:
        return None
    _check_status(tx, user.status)
    roles = widest_first(user.roles)
    who = (roles[0], user.user_id, tx.tenant_id, user.subject, user.subject_id)
    limits = Limits(user.per_minute, user.key_per_minute)
    ctx = Context(*who, roles, user.password_due, limits=limits)
    return _Known(ctx, until=user.expires_at)


def _check_status(tx: Tx, status: str) -> None:
    if status != "active":
        record = tenant_record(tx)
        check_status(record.slug if record else "", status)


def _nobody(_tx: Tx, _digest: bytes, _address: str) -> None:
    """What renews a session or invites somebody is no key."""


_FINDERS: Final[dict[str, Callable[[Tx, bytes, str], _Known | None]]] = {
    "": _operator,
    KEY: _of_tenant,
    SESSION: _user,
    REFRESH: _nobody,
    INVITATION: _nobody,
}
