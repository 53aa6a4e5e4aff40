"""Made-up policies, people and incidents for the law, and the ledger they must end in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st
from tests.domain.law.rules import CLAUSES, MOSTLY, SMALL, policies, policy_of, watched_in

from shangfa.domain.incident import Report, Subject
from shangfa.domain.policies.policy import Policy
from shangfa.sdk import add_months
from shangfa.testing import Lines, MemoryTenant

CODES = ("A", "B", "C")
POSITIONS = {"A": "head", "B": "chief"}
HIRED = {"A": {"hired": "2025-04-02"}, "B": {"hired": "2024-02-29"}, "C": {}}
DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2025-12-31",
        "2026-01-01",
        "2026-01-02",
        "2026-01-25",
        "2026-01-26",
        "2026-01-31",
        "2026-02-01",
        "2026-02-28",
        "2026-03-01",
        "2026-03-30",
        "2026-03-31",
        "2026-04-01",
        "2026-04-02",
        "2026-06-28",
        "2026-06-29",
        "2026-06-30",
        "2026-07-01",
        "2026-12-30",
        "2026-12-31",
        "2027-01-01",
        "2027-02-28",
    )
)
"""Both sides of the ends of every window, and days between."""
AS_OF = date(2027, 4, 15)
"""After all of them."""
TIMES = (None, None, "09:00", "10:00")


@st.composite
def staffs(draw: st.DrawFn, days: Sequence[date]) -> Lines:
    """Reporting lines of up to three levels that change on these days; nobody is his own."""
    staff = Lines(attributes=dict(HIRED), positions=dict(POSITIONS))
    for index, code in enumerate(CODES):
        bosses = st.sampled_from((*CODES[:index], *CODES[:index], None))
        for since in (date(2000, 1, 1), *draw(st.sets(st.sampled_from(days), max_size=2))):
            staff.add(code, draw(bosses), since)
    return staff


class Happening(NamedTuple):
    """An incident to be recorded."""

    day: date
    clause: str
    subjects: tuple[str, ...]
    quantity: int
    time: str | None = None
    fact: str = ""

    @property
    def at(self) -> datetime | None:
        """Its local time, None when only the day is known."""
        return None if self.time is None else datetime.fromisoformat(f"{self.day}T{self.time}")


@st.composite
def happenings(
    draw: st.DrawFn, days: Sequence[date], watched: Sequence[str] = ()
) -> list[Happening]:
    """A few clauses and people on these days, so that things meet: up to a dozen incidents.

    `watched`: clauses that most of them fall under.
    """
    codes = [clause["code"] for clause in CLAUSES]
    looked_at: bool = draw(MOSTLY)
    codes = list(watched) if watched and looked_at else codes
    few = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True))
    who = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True))
    one = st.builds(
        Happening,
        st.sampled_from(days),
        st.sampled_from(few),
        st.lists(st.sampled_from(who), min_size=1, max_size=2, unique=True).map(tuple),
        SMALL,
        st.sampled_from(TIMES),
    )
    found = draw(st.lists(one, min_size=4, max_size=12))
    return [item._replace(fact=f"f{number:02}") for number, item in enumerate(found)]


@dataclass(repr=False)
class World:
    """A policy with its people, what happens, in which order, and what is taken back.

    Attributes:
        order: indices into `happening`, as they are recorded.
        taken_back: index -> how many more are recorded before it is reversed.
    """

    policy: Policy
    staff: Lines
    happening: list[Happening]
    order: list[int]
    taken_back: dict[int, int]

    def __repr__(self) -> str:
        """Say what an example needs to be understood, and no more: it is printed whole."""
        versions = [
            (str(v.effective_from), [(r.rule.code, r.rule.params) for r in v.reactions], v.lapses)
            for v in self.policy.versions
        ]
        said = (versions, self.staff.known, self.happening, self.order, self.taken_back)
        return f"World{said}"

    @property
    def survivors(self) -> list[Happening]:
        """What still stands in the end, in date order."""
        kept = [item for i, item in enumerate(self.happening) if i not in self.taken_back]
        return sorted(kept, key=lambda item: (item.day, item.time or "", item.fact))

    def tenant(self) -> MemoryTenant:
        """A new tenant with nothing recorded."""
        return MemoryTenant(self.policy, self.staff)

    def run(self, tenant: MemoryTenant) -> MemoryTenant:
        """Record in `order` and reverse in between."""
        done: dict[int, Any] = {}
        due: list[tuple[int, int]] = []
        for turn, index in enumerate(self.order):
            done[index] = record(tenant, self.happening[index])
            if index in self.taken_back:
                due.append((turn + self.taken_back[index], index))
            for moment, other in sorted(due):
                if moment <= turn or turn == len(self.order) - 1:
                    tenant.reverse(done[other])
                    due.remove((moment, other))
        return tenant


def record(tenant: MemoryTenant, item: Happening) -> Any:
    """Record one."""
    subjects = tuple(map(Subject, item.subjects))
    return tenant.take(
        Report(
            item.clause,
            subjects,
            item.day,
            item.at,
            item.quantity,
            policy=tenant.policy.name,
            id=item.fact,
        )
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Everything at once."""
    first = draw(st.integers(0, len(DAYS) - 4))
    days = DAYS[first : first + 4]
    policy = draw(policies(days))
    items = draw(happenings(days, watched_in(policy)))
    indices = range(len(items))
    back = draw(st.dictionaries(st.sampled_from(indices), st.integers(0, 5), max_size=4))
    order = draw(st.permutations(indices))
    return World(policy, draw(staffs(days)), items, list(order), back)


