"""What somebody earns as of a day: the one place where settlements read wages."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from shangfa.db.payroll.papers import month_pays
from shangfa.db.people import WageRecord, every_wage
from shangfa.db.tx.transaction import Tx
from shangfa.domain.months.period import month_of
from shangfa.domain.months.settlement import Pay
from shangfa.domain.payroll.papers import MonthPay

NO_PAY: Final = Pay()


@dataclass(frozen=True, slots=True)
class PayBook:
    """Everybody's dated pay: of each subject the first days, and what holds from each.

    Attributes:
        months: (subject, month) -> what payroll says of that month alone.
    """

    since: dict[UUID, list[date]]
    pays: dict[UUID, list[Pay]]
    months: dict[tuple[UUID, str], MonthPay] = field(default_factory=dict)

    def on(self, subject_id: UUID, day: date) -> Pay:
        """Return somebody's pay on a day, one with nothing in it when there is none."""
        place = bisect_right(self.since.get(subject_id, ()), day)
        found = self.pays[subject_id][place - 1] if place else NO_PAY
        own = self.months.get((subject_id, month_of(day))) if self.months else None
        return found if own is None else found._replace(**own._asdict())


def read_pay(tx: Tx) -> PayBook:
    """Return everybody's pay."""
    months = {(who, month): pay for who, month, pay in month_pays(tx)}
    book = PayBook({}, {}, months)
    for subject_id, wage in every_wage(tx):
        book.since.setdefault(subject_id, []).append(wage.since)
        book.pays.setdefault(subject_id, []).append(_pay(wage))
    return book


def _pay(wage: WageRecord) -> Pay:
    basis, region = bool(wage.loss_contract_basis), wage.work_region or ""
    return Pay(wage.month_wage, wage.day_wage, basis, region)
