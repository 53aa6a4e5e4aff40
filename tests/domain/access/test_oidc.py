"""What a try to sign in elsewhere is made of, and whose login its claims name."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from shangfa.domain.access.oidc import NO_CLAIM, NOT_VERIFIED, Purpose, Try, login_of
from shangfa.domain.text import Note

PURPOSES: tuple[Purpose, ...] = ("state", "nonce", "verifier")


def test_secrets_of_a_try_are_told_apart_and_made_again() -> None:
    tries = [Try(UUID(int=number), "https://shop.example/back") for number in (1, 2)]
    made = [
        item.secret(key, purpose)
        for item in tries
        for key in (b"k" * 32, b"l" * 32)
        for purpose in PURPOSES
    ]
    assert len(set(made)) == 12
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in made)
    assert Try(UUID(int=1), "").secret(b"k" * 32, "state") == made[0]


@pytest.mark.parametrize(
    ("claims", "name", "found"),
    [
        ({"preferred_username": "li.hua"}, "preferred_username", "li.hua"),
        ({"email": "li@shop.example", "email_verified": True}, "email", "li@shop.example"),
        ({"email": "li@shop.example", "email_verified": False}, "email", NOT_VERIFIED),
        ({"email": "li@shop.example", "email_verified": "true"}, "email", NOT_VERIFIED),
        ({"email": "li@shop.example"}, "email", NOT_VERIFIED),
        ({"email": "li@shop.example"}, "upn", NO_CLAIM.of("upn")),
        ({"upn": ""}, "upn", NO_CLAIM.of("upn")),
        ({"upn": ["li.hua"]}, "upn", NO_CLAIM.of("upn")),
    ],
)
def test_whose_login_claims_name(claims: dict[str, Any], name: str, found: str | Note) -> None:
    assert login_of(claims, name) == found
