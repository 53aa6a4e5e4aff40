"""The pure engine on one core: real policies, prepared reports, one living book."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

from tests.bench.figures import ratio_line, say
from tests.bench.old import visit
from tests.bench.stage import ROOT
from tests.bench.traffic import MIXES, TENANTS, ZONE, Shape

from shangfa.db.tx.encode import to_json
from shangfa.documents.tenant.folder import read_tenant
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import Book
from shangfa.domain.policies.policy import Policy, choose
from shangfa.plugins.installed import installed
from shangfa.services.ledger.decision import whole_view

GOAL = 100_000
GOALS = {"mix": 2.5, "youyou": 3}
"""Times the rate of revision 72c464e."""
ROUNDS = 5
PAIRS = 9
SUBJECTS = 500
DAYS = 16
FIRST = date(2026, 1, 5)


class Line:
    """A reporting line that does not move: ten people to a supervisor."""

    def __init__(self) -> None:
        self._bosses = {f"E{n:05}": f"S{n // 10:04}" for n in range(SUBJECTS)}

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return the supervisor."""
        del day
        return self._bosses.get(subject)

    def position(self, subject: str, day: date) -> str | None:
        del subject, day
        return None

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return no date."""
        return None


@dataclass(frozen=True, slots=True)
class Stream:
    """Reports in date order, all under one policy."""

    name: str
    policy: Policy
    calendar: Calendar
    reports: Sequence[Report]


def run(old: Path | None) -> None:
    """Measure every kind of policy by itself, then all of them taking turns.

    `old`: another checkout to measure beside this one, round by round.
    """
    say(f"\n1. Pure engine, one core, best of {ROUNDS} rounds, by CPU time")
    streams = [_stream(name, shapes) for name, shapes in MIXES.items()]
    people = Line()
    for stream in streams:
        _print(stream.name, *_best([stream], people))
    rate, postings = _best(streams, people)
    _print("mix", rate, postings)
    say(f"  mix / goal of {GOAL:,}: {rate / GOAL:.2f}")
    _print("mix, decisions written as JSON", *_best(streams, people, written=True))
    if old is not None:
        _compare(old)


def _compare(old: Path) -> None:
    """Print ratios of single rounds in turns, each checkout in a process of its own."""
    names = list(MIXES)
    cases: list[tuple[str, list[str], bool]] = [(name, [name], False) for name in names]
    cases += [("mix", names, False), ("mix, decisions written as JSON", names, True)]
    found: dict[str, list[tuple[float, float]]] = {}
    with visit(ROOT) as ours, visit(old) as theirs:
        for turn in range(1 + PAIRS):  # the first is not kept
            for label, chosen, written in cases:
                sides = (ours, theirs) if turn % 2 else (theirs, ours)
                rates = {side: side.ask("rate", chosen, written) for side in sides}
                found.setdefault(label, []).append((rates[ours], rates[theirs]))
    say(f"  {PAIRS} rounds in turns beside {old}")
    for label, (_, *pairs) in found.items():
        goal = f", goal {GOALS[label]}" if label in GOALS else ""
        say(ratio_line(f"{label}, new / old{goal}", pairs))


def _print(name: str, rate: float, postings: float) -> None:
    say(f"  {name:<34}{rate:>9,.0f}/s {1e6 / rate:6.1f} us  {postings:.2f} postings per assessment")


def _stream(slug: str, shapes: Sequence[tuple[Shape, int]]) -> Stream:
    folder = read_tenant(TENANTS / slug)
    policies = folder.policies(installed().kinds(folder.doc.plugins))
    reports = _reports(shapes)
    return Stream(slug, choose(policies, reports[0]), folder.calendar(), reports)


def _reports(shapes: Sequence[tuple[Shape, int]]) -> list[Report]:
    """Return a report of every subject on every day, clauses by their weights."""
    dice = random.Random(1)
    subjects = [
        Subject(f"E{n:05}", department="客服部", attributes={"labour_contract": True})
        for n in range(SUBJECTS)
    ]
    weights = [weight for _, weight in shapes]
    found = []
    for number in range(DAYS):
        on = FIRST + timedelta(number)
        at = datetime.combine(on, clock(10))
        for subject in subjects:
            shape = dice.choices(shapes, weights)[0][0]
            facts: Mapping[str, Any] = shape.get("facts", {})
            found.append(Report(shape["clause"], (subject,), on, at, 1, facts))
    return found


def _best(streams: Sequence[Stream], people: Line, *, written: bool = False) -> tuple[float, float]:
    """Return assessments a second of CPU time in the best round, and postings for each."""
    best, postings = 0.0, 0
    for _ in range(ROUNDS):
        work = [
            (stream.policy, stream.calendar, Book(days=None), stream.reports) for stream in streams
        ]
        turns = [
            (policy, report, book, calendar)
            for place in range(SUBJECTS * DAYS)
            for policy, calendar, book, reports in work
            for report in (reports[place],)
        ]
        started = time.process_time()
        postings = _write(turns, people) if written else _assess(turns, people)
        best = max(best, len(turns) / (time.process_time() - started))
    return best, postings / (len(streams) * SUBJECTS * DAYS)


Turns = Sequence[tuple[Policy, Report, Book, Calendar]]


def _assess(turns: Turns, people: Line) -> int:
    postings = 0
    for policy, report, book, calendar in turns:
        postings += len(assess(policy, report, people, book, calendar).postings)
    return postings


def _write(turns: Turns, people: Line) -> int:
    postings = 0
    for policy, report, book, calendar in turns:
        result: Assessment = assess(policy, report, people, book, calendar)
        to_json(whole_view(result, ZONE))
        postings += len(result.postings)
    return postings
