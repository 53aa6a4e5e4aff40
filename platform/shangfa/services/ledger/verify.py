"""Recompute a tenant from its facts and say where the stored state differs: nowhere.

Every incident that stands is assessed again in date order, in memory, with the policy
version of its day and the reporting lines as they are known; only the decisions of subjects
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

from shangfa.db import cases, people, tenancy
from shangfa.db import ledger as sql
from shangfa.db.cases import StandingIncident
from shangfa.db.months import evaluations
from shangfa.db.server.jobs import Job
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.dates.moments import localised
from shangfa.domain.faults import refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn, time_passes
from shangfa.domain.people.lines import read_date
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policy
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.clock import today
from shangfa.services.ledger.places import of_fact
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
    """The state of one replay; it answers who supervised whom."""

    tenant: ReadyTenant
    lines: Mapping[str, list[tuple[date, str | None]]]
    attributes: Mapping[str, Mapping[str, Any]]
    as_of: date
    books: dict[str, Book] = field(default_factory=dict)
    balances: dict[Balance, Decimal] = field(default_factory=dict)

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return who supervised on that day."""
        boss = None
        for since, code in self.lines.get(subject, ()):
            if since > day:
                break
            boss = code
        return boss

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return a date attribute of somebody, None when it is not known."""
        del day
        return read_date(self.attributes.get(subject, {}).get(attribute))

    def record(self, incident: StandingIncident) -> None:
        """Assess one incident again; what does not stand of it moves nothing."""
        if all(incident.stands) and not any(incident.varied):
            book, report = self._book(incident.policy), _report(incident, self.tenant)
            self._post(incident.policy, self._assess(incident.policy, report, book).postings)
            return
        for index, stands in enumerate(incident.stands):
            if stands:
                report = _report(incident, self.tenant, incident.varied[index])
                decision = self._assess(incident.policy, report, self._new_book()).decisions[index]
                direct = [item for item in decision.postings if item.cause == "clause"]
                self.follow(incident.policy, direct)

    def _assess(self, name: str, report: Report, book: Book) -> Assessment:
        return assess(self._policy(name), report, self, book, self.tenant.calendar)

    def follow(self, name: str, decided: list[Posting]) -> None:
        """Take what was decided as a fact and follow it."""
        trace: list[Line] = []
        batches = [(decided, trace)]
        (more,) = react_in_turn(self._policy(name), self, self._book(name), batches)
        self._post(name, [*decided, *more])

    def pass_time(self) -> None:
        """Follow what came by time alone until today."""
        for name, policy in self.tenant.policies.items():
            for code in sorted(self.attributes) if policy.timed else ():
                book = self._book(name)
                self._post(name, time_passes(policy, self, book, code, date.min))

    def _policy(self, name: str) -> Policy:
        return self.tenant.policies[name]

    def _book(self, name: str) -> Book:
        return self.books.setdefault(name, self._new_book())

    def _new_book(self) -> Book:
        return Book(as_of=self.as_of)

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
    tenant, lines = load(tx), _reporting_lines(tx)
    everybody = {
        member.code: member.attributes for member in evaluations.everybody_on(tx, date.max)
    }
    run = _Replay(tenant, lines, everybody, today(tenant.zone))
    for incident in cases.standing_incidents(tx):
        run.record(incident)
    for decided in cases.decided_postings(tx):
        place = NOWHERE
        if run.tenant.policies[decided.policy].folds:
            at = decided.occurred_at if decided.timed else None
            place = of_fact(decided.incident_id, at, run.tenant.zone)
        run.follow(decided.policy, [Posting(*decided[1:8], place=place)])
    run.pass_time()
    return run


def _compare(
    what: str, stored: Mapping[tuple[Any, ...], Any], wanted: Mapping[Any, Any]
) -> Iterator[Difference]:
    for key in sorted(stored.keys() | wanted.keys(), key=str):
        if stored.get(key) != wanted.get(key):
            yield Difference(what, key, stored.get(key), wanted.get(key))


def _reporting_lines(tx: Tx) -> Mapping[str, list[tuple[date, str | None]]]:
    lines: dict[str, list[tuple[date, str | None]]] = {}
    codes = [member.code for member in evaluations.everybody_on(tx, date.max)]
    for code, since, boss in people.reporting_lines(tx, codes):
        lines.setdefault(code, []).append((since, boss))
    return lines


def _report(
    incident: StandingIncident, tenant: ReadyTenant, varied: Mapping[str, Any] | None = None
) -> Report:
    """Return what was reported, or what an appeal put in its place."""
    then, zone = incident.facts["attributes"], tenant.zone
    subjects = tuple(
        Subject(
            code,
            incident.kinds[i],
            incident.departments[i],
            incident.positions[i],
            then.get(code, incident.attributes[i]),
        )
        for i, code in enumerate(incident.codes)
    )
    at = incident.occurred_at.astimezone(zone).replace(tzinfo=None)
    said = varied or {"facts": {**incident.facts["given"], **incident.gathered}}
    given = {name: localised(value, zone) for name, value in said["facts"].items()}
    shares = tuple(share for share in incident.shares if share is not None)
    return Report(
        said.get("clause", incident.clause),
        subjects,
        incident.occurred_on,
        at if incident.facts["timed"] else None,
        to_decimal(said["quantity"]) if "quantity" in said else incident.quantity,
        given,
        shares,
        incident.policy,
        id=str(incident.id),
    )
