"""What a version would have done to incidents that have happened: computed, never stored.

Everything is read once in the order of the law and assessed under both, the versions in force and
the one tried; where only clauses and reactions differ, people whom they cannot concern are counted,
not read. Totals are kept for the windows that run only, so that memory does not grow with the past;
only rules that look back have all of it. Where they do not, what the engine found at the same
totals before is taken as known. What is, is read from the ledger; what would be is that with the
differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db import facts
from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.facts import Direct, Happened, Touched
from shangfa.db.history import lines
from shangfa.db.history.lines import Told
from shangfa.db.tx.transaction import Tx
from shangfa.domain.dates.days import SPANS
from shangfa.domain.incident import Report
from shangfa.domain.ledger.book import Book, Counter
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import time_passes
from shangfa.domain.money import ZERO, amount_text
from shangfa.domain.policies.policy import Policies, Policy
from shangfa.domain.policies.version import Version
from shangfa.services.clock import today
from shangfa.services.ledger.anew.before import earlier
from shangfa.services.ledger.anew.cast import Cast, by_day, everybody, in_order
from shangfa.services.ledger.anew.stage import Stage
from shangfa.services.ledger.decision import effects_view, trace_line
from shangfa.services.policies.trying.concerned import Differs, concerned
from shangfa.services.policies.trying.steps import Met, Steps
from shangfa.services.tenancy.ready import ReadyTenant

EXAMPLES: Final = 20
"""Incidents shown with both traces."""
SHOWN: Final = 10_000
"""Sums of subjects that are shown, those that changed most."""
STEP: Final = 5_000
"""Incidents between two looks whether somebody cancelled."""
Sums = dict[tuple[str, str, str], Decimal]
"""subject, account, unit"""


class Outcome(NamedTuple):
    """What follows from an incident, and why; `refused`: the version does not take it."""

    postings: list[Posting]
    trace: list[Line]
    refused: bool

    def plain(self) -> list[Any]:
        """Return what is posted, by which clause; how it is explained makes no difference."""
        return [item[:7] for item in self.postings]

    def shown(self) -> dict[str, Any]:
        """Return it as it is answered."""
        trace = [trace_line(line) for line in self.trace]
        return {"effects": effects_view(self.postings), "trace": trace}


@dataclass(slots=True)
class _Side:
    """One of both: a policy with its totals.

    Attributes:
        steps: what is known of incidents that were met before.
        last: what followed from the last one, None when it was refused.
    """

    stage: Stage
    policy: Policy
    steps: Steps
    last: list[Posting] | None = None

    @property
    def book(self) -> Book:
        """The totals."""
        return self.stage.book(self.policy)

    def happen(self, item: Happened, report: Report) -> Outcome:
        """Return what follows, or why nothing does; what does not stand moves nothing."""
        refusals = self.stage.refusals
        decisions = [found for found in self.stage.happen(item, report) if found is not None]
        postings = [posting for found in decisions for posting in found.postings]
        self.steps.settle()
        trace = [line for found in decisions for line in found.trace]
        refused = self.stage.refusals > refusals
        self.last = None if refused else postings
        return Outcome(postings, list(dict.fromkeys(trace)), refused)

    def decide(self, item: Direct) -> list[Posting]:
        """Return what a human or a programme decided, with all that follows from it."""
        found = self.stage.decide(item)
        self.steps.settle()
        return found

    def pass_time(self, first: date) -> list[Posting]:
        """Return what came by time alone from the first day on."""
        stage, codes = self.stage, sorted(self.stage.cast.lives) if self.policy.timed else ()
        return [
            item
            for code in codes
            for item in time_passes(self.policy, stage.cast, self.book, code, first)
        ]

    def open(
        self, counter: Counter, day: date, first: date, moved: tuple[Decimal, Decimal]
    ) -> None:
        """Take over what was posted before the first day, in the windows that still run then."""
        windows = self.policy.windows(counter[1], counter[2]).every
        spans = [SPANS[window.text] for window in windows]
        running = [span(day) for span in spans if span(day) == span(first)]
        if running:
            self.book.add(counter, running, day, moved)

    def forget(self, day: date) -> None:
        """Drop the totals of windows that are over."""
        running = {span(day) for span in SPANS.values()}
        book = self.book
        book.totals = {k: v for k, v in book.totals.items() if k[1] in running}


@dataclass(slots=True)
class Comparison:
    """What a version would have changed.

    Attributes:
        first, last: between which days, both included.
        incidents: those looked at.
        changed: those of them that would have been decided differently.
        refused: those that the version does not take as they were reported.
    """

    first: date = date.min
    last: date = date.max
    incidents: int = 0
    changed: int = 0
    refused: int = 0
    before: Sums = field(default_factory=dict)
    moved: Sums = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, postings: Iterable[Posting], sign: int) -> None:
        """Add what would be, or take away what is."""
        for item in postings:
            if item.account != "count" and self.first <= item.day <= self.last:
                key = item[:3]
                self.moved[key] = self.moved.get(key, ZERO) + sign * item.quantity

    def add_sums(
        self, sums: Iterable[tuple[tuple[str, str, str], Decimal]], day: date, sign: int
    ) -> None:
        """Do the same for what is known of a day."""
        if self.first <= day <= self.last:
            for key, quantity in sums:
                self.moved[key] = self.moved.get(key, ZERO) + sign * quantity

    def result(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        pairs = {key: (quantity, quantity) for key, quantity in self.before.items()}
        for key, quantity in self.moved.items():
            was = self.before.get(key, ZERO)
            pairs[key] = (was, was + quantity)
        apart = [key for key, (before, after) in pairs.items() if before != after]
        apart.sort(key=lambda key: (-abs(pairs[key][1] - pairs[key][0]), key))
        totals: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        for place, (before, after) in pairs.items():
            sums = totals.get(place[1:], (ZERO, ZERO))
            totals[place[1:]] = (sums[0] + before, sums[1] + after)
        return {
            "incidents": self.incidents,
            "changed": self.changed,
            "refused": self.refused,
            "totals": [_sum(key, pair) for key, pair in sorted(totals.items())],
            "subjects": [{"subject": key[0], **_sum(key[1:], pairs[key])} for key in apart[:SHOWN]],
            "examples": self.examples,
        }


def _sum(key: tuple[str, ...], pair: tuple[Decimal, Decimal]) -> dict[str, str]:
    account, unit = key
    before, after = (amount_text(unit, item) for item in pair)
    return {"account": account, "unit": unit, "before": before, "after": after}


@dataclass(slots=True)
class _Trying:
    """One comparison while it runs.

    Attributes:
        whole: whether the rules look back, so that each has all of its past.
        codes: of subjects, by their ids as text.
    """

    tenant: ReadyTenant
    cast: Cast
    old: _Side
    new: _Side
    whole: bool
    policy_id: UUID
    codes: dict[str, str] = field(init=False)
    found: Comparison = field(default_factory=Comparison)

    def __post_init__(self) -> None:
        self.codes = {str(key): code for key, code in self.cast.codes.items()}

    def incident(self, item: Happened) -> None:
        """Look at one incident under both."""
        self.found.incidents += 1
        report = self.cast.report(item, self.new.policy.name, self.tenant.zone)
        self._compare(item, report, self.old.happen(item, report), self.new.happen(item, report))

    def told(self, item: Told) -> None:
        """Look at one that a line tells: at the same totals as before it is known."""
        code = self.codes[item.subject]
        past = self.cast.lives[code].past.past
        before = after = None
        if not past.stints or past.employed(item.on):
            before = self.old.steps.meet(item, code)
            after = self.new.steps.meet(item, code, before)
        if before is not None and after is not None and self._take(item, before, after):
            self.found.incidents += 1
            return
        self.incident(item.happened(self.policy_id))
        for side, met in ((self.old, before), (self.new, after)):
            if side.last is not None:
                side.steps.learn(item, code, met, side.last)

    def _take(self, item: Told, before: Met, after: Met) -> bool:
        """Let an incident happen as it is known under both; tell whether it is."""
        was = self.old.steps.known.get(before.key)
        now = self.new.steps.known.get(after.key)
        if was is None or now is None:
            return False
        if was.plain != now.plain and not item.confidential:
            if len(self.found.examples) < EXAMPLES:
                return False  # the engine explains it
            self.found.changed += 1
            self.found.add_sums(before.sums(was), item.on, -1)
            self.found.add_sums(after.sums(now), item.on, 1)
        self.old.steps.take(before, was)
        self.new.steps.take(after, now)
        return True

    def _compare(self, item: Happened, report: Report, before: Outcome, after: Outcome) -> None:
        self.found.refused += after.refused
        if before.plain() != after.plain() and not item.confidential:
            self.found.changed += 1
            self.found.add(before.postings, -1)
            self.found.add(after.postings, 1)
            if len(self.found.examples) < EXAMPLES:
                self.found.examples.append(_example(item, report, before, after))

    def decided(self, item: Direct) -> None:
        """Follow what a human or a programme decided, under both alike."""
        if item.posting is None:
            return
        before, after = self.old.decide(item), self.new.decide(item)
        self.found.add(before, -1)
        self.found.add(after, 1)

    def pass_time(self) -> None:
        """Follow what came by time alone, under both."""
        self.found.add(self.old.pass_time(self.found.first), -1)
        self.found.add(self.new.pass_time(self.found.first), 1)


def try_version(
    tx: Tx,
    tenant: ReadyTenant,
    asked: tuple[str, Version, Differs | None],
    days: tuple[date, date],
    go_on: Callable[[int], None] = lambda _: None,
) -> Comparison:
    """Return what a version would have changed between two days, both included.

    `asked`: the policy's name, the version, and what `differing` says of it. `go_on` is told now
    and then how many incidents were looked at, and raises to stop.

    Raises:
        PluginFailedError: a plugin failed.
    """
    name, version, differs = asked
    first, last = days
    known = tenant.policies.get(name)
    if known is None:
        return Comparison()
    version.effective_from = first
    meant = Touched(first, last, policy_id=tenant.policy_ids[name])
    passed = any(True for _ in facts.posted_before(tx, meant))
    # Earlier wordings only matter to what was given under them; where nothing was, a rule that
    # is worded otherwise need not look back for it.
    before = [item for item in known.versions if item.effective_from < first] if passed else []
    tried = Policy(name, [*before, version])
    whole = any(_looks_back(item) for item in (known, tried))
    cast = everybody(tx, tenant.renames)
    old, new = _side(tenant, cast, known), _side(tenant, cast, tried)
    trying = _Trying(tenant, cast, old, new, whole, tenant.policy_ids[name])
    trying.found.first, trying.found.last = days
    trying.found.before = facts.sums(tx, meant)
    read = meant if whole or differs is None else _read(tx, trying, meant, differs)
    _open(tx, trying, read)
    _run(tx, trying, read, go_on)
    return trying.found


def _read(tx: Tx, trying: _Trying, meant: Touched, differs: Differs) -> Touched:
    """Return what must be looked at; what lies outside is counted, it cannot change."""
    policies = (trying.old.policy, trying.new.policy)
    ids = concerned(tx, meant, differs, policies, trying.cast)
    if ids is None:
        return meant
    read = meant._replace(subjects=ids)
    trying.found.incidents = facts.count(tx, meant) - facts.count(tx, read)
    return read


def _looks_back(policy: Policy) -> bool:
    """Tell whether more of the past is needed than the totals of the calendar's windows."""
    return bool(policy.folds) or policy.asks or policy.varies


