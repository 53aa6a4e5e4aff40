"""What follows from an incident: effects, choices and deadlines, and the accounts they use.

Quantities are finite `Decimal`. Money is CNY, negative when the subject pays.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

FEN: Final = Decimal("0.01")
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


class Account(NamedTuple):
    """What an account may hold.

    Attributes:
        sign: -1 or 1 when every posting has that sign, 0 when both are allowed.
        units: the allowed units, empty when the policy names them.
        zh: its Chinese name.
    """

    sign: int
    units: frozenset[str]
    zh: str


def _account(sign: int, units: str, zh: str) -> Account:
    return Account(sign, frozenset(units.split()), zh)


ACCOUNTS: Final[dict[str, Account]] = {
    "fine": _account(-1, "CNY", "罚款"),
    "reward": _account(1, "CNY", "奖金"),
    "compensation": _account(-1, "CNY", "赔偿"),
    "donation": _account(-1, "CNY", "乐捐"),
    "cost": _account(-1, "CNY", "客服成本"),
    "refund": _account(-1, "CNY", "退费"),
    "wage": _account(-1, "day hour CNY", "工资"),
    "bonus": _account(-1, "percent", "奖金比例"),
    "points": _account(0, "", "点数"),
    "marks": _account(1, "", "处分与奖励"),
    "score": _account(-1, "credit", "信用积分"),
    "action": _account(1, "", "待办处置"),
    "breach": _account(1, "clause", "违规记录"),
    "count": _account(1, "", "计数"),
}
"""Source: design of the effect contract; `count` feeds reactions and is not shown."""

MONEY: Final = frozenset(name for name, account in ACCOUNTS.items() if "CNY" in account.units) | {
    "bonus"
}
"""The accounts finance may see."""


class Note(NamedTuple):
    """A sentence or a word in two languages, filled when it is read; values may be notes."""

    zh: str
    en: str
    values: tuple[Any, ...] = ()

    def of(self, *values: Any) -> Note:
        """Return this sentence filled with `values`."""
        return Note(self[0], self[1], values)

    def text(self, language: str) -> str:
        """Return the sentence in `zh` or `en`; unfilled when its values do not fit it."""
        sentence = self.zh if language == "zh" else self.en
        words = [value.text(language) if type(value) is Note else value for value in self.values]
        try:
            return sentence.format(*words)
        except (LookupError, ValueError, TypeError, AttributeError):
            return sentence


NOTHING_TO_SAY: Final = Note("", "")


class Effect(NamedTuple):
    """A signed amount of a unit for the subject; the platform adds who, which clause, when.

    Attributes:
        clause: the code to cite when it is not the part's own: the band of a clause.
            A reaction's effects always cite the reaction.
    """

    account: str
    unit: str
    quantity: Decimal
    note: Note = NOTHING_TO_SAY
    clause: str = ""


class Choice(NamedTuple):
    """An amount a named human must set between `minimum` and `maximum`, both unsigned.

    Attributes:
        maximum: None when open.
        one_of: choices of one incident that share this name exclude each other:
            exactly one is to be taken.
    """

    account: str
    unit: str
    minimum: Decimal
    maximum: Decimal | None
    note: Note = NOTHING_TO_SAY
    one_of: str = ""


class Deadline(NamedTuple):
    """A step that must be done by the end of a day, or by a local moment."""

    step: str
    due: date | datetime
    note: Note = NOTHING_TO_SAY


Finding = Effect | Choice | Deadline


def fen(amount: Decimal) -> Decimal:
    """Round money to the fen, half up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def amount_text(unit: str, quantity: Decimal) -> str:
    """Return a quantity as the contract writes it: money with two places, others plain."""
    if unit == "CNY":
        return str(quantity.quantize(FEN))
    plain = quantity.normalize()
    return format(plain, "f") if plain else "0"


ROUNDINGS: Final = ("last", "largest_remainder", "whole_yuan")
"""The methods of `apportion`."""


def apportion(
    total: Decimal, shares: tuple[Decimal, ...], method: str = "last"
) -> tuple[Decimal, ...]:
    """Split money by percentages so that the parts add up to the fen.

    Args:
        total: CNY, any sign.
        shares: percentages that total 100.
        method: `last` gives what rounding leaves to the last one listed, unless so many
            share so little that nothing would be left to give;
            `largest_remainder` gives a fen at a time to the largest fractions cut off;
            `whole_yuan` rounds every part half up to the yuan, what is left over or too
            much stays with the company.
    """
    exact = [total * share / 100 for share in shares]
    if method == "whole_yuan":
        return tuple(part.quantize(ONE, ROUND_HALF_UP) for part in exact)
    if method == "last":
        head = [fen(part) for part in exact[:-1]]
        rest = fen(total) - sum(head, ZERO)
        if rest * total >= 0:
            return (*head, rest)
    floors = [part.quantize(FEN, "ROUND_DOWN") for part in exact]
    left = int((fen(total) - sum(floors, ZERO)) / FEN)
    step = FEN if left >= 0 else -FEN
    order = sorted(range(len(exact)), key=lambda i: (-abs(exact[i] - floors[i]), i))
    for index in order[: abs(left)]:
        floors[index] += step
    return tuple(floors)
