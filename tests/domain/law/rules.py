"""Made-up policies for the law: kinds, clauses and reactions of every sort, in versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import Source
from shangfa.domain.dates.windows import Term
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.policy import Policy
from shangfa.plugins.installed import installed
from shangfa.sdk import Effect, Params, ReactionKind, Rule, Watch, Window

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
    """The first plugins and the two reactions above."""
    known = installed().kinds(("letter_points", "demerit_ladder"))
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


_others = st.one_of(
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


@st.composite
def _reactions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A chain up the ladder, some steps left out, and a few more."""
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
