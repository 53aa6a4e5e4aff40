"""What a month settles: the protocol of a guard, and the plain rule without one.

A draft says, for one subject, what each kind of money comes to; a guard says how much of it
may be settled this month. What it does not allow is carried into the next month that closes.
All amounts are CNY with two places, negative when the subject pays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.domain.faults import PluginFailedError
from shangfa.domain.money import FEN, ZERO
from shangfa.domain.payroll.papers import NO_FLOORS, Floors

FULL: Final = "full"
"""The reason of a line that is settled whole."""
BONUS_UNKNOWN: Final = "bonus_unknown"
"""The reason of a share of a bonus whose amount nobody told: the detail has the share."""
WAGE_UNKNOWN: Final = "wage_unknown"
"""The reason of what cannot be counted, or limited, for want of somebody's wage."""
NEVER_TAKEN: Final = "never_taken"
"""The reason of a line that would give back more than all months took."""
LATER_MONTH: Final = "later_month"
"""The reason of what a later month left over and this one, locked after it, does not take."""
MIN_WAGE_UNKNOWN: Final = "min_wage_unknown"
"""The reason of what cannot be limited because the place's minimum wage is not known."""
NEXT_PAYDAY: Final = "next_payday"
"""The reason of a reward that is paid with the next month."""
BONUS_SPENT: Final = "bonus_spent"
"""The reason of a line that would take more of a bonus than there is."""


class Pay(NamedTuple):
    """What somebody earns as of a day, CNY; None for what nobody told.

    Attributes:
        loss_contract_basis: whether the contract lets losses be deducted.
        work_region: where the work is done, whose minimum wage counts.
        bonus: the whole bonus of the month.
        statutory: what law withholds of the month first.
    """

    month_wage: Decimal | None = None
    day_wage: Decimal | None = None
    loss_contract_basis: bool = False
    work_region: str = ""
    bonus: Decimal | None = None
    statutory: Decimal | None = None


class DraftItem(NamedTuple):
    """One kind of money of a draft.

    Attributes:
        money: the account of the ledger: `fine`, `compensation`, …
        requested: what this month's entries come to.
        carried_in: what earlier months left over.
        days, hours: what of it was counted in time, signed.
        noticed, consented: up to which it was told in writing, or agreed to; None for not at all.
    """

    money: str
    requested: Decimal
    carried_in: Decimal = ZERO
    clauses: tuple[str, ...] = ()
    days: Decimal = ZERO
    hours: Decimal = ZERO
    noticed: Decimal | None = None
    consented: Decimal | None = None

    @property
    def due(self) -> Decimal:
        """All that could be settled."""
        return self.requested + self.carried_in


class SettlementDraft(NamedTuple):
    """What a month comes to for one subject, before anybody looked at the law.

    Attributes:
        kind: `employee`, `team` or `partner`.
        last: the month's last day.
        pay: as of that day.
        items: one for each kind of money.
        floors: the company's own minimum wages.
    """

    subject: str
    kind: str
    last: date
    pay: Pay
    items: tuple[DraftItem, ...]
    floors: Floors = NO_FLOORS


class Ruling(NamedTuple):
    """How much of an item may be settled, and by which rule; the rest is carried.

    Attributes:
        refused: what may not be settled at any time and is not carried.
        law: what the rule is read from, "" when nothing was cut.
        points: what stands instead of the money that is refused.
    """

    allowed: Decimal
    reason: str = FULL
    refused: Decimal = ZERO
    law: str = ""
    points: int = 0


Guard = Callable[[SettlementDraft], Sequence[Ruling]]
"""Returns a ruling for each item of a draft, in their order; pure, the same every time."""


def full(draft: SettlementDraft) -> Sequence[Ruling]:
    """Allow everything: the rule of who has no other."""
    return [Ruling(item.due) for item in draft.items]


def ruled(guard: Guard, draft: SettlementDraft) -> Sequence[Ruling]:
    """Return what a guard says of a draft, held to what a ruling must be.

    Raises:
        PluginFailedError: it says too little or too much, more than is due, or half a fen.
    """
    rulings = guard(draft)
    if len(rulings) != len(draft.items):
        raise PluginFailedError(_name(guard), f"{len(rulings)} rulings for {len(draft.items)}")
    for item, ruling in zip(draft.items, rulings, strict=True):
        if not _fits(item, ruling):
            said = f"{ruling.allowed} allowed, {ruling.refused} refused of {item.due}"
            raise PluginFailedError(_name(guard), f"{item.money}: {said}")
    return rulings


def passed_on(requested: Decimal, carried: Decimal) -> Decimal:
    """Return what of a later month's left-over an earlier month hands on untouched.

    What was done in March is not taken out of the wage of February, in whatever order they are
    locked; but what February gives back is first what is still owed.
    """
    offset = min(abs(requested), abs(carried)) if requested * carried < 0 else ZERO
    return carried + offset if carried < 0 else carried - offset


def held_back(ruling: Ruling, taken: Decimal) -> Ruling:
    """Return a ruling that gives back no more than was ever taken.

    A fine that was converted took nothing, so taking it back gives nothing.
    """
    over = ruling.allowed - max(taken, ZERO)
    if over <= 0:
        return ruling
    return Ruling(ruling.allowed - over, NEVER_TAKEN, ruling.refused + over)


def next_payday(item: DraftItem, waiting: Decimal) -> Ruling:
    """Pay what was left over for this month, and leave for the next what waits of this one.

    `waiting`: of what this month gives, what is paid with the next. What is taken back is taken
    from what waits, and at once where that is not enough.
    """
    if waiting <= 0 or item.due <= 0:
        return Ruling(item.due)
    paid = item.due - waiting
    return Ruling(max(ZERO, min(item.due, paid)), NEXT_PAYDAY)


def of_bonus(ruling: Ruling, bonus: Decimal | None) -> Ruling:
    """Return a ruling that takes no more of a bonus than there is: base pay is not touched."""
    over = ruling.allowed + bonus if bonus is not None else ZERO
    if over >= 0:
        return ruling
    return Ruling(ruling.allowed - over, BONUS_SPENT, ruling.refused + over)


def _fits(item: DraftItem, ruling: Ruling) -> bool:
    due, allowed, refused = item.due, ruling.allowed, ruling.refused
    if allowed == due and not refused:
        return True
    low, high = (due, ZERO) if due < 0 else (ZERO, due)
    within = low <= allowed <= high and low <= refused <= high and low <= allowed + refused <= high
    return within and allowed == allowed.quantize(FEN) and refused == refused.quantize(FEN)


def _name(guard: Guard) -> str:
    return str(getattr(guard, "__name__", guard))