EDGES: dict[str, tuple[int, int]] = {
    "1 day": (1, 0),
    "3 days": (3, 0),
    "90 days": (90, 0),
    "1 month": (0, 1),
    "3 months": (0, 3),
    "12 months": (0, 12),
}
"""Lengths, as days and months."""


def _after(day: date, days: int, months: int) -> date:
    return add_months(day, months) + timedelta(days)


@st.composite
def edges(draw: st.DrawFn) -> World:
    """A rule over so many days back, marks of some term, and what stands at their very edges."""
    length, term = (EDGES[draw(st.sampled_from(sorted(EDGES)))] for _ in range(2))
    first = draw(st.sampled_from(DAYS[:12]))
    near = [
        _after(first, *size) + timedelta(more) for size in (length, term) for more in (-2, -1, 0, 1)
    ]
    days = sorted({first, *(day for day in near if first < day < AS_OF)})
    many = {"every": draw(st.integers(2, 3)), "joint": draw(st.booleans())}
    within = f"{length[0] or length[1]} {'days' if length[0] else 'months'}"
    rule = {"of": "warning", "within": within, "gives": "talk", **many}
    lapses = {"warning": {"days": term[0]} if term[0] else {"months": term[1]}}
    rules = [{"code": "back", "kind": "ladder.roll_up", "params": rule}]
    ever = {**rule, "within": "ever", "gives": "letter"}
    rules.append({"code": "term", "kind": "ladder.roll_up", "params": ever})
    policy = policy_of((date(2000, 1, 1), rules, draw(st.sampled_from((lapses, lapses, {})))))
    when = [first, *draw(st.lists(st.sampled_from(days), min_size=1, max_size=4))]
    sizes = [draw(st.sampled_from((1, many["every"], many["every"]))) for _ in when]
    items = [
        Happening(day, "m1", ("A",), size, fact=f"f{n}")
        for n, (day, size) in enumerate(zip(when, sizes, strict=True))
    ]
    indices = range(len(items))
    back = draw(st.dictionaries(st.sampled_from(indices), st.integers(0, 5), max_size=1))
    order = draw(st.permutations(indices))
    return World(policy, Lines(attributes=dict(HIRED)), items, list(order), back)


def finished(tenant: MemoryTenant) -> MemoryTenant:
    """The tenant once some days more have passed."""
    tenant.pass_time(AS_OF, *CODES)
    return tenant


def recorded(world: World, items: Iterable[Happening]) -> MemoryTenant:
    """A tenant where these were recorded one after the other."""
    tenant = world.tenant()
    for item in items:
        record(tenant, item)
    return tenant


def totals_of(tenant: MemoryTenant) -> dict[Any, tuple[Decimal, Decimal]]:
    """The totals of the book, those of nothing left out."""
    sums = {key: (total.total, total.own) for key, total in tenant.book.totals.items()}
    return {key: pair for key, pair in sums.items() if any(pair)}
