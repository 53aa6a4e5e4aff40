"""Recompute a tenant from its facts and say where the stored state differs: nowhere.

Every incident that stands is assessed again in the order of the law, in memory, with the policy
version of its day and everybody as he is known to have been; only the decisions of subjects
whose part stands count. What humans chose and what programmes gave are facts and are
followed through the reactions. Ledger balances by day and tallies must come out the same,
whatever the order in which they were recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db import facts, tenancy
from shangfa.db import ledger as sql
from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.facts import Happened, Touched
from shangfa.db.server.jobs import Job
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.faults import refused
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.ledger.reactions import time_passes
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.clock import today
from shangfa.services.ledger.anew.cast import everybody, in_order
from shangfa.services.ledger.anew.stage import Stage
from shangfa.services.tenancy.ready import load

Balance = tuple[str, str, str, str, str, date, bool]
"""policy, subject, account, unit, clause, day, joint"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored figure that the facts do not give."""

    what: str
    key: tuple[Any, ...]
    stored: Any
    replayed: Any


@dataclass(slots=True)
class _Replay:
    """The state of one replay."""

    stage: Stage
    balances: dict[Balance, Decimal] = field(default_factory=dict)

    def happen(self, item: Happened) -> None:
        """Assess one incident again; what does not stand of it moves nothing."""
        name = self.stage.policy(item).name
        for decision in self.stage.happen(item):
            if decision is not None:
                self._post(name, decision.postings)

    def pass_time(self) -> None:
        """Follow what came by time alone until today."""
        stage = self.stage
        for name, policy in stage.tenant.policies.items():
            for code in sorted(stage.cast.lives) if policy.timed else ():
                found = time_passes(policy, stage.cast, stage.book(policy), code, date.min)
                self._post(name, found)

    def run(self, tx: Tx) -> None:
        """Let everything happen again."""
        happened, decided = facts.happened(tx, Touched()), facts.decided(tx, Touched())
        for item in in_order(happened, decided, self.stage.tenant.zone):
            if isinstance(item, Happened):
                self.happen(item)
            else:
                self._post(self.stage.policy(item).name, self.stage.decide(item))
        self.pass_time()

    def _post(self, name: str, postings: Iterable[Posting]) -> None:
        for item in postings:
            where = (item.subject, item.account, item.unit, item.clause, item.day, item.joint)
            key = (name, *where)
            self.balances[key] = self.balances.get(key, Decimal(0)) + item.quantity

    def totals(self) -> dict[tuple[Any, ...], Any]:
        """Return the tallies that are not nothing."""
        return {
            (name, *counter, span): (total.total, total.own)
            for name, book in self.stage.books.items()
            for (counter, span), total in book.totals.items()
            if total.total or total.own
        }


def verification_of(tenant_id: UUID, slug: str) -> Job:
    """Return the job that verifies a tenant once whoever leaves it has committed."""
    own = f"verify_totals:{tenant_id}"
    return Job("verify", "verify_totals", own, {"tenant": tenant_id, "slug": slug})


def verify(slug: str) -> list[Difference]:
    """Return every difference between a tenant's stored state and its facts.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    with begin(None) as tx:
        tenant_id = tenancy.find_tenant(tx, slug)
    if tenant_id is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    return verify_tenant(tenant_id)


def verify_tenant(tenant_id: UUID) -> list[Difference]:
    """Return the differences of one tenant, read as of one moment."""
    with begin(tenant_id, Kind.SNAPSHOT) as tx:
        run = _replay(tx)
        balances = {tuple(row[:-1]): row.quantity for row in sql.stored_balances(tx)}
        tallies = {tuple(row[:5]): tuple(row[5:]) for row in sql.stored_tallies(tx)}
    wanted = {key: total for key, total in run.balances.items() if total}
    return [*_compare("balance", balances, wanted), *_compare("tally", tallies, run.totals())]


def _replay(tx: Tx) -> _Replay:
    tenant = load(tx)
    cast, day = everybody(tx, tenant.renames), today(tenant.zone)
    stage = Stage(tenant, cast, day, lifted=lifted(tx))
    run = _Replay(stage)
    run.run(tx)
    return run


def _compare(
    what: str, stored: Mapping[tuple[Any, ...], Any], wanted: Mapping[Any, Any]
) -> Iterator[Difference]:
    for key in sorted(stored.keys() | wanted.keys(), key=str):
        if stored.get(key) != wanted.get(key):
            yield Difference(what, key, stored.get(key), wanted.get(key))
