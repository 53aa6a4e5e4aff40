"""Places, shares and ballots: ties, lines, who is barred, what is not yet approved."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.documents.tenant.calendars import calendar
from shangfa.sdk import Award, Period, PeriodFacts, ProgrammeKind, RefusedError, Subject
from shangfa.testing import make_rule, make_subject
from shangfa_recognition import register_programmes

KINDS: dict[str, ProgrammeKind[Any]] = {kind.name: kind for kind in register_programmes()}
MARCH = Period("2026-03", date(2026, 3, 1), date(2026, 3, 31))
STEPS = ["head", "company"]
PLACES = {
    "first": [
        {"code": "a", "amount": 100, "line": "reward_line"},
        {"code": "b", "amount": 50, "line": "reward_line"},
    ],
    "last": {"code": "z", "amount": 100, "account": "wage"},
}
ELECTION = {
    "seats": 2,
    "approvals": STEPS,
    "prize": {"amount": 100},
    "barred": {
        "attributes": {"regular": False},
        "leave": ["sick"],
        "other_leave": ["annual"],
        "accounts": ["marks"],
    },
}
ALL_PASSED = dict.fromkeys("ABCDE", STEPS)


def close(
    kind: str,
    params: dict[str, Any],
    inputs: dict[str, Any],
    *,
    people: tuple[Subject, ...] | None = None,
    totals: dict[tuple[str, str, str], Decimal] | None = None,
) -> list[Award]:
    """Close March for employees A to E and team T."""
    staff = people or (*(make_subject(code) for code in "ABCDE"), make_subject("T", "team"))
    standing = PeriodFacts(MARCH, staff, totals or {}, inputs, calendar("CN"))
    programme = KINDS[f"recognition.{kind}"]
    return list(programme.evaluate(make_rule(programme.params.model_validate(params)), standing))


def won(*args: Any, **kwargs: Any) -> list[str]:
    """Return `subject unit quantity code` of every award."""
    return [
        f"{award.subject} {award.effect.unit} {award.effect.quantity} {award.clause}".strip()
        for award in close(*args, **kwargs)
    ]


def ranked(scores: dict[str, Any], **changes: Any) -> list[str]:
    inputs = {"scores": scores, "reward_line": 85, "penalty_line": 70}
    return won("ranking", {**PLACES, **changes}, inputs)


@pytest.mark.parametrize(
    ("scores", "awards"),
    [
        ({"A": 92, "B": 88, "C": 75}, ["A CNY 100 a", "B CNY 50 b"]),
        ({"C": 75, "B": "85", "A": 85.5}, ["A CNY 100 a", "B CNY 50 b"]),
        ({"A": 84.99, "B": 80, "C": 70}, []),
        ({"A": 90, "B": 84, "C": 69.99}, ["A CNY 100 a", "C CNY -100 z"]),
        ({"A": 92, "B": 92, "C": 88}, ["A runoff 1 a", "B runoff 1 a"]),
        ({"A": 92, "B": 88, "C": 88}, ["A CNY 100 a", "B runoff 1 b", "C runoff 1 b"]),
        ({"A": 92, "B": 60, "C": 60}, ["A CNY 100 a", "B runoff 1 z", "C runoff 1 z"]),
        ({"A": 92}, ["A CNY 100 a"]),
        ({"A": -5}, ["A CNY -100 z"]),
        ({}, []),
    ],
)
def test_places_and_their_lines(scores: dict[str, Any], awards: list[str]) -> None:
    assert ranked(scores) == awards


def test_all_of_the_tied_may_take_the_place() -> None:
    assert ranked({"A": 92, "B": 92, "C": 60, "D": 60}, ties="all") == [
        "A CNY 100 a",
        "B CNY 100 a",
        "C CNY -100 z",
        "D CNY -100 z",
    ]


def test_a_line_may_hold_for_the_first_place_only() -> None:
    places = [PLACES["first"][0], {"code": "b", "amount": 50}]  # type: ignore[index]
    assert ranked({"A": 90, "B": 80, "C": 75}, first=places) == ["A CNY 100 a", "B CNY 50 b"]
    assert ranked({"A": 80, "B": 79, "C": 75}, first=places) == ["B CNY 50 b"]


def test_equal_places_need_no_run_off() -> None:
    places = [{"code": "a"}, {"code": "a"}]
    found = won("ranking", {"first": places}, {"scores": {"A": 9, "B": 9, "C": 8}})
    assert found == ["A award 1 a", "B award 1 a"]


@pytest.mark.parametrize(
    ("staff", "rounding", "places"),
    [
        (25, "half_up", 10),
        (33, "half_up", 13),
        (33, "up", 14),
        (33, "down", 13),
        (34, "half_up", 14),
        (35, "up", 14),
        (1, "half_up", 0),
        (5, "half_up", 2),
    ],
)
def test_a_share_of_the_headcount(staff: int, rounding: str, places: int) -> None:
    people = tuple(make_subject(f"E{number:02}") for number in range(staff))
    scores = {item.code: 100 - index for index, item in enumerate(people)}
    params = {"percent": 40, "rounding": rounding}
    found = won("share", params, {"scores": scores}, people=people)
    assert found == [f"{item.code} award 1" for item in people[:places]]


@pytest.mark.parametrize(
    ("ties", "awards"),
    [
        ("runoff", ["A award 1", "B runoff 1", "C runoff 1"]),
        ("all", ["A award 1", "B award 1", "C award 1"]),
    ],
)
def test_a_tie_at_the_edge_of_the_share(ties: str, awards: list[str]) -> None:
    scores = {"A": 9, "B": 7, "C": 7, "D": 5}
    assert won("share", {"percent": 40, "ties": ties}, {"scores": scores}) == awards


def test_a_team_award_is_among_teams() -> None:
    inputs = {"scores": {"T": 80}}
    assert won("share", {"percent": 100, "among": "team"}, inputs) == ["T award 1"]
    with pytest.raises(RefusedError):
        won("share", {"percent": 100}, inputs)


def elected(
    votes: Any,
    *,
    approvals: dict[str, Any] = ALL_PASSED,
    leave_days: dict[str, Any] | None = None,
    **changes: Any,
) -> list[str]:
    inputs = {"votes": votes, "approvals": approvals, "leave_days": leave_days}
    people = tuple(make_subject(code, regular=code != "E") for code in "ABCDE")
    totals = {
        ("D", "marks", "warning"): Decimal(1),
        ("C", "marks", "warning"): Decimal(0),
        ("C", "count", "x"): Decimal(1),
    }
    return won("ballot", {**ELECTION, **changes}, inputs, people=people, totals=totals)


@pytest.mark.parametrize(
    ("votes", "awards"),
    [
        pytest.param({"A": 9, "B": 5, "C": 4}, ["A CNY 100", "B CNY 100"], id="two most"),
        pytest.param({"C": 1}, ["C CNY 100"], id="one only"),
        pytest.param({"A": 9, "B": 0}, ["A CNY 100"], id="no vote, no seat"),
        pytest.param(
            {"A": 9, "B": 5, "C": 5}, ["A CNY 100", "B runoff 1", "C runoff 1"], id="tie for 2nd"
        ),
        pytest.param({"A": 5, "B": 5, "C": 4}, ["A CNY 100", "B CNY 100"], id="tie for both"),
        pytest.param(
            {"A": 5, "B": 5, "C": 5}, ["A runoff 1", "B runoff 1", "C runoff 1"], id="all tied"
        ),
        pytest.param({"E": 9, "A": 5, "B": 4}, ["A CNY 100"], id="barred keeps the seat"),
        pytest.param({"A": 9, "D": 5, "B": 4}, ["A CNY 100"], id="barred by a mark"),
        pytest.param({"A": 9, "B": 5, "E": 5}, ["A CNY 100", "B CNY 100"], id="tied with barred"),
        pytest.param({"D": 9, "E": 8, "A": 5}, [], id="both barred"),
        pytest.param({}, [], id="nobody voted"),
    ],
)
def test_the_most_votes(votes: dict[str, int], awards: list[str]) -> None:
    assert elected(votes) == awards


def test_readings_of_a_ballot() -> None:
    votes = {"A": 9, "B": 5, "C": 5}
    assert elected(votes, ties="all") == ["A CNY 100", "B CNY 100", "C CNY 100"]
    assert elected({"E": 9, "A": 5, "B": 4}, next_moves_up=True) == ["A CNY 100", "B CNY 100"]
    assert elected({"A": 9, "B": 5}, split="shared") == ["A CNY 50.00", "B CNY 50.00"]
    shared = elected(votes, ties="all", split="shared")
    assert shared == ["A CNY 33.34", "B CNY 33.33", "C CNY 33.33"]
    assert elected(votes, seats=None, least=6, approvals=ALL_PASSED) == ["A CNY 100"]


@pytest.mark.parametrize(
    ("days", "awards"),
    [
        ({"A": {"sick": 0.5}}, []),
        ({"A": {"sick": 0}}, ["A CNY 100"]),
        ({"A": {"annual": 5}}, ["A CNY 100"]),
        ({"A": {"annual": 5, "sick": 1}}, []),
        ({"B": {"sick": 1}}, ["A CNY 100"]),
    ],
)
def test_leave_that_bars(days: dict[str, Any], awards: list[str]) -> None:
    assert elected({"A": 9}, leave_days=days) == awards


@pytest.mark.parametrize("passed", [{}, {"A": []}, {"A": ["company"]}])
def test_without_every_approval_nothing_is_given_yet(passed: dict[str, Any]) -> None:
    assert elected({"A": 9, "B": 5}, approvals={**passed, "B": STEPS[::-1]}) == ["B CNY 100"]


def test_ballots_one_by_one() -> None:
    votes = [
        {"voter": "A", "candidate": "B"},
        {"voter": "B", "candidates": ["A", "C"]},
        {"voter": "C", "candidates": ["B"]},
        {"voter": "D", "candidates": []},
    ]
    found = ["B CNY 100", "A runoff 1", "C runoff 1"]
    assert sorted(elected(votes)) == sorted(found)


BALLOT = {"voter": "A", "candidate": "B"}


@pytest.mark.parametrize(
    ("inputs", "pointer"),
    [
        ({"votes": {"X": 1}}, "/inputs/votes/X"),
        ({"votes": {"A": -1}}, "/inputs/votes/A"),
        ({"votes": {"A": 1.5}}, "/inputs/votes/A"),
        ({"votes": {"A": True}}, "/inputs/votes/A"),
        ({"votes": 3}, "/inputs/votes"),
        ({"votes": [BALLOT, BALLOT]}, "/inputs/votes/1/voter"),
        ({"votes": [{"voter": "X", "candidate": "B"}]}, "/inputs/votes/0/voter"),
        ({"votes": [{"candidate": "B"}]}, "/inputs/votes/0/voter"),
        ({"votes": [{"voter": "A", "candidate": "T"}]}, "/inputs/votes/0/candidate"),
        ({"votes": [{"voter": "A", "candidate": "X"}]}, "/inputs/votes/0/candidate"),
        ({"votes": [{"voter": "A", "candidates": ["B", "B"]}]}, "/inputs/votes/0/candidates"),
        ({"votes": [{"voter": "A", "candidates": [*"ABC"]}]}, "/inputs/votes/0/candidates"),
        ({"votes": [{"voter": "A", "candidates": "B"}]}, "/inputs/votes/0/candidates"),
        ({"votes": [{**BALLOT, "candidates": ["B"]}]}, "/inputs/votes/0"),
        ({"votes": [{"voter": "A"}]}, "/inputs/votes/0"),
        ({"votes": [{**BALLOT, "weight": 2}]}, "/inputs/votes/0/weight"),
        ({"votes": ["A"]}, "/inputs/votes/0"),
        ({"approvals": {"X": STEPS}}, "/inputs/approvals/X"),
        ({"approvals": {"A": ["boss"]}}, "/inputs/approvals/A/boss"),
        ({"approvals": {"A": "head"}}, "/inputs/approvals/A"),
        ({"leave_days": {"X": {}}}, "/inputs/leave_days/X"),
        ({"leave_days": {"A": {"moon": 1}}}, "/inputs/leave_days/A/moon"),
        ({"leave_days": {"A": {"sick": -1}}}, "/inputs/leave_days/A/sick"),
        ({"leave_days": {"A": {"sick": "many"}}}, "/inputs/leave_days/A/sick"),
        ({"leave_days": {"A": 3}}, "/inputs/leave_days/A"),
    ],
)
def test_a_ballot_that_cannot_be_used_is_refused(inputs: dict[str, Any], pointer: str) -> None:
    with pytest.raises(RefusedError) as caught:
        close("ballot", ELECTION, inputs)
    assert caught.value.faults[0].pointer == pointer


@pytest.mark.parametrize(
    ("inputs", "pointer"),
    [
        ({"scores": {"X": 1}}, "/inputs/scores/X"),
        ({"scores": {"T": 1}}, "/inputs/scores/T"),
        ({"scores": {"A": "high"}}, "/inputs/scores/A"),
        ({"scores": {"A": float("nan")}}, "/inputs/scores/A"),
        ({"scores": {7: 1}}, "/inputs/scores/7"),
        ({"scores": [1]}, "/inputs/scores"),
        ({"scores": {"A": 1}, "penalty_line": 1}, "/inputs/reward_line"),
        ({"scores": {"A": 1}, "reward_line": 1}, "/inputs/penalty_line"),
        ({"scores": {"A": 1}, "reward_line": "x", "penalty_line": 1}, "/inputs/reward_line"),
    ],
)
def test_a_ranking_that_cannot_be_used_is_refused(inputs: dict[str, Any], pointer: str) -> None:
    with pytest.raises(RefusedError) as caught:
        close("ranking", PLACES, inputs)
    assert caught.value.faults[0].pointer == pointer


@pytest.mark.parametrize(
    ("kind", "params", "why"),
    [
        ("ranking", {}, "first or last"),
        ("ballot", {"barred": {"leave": ["sick"], "other_leave": ["sick"]}}, "sick"),
        ("ballot", {"split": "shared"}, "no amount"),
        ("ballot", {"seats": 0}, "seats"),
        ("share", {"percent": 101}, "percent"),
    ],
)
def test_params_that_contradict_themselves_are_refused(
    kind: str, params: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        KINDS[f"recognition.{kind}"].params.model_validate(params)


def test_the_period_is_a_param() -> None:
    kind = KINDS["recognition.share"]
    params = kind.params.model_validate({"percent": 40, "period": "quarter"})
    assert kind.period(make_rule(params)) == "quarter"
    assert kind.period(make_rule(None)) == "month"


@pytest.mark.parametrize(
    ("kind", "params", "rows"),
    [
        (
            "ranking",
            PLACES,
            [
                ("a", "reward", "reward", 100),
                ("b", "reward", "reward", 50),
                ("z", "penalty", "wage", 100),
            ],
        ),
        ("share", {"percent": 40}, [("R", "reward", "action", 1)]),
        ("ballot", ELECTION, [("R", "reward", "reward", 100)]),
    ],
)
def test_the_catalogue_names_every_prize(kind: str, params: Any, rows: list[Any]) -> None:
    programme = KINDS[f"recognition.{kind}"]
    found = programme.rows(make_rule(programme.params.model_validate(params)))
    assert [(code, row.direction, row.account, row.minimum) for code, row in found] == rows
