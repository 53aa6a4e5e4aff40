"""Reactions over a period: money capped, and what is forfeited once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Literal

from shangfa.sdk import (
    AccountName,
    Effect,
    Field,
    Note,
    Params,
    ParamsError,
    Row,
    Rule,
    Watch,
    Window,
    fen,
)
from shangfa_fines.money import Money, direction, signed

_CAPPED = Note(
    "封顶：{0}内至多 {1} 元，超出部分不再计（{2}）。",
    "Capped: CNY {1} at most within the {0}, the rest does not count ({2}).",
)
_ONE_OF = Note("恰须 amount 与 percent 之一", "exactly one of amount and percent is needed")
_REACHED = Note("{0} 每累计 {1} 元：{2}。", "Every CNY {1} of {0}: {2}.")
_ONCE = Note("{0}内只扣一次。", "Once within the {0}.")


class Cap(Params):
    """What is taken or given on an account within a window is capped."""

    account: Literal["fine", "reward", "compensation", "donation", "refund"] = "fine"
    within: Window
    most: Decimal = Field(ge=0, description="CNY")
    clauses: tuple[str, ...] = Field(
        default=(), description="patterns of the codes it covers; all when empty"
    )


def counter_of(rule: Rule[Cap]) -> str:
    """Return the counter that gathers what is taken before the cap."""
    return f"cap:{rule.code}"


def watch_cap(rule: Rule[Cap]) -> Sequence[Watch]:
    """Watch what is taken, before it is capped."""
    return [Watch("count", counter_of(rule), rule.params.within)]


def covers(rule: Rule[Cap], account: str, unit: str, clause: str) -> bool:
    """Tell whether something posted counts for the cap."""
    params = rule.params
    if (account, unit) != (params.account, "CNY"):
        return False
    return not params.clauses or any(fnmatchcase(clause, glob) for glob in params.clauses)


def derive_cap(rule: Rule[Cap], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give back what goes beyond the cap."""
    del unit
    beyond = fen(total - rule.params.most)
    account = rule.params.account
    return [Effect(account, "CNY", -signed(account, beyond))] if beyond > 0 else []


def gives_cap(rule: Rule[Cap]) -> Sequence[tuple[AccountName, str]]:
    """One account."""
    return [(rule.params.account, "CNY")]


def rows_cap(rule: Rule[Cap]) -> Iterable[Row]:
    """One row: the cap."""
    params = rule.params
    yield Row(
        "none", params.account, "CNY", None, params.most, "", f"capped within {params.within}"
    )


def note_cap(rule: Rule[Cap]) -> Note:
    """Say the cap and its clause."""
    return _CAPPED.of(_window(rule.params.within), rule.params.most, rule.code)


def _window(window: str) -> Note:
    words = {"day": "当天", "week": "当周", "month": "当月", "quarter": "当季", "half_year": "半年"}
    words |= {"year": "当年", "ever": "全部期间"}
    return Note(words.get(window, f"{window} "), window.replace("_", " "))


class Forfeit(Params):
    """Something forfeited once within a window, however often it is deserved."""

    of: str = Field(description="the counter, as posted by a counting clause")
    within: Window
    percent: Decimal | None = Field(default=None, gt=0, le=100, description="of a bonus")
    amount: Decimal | None = Field(default=None, gt=0, description="CNY instead")
    which: str = Field(default="", description="which bonus, for the catalogue and the trace")
    account: Money = "fine"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one of the two.

        Raises:
            ParamsError: both or neither.
        """
        del context
        if (self.amount is None) == (self.percent is None):
            raise ParamsError(((), _ONE_OF))

    def effect(self) -> Effect:
        """Return what is forfeited."""
        if self.percent is not None:
            return Effect("bonus", "percent", -self.percent)
        return Effect(self.account, "CNY", signed(self.account, fen(self.amount or Decimal(0))))


def watch_forfeit(rule: Rule[Forfeit]) -> Sequence[Watch]:
    """Watch the counter in its window."""
    return [Watch("count", rule.params.of, rule.params.within)]


def derive_forfeit(rule: Rule[Forfeit], unit: str, total: Decimal) -> Sequence[Effect]:
    """Take it once as soon as anything is counted."""
    del unit
    return [rule.params.effect()] if total > 0 else []


def gives_forfeit(rule: Rule[Forfeit]) -> Sequence[tuple[AccountName, str]]:
    """One account."""
    return [rule.params.effect()[:2]]


def rows_forfeit(rule: Rule[Forfeit]) -> Iterable[Row]:
    """One row: what is forfeited."""
    effect = rule.params.effect()
    size, kind = abs(effect.quantity), direction(rule.params.account)
    note = f"{rule.params.which} once within {rule.params.within}".strip()
    yield Row(kind, effect.account, effect.unit, size, size, "", note)


def note_forfeit(rule: Rule[Forfeit]) -> Note:
    """Say that it is once."""
    return _ONCE.of(_window(rule.params.within))


class Threshold(Params):
    """What money of an account brings each time it reaches a sum within a window."""

    account: Literal["fine", "reward", "compensation", "donation", "refund"] = "fine"
    at: Decimal = Field(gt=0, description="CNY")
    every: bool = Field(default=True, description="again for each further such sum; else once")
    within: Window
    gives: str = Field(min_length=1, description="a rung or an action")


def watch_threshold(rule: Rule[Threshold]) -> Sequence[Watch]:
    """Watch the money as a number of yuan, what is given back taken off."""
    account = rule.params.account
    weights = (("CNY", signed(account, Decimal(1))),)
    return [Watch(account, f"{account}:CNY", rule.params.within, weights=weights)]


def derive_threshold(rule: Rule[Threshold], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give one for every full sum, or one in all."""
    del unit
    params = rule.params
    times = total // params.at if total > 0 else Decimal(0)
    times = times if params.every else min(times, Decimal(1))
    return [Effect(*_gift(rule), times)] if times else []


def _gift(rule: Rule[Threshold]) -> tuple[AccountName, str]:
    return rule.ladder.account(rule.params.gives), rule.params.gives


def gives_threshold(rule: Rule[Threshold]) -> Sequence[tuple[AccountName, str]]:
    """A rung or an action."""
    return [_gift(rule)]


def rows_threshold(rule: Rule[Threshold]) -> Iterable[Row]:
    """One row: what one sum brings."""
    params = rule.params
    note = f"at {params.at} of {params.account} within {params.within}"
    kind, one = direction(params.account), Decimal(1)
    yield Row(kind, *_gift(rule), one, one, "", note)


def note_threshold(rule: Rule[Threshold]) -> Note:
    """Say what sum brings what."""
    params = rule.params
    return _REACHED.of(params.account, params.at, rule.ladder.title(params.gives))
