"""A key's text: 256 random bits behind whose it is. Only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

_PREFIX: Final = "sf"
_OPERATOR: Final = "op"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a key says it is; `tenant_id` is None for the operator."""

    tenant_id: UUID | None


def new_token(tenant_id: UUID | None) -> str:
    """Return a new key's text; None for a key of the operator."""
    owner = tenant_id.hex if tenant_id else _OPERATOR
    return f"{_PREFIX}_{owner}_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> bytes:
    """Return what is stored of a key."""
    return hashlib.sha256(token.encode()).digest()


def owner_of(token: str) -> Owner | None:
    """Return whose a key says it is, None for what is no key."""
    prefix, _, rest = token.partition("_")
    owner, _, secret = rest.partition("_")
    if prefix != _PREFIX or not secret:
        return None
    try:
        return Owner(None if owner == _OPERATOR else UUID(hex=owner))
    except ValueError:
        return None
