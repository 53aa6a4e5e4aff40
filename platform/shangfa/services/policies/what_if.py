"""What a version would have done to incidents that have happened: computed, never stored.

Everything is read once in the order of the law and assessed under both, the versions in force and
the one tried. Totals are kept for the windows that run only, so that memory does not grow with
the past. As long as nothing was decided differently for somebody, both have the same totals and
one assessment is enough, or none where no reaction looks at totals. What is, is read from the
ledger; what would be is that with the differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from heapq import merge
from typing import Any, Final

from shangfa.db import facts
from shangfa.db.facts import Direct, Happened, Part, Touched
from shangfa.db.tx.transaction import Tx
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.days import SPANS
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import Book, Counter
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.money import ZERO, amount_text
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.services.ledger.cast import Cast, everybody
from shangfa.services.ledger.decision import effects_view, said_of, trace_line
from shangfa.services.tenancy.ready import ReadyTenant

EXAMPLES: Final = 20
"""Incidents shown with both traces."""
SHOWN: Final = 10_000
"""Sums of subjects that are shown, those that changed most."""
STEP: Final = 5_000
"""Incidents between two looks whether somebody cancelled."""
Decided = Assessment | RefusedError
Sums = dict[tuple[str, str, str], Decimal]
"""subject, account, unit"""


@dataclass(slots=True)
class _Side:
    """One of both: a policy with its totals.

    Attributes:
        seen: every (account, unit) posted to.
    """

    policy: Policy
    book: Book = field(default_factory=lambda: Book(days=None))
    seen: set[tuple[str, str]] = field(default_factory=set)

    def assess(
        self, report: Report, parts: Sequence[Part], cast: Cast, calendar: Calendar
    ) -> Decided:
        """Return what follows, or why nothing does; what does not stand moves nothing."""
        whole = all(part.stands for part in parts)
        try:
            found = assess(self.policy, report, cast, self.book if whole else Book(), calendar)
        except PluginFailedError:
            raise
        except RefusedError as error:
            return error
        if not whole:
            for part, decision in zip(parts, found.decisions, strict=True):
                direct = [item for item in decision.postings if item.cause == "clause"]
                decision.postings = self.follow(direct, cast) if part.stands else []
        self.seen.update(item[1:3] for item in found.postings)
        return found

    def follow(self, postings: list[Posting], cast: Cast) -> list[Posting]:
        """Return postings with what follows from them."""
        (more,) = react_in_turn(self.policy, cast, self.book, [(postings, [])])
        return [*postings, *more]

    def open(
        self, counter: Counter, day: date, first: date, moved: tuple[Decimal, Decimal]
    ) -> None:
        """Take over what was posted before the first day, in the windows that still run then."""
        windows = self.policy.windows(counter[1], counter[2])
        self.seen.add(counter[1:])
        running = [name for name in windows if SPANS[name](day) == SPANS[name](first)]
        if running:
            self.book.add(counter, running, day, moved)

    def forget(self, day: date) -> None:
        """Drop the totals of windows that are over."""
        running = {span(day) for span in SPANS.values()}
        self.book.totals = {k: v for k, v in self.book.totals.items() if k[1] in running}
        self.book.moved.clear()


@dataclass(slots=True)
class Comparison:
    """What a version would have changed.

    Attributes:
        incidents: those looked at.
        changed: those of them that would have been decided differently.
        refused: those that the version does not take as they were reported.
    """

    incidents: int = 0
    changed: int = 0
    refused: int = 0
    before: Sums = field(default_factory=dict)
    moved: Sums = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def move(self, decided: Decided, sign: int) -> None:
        """Add what would be, or take away what is."""
        if isinstance(decided, Assessment):
            self.add(decided.postings, sign)

    def add(self, postings: Iterable[Posting], sign: int) -> None:
        """Add up postings."""
        for item in postings:
            if item.account != "count":
                key = item[:3]
                self.moved[key] = self.moved.get(key, ZERO) + sign * item.quantity

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
        changed: clauses that the version says differently, None for all: the rest of the
            document differs.
        apart: subjects of whom totals may differ.
    """

    tenant: ReadyTenant
    cast: Cast
    old: _Side
    new: _Side
    changed: frozenset[str] | None
    apart: set[str] = field(default_factory=set)
    found: Comparison = field(default_factory=Comparison)

    def incident(self, item: Happened) -> None:
        """Look at one incident under both."""
        report = self.cast.report(item, self.new.policy.name, self.tenant.zone)
        self.found.incidents += 1
        around = (item.parts, self.cast, self.tenant.calendar)
        if self._is_same(report):
            if self.new.policy.reacts:
                self.new.assess(report, *around)
            return
        before, after = self.old.assess(report, *around), self.new.assess(report, *around)
        self.found.refused += isinstance(after, RefusedError)
        if _plain(before) != _plain(after):
            self.found.changed += 1
            self.found.move(before, -1)
            self.found.move(after, 1)
            if len(self.found.examples) < EXAMPLES:
                self.found.examples.append(_example(item, report, before, after))
        self._join(report)

    def _is_same(self, report: Report) -> bool:
        """Tell whether both decide alike; if not, let those concerned have totals of their own."""
        if self.changed is None:
            return False
        concerned = self._concerned(report)
        if report.clause not in self.changed and self.apart.isdisjoint(concerned):
            return True
        self._part(concerned - self.apart, report.on)
        return False

    def _join(self, report: Report) -> None:
        """Let those concerned have common totals again, when they are the same."""
        if self.changed is None:
            return
        codes = self._concerned(report)
        places = list(self._places(codes, report.on))
        old, new = self.old.book.totals, self.new.book.totals
        if all(old.get(key) == new.get(key) for key in places):
            self.apart -= codes
            for key in places:
                old.pop(key, None)

    def _concerned(self, report: Report) -> set[str]:
        codes = {subject.code for subject in report.subjects}
        return codes | {self.cast.supervisor(code, report.on) or code for code in codes}

    def _places(self, codes: set[str], day: date) -> Iterator[tuple[Counter, str]]:
        """Yield where their totals of the windows that run are."""
        spans = [span(day) for span in SPANS.values()]
        for account, unit in self.new.seen | self.old.seen:
            for code in codes:
                yield from (((code, account, unit), span) for span in spans)

    def _part(self, codes: set[str], day: date) -> None:
        """Give the old side the totals that both had for these subjects until now."""
        if not codes:
            return
        self.apart |= codes
        for key in self._places(codes, day):
            total = self.new.book.totals.get(key)
            if total is not None:
                self.old.book.totals[key] = total

    def decided(self, item: Direct) -> None:
        """Follow what a human or a programme decided, under both alike."""
        if item.posting is None:
            return
        posting = Posting(*item.posting)
        bearer = self.cast.supervisor(posting.subject, posting.day) or posting.subject
        if self.changed is not None:
            self._part({posting.subject, bearer} - self.apart, posting.day)
        before, after = (side.follow([posting], self.cast) for side in (self.old, self.new))
        for sign, postings in ((-1, before), (1, after)):
            self.found.add(postings, sign)


