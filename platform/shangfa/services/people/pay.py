"""What somebody earns as of a day: the one place where settlements read wages."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from shangfa.db.people import WageRecord, every_wage
from shangfa.db.tx.transaction import Tx
from shangfa.domain.months.settlement import Pay

NO_PAY: Final = Pay()


@dataclass(frozen=True, slots=True)
class PayBook:
    """Everybody's dated pay: of each subject the first days, and what holds from each."""

    since: dict[UUID, list[date]]
    pays: dict[UUID, list[Pay]]

    def on(self, subject_id: UUID, day: date) -> Pay:
        """Return somebody's pay on a day, one with nothing in it when there is none."""
        place = bisect_right(self.since.get(subject_id, ()), day)
        return self.pays[subject_id][place - 1] if place else NO_PAY


def read_pay(tx: Tx) -> PayBook:
    """Return everybody's pay."""
    book = PayBook({}, {})
    for subject_id, wage in every_wage(tx):
        book.since.setdefault(subject_id, []).append(wage.since)
        book.pays.setdefault(subject_id, []).append(_pay(wage))
    return book


def _pay(wage: WageRecord) -> Pay:
    basis, region = bool(wage.loss_contract_basis), wage.work_region or ""
    return Pay(wage.month_wage, wage.day_wage, basis, region)
