"""Keys: made, shown once, kept as a digest, asked at every request.

A key's text names its tenant, so the look-up already runs inside the tenant. What was
found is remembered for a second: a revoked key stops working within that time.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from functools import cache
from typing import Final
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy import select

from shangfa.db.models import ApiKeyRow, OperatorKeyRow, SubjectRow, TenantRow
from shangfa.db.session import operator_session, tenant_session
from shangfa.domain.access.faults import UNAUTHORIZED
from shangfa.domain.faults import refused
from shangfa.domain.tenancy.faults import SUSPENDED
from shangfa.services.context import OPERATOR, Context

REMEMBERED_SECONDS: Final = 1.0
_PREFIX: Final = "sf"
_lock = threading.Lock()


@cache
def _remembered() -> TTLCache[bytes, Context]:
    return TTLCache(10_000, REMEMBERED_SECONDS)


def new_token(tenant_id: UUID | None) -> str:
    """Return a new key's text: 256 random bits behind the tenant's id, or `op`."""
    owner = tenant_id.hex if tenant_id else "op"
    return f"{_PREFIX}_{owner}_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> bytes:
    """Return what is stored of a key."""
    return hashlib.sha256(token.encode()).digest()


def authenticate(token: str) -> Context:
    """Return who a key stands for.

    Raises:
        RefusedError: `unauthorized`, `suspended`.
    """
    digest = digest_of(token)
    with _lock:
        known = _remembered().get(digest)
    if known is not None:
        return known
    context = _look_up(token, digest)
    with _lock:
        _remembered()[digest] = context
    return context


def _look_up(token: str, digest: bytes) -> Context:
    prefix, _, rest = token.partition("_")
    owner = rest.partition("_")[0]
    found = None
    if prefix == _PREFIX:
        found = _operator(digest) if owner == "op" else _of_tenant(owner, digest)
    if found is None:
        raise refused(UNAUTHORIZED, "")
    return found


def _operator(digest: bytes) -> Context | None:
    with operator_session() as session:
        key_id = session.scalar(
            select(OperatorKeyRow.id).where(
                OperatorKeyRow.digest == digest, OperatorKeyRow.revoked_at.is_(None)
            )
        )
    return Context(OPERATOR, key_id) if key_id else None


def _of_tenant(owner: str, digest: bytes) -> Context | None:
    try:
        tenant_id = UUID(hex=owner)
    except ValueError:
        return None
    with tenant_session(tenant_id) as session:
        row = session.execute(
            select(ApiKeyRow.id, ApiKeyRow.role, SubjectRow.id, SubjectRow.code, TenantRow)
            .join(TenantRow, TenantRow.id == ApiKeyRow.tenant_id)
            .outerjoin(
                SubjectRow,
                (SubjectRow.tenant_id == ApiKeyRow.tenant_id)
                & (SubjectRow.id == ApiKeyRow.subject_id),
            )
            .where(ApiKeyRow.digest == digest, ApiKeyRow.revoked_at.is_(None))
        ).one_or_none()
    if row is None:
        return None
    key_id, role, subject_id, code, tenant = row
    if tenant.status != "active":
        raise refused(SUSPENDED, "", value=tenant.slug)
    return Context(role, key_id, tenant_id, code, subject_id)
