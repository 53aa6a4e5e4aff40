"""What a clause says and gives, as the checks ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from shangfa.sdk import Row
from shangfa.sdk.guards import DraftClause

DISMISSALS: Final = frozenset({"dismissal", "dismissal_option", "persuaded_exit"})
MONEY: Final = frozenset({"fine", "donation", "compensation", "cost", "refund", "wage", "bonus"})
LATE: Final = re.compile(r"迟|早退|晚到|\blate\b", re.IGNORECASE)
ABSENT: Final = re.compile(r"旷工|缺勤|缺席|请假|事假|病假|休假|未到岗|\babsen", re.IGNORECASE)
REFUSES: Final = (
    r"(?:不收取?|不设|不缴纳?|不交|不扣|无[须需](?:缴纳|交)|"
    r"(?:不得|禁止|严禁|不会?向)[^，。；\n]{0,8}?(?:收取?|要求|扣押?|设立?))"
)
"""What turns the words after it into their opposite."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A clause as the checks look at it.

    Attributes:
        words: all it says, one line each: titles, labels and the texts of its params.
    """

    clause: DraftClause
    words: str


def look_at(clause: DraftClause) -> Seen:
    """Return a clause with its words put together once for all checks."""
    said = (clause.title, clause.note, *clause.labels, *_texts(clause.params))
    return Seen(clause, "\n".join(said))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)


def says(seen: Seen, pattern: str) -> bool:
    """Tell whether a clause says something and does not refuse it in the same breath."""
    return any(match["said"] for match in _unrefused(pattern).finditer(seen.words))


@cache
def _unrefused(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{REFUSES}[^，。；\n]{{0,8}}(?:{pattern})|(?P<said>{pattern})")


def penalties(seen: Seen, accounts: frozenset[str] = MONEY) -> list[Row]:
    """Return what a clause takes on some accounts."""
    return [
        row for row in seen.clause.rows if row.direction == "penalty" and row.account in accounts
    ]


def is_punished(seen: Seen) -> bool:
    """Tell whether a clause takes anything."""
    return any(row.direction == "penalty" for row in seen.clause.rows)


def is_text(seen: Seen) -> bool:
    """Tell whether a clause only says something."""
    return not seen.clause.kinds


def dismisses(seen: Seen) -> bool:
    """Tell whether a clause may end the contract."""
    return any(row.account == "action" and row.unit in DISMISSALS for row in seen.clause.rows)


def named(seen: Seen, key: str) -> Iterator[Any]:
    """Yield the values of a name anywhere in a clause's params."""
    yield from _named(seen.clause.params, key)


def _named(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == key:
                yield item
            yield from _named(item, key)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _named(item, key)
