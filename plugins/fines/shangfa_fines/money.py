"""What all kinds share: the accounts of money, their signs, and shares of a wage."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, Literal

from shangfa.sdk import Direction, Effect, Field, Note, Params, ParamsError, fen

Money = Literal["fine", "reward", "compensation", "donation", "cost", "refund", "wage"]
TIMES: Final = Note("{0} 元 × {1} = {2} 元", "CNY {0} × {1} = CNY {2}")
_WAGE: Final = {
    "day": Note("扣工资 {0} 天 × {1} = {2} 天", "pay of {0} day(s) × {1} = {2} day(s)"),
    "hour": Note("扣工资 {0} 小时 × {1} = {2} 小时", "pay of {0} hour(s) × {1} = {2} hour(s)"),
}

_ONE_OF: Final = Note("恰须 days 与 hours 之一", "exactly one of days and hours is needed")


def signed(account: Money, amount: Decimal) -> Decimal:
    """Return an unsigned amount with the sign of its account."""
    return amount if account == "reward" else -amount


def direction(account: Money) -> Direction:
    """Return what the catalogue calls it."""
    return "reward" if account == "reward" else "penalty"


def money(account: Money, amount: Decimal, times: Decimal) -> Effect:
    """Take or give an amount so many times."""
    total = fen(amount * times)
    note = TIMES.of(amount, times, total)
    return Effect(account, "CNY", signed(account, total), note)


class WageShare(Params):
    """Pay forgone: so many days, or so many hours."""

    days: Decimal | None = Field(default=None, gt=0)
    hours: Decimal | None = Field(default=None, gt=0)

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one of the two.

        Raises:
            ParamsError: both or neither.
        """
        del context
        if (self.days is None) == (self.hours is None):
            raise ParamsError(((), _ONE_OF))

    def paid_in(self) -> str:
        """Return the unit of the account: `day` or `hour`."""
        return "hour" if self.days is None else "day"

    def size(self) -> Decimal:
        """Return how many of the unit."""
        size = self.hours if self.days is None else self.days
        return Decimal(size or 0)

    def taken(self, times: Decimal) -> Effect:
        """Take the share so many times."""
        total = self.size() * times
        note = _WAGE[self.paid_in()].of(self.size(), times, total)
        return Effect("wage", self.paid_in(), -total, note)
