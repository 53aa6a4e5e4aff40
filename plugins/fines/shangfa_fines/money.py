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

_LEAST: Final = Note("{0}；一次至少 {1} 元", "{0}; CNY {1} at least for one incident")
_MOST: Final = Note("{0}；一次至多 {1} 元", "{0}; CNY {1} at most for one incident")
_UNDER: Final = Note("上限 {0} 小于下限 {1}", "most {0} lies under least {1}")
_ONE_OF: Final = Note("恰须 days 与 hours 之一", "exactly one of days and hours is needed")


def signed(account: Money, amount: Decimal) -> Decimal:
    """Return an unsigned amount with the sign of its account."""
    return amount if account == "reward" else -amount


def direction(account: Money) -> Direction:
    """Return what the catalogue calls it."""
    return "reward" if account == "reward" else "penalty"


def money(account: Money, amount: Decimal, times: Decimal, limits: Limits | None = None) -> Effect:
    """Take or give an amount so many times, within what one incident may come to."""
    total = fen(amount * times)
    return within(
        limits, Effect(account, "CNY", signed(account, total), TIMES.of(amount, times, total))
    )


class Limits(Params):
    """What one incident comes to at least and at most."""

    least: Decimal | None = Field(
        default=None, ge=0, description="CNY at least, once anything is due for the incident"
    )
    most: Decimal | None = Field(default=None, gt=0, description="CNY at most for one incident")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse a most under the least.

        Raises:
            ParamsError: saying both.
        """
        del context
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ParamsError((("most",), _UNDER.of(self.most, self.least)))


def within(limits: Limits | None, effect: Effect) -> Effect:
    """Return an effect within the limits of one incident, saying which of them held."""
    if limits is None or not effect.quantity:
        return effect
    size, sign = abs(effect.quantity), 1 if effect.quantity > 0 else -1
    if limits.least is not None and size < limits.least:
        least = fen(limits.least)
        return effect._replace(quantity=sign * least, note=_LEAST.of(effect.note, least))
    if limits.most is not None and size > limits.most:
        most = fen(limits.most)
        return effect._replace(quantity=sign * most, note=_MOST.of(effect.note, most))
    return effect


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
