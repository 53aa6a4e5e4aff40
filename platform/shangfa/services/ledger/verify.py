"""Recompute a tenant from its facts and say where the stored state differs: nowhere.

Every surviving incident is assessed again in date order, in memory, with the policy
version of its day and the reporting lines as they are known. What humans chose and what
programmes gave are facts and are followed through the reactions. Ledger balances by day
and tallies must come out the same, whatever the order in which they were recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shangfa.db.models import TenantRow
from shangfa.db.session import operator_session, tenant_session
from shangfa.domain.faults import refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.ledger.reactions import react
from shangfa.domain.moments import localised
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.tenancy.ready import LoadedTenant, load

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

    tenant: LoadedTenant
    lines: dict[str, list[tuple[date, str | None]]]
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

    def record(self, policy_name: str, report: Report) -> None:
        """Assess one incident again."""
        policy = self.tenant.policies[policy_name]
        book = self.books.setdefault(policy_name, Book())
        self._post(policy_name, assess(policy, report, self, book, self.tenant.calendar).postings)

    def settle(self, policy_name: str, decided: Posting) -> None:
        """Take what a human or a programme decided as a fact and follow it."""
        policy = self.tenant.policies[policy_name]
        book = self.books.setdefault(policy_name, Book())
        self._post(policy_name, [decided, *react(policy, self, book, [decided], [])])

    def _post(self, policy_name: str, postings: Iterable[Posting]) -> None:
        for item in postings:
            where = (item.subject, item.account, item.unit, item.clause, item.day, item.joint)
            key = (policy_name, *where)
            self.balances[key] = self.balances.get(key, Decimal(0)) + item.quantity


_INCIDENTS = """
    SELECT i.id, p.name, i.clause, i.occurred_at, i.occurred_on, i.quantity, i.facts,
        array_agg(s.code ORDER BY x.position), array_agg(s.kind ORDER BY x.position),
        array_agg(x.share ORDER BY x.position),
        jsonb_agg(s.attributes ORDER BY x.position),
        array_agg(a.department ORDER BY x.position), array_agg(a.position ORDER BY x.position)
    FROM incident i
    JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    LEFT JOIN LATERAL (
        SELECT department, position FROM assignment a
        WHERE a.tenant_id = s.tenant_id AND a.subject_id = s.id
            AND a.effective_from <= i.occurred_on
        ORDER BY a.effective_from DESC LIMIT 1) a ON true
    WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.tenant_id = i.tenant_id
        AND d.incident_id = i.id AND d.kind = 'reversal')
    GROUP BY i.tenant_id, i.id, p.name
    ORDER BY i.occurred_on, i.id"""

_DECIDED = """
    SELECT p.name, s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day
    FROM decision d
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.kind IN ('choice', 'evaluation') AND e.cause IN ('clause', 'programme', 'adjustment')
        AND NOT EXISTS (SELECT 1 FROM decision r WHERE r.tenant_id = d.tenant_id
            AND r.incident_id = d.incident_id AND r.kind = 'reversal')
    ORDER BY e.day, e.id"""

_BALANCES = """
    SELECT p.name, s.code, e.account, e.unit, e.clause, e.day, e.joint, sum(e.quantity)
    FROM ledger_entry e
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(e.quantity) <> 0"""

_TALLIES = """
    SELECT p.name, s.code, t.account, t.unit, t.span, t.total, t.own
    FROM tally t
    JOIN policy p ON p.tenant_id = t.tenant_id AND p.id = t.policy_id
    JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.total <> 0 OR t.own <> 0"""

_LINES = """
    SELECT s.code, a.effective_from, boss.code
    FROM assignment a
    JOIN subject s ON s.tenant_id = a.tenant_id AND s.id = a.subject_id
    LEFT JOIN subject boss ON boss.tenant_id = a.tenant_id AND boss.id = a.supervisor_id
    ORDER BY a.effective_from"""


def replay(slug: str) -> list[Difference]:
    """Return every difference between a tenant's stored state and its facts.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    with operator_session() as session:
        tenant_id = session.scalar(select(TenantRow.id).where(TenantRow.slug == slug))
    if tenant_id is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    return replay_tenant(tenant_id)


def replay_tenant(tenant_id: UUID) -> list[Difference]:
    """Return the differences of one tenant, read in one consistent snapshot."""
    with tenant_session(tenant_id) as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        run = _Replay(load(session, tenant_id), _reporting_lines(session))
        for policy, report in _reports(session, run.tenant):
            run.record(policy, report)
        for policy, *posted in session.execute(text(_DECIDED)):
            run.settle(policy, Posting(*posted))
        stored = {tuple(row[:-1]): row[-1] for row in session.execute(text(_BALANCES))}
        tallies = {tuple(row[:5]): tuple(row[5:]) for row in session.execute(text(_TALLIES))}
    wanted = {key: total for key, total in run.balances.items() if total}
    return [*_compare("balance", stored, wanted), *_compare("tally", tallies, _totals(run))]


def _totals(run: _Replay) -> dict[tuple[Any, ...], Any]:
    return {
        (name, *counter, span): (total.total, total.own)
        for name, book in run.books.items()
        for (counter, span), total in book.totals.items()
        if total.total or total.own
    }


def _compare(
    what: str, stored: dict[tuple[Any, ...], Any], wanted: dict[Any, Any]
) -> Iterator[Difference]:
    for key in sorted(stored.keys() | wanted.keys(), key=str):
        if stored.get(key) != wanted.get(key):
            yield Difference(what, key, stored.get(key), wanted.get(key))


def _reporting_lines(session: Session) -> dict[str, list[tuple[date, str | None]]]:
    lines: dict[str, list[tuple[date, str | None]]] = {}
    for code, since, boss in session.execute(text(_LINES)):
        lines.setdefault(code, []).append((since, boss))
    return lines


def _reports(session: Session, tenant: LoadedTenant) -> Iterator[tuple[str, Report]]:
    rows = session.execute(text(_INCIDENTS).execution_options(yield_per=1000))
    for row in rows:
        yield row[1], _report(row, tenant)


def _report(row: Any, tenant: LoadedTenant) -> Report:
    _, policy, clause, at, on, quantity, facts, *columns = row
    codes, kinds, shares, attributes, departments, positions = columns
    then = facts.get("attributes", {})
    subjects = tuple(
        Subject(code, kinds[i], departments[i], positions[i], then.get(code, attributes[i]))
        for i, code in enumerate(codes)
    )
    local = at.astimezone(tenant.zone).replace(tzinfo=None) if facts["timed"] else None
    given = {name: localised(value, tenant.zone) for name, value in facts["given"].items()}
    shared = tuple(shares) if shares[0] is not None else ()
    return Report(clause, subjects, on, local, quantity, given, shared, policy)
