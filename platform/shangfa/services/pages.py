"""Pages of lists: `limit`, an opaque cursor, and what comes next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shangfa.domain.faults import INVALID, OUT_OF_RANGE, RefusedError, refused
from shangfa.domain.text import Note

MOST = 200
FROM_BEFORE = Note("须为上一页的 next_cursor", "take next_cursor of the page before")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What part of a list is asked for; `cursor` is already decoded."""

    limit: int = 50
    cursor: str | None = None


def read_page(limit: int, cursor: str | None, key: Callable[[str], object] = str) -> Page:
    """Return the page asked for; `key` raises ValueError for what is no key of the list.

    Raises:
        RefusedError: `out_of_range` limit, `invalid` cursor.
    """
    if not 1 <= limit <= MOST:
        raise refused(OUT_OF_RANGE, "/limit", value=limit, allowed=f"1..{MOST}")
    if not cursor:
        return Page(limit)
    text = key_at(cursor)
    try:
        key(text)
    except ValueError:
        raise _no_cursor(cursor, "/cursor") from None
    return Page(limit, text)


def key_at(cursor: str, pointer: str = "/cursor") -> str:
    """Return the place in a list that an opaque cursor means.

    Raises:
        RefusedError: `invalid`.
    """
    try:
        text = base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise _no_cursor(cursor, pointer) from None
    if not text.isprintable():
        raise _no_cursor(cursor, pointer)
    return text


def _no_cursor(cursor: str, pointer: str) -> RefusedError:
    return refused(INVALID, pointer, value=cursor, why=FROM_BEFORE)


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A part of a list; `next_cursor` is opaque, None at the end."""

    items: list[T]
    next_cursor: str | None = None


def listed(asked: Page, rows: Sequence[T], key: Callable[[T], str]) -> Listed[T]:
    """Return a page; `rows` holds one more than the limit when more follows."""
    shown = list(rows[: asked.limit])
    return Listed(shown, cursor_at(key(shown[-1])) if len(rows) > asked.limit else None)


def cursor_at(key: str) -> str:
    """Return the opaque cursor of a place in a list."""
    return base64.urlsafe_b64encode(key.encode()).decode()
