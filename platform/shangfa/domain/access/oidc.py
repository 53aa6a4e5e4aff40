"""Sign-in with a company's own accounts: what is agreed with its identity provider.

Nothing is kept while somebody is with the provider. His ticket names the try; what else
belongs to it (`state`, `nonce`, the verifier of PKCE) is made of the try's id and a key that
only the server has, so that nobody who holds the ticket knows it before.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

from shangfa.domain.text import Note

TRY_LIFE: Final = timedelta(minutes=10)
"""For which somebody may be with the provider."""
MOST_REDIRECTS: Final = 5
EMAIL: Final = "email"
CLAIM: Final = "preferred_username"
SCOPES: Final = "openid profile email"

NO_CLAIM: Final = Note("其中没有声明“{0}”", "it has no claim {0!r}")
NOT_VERIFIED: Final = Note("该邮箱未经验证", "the mail address is not verified")
OTHER_PERSON: Final = Note("userinfo 属于另一个账号", "userinfo is of another account")
OTHER_ISSUER: Final = Note("发行者不是所设置的那个", "it is from another issuer")
NOT_LET_IN: Final = Note("身份提供方没有让您登录（{0}）", "the provider let nobody in ({0})")
NOT_LISTED: Final = Note(
    "须为已设置的回调地址之一：{0}", "one of those that are set is expected: {0}"
)

Purpose = Literal["state", "nonce", "verifier"]


@dataclass(frozen=True, slots=True)
class Try:
    """One try to sign in, from the moment it was begun."""

    id: UUID
    redirect_uri: str

    def secret(self, key: bytes, purpose: Purpose) -> str:
        """Return what belongs to this try: 43 letters, each of which a URL takes."""
        digest = hmac.digest(key, f"{purpose}\n{self.id.hex}".encode(), sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def login_of(claims: dict[str, Any], name: str) -> str | Note:
    """Return the login that claims name, or why they name none.

    A mail address counts only when the provider says that it was verified: else anybody who
    may write his own profile would choose whose login it is.
    """
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        return NO_CLAIM.of(name)
    if name == EMAIL and claims.get("email_verified") is not True:
        return NOT_VERIFIED
    return value
