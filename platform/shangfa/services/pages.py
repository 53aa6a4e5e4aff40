"""Pages of lists: `limit`, an opaque cursor, and what comes next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shangfa.domain.faults import INVALID, OUT_OF_RANGE, refused
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
    try:
        text = base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode()
        if not text.isprintable():
            raise ValueError("unprintable")
        key(text)
        return Page(limit, text)
    except (binascii.Error, UnicodeError, ValueError):
        raise refused(INVALID, "/cursor", value=cursor, why=FROM_BEFORE) from None


def page_of(
    asked: Page, rows: Sequence[T], key: Callable[[T], str], view: Callable[[T], Any]
) -> dict[str, Any]:
    """Return a page; `rows` holds one more than the limit when more follows."""
    shown = rows[: asked.limit]
    more = len(rows) > asked.limit
    cursor = base64.urlsafe_b64encode(key(shown[-1]).encode()).decode() if more else None
    return {"items": [view(row) for row in shown], "next_cursor": cursor}
