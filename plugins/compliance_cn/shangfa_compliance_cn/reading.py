"""What a clause says and gives, as the checks ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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


def words(clause: DraftClause) -> str:
    """Return all a clause says, one line each: titles, labels and the texts of its params."""
    return "\n".join((clause.title, clause.note, *clause.labels, *_texts(clause.params)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _texts(item)


def says(clause: DraftClause, pattern: str) -> bool:
    """Tell whether a clause says something and does not refuse it in the same breath."""
    found = re.compile(f"{REFUSES}[^，。；\n]{{0,8}}(?:{pattern})|(?P<said>{pattern})")
    return any(match["said"] for match in found.finditer(words(clause)))


def penalties(clause: DraftClause, accounts: frozenset[str] = MONEY) -> list[Row]:
    """Return what a clause takes on some accounts."""
    return [row for row in clause.rows if row.direction == "penalty" and row.account in accounts]


def is_punished(clause: DraftClause) -> bool:
    """Tell whether a clause takes anything."""
    return any(row.direction == "penalty" for row in clause.rows)


def is_text(clause: DraftClause) -> bool:
    """Tell whether a clause only says something."""
    return not clause.kinds


def dismisses(clause: DraftClause) -> bool:
    """Tell whether a clause may end the contract."""
    return any(row.account == "action" and row.unit in DISMISSALS for row in clause.rows)


def named(clause: DraftClause, key: str) -> Iterator[Any]:
    """Yield the values of a name anywhere in a clause's params."""
    yield from _named(clause.params, key)


def _named(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == key:
                yield item
            yield from _named(item, key)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _named(item, key)
