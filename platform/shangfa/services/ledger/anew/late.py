"""Late truth: something about the past is learned after incidents were recorded on it.

All that the touched facts posted is taken back under what was known, then they are assessed
again under what is known now; the difference is posted as adjustments in the first open month.
Taking back and assessing go through the same reactions as recording and reversing do, so what is
left is what the facts give, and the nightly replay finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db import cases, facts, people
from shangfa.db import ledger as sql
from shangfa.db.cases import DecisionLine
from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.facts import Direct, Happened, Touched
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import decision_effective
from shangfa.domain.faults import refused
from shangfa.domain.incidents.faults import TOO_MANY_INCIDENTS
from shangfa.domain.ledger.book import NOTHING, Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger import tallies
from shangfa.services.ledger.anew.before import reach
from shangfa.services.ledger.anew.cast import Cast, in_order, those_around
from shangfa.services.ledger.anew.chronicles import NO_TERM, Term, chronicle_of, terms_of
from shangfa.services.ledger.anew.stage import Stage
from shangfa.services.ledger.anew.taken import Change, forget, less, misplaced, take
from shangfa.services.ledger.decision import EffectView, effects_view, trace_line
from shangfa.services.ledger.left.open import Left, move_cases, read_left, write_deadlines
from shangfa.services.ledger.places import histories, of_fact
from shangfa.services.ledger.posting import Batch, post
from shangfa.services.ledger.scene import Scene
from shangfa.services.tenancy.ready import ReadyTenant, load

AT_ONCE: Final = 500
"""How many adjustments one statement writes."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What late truth changes of one subject's part in an incident or an evaluation.

    Attributes:
        left: `choices` and `deadlines` that are open now, where they are different.
    """

    incident: UUID | None
    subject: str
    day: date
    effects: list[EffectView]
    left: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What late truth changes.

    Attributes:
        incidents: how many were looked at.
    """

    incidents: int
    items: list[Adjustment]


NONE: Final = Adjustments(0, [])


class _Key(NamedTuple):
    """A fact: a subject's part in what a decision decided."""

    decision: UUID
    origin: str


@dataclass(slots=True)
class _Facts:
    """What happened and was decided, as far as it is touched; in the order of the law."""

    incidents: list[Happened]
    sanctions: dict[tuple[UUID, UUID], list[Direct]] = field(default_factory=dict)
    decided: list[Direct] = field(default_factory=list)
    chosen: dict[tuple[UUID, UUID], list[Direct]] = field(default_factory=dict)

    def everybody(self) -> set[UUID]:
        """Return the ids of all subjects in them."""
        named = {part.subject for item in self.incidents for part in item.parts}
        return named | {item.origin for item in self.decided}

    def first(self) -> date:
        """Return the first day of any of them."""
        days = [item.occurred_on for item in self.incidents]
        return min([*days, *(item.posting[6] for item in self.decided if item.posting)])

    def policies(self) -> set[UUID]:
        """Return the ids of their policies."""
        every: list[Happened | Direct] = [*self.incidents, *self.decided]
        return {item.policy_id for item in every}


def read_facts(tx: Tx, meant: Touched) -> _Facts:
    """Return the touched facts with what each posted by itself."""
    found = _Facts(list(facts.happened(tx, meant)))
    for item in facts.sanctioned(tx, meant):
        if item.incident_id is not None:
            found.sanctions.setdefault((item.incident_id, item.origin), []).append(item)
    found.decided += [item for item in facts.decided(tx, meant) if item.posting is not None]
    for item in found.decided:
        if item.kind == "choice" and item.incident_id is not None:
            found.chosen.setdefault((item.incident_id, item.origin), []).append(item)
    return found


