"""How much of a month's lines may be taken: pay for time not worked, then losses, then fines.

Each kind keeps its own cap; the minimum wage is the floor under all of them together. What
a loss may not take is carried over; a fine that may not be taken is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from shangfa.sdk import ZERO
from shangfa.sdk.guards import Draft, Line, MonthDraft, Settled
from shangfa_compliance_cn.amounts import above, points_for, share_of, unworked
from shangfa_compliance_cn.rules.book import Book
from shangfa_compliance_cn.terms import Terms, terms_of

LOSSES: Final = frozenset({"compensation", "cost", "refund"})
FINES: Final = frozenset({"fine", "donation"})
"""A fine under another name is one."""
TIMES: Final = frozenset({"wage"})
FULL: Final = "full"


@dataclass(slots=True)
class _Month:
    """A month while its lines are gone through.

    Attributes:
        pay: the wage without the time not worked: what the caps are shares of.
        free: above the minimum wage and not yet taken.
        loss_left, fine_left: what the caps still leave.
    """

    said: MonthDraft
    terms: Terms
    minimum: Decimal | None
    pay: Decimal
    free: Decimal = ZERO
    loss_left: Decimal = ZERO
    fine_left: Decimal = ZERO
    done: dict[str, Settled] = field(default_factory=dict)

    def limit(self) -> None:
        """Set the caps and the floor, once the pay of the time worked is known."""
        held = self.said.statutory if self.said.floor_basis == "after_statutory" else ZERO
        self.free = ZERO if self.minimum is None else above(self.pay - held, self.minimum)
        self.loss_left = share_of(self.pay, self.terms.loss_rate)
        self.fine_left = share_of(self.pay, self.terms.fine.rate)


def settle(draft: Draft, book: Book) -> Sequence[Settled]:
    """Return what becomes of each line of the draft's month, in the order of the lines."""
    said = draft.month
    if said is None:
        return []
    _check(said)
    if said.kind == "partner":
        return [_taken(line, _due(line), FULL) for line in said.lines]
    terms = terms_of(draft, book)
    month = _Month(said, terms, terms.minimum(said.minimum), said.wage)
    _go_through(month, TIMES, _time)
    month.limit()
    _go_through(month, LOSSES, _loss)
    _go_through(month, FINES, _fine)
    return [month.done.get(line.ref) or _taken(line, _due(line), FULL) for line in said.lines]


def _go_through(
    month: _Month, accounts: Collection[str], answer: Callable[[_Month, Line], Settled]
) -> None:
    month.done |= {
        line.ref: answer(month, line) for line in month.said.lines if line.account in accounts
    }


def _check(said: MonthDraft) -> None:
    """Let a month pass whose lines have names of their own and unsigned amounts."""
    refs = {line.ref for line in said.lines}
    amounts = [said.wage, said.statutory]
    for line in said.lines:
        amounts += [line.requested, line.carried_in, line.days, line.hours]
    if len(refs) != len(said.lines) or min(amounts) < 0:
        raise ValueError("lines have names of their own and amounts of 0 or more")


def _due(line: Line) -> Decimal:
    return line.requested + line.carried_in


def _taken(line: Line, amount: Decimal, reason: str) -> Settled:
    """Take an amount and carry the rest."""
    left = _due(line) - amount
    return Settled(line.ref, line.requested, line.carried_in, amount, left, ZERO, reason)


def _dropped(line: Line, amount: Decimal, reason: str, points: int = 0) -> Settled:
    """Take an amount and let the rest go."""
    left = _due(line) - amount
    return Settled(line.ref, line.requested, line.carried_in, amount, ZERO, left, reason, points)


def _time(month: _Month, line: Line) -> Settled:
    worth = min(unworked(month.said.wage, line.days, line.hours), month.pay)
    amount = min(_due(line), worth)
    month.pay -= amount
    return _dropped(line, amount, FULL if amount == _due(line) else "unworked_time")


def _loss(month: _Month, line: Line) -> Settled:
    barred = _barred(month, line)
    if barred:
        return _taken(line, ZERO, barred)
    told = _told(line.notice_amount if month.terms.notice else None, line)
    amount = min(_due(line), month.loss_left, month.free, told)
    reason = _reason(_due(line), amount, month.loss_left, month.terms.loss_rate)
    if told == amount < min(month.loss_left, month.free, _due(line)):
        reason = "notice_amount"
    month.loss_left -= amount
    month.free -= amount
    return _taken(line, amount, reason)


def _barred(month: _Month, line: Line) -> str:
    """Return why nothing of a loss may be taken, empty when some may."""
    if not _due(line):
        return ""
    if not month.said.contract_basis:
        return "no_contract_basis"
    if month.terms.notice is not None and not line.notice:
        return "notice_missing"
    return "min_wage_unknown" if month.minimum is None else ""


def _told(amount: Decimal | None, line: Line) -> Decimal:
    """Return up to which a paper lets a line be taken; all of it where none is asked for."""
    return _due(line) if amount is None else amount


def _reason(due: Decimal, amount: Decimal, left: Decimal, rate: Decimal) -> str:
    if amount == due:
        return FULL
    return f"cap_{rate * 100:.0f}" if amount == left else "min_wage_floor"


def _fine(month: _Month, line: Line) -> Settled:
    answer = month.terms.fine.answer
    if answer == "block" or (answer == "consent" and not line.consent):
        return _dropped(line, ZERO, "fine_not_allowed")
    if answer == "convert":
        return _dropped(line, ZERO, "converted", points_for(_due(line)))
    if month.minimum is None:
        return _taken(line, ZERO, "min_wage_unknown")
    told = _told(line.consent_amount if answer == "consent" else None, line)
    amount = min(_due(line), month.fine_left, month.free, told)
    reason = _reason(_due(line), amount, month.fine_left, month.terms.fine.rate)
    if told == amount < min(month.fine_left, month.free, _due(line)):
        reason = "consent_amount"
    month.fine_left -= amount
    month.free -= amount
    return _dropped(line, amount, reason)
