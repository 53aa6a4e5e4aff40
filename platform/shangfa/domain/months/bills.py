"""What is done with a partner's statement, and what follows of it for the settlement.

A statement is published about the 10th and, for good, about the 24th. The partner may object to
a line for some days; what is left to pay suspends the settlement until it is paid in full.
Amounts are CNY with two places, what the partner pays above 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, get_args
from uuid import UUID

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.money import ZERO

StatementActKind = Literal["published", "objected", "decided", "paid"]
STATEMENT_ACTS: Final[tuple[str, ...]] = get_args(StatementActKind)
Outcome = Literal["upheld", "reduced"]
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
"""What becomes of a line that was objected to."""
Settlement = Literal["open", "suspended", "active"]
SETTLEMENTS: Final[tuple[str, ...]] = get_args(Settlement)
"""`open` until it is published for good as it stands, `suspended` while something is not paid."""
ENTRIES: Final = "entries"
"""The key of which lines a publication had; nobody is shown it, for it is the ledger's."""


class StatementAct(NamedTuple):
    """Something that was done with a statement; `body` is what was said with it."""

    id: UUID
    subject_id: UUID
    month: str
    number: int
    kind: str
    version: int
    day: date
    body: dict[str, Any]
    role: str
    actor_id: UUID
    at: datetime


class BillStanding(NamedTuple):
    """Where the settlement of a published month stands; `total`: as it was published."""

    month: str
    total: Decimal
    due: Decimal
    settlement: Settlement


def last_day(calendar: Calendar, published: date, days: int, *, working: bool) -> date:
    """Return the last day on which an objection is in time; the day of publication is none."""
    if working:
        return calendar.add_working_days(published, days)
    return published + timedelta(days=days)


def newest(acts: Sequence[StatementAct], kind: str) -> StatementAct | None:
    """Return the last act of a kind."""
    return next((act for act in reversed(acts) if act.kind == kind), None)


def due_of(acts: Sequence[StatementAct]) -> Decimal:
    """Return what the last publication bills, and payments have not settled yet."""
    published = newest(acts, "published")
    billed = -Decimal(published.body["total"]) if published else ZERO
    paid = sum((Decimal(act.body["amount"]) for act in acts if act.kind == "paid"), ZERO)
    return max(billed, ZERO) - paid


def standing_of(acts: Sequence[StatementAct], total: Decimal) -> BillStanding:
    """Return where a published month stands; `total`: of the month as it is now."""
    published = newest(acts, "published") or acts[0]
    billed = Decimal(published.body["total"])
    return BillStanding(published.month, billed, due_of(acts), settlement_of(acts, total))


def settlement_of(acts: Sequence[StatementAct], total: Decimal) -> Settlement:
    """Return where the settlement with a partner stands; `total`: of the month as it is now."""
    published = newest(acts, "published")
    if published is None or not published.body["final"]:
        return "open"
    if Decimal(published.body["total"]) != total:
        return "open"
    return "suspended" if due_of(acts) > 0 else "active"
