"""Recompute a tenant from its facts and say where the stored state differs: nowhere.

Every incident that stands is assessed again in date order, in memory, with the policy
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
from shangfa.db.facts import Happened, Touched
from shangfa.db.server.jobs import Job
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.faults import PluginFailedError, RefusedError, refused
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.policies.policy import Policy
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.ledger.cast import Cast, everybody
from shangfa.services.tenancy.ready import ReadyTenant, load

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

    tenant: ReadyTenant
    cast: Cast
    books: dict[str, Book] = field(default_factory=dict)
    balances: dict[Balance, Decimal] = field(default_factory=dict)

    def record(self, incident: Happened) -> None:
        """Assess one incident again; what does not stand of it moves nothing.

        Nothing follows from one that the policy no longer takes as it is known now.
        """
        name = self.tenant.policy_name(incident.policy_id)
        report = self.cast.report(incident, name, self.tenant.zone)
        whole = all(part.stands for part in incident.parts)
        try:
            found = self._assess(name, report, self._book(name) if whole else Book())
        except PluginFailedError:
            raise
        except RefusedError:
            return
        if whole:
            self._post(name, found.postings)
            return
        for decision, part in zip(found.decisions, incident.parts, strict=True):
            if part.stands:
                direct = [item for item in decision.postings if item.cause == "clause"]
                self.follow(name, direct)

    def _assess(self, name: str, report: Report, book: Book) -> Assessment:
        return assess(self._policy(name), report, self.cast, book, self.tenant.calendar)

    def follow(self, name: str, decided: list[Posting]) -> None:
        """Take what was decided as a fact and follow it."""
        trace: list[Line] = []
        batches = [(decided, trace)]
        (more,) = react_in_turn(self._policy(name), self.cast, self._book(name), batches)
        self._post(name, [*decided, *more])

    def _policy(self, name: str) -> Policy:
        return self.tenant.policies[name]

    def _book(self, name: str) -> Book:
        return self.books.setdefault(name, Book())

    def _post(self, name: str, postings: Iterable[Posting]) -> None:
        for item in postings:
            where = (item.subject, item.account, item.unit, item.clause, item.day, item.joint)
            key = (name, *where)
            self.balances[key] = self.balances.get(key, Decimal(0)) + item.quantity

    def totals(self) -> dict[tuple[Any, ...], Any]:
        """Return the tallies that are not nothing."""
        return {
            (name, *counter, span): (total.total, total.own)
            for name, book in self.books.items()
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
    run = _Replay(tenant, everybody(tx, tenant.renames))
    for incident in facts.happened(tx, Touched()):
        run.record(incident)
    for item in facts.decided(tx, Touched()):
        if item.posting is not None:
            run.follow(tenant.policy_name(item.policy_id), [Posting(*item.posting)])
    return run


def _compare(
    what: str, stored: Mapping[tuple[Any, ...], Any], wanted: Mapping[Any, Any]
) -> Iterator[Difference]:
    for key in sorted(stored.keys() | wanted.keys(), key=str):
        if stored.get(key) != wanted.get(key):
            yield Difference(what, key, stored.get(key), wanted.get(key))