def try_version(
    tx: Tx,
    tenant: ReadyTenant,
    asked: tuple[str, Version, frozenset[str] | None],
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
    earlier = [item for item in known.versions if item.effective_from < first]
    trying = _Trying(
        tenant,
        everybody(tx, tenant.renames),
        _Side(known),
        _Side(Policy(name, [*earlier, version])),
        differs,
    )
    meant = Touched(first, last, policy_id=tenant.policy_ids[name])
    trying.found.before = facts.sums(tx, meant)
    _run(tx, trying, meant, go_on)
    return trying.found


def _run(tx: Tx, trying: _Trying, meant: Touched, go_on: Callable[[int], None]) -> None:
    sides = [trying.new] if trying.changed is not None else [trying.old, trying.new]
    if trying.new.policy.reacts or trying.old.policy.reacts:
        for subject, account, unit, day, total, own in facts.posted_before(tx, meant):
            for side in sides:
                side.open((subject, account, unit), day, meant.first, (total, own))
    month = ""
    for day, item in _in_order(tx, meant):
        if f"{day:%Y-%m}" != month:
            month = f"{day:%Y-%m}"
            trying.old.forget(day)
            trying.new.forget(day)
        if isinstance(item, Happened):
            trying.incident(item)
            if trying.found.incidents % STEP == 0:
                go_on(trying.found.incidents)
        else:
            trying.decided(item)


def _in_order(tx: Tx, meant: Touched) -> Iterator[tuple[date, Happened | Direct]]:
    """Yield incidents and then what was decided, day by day."""
    chosen = [item for item in facts.decided(tx, meant) if item.posting is not None]
    decided = sorted(
        ((item.posting[6], 1, place, item) for place, item in enumerate(chosen) if item.posting),
        key=lambda item: item[:3],
    )
    happened = (
        (item.occurred_on, 0, place, item) for place, item in enumerate(facts.happened(tx, meant))
    )
    lanes: list[Iterable[tuple[date, int, int, Any]]] = [happened, decided]
    for day, _, _, item in merge(*lanes, key=lambda item: item[:3]):
        yield day, item


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the clauses that two documents say differently; None when more than those differs."""
    said = ("title", "source", "effective_from", "clauses", "programmes", "procedure")
    if any(old.get(name) != new.get(name) for name in (old.keys() | new.keys()) - set(said)):
        return None
    before = {clause["code"]: clause for clause in old["clauses"]}
    after = {clause["code"]: clause for clause in new["clauses"]}
    codes = before.keys() | after.keys()
    return frozenset(code for code in codes if before.get(code) != after.get(code))


def _plain(decided: Decided) -> list[Any]:
    """Return what is posted, by which clause; how it is explained makes no difference."""
    return [] if isinstance(decided, RefusedError) else [item[:7] for item in decided.postings]


def _example(
    item: Happened,
    report: Report,
    before: Decided,
    after: Decided,
) -> dict[str, Any]:
    return {
        "incident": item.id,
        "subjects": [subject.code for subject in report.subjects],
        "clause": report.clause,
        "occurred_on": report.on,
        "before": _shown(before, report),
        "after": _shown(after, report),
    }


def _shown(decided: Decided, report: Report) -> dict[str, Any]:
    if isinstance(decided, RefusedError):
        lines = said_of(decided, report.clause)
        return {"effects": [], "trace": [trace_line(line) for line in lines]}
    trace = [trace_line(line) for line in decided.trace]
    return {"effects": effects_view(decided.postings), "trace": trace}
