"""Late truth: something about the past is learned after incidents were recorded on it.

All that the touched facts posted is taken back under what was known, then they are assessed
again under what is known now; the difference is posted as adjustments in the open month. Taking
back and assessing go through the same reactions as recording and reversing do, so what is left
is what the facts give, and the nightly replay finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db import cases, facts
from shangfa.db import ledger as sql
from shangfa.db.cases import DecisionLine
from shangfa.db.facts import Direct, Happened, Touched
from shangfa.db.people import PersonOfDay
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import decision_effective
from shangfa.domain.faults import PluginFailedError, RefusedError, refused
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.incidents.faults import TOO_MANY_INCIDENTS
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.months.period import month_of
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger import tallies
from shangfa.services.ledger.cast import Cast, those_around
from shangfa.services.ledger.decision import EffectView, effects_view, said_of, trace_line
from shangfa.services.ledger.posting import Batch, post
from shangfa.services.tenancy.ready import ReadyTenant, load

AT_ONCE: Final = 500
"""How many adjustments one statement writes."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What late truth changes of one subject's part in an incident or an evaluation."""

    incident: UUID | None
    subject: str
    day: date
    effects: list[EffectView]


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What late truth changes.

    Attributes:
        incidents: how many were looked at.
    """

    incidents: int
    items: list[Adjustment]


NONE: Final = Adjustments(0, [])
Place = tuple[Any, ...]
"""subject, account, unit, clause, cause, day, joint"""


class _Key(NamedTuple):
    """A fact: a subject's part in what a decision decided."""

    decision: UUID
    origin: str


@dataclass(slots=True)
class _Change:
    """What changes of one fact: place -> quantity, and why it is so now."""

    direct: Direct
    day: date
    sums: dict[Place, Decimal] = field(default_factory=dict)
    trace: list[Line] = field(default_factory=list)

    def add(self, postings: Iterable[Posting], sign: int = 1) -> None:
        """Add postings."""
        for item in postings:
            key = (*item[:3], *item[4:8])
            self.sums[key] = self.sums.get(key, Decimal(0)) + sign * item.quantity

    def postings(self) -> list[Posting]:
        """Return what is left."""
        return [
            Posting(*key[:3], *(quantity, *key[3:]))
            for key, quantity in self.sums.items()
            if quantity
        ]


@dataclass(slots=True)
class _Facts:
    """What happened and was decided, as far as it is touched; in the order of the law."""

    incidents: list[Happened]
    sanctions: dict[tuple[UUID, UUID], list[Direct]] = field(default_factory=dict)
    decided: list[Direct] = field(default_factory=list)

    def everybody(self) -> set[UUID]:
        """Return the ids of all subjects in them."""
        named = {part.subject for item in self.incidents for part in item.parts}
        return named | {item.origin for item in self.decided}


def read_facts(tx: Tx, meant: Touched) -> _Facts:
    """Return the touched facts with what each posted by itself."""
    found = _Facts(list(facts.happened(tx, meant)))
    for item in facts.sanctioned(tx, meant):
        if item.incident_id is not None:
            found.sanctions.setdefault((item.incident_id, item.origin), []).append(item)
    found.decided += [item for item in facts.decided(tx, meant) if item.posting is not None]
    return found


@dataclass(slots=True)
class _State:
    """A tenant as it is known, with a book for each policy touched."""

    tenant: ReadyTenant
    cast: Cast
    books: dict[UUID, Book] = field(default_factory=dict)

    def policy(self, policy_id: UUID) -> Policy:
        """Return a policy by its id."""
        return self.tenant.policies[self.tenant.policy_name(policy_id)]

    def follow(self, policy_id: UUID, postings: Sequence[Posting]) -> list[Posting]:
        """Return what follows from postings, and count them."""
        policy, book = self.policy(policy_id), self.books[policy_id]
        (more,) = react_in_turn(policy, self.cast, book, [(postings, [])])
        return more

    def forget(self, policy_id: UUID, postings: Iterable[Posting]) -> None:
        """Drop the days on which nothing is left, so that nobody walks over them."""
        days = self.books[policy_id].days or {}
        for item in postings:
            series = days.get(item[:3], {})
            if item.day in series and not any(series[item.day]):
                del series[item.day]


