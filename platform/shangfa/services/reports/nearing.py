"""Who is close to what follows next, and what brought them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.cases.held import hidden_from
from shangfa.db.ledger import HistoryLine, StandingTally, history_of
from shangfa.db.people import PersonOfDay, ask_people
from shangfa.db.people.restrictions import Whom, restricted
from shangfa.db.reports.queries import Question, slip_numbers
from shangfa.db.tx.transaction import Tx
from shangfa.domain.money import ZERO, amount_text
from shangfa.domain.people.lines import read_date
from shangfa.domain.people.past import Past
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import NextStep
from shangfa.services.ledger.in_force import Mark, fact_of, lasting_marks
from shangfa.services.ledger.standing import NOBODY, near_now, next_of
from shangfa.services.tenancy.ready import ReadyTenant

AT_ONCE: Final = 200
"""Totals that are looked at together, with the histories of whose they are."""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Behind:
    """What is behind some people's totals under one policy.

    Attributes:
        lines, marks, pasts: by code.
        hidden: incidents that nobody is told of.
        numbers: (incident, code) -> the number of the slip.
    """

    lines: dict[str, list[HistoryLine]]
    marks: dict[str, list[Mark]]
    pasts: dict[str, Past]
    hidden: set[UUID]
    numbers: dict[tuple[UUID, str], str]

    def slips(self, line: StandingTally, span: tuple[date, date], day: date) -> list[str]:
        """Return what still counts to a total: numbers of slips, ids of incidents without one."""
        over = {mark.fact for mark in self.marks[line.subject] if mark.until and mark.until < day}
        left: dict[UUID, Decimal] = {}
        for item in self.lines[line.subject]:
            same = (item.account, item.unit) == (line.account, line.unit)
            fact = fact_of(item)
            if same and fact and fact not in over and span[0] <= item.day <= span[1]:
                left[UUID(fact)] = left.get(UUID(fact), ZERO) + item.quantity
        told = [one for one, quantity in left.items() if quantity and one not in self.hidden]
        return [self.numbers.get((one, line.subject), str(one)) for one in told]

    def until(self, line: StandingTally, span: tuple[date, date], day: date) -> date | None:
        """Return the last day of what ends first of a total."""
        ends = [
            mark.until
            for mark in self.marks[line.subject]
            if (mark.account, mark.unit) == (line.account, line.unit)
            and span[0] <= mark.day <= span[1]
            and mark.until is not None
            and mark.until >= day
        ]
        return min(ends, default=None)


def near_rows(tx: Tx, tenant: ReadyTenant, asked: Question) -> list[Row]:
    """Return who is at most so many away from what, each with the slips behind the total."""
    whom = Whom(but=list(restricted(tx).values()))
    near = near_now(tx, tenant, asked.gap, (whom, asked.today, NOBODY))
    found: list[Row] = []
    while lines := list(islice(near, AT_ONCE)):
        for name, policy in tenant.policies.items():
            own = [line for line in lines if _is_asked(tenant, line, name, asked)]
            if own:
                found += _of_policy(tx, policy, own, asked)
    return sorted(found, key=lambda row: (row[10], row[0], *map(str, row[2:8])))[: asked.limit]


def _is_asked(tenant: ReadyTenant, line: StandingTally, name: str, asked: Question) -> bool:
    same = line.policy_id == tenant.policy_ids[name] and asked.policy in {None, name}
    return same and asked.subject in {None, line.subject}


def _of_policy(
    tx: Tx, policy: Policy, lines: Sequence[StandingTally], asked: Question
) -> Iterator[Row]:
    behind = _behind(tx, policy, lines)
    for line in lines:
        span = _span(policy, line, behind.pasts[line.subject])
        for step in next_of(policy, line):
            gives = {unit for _, unit, _ in step.gives}
            if step.gap <= asked.gap and (asked.step is None or asked.step in gives):
                until = behind.until(line, span, asked.today) if span else None
                slips = behind.slips(line, span, asked.today) if span else []
                yield _row(policy, line, step, (slips, until))


def _span(policy: Policy, line: StandingTally, past: Past) -> tuple[date, date] | None:
    windows = policy.windows(line.account, line.unit).every
    window = next((item for item in windows if item.names(line.span, line.last_day)), None)
    if window is None:
        return None
    return window.bounds(
        line.last_day, read_date(past.attributes(line.last_day).get(window.anchor))
    )


def _row(
    policy: Policy, line: StandingTally, step: NextStep, behind: tuple[list[str], date | None]
) -> Row:
    gives = "、".join(f"{amount_text(unit, quantity)} {unit}" for _, unit, quantity in step.gives)
    where = (policy.name, line.account, line.unit, line.span, line.total)
    return (line.subject, line.name, *where, step.code, step.title, gives, step.gap, *behind)


def _behind(tx: Tx, policy: Policy, lines: Iterable[StandingTally]) -> _Behind:
    found = list(lines)
    codes = sorted({line.subject for line in found})
    ended = lifted(tx, codes)
    people = {row[1]: PersonOfDay(*row) for row in ask_people(tx, codes, date.max).fetchall()}
    history: dict[str, list[HistoryLine]] = {code: [] for code in codes}
    for line in history_of(tx, found[0].policy_id, codes, date.min):
        history[line.subject].append(line)
    pasts = {code: people[code].past for code in codes}
    marks = {code: lasting_marks(policy, history[code], pasts[code], ended) for code in codes}
    facts = {fact_of(line) for own in history.values() for line in own}
    named = {UUID(fact) for fact in facts if fact}
    hidden = hidden_from(tx, None, named) if named else set()
    return _Behind(history, marks, pasts, hidden, slip_numbers(tx, named - hidden))