@dataclass(slots=True)
class _Late:
    """One change of the past, from taking back to writing down.

    Attributes:
        terms: (incident, subject, unit, clause) -> from when until when an action lasts.
        placed: policies that kept the places of their lines before.
    """

    tx: Tx
    facts: _Facts
    left: Left
    changes: dict[_Key, Change] = field(default_factory=dict)
    codes: dict[UUID, str] = field(default_factory=dict)
    terms: Mapping[tuple[str, ...], Term] = field(default_factory=dict)
    placed: frozenset[str] = frozenset()

    def change(self, stage: Stage, direct: Direct, day: date) -> Change:
        """Return the change of a fact."""
        key = _Key(direct.decision_id, self.codes[direct.origin])
        place = of_fact(direct.incident_id, direct.at, stage.tenant.zone)
        return self.changes.setdefault(key, Change(direct, day, place))

    def stage(self, tenant: ReadyTenant, cast: Cast) -> Stage:
        """Return a tenant with the books of the policies touched, without what was taken back."""
        stage = Stage(tenant, cast, today(tenant.zone), lifted=lifted(self.tx))
        for policy_id in self.facts.policies():
            policy = tenant.policies[tenant.policy_name(policy_id)]
            stage.books[policy.name] = self._book(stage, policy, policy_id)
            if policy.asks and self.changes:
                self._tell(stage, policy)
        return stage

    def _book(self, stage: Stage, policy: Policy, policy_id: UUID) -> Book:
        codes, taken = sorted(stage.cast.lives), list(self._taken(policy_id))
        rows = sql.days_of(self.tx, policy_id, codes)
        book = tallies.book_of_history(policy, stage.cast, less(rows, taken))
        book.as_of = stage.as_of if policy.timed else date.min
        book.lifted = stage.lifted
        if policy.folds:
            since = reach(policy, stage.cast, self.facts.first())
            lines = sql.history_of(self.tx, policy_id, codes, since)
            book.histories = histories(policy, lines, stage.tenant.zone)
            for item in taken:
                take(policy, book.histories.setdefault(item.subject, {}), item)
            if taken and policy.name not in self.placed:
                change = next(c for c in self.changes.values() if c.direct.policy_id == policy_id)
                change.add(misplaced(book.histories))
        return book

    def _taken(self, policy_id: UUID) -> Iterator[Posting]:
        for change in self.changes.values():
            if change.direct.policy_id == policy_id:
                yield from change.postings()

    def _tell(self, stage: Stage, policy: Policy) -> None:
        """Let a stage know what happened besides the facts that were taken back."""
        ids = {code: person.id for code, person in stage.cast.people().items()}
        chronicle = chronicle_of(self.tx, stage.tenant, policy, ids, self.facts.first())
        taken = {str(item.id) for item in self.facts.incidents}
        chronicle.facts = [fact for fact in chronicle.facts if fact.order not in taken]
        policy_id = stage.tenant.policy_ids[policy.name]
        for key, change in self.changes.items():
            if change.direct.policy_id == policy_id:
                back = change.postings()
                chronicle.others += [it for it in back if not change.owned(it, key.origin)]
        stage.chronicles[policy.name] = chronicle

    def take_back(self, stage: Stage) -> None:
        """Undo every fact under what was known, the latest first: nothing lies after it then."""
        for item in reversed(self.facts.decided):
            self._undo(stage, [item], item.posting[6] if item.posting else date.min)
        for incident in reversed(self.facts.incidents):
            for part in reversed(incident.parts):
                found = self.facts.sanctions.get((incident.id, part.subject), [])
                if part.stands and found:
                    self._undo(stage, found, incident.occurred_on)

    def _undo(self, stage: Stage, posted: Sequence[Direct], day: date) -> None:
        policy = stage.policy(posted[0])
        direct = [self._posting(stage, item) for item in posted if item.posting]
        back = [item._replace(quantity=-item.quantity) for item in direct]
        more = stage.follow(policy, back, [])
        forget(stage.book(policy), [*back, *more])
        self.change(stage, posted[0], day).add([*back, *more])

    def _posting(self, stage: Stage, item: Direct) -> Posting:
        """Return what was posted, with its term where it is an action that lasts."""
        found = stage.posting(item)
        if found.account != "action":
            return found
        key = (str(item.incident_id), found.subject, found.unit, found.clause)
        since, until = self.terms.get(key, NO_TERM)
        return found._replace(since=since, until=until)

    def do_again(self, stage: Stage) -> None:
        """Assess every incident under what is known now, and follow what was decided."""
        for item in in_order(self.facts.incidents, self.facts.decided, stage.tenant.zone):
            if isinstance(item, Happened):
                self._again(stage, item)
            elif item.posting is not None and self.left.stands(item, self.codes[item.origin]):
                self.change(stage, item, item.posting[6]).add(stage.decide(item))

    def _again(self, stage: Stage, incident: Happened) -> None:
        for decision, part in zip(stage.happen(incident), incident.parts, strict=True):
            sanctions = self.facts.sanctions.get((incident.id, part.subject), [])
            if decision is not None and sanctions:
                change = self.change(stage, sanctions[0], incident.occurred_on)
                change.trace += decision.trace
                change.add(decision.postings)
                part_of = (incident.id, self.codes[part.subject])
                self.left.look(part_of, decision, change, stage.tenant.zone)


