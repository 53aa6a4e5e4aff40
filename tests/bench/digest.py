"""One number for the answers to generated reports of every tenant, to be the same after a change.

`python -m tests.bench.digest [number of reports]` prints a digest of each tenant and of all: what
follows and why, in both languages, every refusal, what reversals take back, and the totals left.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.bench.figures import say
from tests.bench.traffic import TENANTS, ZONE

from shangfa.documents.tenant.folder import read_tenant
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import RefusedError
from shangfa.domain.incident import SUBJECT_KINDS, Report, Subject
from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.incidents.memory import Memory
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.people.lines import Lines
from shangfa.domain.policies.clause import Clause
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Scope, Version
from shangfa.plugins.installed import installed
from shangfa.services.ledger.decision import whole_view
from shangfa.testing.conformance import samples

NUMBER: Final = 100_000
WORLD: Final = 300
"""Reports of one world: then everything begins anew."""
DAYS: Final = 100
PEOPLE: Final = 8
FIRST: Final = date(2026, 1, 20)
QUANTITIES: Final = (*(1,) * 20, 2, 3, "2", "1.0", Decimal("2.00"), "1.50", 7, 0, 200_000, True)
SHARES: Final = ((60, 40), ("33.33", "66.67"), ("0.01", "99.99"))


def tenants() -> list[Path]:
    """Return the folders of all tenants."""
    return sorted(path.parent for path in TENANTS.glob("*/tenant.yaml"))


def digest(folder: Path, number: int) -> str:
    """Return the digest of the answers to so many reports of one tenant."""
    tenant = read_tenant(folder)
    policies = tenant.policies(installed().kinds(tenant.doc.plugins))
    found = hashlib.sha256()
    for world, start in enumerate(range(0, number, WORLD)):
        random = Random(world)
        size = min(WORLD, number - start)
        for line in _lived(random, policies, tenant.calendar(), size, world % 3):
            found.update(json.dumps(line, ensure_ascii=False, default=str).encode())
    return found.hexdigest()[:16]


def _lived(
    random: Random, policies: Mapping[str, Policy], calendar: Calendar, size: int, way: int
) -> Iterator[Any]:
    """Yield the answers of one world.

    `way`: 0 in any order with reversals, 1 in order with totals alone, 2 each on empty totals.
    """
    memory = Memory(policies, calendar, _people(), ledgers=None)
    reports = list(_reports(random, policies, size))
    if way == 1:
        reports.sort(key=lambda report: report.on)
        memory.books = {name: Book(days=None) for name in policies}
    stood: list[Assessment] = []
    for report in reports:
        if way == 2:
            memory.books.clear()
        yield _answer(memory, report, stood)
        if way == 0 and stood and random.random() < 0.1:
            yield _reversed(memory, stood.pop(random.randrange(len(stood))))
    for name, book in sorted(memory.books.items()):
        yield name, [(repr(key), repr(total)) for key, total in book.totals.items()]


def _answer(memory: Memory, report: Report, stood: list[Assessment]) -> Any:
    try:
        found = memory.record(report)
    except RefusedError as error:
        return [(fault.code, fault.pointer, fault.zh, fault.en) for fault in error.faults]
    except BackdatedError:
        return "backdated"
    stood.append(found)
    return whole_view(found, ZONE), list(map(_plain, found.postings))


def _reversed(memory: Memory, found: Assessment) -> Any:
    return list(map(_plain, memory.reverse(found)))


def _plain(item: Posting) -> Any:
    place = repr(item.place)
    return *item[:8], item.note.text("zh"), item.note.text("en"), place, *item[10:]


def _people() -> Lines:
    lines = Lines()
    for number in range(PEOPLE):
        lines.add(f"E{number}", f"S{number % 2}").add(f"S{number % 2}", "D")
    lines.add("E0", "S1", FIRST + timedelta(DAYS // 2))
    lines.positions |= {"S0": "主管", "S1": "supervisor", "D": "manager"}
    return lines


def _reports(random: Random, policies: Mapping[str, Policy], size: int) -> Iterator[Report]:
    """Yield reports: most are as they should be, some clauses come again and again."""
    clauses = [
        (name, version, clause)
        for name, policy in policies.items()
        for version in policy.versions
        for clause in version.clauses.values()
    ]
    usual = [item for item in clauses if not (item[2].unrecordable or item[2].missing)]
    often = random.sample(usual, min(6, len(usual)))
    for _ in range(size):
        chosen = random.choice(often if random.random() < 0.7 else usual)
        if random.random() < 0.02:
            chosen = random.choice(clauses)
        yield _report(random, *chosen)


def _report(random: Random, policy: str, version: Version, clause: Clause) -> Report:
    day = FIRST + timedelta(random.randrange(DAYS))
    at = datetime.combine(day, time(random.randrange(24), 30)) if random.random() < 0.8 else None
    made = samples.incident(random, clause)
    codes = random.sample([f"E{n}" for n in range(PEOPLE)], 2 if random.random() < 0.1 else 1)
    facts = {
        name: _raw(random, made.facts[name])
        for name in clause.facts
        if made.facts[name] is not None and random.random() < 0.98
    }
    quantity: Any = made.quantity if random.random() < 0.3 else random.choice(QUANTITIES)
    found = Report(
        clause.code, tuple(_subjects(random, codes, version.scope)), day, at, quantity, facts
    )
    if codes[1:] and random.random() < 0.8:
        found = replace(found, shares=tuple(map(Decimal, random.choice(SHARES))))
    if random.random() < 0.9:
        found = replace(found, policy=policy)
    return _spoilt(random, found) if random.random() < 0.03 else found


def _subjects(random: Random, codes: Iterable[str], scope: Scope) -> Iterator[Subject]:
    """Yield subjects, most of them inside the scope."""
    for code in codes:
        inside = random.random() < 0.95
        kind = random.choice(scope.kinds or ("employee",) if inside else SUBJECT_KINDS)
        departments = scope.departments if inside and scope.departments else ("客服部", "仓库")
        positions = scope.positions if inside and scope.positions else ("店长", "客服")
        attributes = random.choice(
            ({}, {"labour_contract": True}, {"labour_contract": random.random() < 0.5})
        )
        yield Subject(
            code,
            kind,
            random.choice((None, *departments)),
            random.choice((None, *positions)),
            attributes,
            random.choice((None, date(2025, 12, 1), date(2020, 2, 29))),
            employed=random.random() < 0.98,
        )


def _raw(random: Random, value: Any) -> Any:
    """Return a fact as a request may bring it."""
    if isinstance(value, Decimal) and value == int(value) and random.random() < 0.5:
        return int(value)
    if isinstance(value, Decimal) and random.random() < 0.5:
        return f"{value}.50" if "." not in str(value) else str(value)
    return value


def _spoilt(random: Random, report: Report) -> Report:
    return random.choice(
        (
            replace(report, facts={**report.facts, "strange": 1}),
            replace(report, facts={}),
            replace(report, clause=report.clause + "?"),
            replace(report, unit="metres"),
            replace(report, quantity="-1"),
            replace(report, on=date(2001, 1, 1)),
        )
    )


def main() -> None:
    """Print the digests."""
    number = int(sys.argv[1]) if sys.argv[1:] else NUMBER
    folders = tenants()
    every = hashlib.sha256()
    for folder in folders:
        found = digest(folder, -(-number // len(folders)))
        every.update(found.encode())
        say(f"{found}  {folder.name}")
    say(f"{every.hexdigest()[:16]}  all")


if __name__ == "__main__":
    main()
