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
from itertools import groupby
from typing import Any
from uuid import UUID

from shangfa.db import cases, people, tenancy
from shangfa.db import ledger as sql
from shangfa.db.cases import Decided, StandingIncident
from shangfa.db.months import evaluations
from shangfa.db.server.jobs import Job
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.faults import refused
from shangfa.domain.incident import Report
from shangfa.domain.incidents.chronicle import Chronicle, Key, Recorded, key_of, recorded
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn, time_passes
from shangfa.domain.people.lines import read_date
from shangfa.domain.policies.policy import Policy
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.clock import today
from shangfa.services.ledger.chronicles import report_of
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
    chronicles: dict[str, Chronicle] = field(default_factory=dict)
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
            report = report_of(incident, self.tenant)
            found = self._assess(incident, report, self._book(incident.policy))
            self._post(incident.policy, found.postings)
            self._remember(incident, recorded(str(incident.id), report, found))
            return
        direct: dict[str, list[Posting]] = {}
        for index, stands in enumerate(incident.stands):
            if stands:
                report = report_of(incident, self.tenant, incident.varied[index])
                decision = self._assess(incident, report, self._new_book()).decisions[index]
                own = [item for item in decision.postings if item.cause == "clause"]
                direct[incident.codes[index]] = own
                self.follow(incident.policy, own)
        fact = Recorded(str(incident.id), report_of(incident, self.tenant), direct)
        self._remember(incident, fact)

    def _assess(self, incident: StandingIncident, report: Report, book: Book) -> Assessment:
        policy, calendar = self._policy(incident.policy), self.tenant.calendar
        if not policy.asks:
            return assess(policy, report, self, book, calendar)
        past = self._chronicle(policy).past(report, str(incident.id))
        return assess(policy, report, self, book, calendar, past=past)

    def _chronicle(self, policy: Policy) -> Chronicle:
        return self.chronicles.setdefault(policy.name, Chronicle(policy))

    def _remember(self, incident: StandingIncident, fact: Recorded) -> None:
        """Keep a fact for those after it that ask."""
        policy = self._policy(incident.policy)
        if policy.asks:
            self._chronicle(policy).facts.append(fact)

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

    def decide(self, items: Iterable[Decided]) -> None:
        """Follow what a human or a programme decided; it counts from the next day on."""
        for item in items:
            policy, place = self._policy(item.policy), NOWHERE
            if policy.folds:
                at = item.occurred_at if item.timed else None
                place = of_fact(item.incident_id, at, self.tenant.zone)
            posting = Posting(*item[1:8], place=place)
            self.follow(item.policy, [posting])
            if policy.asks and posting.cause == "clause":
                self._chronicle(policy).others.append(posting)

    def place(self, incident: StandingIncident) -> Key:
        """Return the place of an incident within its day."""
        return key_of(report_of(incident, self.tenant), str(incident.id))

    def _policy(self, name: str) -> Policy:
        return self.tenant.policies[name]

    def _book(self, name: str) -> Book:
        return self.books.setdefault(name, self._new_book())

    def _new_book(self) -> Book:
        return Book(as_of=self.as_of)

    def _post(self, name: str, postings: Iterable[Posting]) -> None:
        policy, posted = self._policy(name), list(postings)
        if policy.asks:
            own = {"clause"}
            others = [item for item in posted if item.cause not in own]
            self._chronicle(policy).others += others
        for item in posted:
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
    members = evaluations.everybody_on(tx, date.max)
    everybody = {member.code: member.attributes for member in members}
    run = _Replay(tenant, lines, everybody, today(tenant.zone))
    asks = any(policy.asks for policy in tenant.policies.values())
    decided = {day: list(items) for day, items in groupby(_decided(tx), lambda item: item.day)}
    for day, incidents in groupby(cases.standing_incidents(tx), lambda item: item.occurred_on):
        for before in [known for known in decided if known < day]:
            run.decide(decided.pop(before))
        for incident in sorted(incidents, key=run.place) if asks else incidents:
            run.record(incident)
    for items in decided.values():
        run.decide(items)
    run.pass_time()
    return run


def _decided(tx: Tx) -> list[Decided]:
    return sorted(cases.decided_postings(tx), key=lambda item: item.day)


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