@dataclass(slots=True)
class _Late:
    """One change of the past, from taking back to writing down."""

    tx: Tx
    facts: _Facts
    changes: dict[_Key, _Change] = field(default_factory=dict)
    codes: dict[UUID, str] = field(default_factory=dict)

    def change(self, direct: Direct, day: date) -> _Change:
        """Return the change of a fact."""
        key = _Key(direct.decision_id, self.codes[direct.origin])
        return self.changes.setdefault(key, _Change(direct, day))

    def fill(self, state: _State, others: Iterable[str] = ()) -> None:
        """Give a state the books of the policies touched, without what was taken back.

        `others`: whose totals moved besides those of the state's own people.
        """
        codes = sorted({*state.cast.lives, *others})
        touched = {item.policy_id for item in self.facts.incidents}
        touched |= {item.policy_id for item in self.facts.decided}
        for policy_id in touched:
            rows = sql.days_of(self.tx, policy_id, codes)
            taken = self._taken(policy_id)
            state.books[policy_id] = tallies.book_of_history(
                state.policy(policy_id), _less(rows, taken)
            )

    def _taken(self, policy_id: UUID) -> Iterator[tuple[Place, Decimal]]:
        for change in self.changes.values():
            if change.direct.policy_id == policy_id:
                yield from change.sums.items()

    def take_back(self, state: _State) -> None:
        """Undo every fact under what was known, the latest first: nothing lies after it then."""
        for item in reversed(self.facts.decided):
            self._undo(state, [item], item.posting[6] if item.posting else date.min)
        for incident in reversed(self.facts.incidents):
            for part in reversed(incident.parts):
                found = self.facts.sanctions.get((incident.id, part.subject), [])
                if part.stands and found:
                    self._undo(state, found, incident.occurred_on)

    def _undo(self, state: _State, posted: Sequence[Direct], day: date) -> None:
        back = [
            _posting(item)._replace(quantity=-item.posting[3]) for item in posted if item.posting
        ]
        more = state.follow(posted[0].policy_id, back)
        state.forget(posted[0].policy_id, [*back, *more])
        change = self.change(posted[0], day)
        change.add(back)
        change.add(more)

    def do_again(self, state: _State) -> None:
        """Assess every incident under what is known now, and follow what was decided."""
        for incident in self.facts.incidents:
            self._again(state, incident)
        for item in self.facts.decided:
            direct = _posting(item)
            change = self.change(item, direct.day)
            change.add([direct, *state.follow(item.policy_id, [direct])])

    def _again(self, state: _State, incident: Happened) -> None:
        found = assess_again(state, incident)
        for place, part in enumerate(incident.parts):
            sanctions = self.facts.sanctions.get((incident.id, part.subject), [])
            if not part.stands or not sanctions:
                continue
            change = self.change(sanctions[0], incident.occurred_on)
            if isinstance(found, RefusedError):
                change.trace += said_of(found, incident.clause)
                continue
            decision = found.decisions[place]
            change.trace += [found.cited, *decision.trace]
            change.add(decision.postings)


def assess_again(state: _State, incident: Happened) -> Assessment | RefusedError:
    """Return what follows from an incident now; nothing where the policy no longer takes it.

    Only what stands moves the totals.

    Raises:
        PluginFailedError: a plugin failed.
    """
    policy, tenant = state.policy(incident.policy_id), state.tenant
    report = state.cast.report(incident, policy.name, tenant.zone)
    book, whole = state.books[incident.policy_id], all(part.stands for part in incident.parts)
    try:
        found = assess(policy, report, state.cast, book if whole else Book(), tenant.calendar)
    except PluginFailedError:
        raise
    except RefusedError as error:
        return error
    if not whole:
        for part, decision in zip(incident.parts, found.decisions, strict=True):
            direct = [item for item in decision.postings if item.cause == "clause"]
            more = state.follow(incident.policy_id, direct) if part.stands else []
            decision.postings = [*direct, *more]
    return found