def _side(tenant: ReadyTenant, cast: Cast, policy: Policy) -> _Side:
    policies = Policies({**tenant.policies, policy.name: policy}, tenant.policies.stopped)
    stage = Stage(replace(tenant, policies=policies), cast, today(tenant.zone))
    book = stage.books[policy.name] = Book(days=None)
    return _Side(stage, policy, Steps(policy, cast, book))


def _open(tx: Tx, trying: _Trying, meant: Touched) -> None:
    """Take over what lies before the first day: totals, or all of it where rules look back."""
    if trying.whole:
        known = lifted(tx)
        for side in (trying.old, trying.new):
            side.stage.lifted = known
            earlier(tx, side.stage, side.policy, meant.first)
        return
    sides = (trying.old, trying.new)
    if trying.new.policy.reacts or trying.old.policy.reacts:
        codes = None if meant.subjects is None else set(facts.codes_of(tx, meant.subjects).values())
        for subject, account, unit, day, total, own in facts.posted_before(tx, meant):
            for side in sides if codes is None or subject in codes else ():
                side.open((subject, account, unit), day, meant.first, (total, own))
    for side in sides:
        side.steps.settle()


def _run(tx: Tx, trying: _Trying, meant: Touched, go_on: Callable[[int], None]) -> None:
    if trying.whole:
        every = in_order(facts.happened(tx, meant), facts.decided(tx, meant), trying.tenant.zone)
        for item in every:
            _happen(trying, item, go_on)
    else:
        month = ""
        for day, items in by_day(lines.told(tx, meant), facts.decided(tx, meant)):
            if f"{day:%Y-%m}" != month:
                month = f"{day:%Y-%m}"
                trying.old.forget(day)
                trying.new.forget(day)
            for one in items:
                _happen(trying, one, go_on)
    trying.pass_time()


def _happen(trying: _Trying, item: Told | Happened | Direct, go_on: Callable[[int], None]) -> None:
    if isinstance(item, Direct):
        trying.decided(item)
        return
    if isinstance(item, Told):
        trying.told(item)
    else:
        trying.incident(item)
    if trying.found.incidents % STEP == 0:
        go_on(trying.found.incidents)


def _example(
    item: Happened,
    report: Report,
    before: Outcome,
    after: Outcome,
) -> dict[str, Any]:
    return {
        "incident": item.id,
        "subjects": [subject.code for subject in report.subjects],
        "clause": report.clause,
        "occurred_on": report.on,
        "before": before.shown(),
        "after": after.shown(),
    }
