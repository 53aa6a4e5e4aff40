"""Where the settlement with a partner stands, month by month."""

from __future__ import annotations

from itertools import groupby

from shangfa.db.months.acts import every_act_of, totals_of
from shangfa.db.people import SubjectRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.money import ZERO
from shangfa.domain.months.bills import BillStanding, standing_of


def bills_of(tx: Tx, subject: SubjectRecord) -> list[BillStanding]:
    """Return where each published statement of a partner stands, by month; nobody else has any."""
    if subject.kind != "partner":
        return []
    acts = every_act_of(tx, subject.id)
    months = {month: list(own) for month, own in groupby(acts, lambda act: act.month)}
    totals = totals_of(tx, subject.id, list(months))
    return [standing_of(own, totals.get(month, ZERO)) for month, own in months.items()]