def adjust(
    tx: Tx, ctx: Context, tenant: ReadyTenant, meant: Touched, change: Callable[[], None]
) -> Adjustments:
    """Make a change of the past and post what it changes; the tenant is held.

    `tenant`: as it is known before. `change` writes the change in the open transaction.

    Raises:
        RefusedError: as `change` does; `too_many_incidents`, `plugin_failed`.
    """
    if (number := facts.count(tx, meant)) > meant.most:
        raise refused(TOO_MANY_INCIDENTS, "", value=number, allowed=meant.most)
    late = _Late(tx, read_facts(tx, meant))
    if not (late.facts.incidents or late.facts.decided):
        change()
        return NONE
    late.codes = facts.codes_of(tx, late.facts.everybody())
    known = _State(tenant, those_around(tx, late.codes.values(), tenant.renames))
    late.fill(known)
    late.take_back(known)
    change()
    tx.flush()
    present = load(tx) if meant.policy_id is not None or meant.subjects is None else tenant
    again = _State(present, those_around(tx, late.codes.values(), present.renames))
    late.fill(again, known.cast.lives)
    late.do_again(again)
    people = {**known.cast.people(), **again.cast.people()}
    found = _write(tx, ctx, late, again, people)
    for policy_id, book in again.books.items():
        if policy_id in known.books:
            book.moved |= known.books[policy_id].moved
        sql.set_tallies(tx, policy_id, tallies.moves(again.policy(policy_id), book, people))
    return Adjustments(len(late.facts.incidents), found)


def _less(
    rows: Iterable[tuple[str, str, str, date, Decimal, Decimal]],
    taken: Iterable[tuple[Place, Decimal]],
) -> list[tuple[str, str, str, date, Decimal, Decimal]]:
    """Return the days of counters with what was taken back."""
    sums = {row[:4]: (row[4], row[5]) for row in rows}
    for (subject, account, unit, _, _, day, joint), quantity in taken:
        key = (subject, account, unit, day)
        total, own = sums.get(key, (Decimal(0), Decimal(0)))
        sums[key] = (total + quantity, own if joint else own + quantity)
    return [(*key, *pair) for key, pair in sums.items()]


def _posting(item: Direct) -> Posting:
    assert item.posting is not None  # noqa: S101 - narrows for mypy
    return Posting(*item.posting)


def _write(
    tx: Tx, ctx: Context, late: _Late, state: _State, people: Mapping[str, PersonOfDay]
) -> list[Adjustment]:
    """Write a decision for each fact that changed, with its entries in the open month."""
    done: list[Adjustment] = []
    at, month = now(), month_of(today(state.tenant.zone))
    changed = [(key, change) for key, change in late.changes.items() if change.postings()]
    for start in range(0, len(changed), AT_ONCE):
        part = changed[start : start + AT_ONCE]
        lines = [_decision(ctx, state, change, at) for _, change in part]
        cases.add_decisions(tx, lines)
        batches = [
            Batch(
                line.id, change.direct.policy_id, at, change.postings(), None, month, key.decision
            )
            for line, (key, change) in zip(lines, part, strict=True)
        ]
        post(tx, people, batches)
        for line, (key, change) in zip(lines, part, strict=True):
            origin = _origin(change.direct)
            tell(tx, ctx, at, decision_effective(line.id, key.origin, origin, line.body["effects"]))
            effects = line.body["effects"]
            done.append(Adjustment(change.direct.incident_id, key.origin, change.day, effects))
        tx.flush()
    return done


def _decision(ctx: Context, state: _State, change: _Change, at: Any) -> DecisionLine:
    direct, policy = change.direct, state.policy(change.direct.policy_id)
    version = policy.at(change.day)
    body: Mapping[str, Any] = {
        "policy": {"name": policy.name, "version": version.number if version else 0},
        "effects": effects_view(item._replace(cause="adjustment") for item in change.postings()),
        "trace": [trace_line(line) for line in change.trace],
        "adjusts": direct.decision_id,
    }
    return DecisionLine(
        new_id(),
        direct.case_id,
        direct.evaluation_id,
        direct.origin,
        "adjustment",
        body,
        "",
        ctx.actor_id,
        at,
    )


def _origin(direct: Direct) -> dict[str, Any]:
    if direct.incident_id is None:
        return {"evaluation": direct.evaluation_id}
    return {"incident": direct.incident_id, "case": direct.case_id}
