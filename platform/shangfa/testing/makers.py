"""What tests of plugins are made with: real values, no database, no clock.

Makers fill in what a test does not care about. `found` and `derived` call a kind as the
platform does, its checks included. `MemoryTenant` records and reverses incidents under
policies built by `make_policy`, so a plugin can be seen at work with others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from shangfa.domain.effect import Effect, Finding
from shangfa.domain.frozen import FrozenDict
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.incidents.memory import Memory
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ZERO
from shangfa.domain.people.lines import Lines
from shangfa.domain.policies.checks import check_effect, check_finding
from shangfa.domain.policies.clause import Clause, Step
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Scope, Version
from shangfa.sdk import (
    Calendar,
    ClauseKind,
    Fact,
    Incident,
    Ladder,
    Part,
    ReactionKind,
    Rule,
    Subject,
    to_decimal,
)

P = TypeVar("P")

DAY: Final = date(2026, 3, 2)
"""The Monday on which everything happens unless a test says otherwise."""
WEEKDAYS: Final = Calendar("weekdays", frozenset(range(2000, 2100)))
"""Monday to Friday are worked, and nothing else is known about any year."""
LADDER: Final = ("warning", "minor_demerit", "major_demerit")
START: Final = date(2000, 1, 1)

Balance = tuple[str, str, str, date, bool]
"""subject, account, unit, day, joint"""


def make_subject(code: str = "E", kind: str = "employee", **attributes: Any) -> Subject:
    """Return a subject; `department` and `position` are taken from the attributes."""
    place = {name: attributes.pop(name, None) for name in ("department", "position")}
    return Subject(code, kind, **place, attributes=attributes)


def make_incident(
    quantity: int | str | Decimal = 1,
    *,
    subject: str | Subject = "E",
    at: date | datetime = DAY,
    calendar: Calendar = WEEKDAYS,
    **facts: Any,
) -> Incident:
    """Return one subject's view of an incident.

    Args:
        quantity: in the clause's unit.
        subject: a code, or a subject from `make_subject`.
        at: a day, or a local time on one.
        calendar: the tenant's working days.
        facts: already of their types, as a plugin sees them: money as `Decimal`.
    """
    on, time = _when(at)
    who = make_subject(subject) if isinstance(subject, str) else subject
    return Incident(who, on, time, to_decimal(quantity), FrozenDict(facts), calendar)


def _when(at: date | datetime) -> tuple[date, datetime | None]:
    return (at.date(), at) if isinstance(at, datetime) else (at, None)


def make_ladder(*rungs: str) -> Ladder:
    """Return a ladder, low to high."""
    return Ladder(rungs)


def make_part(
    params: P, *, code: str = "1", title: str = "", ladder: Sequence[str] = LADDER
) -> Part[P]:
    """Return the part of clause `code` that carries `params`."""
    return Part(code, code, title or code, params, make_ladder(*ladder))


def make_rule(
    params: P, *, code: str = "R", title: str = "", ladder: Sequence[str] = LADDER
) -> Rule[P]:
    """Return the reaction or programme `code` that carries `params`."""
    return Rule(code, title, params, make_ladder(*ladder))


def found(kind: ClauseKind[P], part: Part[P], incident: Incident) -> list[Finding]:
    """Return what a kind finds, as the platform takes it.

    Raises:
        PluginFailedError: the platform would refuse one of the findings.
    """
    rungs = part.ladder.rungs
    return [check_finding(item, kind.name, rungs) for item in kind.assess(part, incident)]


def effects(kind: ClauseKind[P], part: Part[P], incident: Incident) -> list[Effect]:
    """Return the effects among what a kind finds, without choices and deadlines."""
    return [item for item in found(kind, part, incident) if isinstance(item, Effect)]


def derived(
    kind: ReactionKind[P], rule: Rule[P], total: int | str | Decimal, unit: str = ""
) -> list[Effect]:
    """Return what a reaction derives from a total, as the platform takes it.

    Raises:
        PluginFailedError: the platform would refuse one of the effects.
    """
    rungs = rule.ladder.rungs
    given = kind.derive(rule, unit, to_decimal(total))
    return [check_effect(effect, kind.name, rungs) for effect in given]


def amounts(effects: Iterable[Finding]) -> list[tuple[str, str, Decimal]]:
    """Return (account, unit, quantity) of the effects among `effects`, in their order."""
    return [item[:3] for item in effects if isinstance(item, Effect)]


def make_clause(
    kind: ClauseKind[P],
    params: P,
    *,
    code: str = "1",
    facts: Sequence[Fact] = (),
    ladder: Sequence[str] = LADDER,
) -> Clause:
    """Return a clause of one part."""
    part = make_part(params, code=code, ladder=ladder)
    declared = {fact.name: fact for fact in (*kind.facts, *facts)}
    return Clause(
        code,
        code,
        measure=kind.measure(params),
        facts=declared,
        steps=(Step(part, kind, None, kind.impartial(params)),),
    )


def make_reactions(
    kind: ReactionKind[P], params: P, *, code: str = "R", ladder: Sequence[str] = LADDER
) -> list[Reaction]:
    """Return a rule as a version holds it: once for each counter it watches."""
    rule = make_rule(params, code=code, ladder=ladder)
    return [Reaction(rule, kind, watch) for watch in kind.watch(rule)]


def make_policy(
    clauses: Iterable[Clause],
    reactions: Iterable[Reaction] = (),
    *,
    name: str = "policy",
    ladder: Sequence[str] = LADDER,
) -> Policy:
    """Return a policy of one version that covers everybody, in force since 2000."""
    version = Version(
        1,
        name,
        START,
        "",
        Scope(),
        make_ladder(*ladder),
        {clause.code: clause for clause in clauses},
        tuple(reactions),
    )
    return Policy(name, [version])


@dataclass(slots=True)
class MemoryTenant:
    """A tenant in memory under one policy: its people, totals and ledger.

    Attributes:
        lines: who reports to whom.
        book: moved by every incident; with the days unless a test gives one without.
    """

    policy: Policy
    lines: Lines = field(default_factory=Lines)
    calendar: Calendar = WEEKDAYS
    book: Book = field(default_factory=Book)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        name = self.policy.name
        books = {name: self.book}
        self._memory = Memory({name: self.policy}, self.calendar, self.lines, books)

    @property
    def ledger(self) -> list[Posting]:
        """Every posting, in the order of recording; never edited."""
        return (self._memory.ledgers or {}).get(self.policy.name, [])

    def record(
        self,
        clause: str,
        *subjects: str | Subject,
        at: date | datetime = DAY,
        quantity: Any = 1,
        facts: Mapping[str, Any] | None = None,
        shares: Iterable[int | str | Decimal] = (),
    ) -> Assessment:
        """Record an incident of `subjects` (`E` when none is named) and return what follows.

        Raises:
            RefusedError: as the platform refuses it.
            BackdatedError: the book holds no days and they are needed.
        """
        on, time = _when(at)
        people = [make_subject(item) if isinstance(item, str) else item for item in subjects]
        parts = tuple(to_decimal(share) for share in shares)
        who = tuple(people) or (make_subject(),)
        named = self.policy.name
        report = Report(clause, who, on, time, quantity, facts or {}, parts, named)
        return self._memory.record(report)

    def take(self, report: Report) -> Assessment:
        """Record a report as it is; its id orders it among others of its moment."""
        return self._memory.record(report)

    def pass_time(self, day: date, *subjects: str) -> list[Posting]:
        """Post what follows by time alone before a day begins, for `E` when none is named."""
        return self._memory.pass_time(self.policy.name, subjects or ("E",), day)

    def reverse(self, assessment: Assessment) -> list[Posting]:
        """Undo an incident: negate what it posted itself, and let the rest follow."""
        return self._memory.reverse(assessment)

    def balances(self) -> dict[Balance, Decimal]:
        """Return what the ledger adds up to, without what adds up to nothing."""
        sums: dict[Balance, Decimal] = {}
        for item in self.ledger:
            key = (item.subject, item.account, item.unit, item.day, item.joint)
            sums[key] = sums.get(key, ZERO) + item.quantity
        return {key: quantity for key, quantity in sums.items() if quantity}

    def balance(self, subject: str, account: str, unit: str) -> Decimal:
        """Return one balance over all days."""
        wanted = (subject, account, unit)
        return sum((value for key, value in self.balances().items() if key[:3] == wanted), ZERO)
