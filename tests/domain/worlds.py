"""Made-up policies, people and incidents for the law, and the ledger they must end in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import Source
from shangfa.domain.dates.windows import Term
from shangfa.domain.incident import Report, Subject
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.plugins.installed import installed
from shangfa.sdk import Effect, Params, ReactionKind, Rule, Watch, Window, add_months
from shangfa.testing import Lines, MemoryTenant

CODES = ("A", "B", "C")
RUNGS = ("praise_r", "warning", "minor", "major")
WINDOWS = (
    "day",
    "week",
    "month",
    "quarter",
    "half_year",
    "year",
    "ever",
    "month from 26",
    "month from 31",
    "year from 04-01",
    "quarter from 02-29",
    "week from sunday",
    "year since hired",
    "month since hired",
    "1 day",
    "3 days",
    "90 days",
    "1 month",
    "3 months",
    "terms school",
)
TERMS = {
    "school": (
        Term("autumn", date(2025, 9, 1), date(2026, 1, 1)),
        Term("spring", date(2026, 1, 31), date(2026, 4, 1)),
    )
}
"""With a gap between them, and nothing after."""
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
LAPSES: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"warning": {"months": 1}, "A": {"days": 1}},
    {"warning": {"until": "quarter"}, "minor": {"days": 90}},
    {"minor": {"months": 12}, "A": {"until": "year from 04-01"}},
)


class Tiers(Params):
    """Money by the size of a net of points, which may go under zero."""

    letter: str
    step: Decimal
    within: Window


def derive_tiers(rule: Rule[Tiers], unit: str, total: Decimal) -> Sequence[Effect]:
    """10 for each full step over zero as reward, 5 for each under zero as fine."""
    del unit
    steps = total // rule.params.step
    if steps > 0:
        return [Effect("reward", "CNY", 10 * steps)]
    return [Effect("fine", "CNY", 5 * steps)] if steps else []


class Answerable(Params):
    """The supervisor pays when a report reaches so many marks in a window."""

    of: str
    limit: Decimal
    within: Window


def derive_answerable(rule: Rule[Answerable], unit: str, total: Decimal) -> Sequence[Effect]:
    """Take 7 for each mark from the limit on."""
    del unit
    beyond = total - rule.params.limit
    return [Effect("fine", "CNY", -7 * beyond)] if beyond > 0 else []


class Once(Params):
    """Every other one of a kind: what is not given for more and more."""

    of: str
    within: Window


def derive_once(rule: Rule[Once], unit: str, total: Decimal) -> Sequence[Effect]:
    """1 while the total is odd: less for more, and more again."""
    del rule, unit
    return [Effect("action", "talk", Decimal(1))] if total % 2 == 1 else []


class Net(Params):
    """Steps of a net of two letters."""

    step: Decimal
    within: Window


def _watch_net(rule: Rule[Net]) -> list[Watch]:
    weights = (("A", Decimal(1)), ("B", Decimal(-2)))
    return [Watch("points", "A-2B", rule.params.within, weights=weights)]


def derive_net(rule: Rule[Net], unit: str, total: Decimal) -> Sequence[Effect]:
    """One training for each full step of the net."""
    del unit
    steps = total // rule.params.step
    return [Effect("action", "training", steps)] if steps > 0 else []


def _watch_answerable(rule: Rule[Answerable]) -> list[Watch]:
    params = rule.params
    return [Watch("marks", params.of, params.within, of_supervisor=True)]


OWN_KINDS: tuple[ReactionKind[Any], ...] = (
    ReactionKind(
        "worlds.tiers",
        Tiers,
        lambda rule: [Watch("points", rule.params.letter, rule.params.within)],
        derive_tiers,
        lambda rule: [("reward", "CNY"), ("fine", "CNY")],
        lambda rule: (),
    ),
    ReactionKind(
        "worlds.answerable",
        Answerable,
        _watch_answerable,
        derive_answerable,
        lambda rule: [("fine", "CNY")],
        lambda rule: (),
    ),
    ReactionKind(
        "worlds.once",
        Once,
        lambda rule: [Watch("count", rule.params.of, rule.params.within)],
        derive_once,
        lambda rule: [("action", "talk")],
        lambda rule: (),
    ),
    ReactionKind(
        "worlds.net",
        Net,
        _watch_net,
        derive_net,
        lambda rule: [("action", "training")],
        lambda rule: (),
    ),
)


def kinds() -> Kinds:
    """The plugins whose rules follow totals, and the reactions above."""
    known = installed().kinds(("letter_points", "demerit_ladder", "fines"))
    reactions = dict(known.reactions) | {kind.name: kind for kind in OWN_KINDS}
    return Kinds(known.clause_kinds, reactions, known.programmes, terms=TERMS)


CLAUSES: list[dict[str, Any]] = [
    {"code": f"m{i}", "title": rung, "kind": "ladder.mark", "params": {"mark": rung}}
    for i, rung in enumerate(RUNGS)
]
CLAUSES += [
    {
        "code": "same",
        "title": "a warning whose causes are counted",
        "kind": "ladder.mark",
        "params": {"mark": "warning", "cause": "clause"},
    },
    {"code": "late", "title": "a count", "kind": "ladder.count"},
    {
        "code": "plus",
        "title": "points given",
        "kind": "points.fixed",
        "params": {"letter": "A", "points": 1},
    },
    {
        "code": "minus",
        "title": "points taken",
        "kind": "points.fixed",
        "params": {"letter": "A", "points": -2},
    },
    {
        "code": "other",
        "title": "points of another letter",
        "kind": "points.fixed",
        "params": {"letter": "B", "points": 1},
    },
    {
        "code": "fine",
        "title": "money taken, milder for many at once",
        "kind": "fines.fixed",
        "params": {"amount": 30, "most": 80},
        "scale": [{"when": {"quantity": {"from": 3}}, "percent": 50}],
    },
    {
        "code": "gift",
        "title": "money given",
        "kind": "fines.fixed",
        "params": {"amount": 20, "account": "reward"},
    },
    {
        "code": "steps",
        "title": "points for each two begun",
        "kind": "points.per_unit",
        "params": {"letter": "B", "points": -1, "step": 2},
    },
    {
        "code": "two",
        "title": "a mark and a count at once",
        "parts": [
            {"kind": "ladder.mark", "params": {"mark": "minor"}},
            {"kind": "ladder.count", "params": {"counter": "late"}},
        ],
    },
]

_windows = st.sampled_from(WINDOWS)
_standing = st.sampled_from([item for item in WINDOWS if not item[0].isdecimal()])
_mostly = st.sampled_from((True, True, True, False))
_small = st.integers(1, 3)


def _rule(kind: str, **params: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), "params": st.fixed_dictionaries(params)})


def _roll_up(index: int) -> st.SearchStrategy[dict[str, Any]]:
    """So many of one rung make one of a higher one, or an action after the highest."""
    return _rule(
        "ladder.roll_up",
        of=st.just(RUNGS[index]),
        every=_small,
        within=_windows,
        gives=st.sampled_from((*RUNGS[index + 1 :], "demotion")),
        once=st.booleans(),
        joint=st.booleans(),
    )


_OTHERS = (
    _rule(
        "ladder.roll_up",
        of=st.just("late"),
        every=_small,
        within=_windows,
        gives=st.sampled_from(RUNGS),
    ),
    _rule(
        "ladder.repeat",
        of=st.just(["warning"]),
        nth=st.integers(2, 3),
        within=_windows,
        gives=st.sampled_from(("warning", "major", "dismissal_option")),
        each=st.booleans(),
    ),
    _rule(
        "points.from_nth",
        of=st.just("late"),
        nth=_small,
        letter=st.just("A"),
        points=st.sampled_from((-1, 2)),
        within=_windows,
    ),
    _rule("worlds.tiers", letter=st.just("A"), step=_small, within=_windows),
    _rule("worlds.answerable", of=st.sampled_from(RUNGS), limit=_small, within=_windows),
    _rule(
        "ladder.offset",
        of=st.just("praise_r"),
        cancels=st.sampled_from((["warning"], ["minor", "warning"], ["major", "warning"])),
        takes=st.integers(1, 2),
        first=st.sampled_from(("oldest", "latest", "heaviest")),
        within=_standing,
        later=st.booleans(),
        **{"for": st.integers(1, 2)},
    ),
    _rule(
        "ladder.run",
        of=st.just("warning"),
        broken_by=st.just(["minor"]),
        times=st.integers(2, 3),
        gives=st.sampled_from(("major", "talk")),
        within=_standing,
        watched=st.just("marks"),
    ),
    _rule(
        "ladder.run",
        of=st.just("warning"),
        broken_by=st.just(["minor"]),
        times=st.just(2),
        last=st.integers(3, 4),
        gives=st.sampled_from(("major", "talk")),
        within=_standing,
        watched=st.just("marks"),
    ),
    _rule(
        "points.threshold",
        letters=st.sampled_from(({"A": 1}, {"A": -1}, {"A": 1, "B": -2})),
        at=_small,
        every=st.booleans(),
        within=_windows,
        gives=st.sampled_from(("warning", "training")),
    ),
    _rule(
        "points.threshold",
        letters=st.just({"B": -1}),
        at=_small,
        within=_windows,
        amount=st.just(5),
        account=st.sampled_from(("reward", "fine")),
    ),
    _rule("points.cap", letter=st.just("A"), within=_windows, most=st.integers(0, 3)),
    _rule(
        "points.cap",
        letter=st.just("A"),
        within=_windows,
        most=st.integers(0, 2),
        least=st.integers(-3, 0),
        clauses=st.sampled_from(([], ["plus"], ["m*"])),
    ),
    _rule("points.supervisor", letter=st.just("A"), percent=st.sampled_from((50, 200))),
    _rule("points.supervisor", letter=st.just("A"), points=st.just(1), level=st.integers(1, 2)),
    _rule(
        "points.supervisor",
        letter=st.just("B"),
        of=st.sampled_from((["late"], ["minor", "late"])),
        points=st.sampled_from((-1, 2)),
    ),
    _rule("fines.cap", within=_windows, most=st.sampled_from((0, 40, 100))),
    _rule(
        "fines.cap",
        within=_windows,
        most=st.sampled_from((10, 50)),
        account=st.sampled_from(("fine", "reward")),
        clauses=st.sampled_from(([], ["fine"], ["*i*"])),
    ),
    _rule(
        "fines.threshold",
        at=st.sampled_from((30, 70)),
        every=st.booleans(),
        within=_windows,
        gives=st.sampled_from(("minor", "talk")),
    ),
    _rule("fines.supervisor", percent=st.sampled_from((10, 100)), least=st.sampled_from((0, 60))),
    _rule("fines.supervisor", amount=st.just(8), superior=st.just("head")),
    _rule(
        "fines.supervisor",
        amount=st.just(9),
        of=st.sampled_from((["late"], ["minor"], ["major", "late"])),
    ),
    _rule(
        "fines.per_count",
        of=st.just("late"),
        within=_windows,
        amount=st.just(4),
        after=st.integers(0, 2),
        every=st.integers(1, 2),
    ),
    _rule(
        "fines.tiers",
        of=st.just("late"),
        within=_windows,
        tiers=st.just([{"from": 2, "amount": 10}, {"from": 4, "amount": 15}]),
        cumulative=st.booleans(),
        account=st.sampled_from(("fine", "reward")),
    ),
    _rule("fines.forfeit", of=st.just("late"), within=_windows, percent=st.just(50)),
    _rule(
        "ladder.in_row",
        of=st.sampled_from((["A"], ["A", "B"])),
        periods=st.integers(2, 3),
        period=st.sampled_from(("month", "quarter")),
        at_most=st.integers(-2, 2),
        empty=st.sampled_from(("good", "nothing", "breaks")),
        gives=st.sampled_from(("praise_r", "talk")),
        within=_standing,
        watched=st.just("points"),
    ),
    _rule("worlds.once", of=st.just("late"), within=_windows),
    _rule("worlds.net", step=_small, within=_windows),
    _rule(
        "ladder.supervisor",
        converted=st.booleans(),
        floor=st.booleans(),
        lower=st.integers(0, 2),
        level=st.integers(1, 2),
    ),
    _rule("ladder.supervisor", superior=st.sampled_from(("head", ["head", "chief"]))),
)
_others = st.one_of(*_OTHERS)
_fed = st.one_of(  # what gives money, points and marks that other rules look at
    _rule("fines.per_count", of=st.just("late"), within=_windows, amount=st.just(40)),
    _rule(
        "points.from_nth",
        of=st.just("late"),
        nth=st.just(1),
        letter=st.just("A"),
        points=st.just(-2),
    ),
    _roll_up(1),
)
GIVES: dict[str, tuple[tuple[str, str], ...]] = {
    "same": (("marks", "warning"), ("count", "cause:same")),
    "late": (("count", "late"),),
    "plus": (("points", "A"),),
    "minus": (("points", "A"),),
    "other": (("points", "B"),),
    "steps": (("points", "B"),),
    "fine": (("fine", "CNY"),),
    "gift": (("reward", "CNY"),),
    "two": (("marks", "minor"), ("count", "late")),
} | {f"m{i}": (("marks", rung),) for i, rung in enumerate(RUNGS)}
"""What each clause posts to."""


def watched_in(policy: Policy) -> list[str]:
    """Return the clauses that a rule of a policy looks at."""
    rules = [rule for version in policy.versions for rule in version.reactions]
    return [
        code
        for code, given in GIVES.items()
        if any(
            rule.watch.matches(*pair) or rule.covers(*pair, code)
            for rule in rules
            for pair in given
        )
    ]


@st.composite
def _reactions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A chain up the ladder, some steps left out, and a few more; or one or two of a few alone."""
    if draw(st.booleans()):
        alone = draw(st.sampled_from(_OTHERS))
        rules = draw(st.lists(alone, min_size=1, max_size=2)) + draw(st.lists(_others, max_size=1))
        bears = rules[0]["kind"].endswith("supervisor")
        rules += draw(st.lists(_fed, min_size=bears, max_size=2))
    else:
        rules = [draw(_roll_up(i)) for i in range(len(RUNGS)) if draw(_mostly)]
        rules += draw(st.lists(_others, max_size=3))
        if draw(_mostly):
            rules.append({"kind": "ladder.supervisor", "params": {}})
    return [{"code": f"R{i}", **rule} for i, rule in enumerate(draw(st.permutations(rules)))]


