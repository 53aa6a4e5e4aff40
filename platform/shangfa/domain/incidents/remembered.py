"""What clauses found, kept so that the same report is worked out once.

Most reports say one clause, a quantity of one and few facts, and most kinds look at nothing else:
what they find is the same whoever it is. It is kept laid out, so that only the subject and the day
are left to fill in. All policies of the process share one shelf of a fixed size.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from shangfa.domain.account import AccountName
from shangfa.domain.effect import Choice, Deadline
from shangfa.domain.incident import Report
from shangfa.domain.text import Note

MOST: Final = 20_000
"""What is kept in all; a thousand of them are about a megabyte."""

Key = tuple[Any, ...]
Laid = tuple[AccountName, str, Decimal, str, Note, date | None, date | None]
"""An effect to be posted: account, unit, quantity, clause, note, since, until."""


class Found(NamedTuple):
    """What a clause's parts found, laid out by what becomes of it, each with the clause it cites.

    Attributes:
        quiet: whether no rule looks at anything that is posted.
    """

    effects: tuple[Laid, ...]
    choices: tuple[tuple[Choice, str], ...]
    deadlines: tuple[tuple[Deadline, str], ...]
    said: tuple[tuple[Note, str], ...]
    quiet: bool = False


class Known(NamedTuple):
    """The quantity and the facts of a report as they were read, and what was found."""

    quantity: Decimal
    facts: Mapping[str, Any]
    found: Found


_shelf: Final[dict[Key, Known]] = {}
SHORT: Final = 40
"""Letters of a fact that are kept: what people write freely hardly comes again, and is theirs."""
_TOLD_APART: Final = frozenset({int, bool, str})
"""Types whose values are written alike when they are equal."""


def key_of(number: int | None, report: Report) -> Key | None:
    """Return what all reports share that find the same, None for one that is not kept.

    `number`: of the clause's plan, None when it is not kept. Values that are equal and written
    differently, such as 1, 1.0 and true, are not the same: explanations show them as given.
    """
    if number is None or report.shares or len(report.subjects) != 1:
        return None
    quantity, facts = report.quantity, report.facts
    if not facts and type(quantity) is int:
        return number, report.unit, quantity
    if not facts and type(quantity) is Decimal:
        return number, report.unit, Decimal, str(quantity)
    values = (quantity, *facts.values())
    types = tuple(map(type, values))
    if not _TOLD_APART.issuperset(types):
        if not _TOLD_APART.issuperset(kind for kind in types if kind is not Decimal):
            return None
        values = tuple(str(value) if type(value) is Decimal else value for value in values)
    if any(type(value) is str and len(value) > SHORT for value in values):
        return None
    return number, report.unit, types, values, *facts


def recall(key: Key | None) -> Known | None:
    """Return what is kept for a key."""
    return _shelf.get(key) if key is not None else None


def keep(key: Key, known: Known) -> None:
    """Keep something; the older half goes when the shelf is full."""
    if len(_shelf) >= MOST:
        for old in list(islice(_shelf, MOST // 2)):
            _shelf.pop(old, None)
    _shelf[key] = known
