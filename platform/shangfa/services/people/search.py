"""Find people by what somebody types, and say how those are called whom a page names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from shangfa.db import people as sql
from shangfa.db.people import SubjectRecord
from shangfa.db.tx.transaction import Tx
from shangfa.documents.pinyin import initials_pattern
from shangfa.services.access.sight import seen_by
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

FOUND: Final = 20
"""How many are shown; who looks for one types more."""
LONGEST: Final = 100


def search(ctx: Context, words: str, limit: int = FOUND) -> list[SubjectRecord]:
    """Return those the asker sees whose code or name holds the words, the likeliest first.

    Letters find names by their pinyin initials too: `tyt` finds 田雨桐.
    """
    ctx.need("subjects:read")
    wanted = words.strip()[:LONGEST].replace("\0", "")
    if not wanted:
        return []

    def work(tx: Tx) -> list[SubjectRecord]:
        seen = seen_by(tx, ctx, today(current(tx).zone))
        return sql.subjects_matching(tx, wanted, limit, seen, initials_pattern(wanted))

    return reading(ctx, work)


def names(ctx: Context, codes: Collection[str]) -> dict[str, str]:
    """Return code -> name of those among some whom the asker sees."""
    ctx.need("subjects:read")

    def work(tx: Tx) -> dict[str, str]:
        return sql.names_among(tx, codes, seen_by(tx, ctx, today(current(tx).zone)))

    return reading(ctx, work) if codes else {}
