"""What lies before a day, as whoever computes anew from that day on begins with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shangfa.db import facts
from shangfa.db import ledger as sql
from shangfa.db.facts import Touched
from shangfa.db.tx.transaction import Tx
from shangfa.domain.policies.policy import Policy
from shangfa.services.ledger import tallies
from shangfa.services.ledger.anew.cast import Cast
from shangfa.services.ledger.anew.chronicles import chronicle_of
from shangfa.services.ledger.anew.stage import Stage
from shangfa.services.ledger.places import histories


def earlier(tx: Tx, stage: Stage, policy: Policy, first: date) -> None:
    """Give a stage all that was posted and happened under a policy before a day."""
    policy_id = stage.tenant.policy_ids[policy.name]
    rows = facts.posted_before(tx, Touched(first, policy_id=policy_id))
    book = tallies.book_of_history(policy, stage.cast, rows)
    book.as_of = stage.as_of if policy.timed else date.min
    book.lifted = stage.lifted
    codes = sorted(stage.cast.lives)
    if policy.folds and codes:
        lines = sql.history_of(tx, policy_id, codes, reach(policy, stage.cast, first))
        before = [line for line in lines if line.day < first]
        book.histories = histories(policy, before, stage.tenant.zone)
    stage.books[policy.name] = book
    if policy.asks:
        ids = {code: person.id for code, person in stage.cast.people().items()}
        chronicle = chronicle_of(tx, stage.tenant, policy, ids, first)
        chronicle.facts = [fact for fact in chronicle.facts if fact.report.on < first]
        chronicle.others = [item for item in chronicle.others if item.day < first]
        stage.chronicles[policy.name] = chronicle


def reach(policy: Policy, cast: Cast, first: date) -> date:
    """Return the first day of which rules that look back from a day on must know the entries."""
    return min(policy.reach(first, _begun(cast, code, first)) for code in cast.lives)


def _begun(cast: Cast, code: str, day: date) -> Callable[[str], date | None]:
    return lambda name: cast.dated(code, name, day) if name else None
