"""What follows from an incident: effects, choices and deadlines, and the accounts they use.

Quantities are finite `Decimal`. Money is CNY, negative when the subject pays.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, get_args

from shangfa.domain.account import AccountName
from shangfa.domain.text import NOTHING_TO_SAY, Note

Cause = Literal[
    "clause", "reaction", "supervisor", "offset", "cap", "programme", "reversal", "adjustment"
]
"""Where a ledger entry comes from."""
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
Direction = Literal["penalty", "reward", "none"]
"""What a consequence is for its subject."""
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)


class Effect(NamedTuple):
    """A signed amount of a unit for the subject; the platform adds who, which clause, when.

    Attributes:
        clause: the code to cite when it is not the part's own: the band of a clause.
            A reaction's effects always cite the reaction.
        since, until: of an action that lasts: its first and last local day.
    """

    account: AccountName
    unit: str
    quantity: Decimal
    note: Note = NOTHING_TO_SAY
    clause: str = ""
    since: date | None = None
    until: date | None = None


class Choice(NamedTuple):
    """An amount a named human must set between `minimum` and `maximum`, both unsigned.

    Attributes:
        maximum: None when open.
        one_of: choices of one incident that share this name exclude each other:
            exactly one is to be taken.
        deducts: what is chosen is taken, on an account that also holds what is given.
    """

    account: AccountName
    unit: str
    minimum: Decimal
    maximum: Decimal | None
    note: Note = NOTHING_TO_SAY
    one_of: str = ""
    deducts: bool = False


class Deadline(NamedTuple):
    """A step that must be done by the end of a day, or by a local moment."""

    step: str
    due: date | datetime
    note: Note = NOTHING_TO_SAY


Finding = Effect | Choice | Deadline
