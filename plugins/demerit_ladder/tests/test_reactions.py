"""Roll-ups, repeats of one cause, and the supervisor one rung lower."""

from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import ClauseKind, ReactionKind
from shangfa.testing import (
    Lines,
    MemoryTenant,
    amounts,
    derived,
    make_clause,
    make_policy,
    make_reactions,
    make_rule,
)
from shangfa_demerit_ladder import register_clause_kinds, register_reactions

REACTIONS: dict[str, ReactionKind[Any]] = {kind.name: kind for kind in register_reactions()}
ROLL_UP, REPEAT, SUPERVISOR = (
    REACTIONS[f"ladder.{name}"] for name in ("roll_up", "repeat", "supervisor")
)
KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
MARK, COUNT = KINDS["ladder.mark"], KINDS["ladder.count"]


def rule(kind: ReactionKind[Any], **params: Any) -> Any:
    ladder = params.pop("ladder", ("warning", "minor_demerit", "major_demerit"))
    return make_rule(kind.params.model_validate(params), ladder=ladder)


THREE = {"of": "warning", "every": 3, "within": "month", "gives": "minor_demerit"}


@pytest.mark.parametrize(
    ("more", "total", "given"),
    [
        pytest.param({}, 0, 0, id="none"),
        pytest.param({}, 2, 0, id="two"),
        pytest.param({}, 3, 1, id="three"),
        pytest.param({}, 5, 1, id="five"),
        pytest.param({}, 6, 2, id="six"),
        pytest.param({}, -3, 0, id="under zero"),
        pytest.param({"once": True}, 6, 1, id="once in a window"),
        pytest.param({"after": 3}, 5, 0, id="two beyond the free ones"),
        pytest.param({"after": 3}, 6, 1, id="three beyond the free ones"),
        pytest.param({"every": "1.5"}, 3, 2, id="half ones"),
    ],
)
def test_sets_make_one_each(more: dict[str, Any], total: int, given: int) -> None:
    effects = derived(ROLL_UP, rule(ROLL_UP, **THREE | more), total)
    assert amounts(effects) == ([("marks", "minor_demerit", given)] if given else [])


@pytest.mark.parametrize(
    ("more", "watched", "given"),
    [
        pytest.param({}, ("marks", "warning"), ("marks", "minor_demerit"), id="rung to rung"),
        pytest.param(
            {"of": "late"}, ("count", "late"), ("marks", "minor_demerit"), id="counter to rung"
        ),
        pytest.param(
            {"gives": "dismissal"}, ("marks", "warning"), ("action", "dismissal"), id="to action"
        ),
        pytest.param(
            {"gives": "sets", "counts": True}, ("marks", "warning"), ("count", "sets"), id="counts"
        ),
    ],
)
def test_where_a_roll_up_looks_and_posts(
    more: dict[str, Any], watched: tuple[str, str], given: tuple[str, str]
) -> None:
    made = rule(ROLL_UP, **THREE | more)
    (watch,) = ROLL_UP.watch(made)
    assert (watch[:3], watch.joint) == ((*watched, "month"), True)
    assert list(ROLL_UP.gives(made)) == [given]
    assert amounts(derived(ROLL_UP, made, 3)) == [(*given, 1)]


@pytest.mark.parametrize(
    ("more", "zh"),
    [
        pytest.param({}, "每满3次「警告」得「小过」一次。", id="every"),
        pytest.param({"once": True}, "满3次「警告」得「小过」，限一次。", id="once"),
        pytest.param({"after": 2}, "超过2次后每满3次「警告」得「小过」一次。", id="after"),
    ],
)
def test_a_roll_up_in_words(more: dict[str, Any], zh: str) -> None:
    assert ROLL_UP.note(rule(ROLL_UP, **THREE | more)).text("zh") == zh


@pytest.mark.parametrize(
    ("more", "total", "given"),
    [
        pytest.param({}, 1, 0, id="the first time"),
        pytest.param({}, 2, 1, id="the second"),
        pytest.param({}, 5, 1, id="once, however often"),
        pytest.param({"each": True}, 2, 1, id="each: the second"),
        pytest.param({"each": True}, 5, 4, id="each: again for every further time"),
        pytest.param({"nth": 3}, 2, 0, id="before the third"),
        pytest.param({"nth": 3}, 3, 1, id="the third"),
        pytest.param({"each": True}, -1, 0, id="under zero"),
    ],
)
def test_the_nth_time_under_one_cause(more: dict[str, Any], total: int, given: int) -> None:
    made = rule(REPEAT, of=["warning"], gives="escalation_option", **more)
    effects = derived(REPEAT, made, total, "same:warning:1")
    assert amounts(effects) == ([("action", "escalation_option", given)] if given else [])


def test_a_repeat_watches_every_cause_of_its_rungs() -> None:
    made = rule(REPEAT, of=["warning", "minor_demerit"], gives="major_demerit", within="year")
    assert [watch[:3] for watch in REPEAT.watch(made)] == [
        ("count", "same:warning:*", "year"),
        ("count", "same:minor_demerit:*", "year"),
    ]
    assert REPEAT.note(made).text("zh") == "同一事由第2次：「大过」。"


