"""Made-up policies for the law: kinds, clauses and reactions of every sort, in versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st
from tests.domain.law.kinds import kinds

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import Source
from shangfa.domain.policies.policy import Policy

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
LAPSES: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"warning": {"months": 1}, "A": {"days": 1}},
    {"warning": {"until": "quarter"}, "minor": {"days": 90}},
    {"minor": {"months": 12}, "A": {"until": "year from 04-01"}},
)

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
MOSTLY = st.sampled_from((True, True, True, False))
SMALL = st.integers(1, 3)


def _rule(kind: str, **params: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), "params": st.fixed_dictionaries(params)})


def _roll_up(index: int) -> st.SearchStrategy[dict[str, Any]]:
    """So many of one rung make one of a higher one, or an action after the highest."""
    return _rule(
        "ladder.roll_up",
        of=st.just(RUNGS[index]),
        every=SMALL,
        within=_windows,
        gives=st.sampled_from((*RUNGS[index + 1 :], "demotion")),
        once=st.booleans(),
        joint=st.booleans(),
    )


_OTHERS = (
    _rule(
        "ladder.roll_up",
        of=st.just("late"),
        every=SMALL,
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
        nth=SMALL,
        letter=st.just("A"),
        points=st.sampled_from((-1, 2)),
        within=_windows,
    ),
    _rule("worlds.tiers", letter=st.just("A"), step=SMALL, within=_windows),
    _rule("worlds.answerable", of=st.sampled_from(RUNGS), limit=SMALL, within=_windows),
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
        at=SMALL,
        every=st.booleans(),
        within=_windows,
        gives=st.sampled_from(("warning", "training")),
    ),
    _rule(
        "points.threshold",
        letters=st.just({"B": -1}),
        at=SMALL,
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
    _rule("worlds.net", step=SMALL, within=_windows),
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
        rules = [draw(_roll_up(i)) for i in range(len(RUNGS)) if draw(MOSTLY)]
        rules += draw(st.lists(_others, max_size=3))
        if draw(MOSTLY):
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
