"""Whether one decision is harsher than another: what an appeal may never bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.text import Note

_DISMISSAL = ("action", "dismissal")
_MONEY = Note("金额由 {0} 变为 {1}", "money goes from {0} to {1}")
_MARKS = Note("等级比原决定更重", "a higher rung, or more of one")
_ACTION = Note("新增“{0}”", "{0!r} is new")
_UNITS = Note("“{0}”由 {1} 变为 {2}", "{0!r} goes from {1} to {2}")
_APART = ("marks", "action", "count")


def harsher(
    before: Iterable[Posting], after: Iterable[Posting], ladder: Sequence[str]
) -> Note | None:
    """Return in what respect `after` is harsher than `before`, None when in none.

    Both are one person's. In place of a dismissal everything else is milder.
    """
    old, new = _sums(before), _sums(after)
    if old.get(_DISMISSAL) and not new.get(_DISMISSAL):
        return None
    was, now = (_money(sums) for sums in (old, new))
    if now < was:
        return _MONEY.of(was, now)
    if _marks(new, ladder) > _marks(old, ladder):
        return _MARKS
    return _new_action(old, new) or _units(old, new)


Sums = Mapping[tuple[str, str], Decimal]


def _sums(postings: Iterable[Posting]) -> Sums:
    sums: dict[tuple[str, str], Decimal] = {}
    for item in postings:
        key = (item.account, item.unit)
        sums[key] = sums.get(key, Decimal(0)) + item.quantity
    return sums


def _money(sums: Sums) -> Decimal:
    return sum((value for (_, unit), value in sums.items() if unit == MONEY_UNIT), Decimal(0))


def _marks(sums: Sums, ladder: Sequence[str]) -> list[Decimal]:
    """Return how many of each rung, the highest first: the first difference decides."""
    return [sums.get(("marks", rung), Decimal(0)) for rung in reversed(ladder)]


def _new_action(old: Sums, new: Sums) -> Note | None:
    """Return an action that was not there."""
    fresh = [unit for (account, unit) in new if account == "action" and (account, unit) not in old]
    return _ACTION.of(fresh[0]) if fresh else None


def _units(old: Sums, new: Sums) -> Note | None:
    for key in {**old, **new}:
        account, unit = key
        if account in _APART or unit == MONEY_UNIT:
            continue
        was, now = old.get(key, Decimal(0)), new.get(key, Decimal(0))
        if now > was if account == "breach" else now < was:
            return _UNITS.of(unit, was, now)
    return None