def adjust(
    tx: Tx, ctx: Context, tenant: ReadyTenant, meant: Touched, change: Callable[[], None]
) -> Adjustments:
    """Make a change of the past and post what it changes; the tenant is held.

    `tenant`: as it is known before. `change` writes the change in the open transaction.

    Raises:
        RefusedError: as `change` does; `too_many_incidents`, `plugin_failed`.
    """
    meant = _widened(tx, tenant, meant)
    if (number := facts.count(tx, meant)) > meant.most:
        raise refused(TOO_MANY_INCIDENTS, "", value=number, allowed=meant.most)
    found = read_facts(tx, meant)
    late = _Late(tx, found, read_left(tx, [item.id for item in found.incidents]))
    if not (late.facts.incidents or late.facts.decided):
        change()
        return NONE
    late.codes = facts.codes_of(tx, late.facts.everybody())
    late.left.chosen = {(it[0], late.codes[it[1]]): found.chosen[it] for it in found.chosen}
    late.terms = terms_of(tx, sorted(late.codes.values()), late.facts.first())
    known = late.stage(tenant, those_around(tx, late.codes.values(), tenant.renames))
    late.placed = _placed(tenant, meant)
    late.take_back(known)
    change()
    tx.flush()
    present = load(tx) if meant.policy_id is not None or meant.subjects is None else tenant
    everybody = {*late.codes.values(), *known.cast.lives}
    again = late.stage(present, those_around(tx, everybody, present.renames))
    late.do_again(again)
    done = _write(tx, ctx, late, again)
    _move(tx, known, again)
    return Adjustments(len(late.facts.incidents), done)


def _placed(tenant: ReadyTenant, meant: Touched) -> frozenset[str]:
    """Return the policies that kept the places of their lines; of those meant whole, none did."""
    if meant.first == date.min:
        return frozenset()
    return frozenset(name for name, policy in tenant.policies.items() if policy.placed)


def _widened(tx: Tx, tenant: ReadyTenant, meant: Touched) -> Touched:
    """Return all that is touched.

    Those below a subject, where more than the direct superior bears something; all that lies
    later, where conditions ask for history.
    """
    if meant.subjects is not None and tenant.levels > 1:
        meant = meant._replace(subjects=people.all_below(tx, meant.subjects))
    if meant.subjects is None or not any(policy.asks for policy in tenant.policies.values()):
        return meant
    named = facts.codes_of(tx, meant.subjects).values()
    around = those_around(tx, named, tenant.renames)
    return meant._replace(last=date.max, subjects=sorted(around.codes))


def _move(tx: Tx, known: Stage, again: Stage) -> None:
    """Write down where the totals stand that moved, those of former windows too."""
    people = {**known.cast.people(), **again.cast.people()}
    for name, book in again.books.items():
        before = known.books.get(name)
        for key in before.moved if before else ():
            book.totals.setdefault(key, before.totals.get(key, NOTHING) if before else NOTHING)
            book.moved.add(key)
        policy_id = again.tenant.policy_ids[name]
        moved = tallies.moves(again.tenant.policies[name], book, people)
        sql.set_tallies(tx, policy_id, moved)


def _write(tx: Tx, ctx: Context, late: _Late, stage: Stage) -> list[Adjustment]:
    """Write a decision for each fact that changed, with its entries in the first open month."""
    done: list[Adjustment] = []
    at, tenant = now(), stage.tenant
    scene = Scene(tenant, stage.cast.people(), [], today(tenant.zone))
    changed = [(key, change) for key, change in late.changes.items() if change.changes]
    _leave(tx, ctx, late, [item for item in changed if item[1].left()], at)
    for start in range(0, len(changed), AT_ONCE):
        part = changed[start : start + AT_ONCE]
        lines = [_decision(ctx, stage, change, at) for _, change in part]
        cases.add_decisions(tx, lines)
        batches = [
            _batch(stage, line, key, change)
            for line, (key, change) in zip(lines, part, strict=True)
        ]
        post(tx, scene, batches)
        for line, (key, change) in zip(lines, part, strict=True):
            origin, effects = _origin(change.direct), line.body["effects"]
            tell(tx, ctx, at, decision_effective(line.id, key.origin, origin, effects))
            about, left = change.direct.incident_id, change.left()
            done.append(Adjustment(about, key.origin, change.day, effects, left))
        tx.flush()
    return done


def _leave(
    tx: Tx, ctx: Context, late: _Late, changed: Sequence[tuple[_Key, Change]], at: datetime
) -> None:
    """Write down what is open now: deadlines, and cases that wait for a choice."""
    parts = [
        ((change.direct.incident_id, key.origin), change.direct.origin, change)
        for key, change in changed
        if change.direct.incident_id is not None
    ]
    write_deadlines(tx, late.left, parts, at)
    tell(tx, ctx, at, *move_cases(tx, late.left, parts, ctx.actor_id, at))
    tx.flush()


def _batch(stage: Stage, line: DecisionLine, key: _Key, change: Change) -> Batch:
    placed = stage.policy(change.direct).placed
    postings = change.postings(placed=placed)
    policy_id = change.direct.policy_id
    return Batch(line.id, policy_id, line.at, postings, adjusts=key.decision)


def _decision(ctx: Context, stage: Stage, change: Change, at: datetime) -> DecisionLine:
    direct, policy = change.direct, stage.policy(change.direct)
    version = policy.at(change.day)
    body: Mapping[str, Any] = {
        "policy": {"name": policy.name, "version": version.number if version else 0},
        "effects": effects_view(item._replace(cause="adjustment") for item in change.postings()),
        "trace": [trace_line(line) for line in change.trace],
        "adjusts": direct.decision_id,
        **change.left(),
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
