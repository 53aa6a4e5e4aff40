"""The text of a key or token: 256 random bits behind whose it is. Only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

KEY: Final = "sf"
SESSION: Final = "su"
REFRESH: Final = "sr"
INVITATION: Final = "si"
"""What a text is for stands first in it, so that it is looked for in one place only."""
_KINDS: Final = frozenset({KEY, SESSION, REFRESH, INVITATION})
_OPERATOR: Final = "op"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a key or token says it is; `tenant_id` is None for the operator."""

    tenant_id: UUID | None
    kind: str = KEY


def new_token(tenant_id: UUID | None, kind: str = KEY) -> str:
    """Return a new text; None for a key of the operator."""
    owner = tenant_id.hex if tenant_id else _OPERATOR
    return f"{kind}_{owner}_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> bytes:
    """Return what is stored of a key."""
    return hashlib.sha256(token.encode()).digest()


def owner_of(token: str) -> Owner | None:
    """Return whose a key says it is, None for what is no key."""
    prefix, _, rest = token.partition("_")
    owner, _, secret = rest.partition("_")
    if prefix not in _KINDS or not secret:
        return None
    if owner == _OPERATOR:
        return Owner(None) if prefix == KEY else None
    try:
        return Owner(UUID(hex=owner), prefix)
    except ValueError:
        return None