Version = tuple[date, list[dict[str, Any]], dict[str, Any]]


def policy_of(*versions: Version) -> Policy:
    """A policy whose versions differ in their reactions and in how long things are in force."""
    documents = [
        {
            "policy": "law",
            "attributes": {"hired": {"type": "date", "zh": "入职日"}},
            "title": "law",
            "effective_from": start,
            "ladder": list(RUNGS),
            "clauses": CLAUSES,
            "reactions": reactions,
            "lapses": lapses,
        }
        for start, reactions, lapses in versions
    ]
    compiled = [
        compile_version(Source(data=data), kinds(), i) for i, data in enumerate(documents, 1)
    ]
    return Policy("law", compiled)


@st.composite
def policies(draw: st.DrawFn, days: Sequence[date]) -> Policy:
    """One version, or two or three with other reactions from one of these days on."""
    starts = (date(2000, 1, 1), *sorted(draw(st.sets(st.sampled_from(days), max_size=2))))
    lapses = draw(st.sampled_from(LAPSES))
    return policy_of(*((start, draw(_reworded()), lapses) for start in starts))


@st.composite
def _reworded(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Reactions whose codes are few, so that versions word the same rules anew."""
    rules = draw(_reactions())
    return [{**rule, "code": f"{rule['kind']}{number}"} for number, rule in enumerate(rules)]


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
    likely = draw(_mostly)
    if watched and likely:
        codes = list(watched)
    few = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True))
    who = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True))
    one = st.builds(
        Happening,
        st.sampled_from(days),
        st.sampled_from(few),
        st.lists(st.sampled_from(who), min_size=1, max_size=2, unique=True).map(tuple),
        _small,
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
