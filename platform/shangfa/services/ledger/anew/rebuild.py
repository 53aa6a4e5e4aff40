"""Build the tallies that a new version needs and its predecessors did not keep."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from shangfa.db import ledger as sql
from shangfa.db import people
from shangfa.db.ledger import CounterDay, TallyMove
from shangfa.db.tx.transaction import Tx
from shangfa.domain.dates.windows import Window
from shangfa.domain.ledger.book import NOTHING, Total
from shangfa.domain.people.lines import read_date
from shangfa.domain.people.past import Past
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger import tallies


def build(tx: Tx, policy_id: UUID, before: Policy | None, after: Policy) -> None:
    """Add, from the ledger, tallies of the windows that `after` keeps and `before` did not."""
    if before is None:
        return  # nothing was ever posted under a policy without a version
    sql.allow_long(tx)
    for account, unit in sql.counters_of(tx, policy_id):
        known = {window.text for window in before.windows(account, unit).every}
        kept = after.windows(account, unit).every
        fresh = [window for window in kept if window.text not in known]
        if fresh:
            anchored = any(window.anchor for window in fresh)
            past = {item.id: item.past for item in people.pasts(tx)} if anchored else {}
            days = sql.counter_days(tx, policy_id, account, unit)
            for window in fresh:
                moves = _moves(after, (account, unit), window, days, past)
                sql.set_tallies(tx, policy_id, moves)


def _moves(
    policy: Policy,
    kept: tuple[str, str],
    window: Window,
    days: list[CounterDay],
    pasts: Mapping[UUID, Past],
) -> list[TallyMove]:
    account, unit = kept
    sums: dict[tuple[UUID, str], Total] = {}
    for subject_id, day, total, own in days:
        attributes = pasts[subject_id].attributes(day) if window.anchor else {}
        span = window.span(day, read_date(attributes.get(window.anchor)))
        if span is None or not (total or own):
            continue
        key = (subject_id, span)
        was = sums.get(key, NOTHING)
        sums[key] = Total(was.total + total, was.own + own, max(was.last_day, day))
    return [
        TallyMove(
            subject_id,
            account,
            unit,
            span,
            new_id(),
            total.total,
            total.own,
            total.last_day,
            tallies.gap(policy, ("", account, unit), span, total),
        )
        for (subject_id, span), total in sums.items()
    ]
