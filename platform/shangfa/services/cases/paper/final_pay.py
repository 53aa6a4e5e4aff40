"""What is to be settled with somebody who is dismissed, and by when.

The wages are payroll's; this is what rewards and discipline add to them and take, as the ledger
still has it open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from shangfa.db.cases.acts.dismissals import dismissals_of
from shangfa.db.cases.held import stored_cases
from shangfa.db.months.final import Open, leavers, open_money
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.money import ZERO
from shangfa.services.audit.notes import Noted, note
from shangfa.services.cases.handled import load
from shangfa.services.cases.paper.law import rows_of
from shangfa.services.cases.shown import decided, may_see
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

DEADLINE: Final = "FINAL_PAY_DEADLINE"


@dataclass(frozen=True, slots=True)
class FinalPay:
    """What is open of those whom a case dismisses.

    Attributes:
        due_on: the last day that the law of the company's places leaves, None where none is known.
        people: codes; lines of those who have something open.
    """

    due_on: date | None
    people: Sequence[str]
    lines: Sequence[Open]

    def total(self, code: str) -> Decimal:
        """Return what somebody's open CNY come to."""
        own = (one for one in self.lines if one.subject == code and one.unit == MONEY_UNIT)
        return sum((one.quantity for one in own), ZERO)


def final_pay(ctx: Context, case_id: UUID) -> FinalPay:
    """Return what is to be settled with those whom a case dismisses; nobody before it is effective.

    Raises:
        RefusedError: `not_found`, also for a case the asker may not see.
    """
    ctx.need("cases:final_pay")

    def work(tx: Tx) -> FinalPay:
        items = load(tx, current(tx), stored_cases(tx, [case_id]))
        if not items or not may_see(ctx, items[0]):
            raise refused(NOT_FOUND, "")
        found = leavers(tx, case_id) if decided(items[0]) == "effective" else {}
        open_ = {one.subject for one in dismissals_of(tx, [case_id]) if one.state != "approved"}
        leave = {code: key for code, key in found.items() if code not in open_}
        for code in leave:
            note(tx, ctx, Noted("lines.read", code, case_id))
        due = [row.due_on for row in rows_of(tx, items[0]) if row.row.code == DEADLINE]
        days = [day for day in due if day is not None]
        return FinalPay(
            min(days, default=None) if leave else None,
            sorted(leave),
            open_money(tx, list(leave.values())),
        )

    return reading(ctx, work)