def test_causes_are_counted_apart() -> None:
    params = MARK.params(mark="warning", cause="clause")
    clauses = [make_clause(MARK, params, code=code) for code in ("a", "b")]
    repeat = REPEAT.params(of=("warning",), gives="escalation_option")
    tenant = MemoryTenant(make_policy(clauses, make_reactions(REPEAT, repeat)))
    for code in ("a", "b"):
        tenant.record(code)
    assert tenant.balance("E", "action", "escalation_option") == 0
    tenant.record("b")
    assert tenant.balance("E", "action", "escalation_option") == 1


@pytest.mark.parametrize(
    ("more", "unit", "total", "borne"),
    [
        pytest.param({}, "minor_demerit", 2, [("marks", "warning", 2)], id="one rung lower"),
        pytest.param({}, "warning", 1, [], id="nothing under the lowest"),
        pytest.param({"floor": True}, "warning", 1, [("marks", "warning", 1)], id="the floor"),
        pytest.param(
            {}, "dismissal", 1, [("marks", "major_demerit", 1)], id="an action above the ladder"
        ),
        pytest.param({}, "minor_demerit", 0, [], id="for nothing, nothing"),
    ],
)
def test_what_the_supervisor_bears(
    more: dict[str, Any], unit: str, total: int, borne: list[Any]
) -> None:
    assert amounts(derived(SUPERVISOR, rule(SUPERVISOR, **more), total, unit)) == borne


@pytest.mark.parametrize(
    ("more", "watched"),
    [
        pytest.param(
            {},
            [("marks", "minor_demerit"), ("marks", "major_demerit"), ("action", "dismissal")],
            id="all that has a rung under it",
        ),
        pytest.param(
            {"actions": ()}, [("marks", "minor_demerit"), ("marks", "major_demerit")], id="marks"
        ),
        pytest.param(
            {"floor": True, "ladder": ("warning",)},
            [("marks", "warning"), ("action", "dismissal")],
            id="a ladder of one rung",
        ),
        pytest.param({"ladder": ()}, [], id="no ladder"),
    ],
)
def test_which_sanctions_go_up(more: dict[str, Any], watched: list[Any]) -> None:
    watches = SUPERVISOR.watch(rule(SUPERVISOR, **more))
    assert [watch[:2] for watch in watches] == watched
    assert all(watch.of_supervisor and watch.window == "each" for watch in watches)


def test_a_supervisor_is_in_the_catalogue_only_with_a_ladder() -> None:
    (row,) = SUPERVISOR.rows(rule(SUPERVISOR))
    assert row[:3] == ("penalty", "marks", "major_demerit")
    assert list(SUPERVISOR.rows(rule(SUPERVISOR, ladder=()))) == []


def test_rows_of_roll_ups_and_repeats() -> None:
    (row,) = ROLL_UP.rows(rule(ROLL_UP, **THREE | {"after": 3}))
    assert (row.unit, row.note) == ("minor_demerit", "every 3 warning beyond 3 within month")
    assert list(ROLL_UP.rows(rule(ROLL_UP, **THREE | {"counts": True}))) == []
    (row,) = REPEAT.rows(rule(REPEAT, of=["warning"], gives="dismissal_option"))
    assert row[1:3] == ("action", "dismissal_option")


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param(ROLL_UP, THREE | {"every": 0}, id="every none"),
        pytest.param(ROLL_UP, THREE | {"within": "fortnight"}, id="an unknown window"),
        pytest.param(ROLL_UP, THREE | {"within": "each"}, id="each is no window"),
        pytest.param(ROLL_UP, THREE | {"after": -1}, id="after under zero"),
        pytest.param(REPEAT, {"of": [], "gives": "x"}, id="a repeat of nothing"),
        pytest.param(REPEAT, {"of": ["warning"], "gives": "x", "nth": 1}, id="the first repeat"),
    ],
)
def test_params_that_are_refused(kind: ReactionKind[Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        kind.params.model_validate(params)


def test_counts_within_a_month_make_a_mark_that_the_supervisor_bears() -> None:
    """A count, its roll-up and the supervisor together, recorded and taken back."""
    clause = make_clause(COUNT, COUNT.params(counter="late"))
    up = ROLL_UP.params(of="late", every=3, within="month", gives="minor_demerit")
    reactions = [
        *make_reactions(ROLL_UP, up),
        *make_reactions(SUPERVISOR, SUPERVISOR.params()),
    ]
    tenant = MemoryTenant(make_policy([clause], reactions), Lines().add("E", "M"))
    third = [tenant.record("1") for _ in range(3)][-1]
    given = (tenant.balance("E", "marks", "minor_demerit"), tenant.balance("M", "marks", "warning"))
    assert given == (Decimal(1), Decimal(1))
    tenant.reverse(third)
    assert {key[:3] for key in tenant.balances()} == {("E", "count", "late")}
    assert tenant.balance("E", "count", "late") == Decimal(2)
