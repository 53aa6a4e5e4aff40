"""The ways in which a decision is served, by whatever name somebody writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ANNOUNCEMENT: Final = "announcement"
FAILED_BEFORE: Final = ("direct", "post")
"""What must have been tried before something is announced."""
WAYS: Final = (*FAILED_BEFORE, ANNOUNCEMENT)
_CALLED: Final[Mapping[str, str]] = {
    "直接": "direct",
    "当面": "direct",
    "in person": "direct",
    "邮寄": "post",
    "邮政": "post",
    "快递": "post",
    "mail": "post",
    "courier": "post",
    "公告": ANNOUNCEMENT,
    "登报": ANNOUNCEMENT,
    "announced": ANNOUNCEMENT,
    "publication": ANNOUNCEMENT,
}


def way_of(said: str) -> str:
    """Return the way that somebody means, as it is named here; any other as he wrote it."""
    plain = " ".join(said.lower().replace("_", " ").split()).removesuffix("送达").strip()
    plain = plain.removesuffix(" service").strip()
    return plain if plain in WAYS else _CALLED.get(plain, said)
