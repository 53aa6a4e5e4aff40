from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.effect import Effect
from shangfa.domain.faults import INVALID, PluginFailedError, RefusedError, refused
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.months.period import period_closing, period_named
from shangfa.domain.months.programme import World, close_period, period_totals
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Programme, Scope
from shangfa.sdk import Award, Params, Period, PeriodFacts, ProgrammeKind, Rule
from shangfa.testing import WEEKDAYS, make_policy, make_rule, make_subject

ONE = Decimal(1)
STAFF = (make_subject("A"), make_subject("B"), make_subject("P", "partner"))


class Best(Params):
    """Whoever has the most points gets the prize."""

    prize: Decimal
    every: str = "month"


def evaluate_best(rule: Rule[Best], standing: PeriodFacts) -> Sequence[Award]:
    """The prize, and what `extra` hands in for somebody."""
    points = {
        subject.code: standing.totals.get((subject.code, "points", "A"), Decimal(0))
        for subject in standing.subjects
    }
    best = max(points, key=lambda code: (points[code], code))
    awards = [Award(best, Effect("reward", "CNY", rule.params.prize))]
    extra = standing.inputs.get("extra", {})
    return awards + [
        Award(code, Effect("reward", "CNY", value), "x") for code, value in extra.items()
    ]


BEST = ProgrammeKind(
    "x.best",
    Best,
    evaluate_best,
    ("extra",),
    lambda rule: (),
    lambda rule: rule.params.every,
)


def policy(kind: ProgrammeKind[Any] = BEST, every: str = "month", **more: Any) -> Policy:
    rule = make_rule(Best(prize=Decimal(50), every=every), code="9")
    (version,) = make_policy([]).versions
    programme = Programme("best", rule, kind, **more)
    return Policy("p", [replace(version, scope=Scope(("employee",)), programmes=(programme,))])


def points(subject: str, day: str, quantity: int = 1, cause: str = "clause") -> Posting:
    on = date.fromisoformat(day)
    return Posting(subject, "points", "A", Decimal(quantity), "1", cause, on)


def close(
    month: str, *postings: Posting, of: Policy | None = None, **inputs: Any
) -> list[tuple[Any, ...]]:
    world = World(STAFF, postings, WEEKDAYS)
    found = close_period(of or policy(), month, world, inputs)
    return [(item.subject, item.quantity, item.clause, item.day.isoformat()) for item in found]


@pytest.mark.parametrize(
    ("month", "kind", "period"),
    [
        pytest.param("2026-02", "month", ("2026-02", "2026-02-01", "2026-02-28"), id="a month"),
        pytest.param("2024-02", "month", ("2024-02", "2024-02-01", "2024-02-29"), id="leap year"),
        pytest.param("2026-03", "quarter", ("2026Q1", "2026-01-01", "2026-03-31"), id="a quarter"),
        pytest.param("2026-12", "quarter", ("2026Q4", "2026-10-01", "2026-12-31"), id="the last"),
        pytest.param("2026-12", "year", ("2026", "2026-01-01", "2026-12-31"), id="a year"),
        pytest.param("0001-12", "year", ("0001", "0001-01-01", "0001-12-31"), id="the first year"),
    ],
)
def test_the_period_that_ends_with_a_month(
    month: str, kind: str, period: tuple[str, str, str]
) -> None:
    name, first, last = period
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert period_closing(month, kind) == Period(name, *days, kind)
    assert period_named(name) == Period(name, *days, kind)


@pytest.mark.parametrize(
    ("month", "kind"),
    [
        pytest.param("2026-02", "quarter", id="in the middle of a quarter"),
        pytest.param("2026-11", "year", id="a month before the year's end"),
    ],
)
def test_no_period_ends_here(month: str, kind: str) -> None:
    assert period_closing(month, kind) is None


@pytest.mark.parametrize(
    "name",
    [
        *("2026-13", "2026-1", "2026Q5", "2026Q0", "26", "", "March"),
        *("0000", "0000Q1", "0000-01", "２０２６-03"),
    ],
)
def test_what_is_no_period(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        period_named(name)
    assert caught.value.code == "invalid"


@pytest.mark.parametrize("month", ["2026", "2026Q1", "2026-00", "0000-12"])
def test_what_is_no_month(month: str) -> None:
    with pytest.raises(RefusedError):
        period_closing(month, "month")


MARCH = ("2026-03-01", "2026-03-31")


@pytest.mark.parametrize(
    ("postings", "best"),
    [
        pytest.param([points("A", "2026-03-01")], "A", id="the first day counts"),
        pytest.param([points("A", "2026-03-31")], "A", id="the last day counts"),
        pytest.param([points("A", "2026-02-28")], "B", id="the day before does not"),
        pytest.param([points("A", "2026-04-01")], "B", id="the day after does not"),
        pytest.param([points("A", "2026-03-02"), points("A", "2026-03-02", -1)], "B", id="undone"),
        pytest.param([points("P", "2026-03-02", 9)], "B", id="whom the policy does not cover"),
    ],
)
def test_what_counts_in_a_period(postings: list[Posting], best: str) -> None:
    assert close("2026-03", *postings) == [(best, 50, "9", "2026-03-31")]


@pytest.mark.parametrize(
    ("month", "awards"),
    [
        pytest.param("2026-02", 0, id="in the middle"),
        pytest.param("2026-03", 1, id="at its end"),
    ],
)
def test_a_quarter_closes_with_its_last_month(month: str, awards: int) -> None:
    assert len(close(month, points("A", "2026-01-01"), of=policy(every="quarter"))) == awards


def test_a_policy_not_yet_in_force_gives_nothing() -> None:
    assert close("1999-12") == []


def test_an_award_may_cite_its_own_code_and_inputs_are_handed_in() -> None:
    assert close("2026-03", extra={"A": Decimal(5)}, other={"B": 1}) == [
        ("B", 50, "9", "2026-03-31"),
        ("A", 5, "x", "2026-03-31"),
    ]


postings_of_march = st.lists(
    st.builds(points, st.sampled_from("AB"), st.sampled_from(MARCH), st.integers(-3, 3)),
    max_size=8,
)


@given(postings_of_march)
def test_a_period_closed_twice_comes_out_the_same(postings: list[Posting]) -> None:
    world = World(STAFF, postings, WEEKDAYS)
    first = close_period(policy(), "2026-03", world, {})
    again = World(STAFF, [*postings, *first], WEEKDAYS)
    assert close_period(policy(), "2026-03", again, {}) == first


@given(postings_of_march)
def test_a_prize_of_points_does_not_count_towards_itself(postings: list[Posting]) -> None:
    prize = points("A", "2026-03-31", 100, "programme")
    period = period_named("2026-03")
    assert period_totals([*postings, prize], period) == period_totals(postings, period)


def _raises() -> None:
    raise KeyError("votes")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param(_raises, "KeyError: 'votes'", id="raises"),
        pytest.param(lambda: None, "TypeError", id="returns nothing"),
        pytest.param(lambda: ["A"], "no award", id="garbage"),
        pytest.param(lambda: [Award("P", Effect("reward", "CNY", ONE))], "stranger", id="stranger"),
        pytest.param(lambda: [Award(["A"], Effect("reward", "CNY", ONE))], "stranger", id="a list"),
        pytest.param(lambda: [Award("A", "reward")], "no effect", id="no effect"),
        pytest.param(lambda: [Award("A", Effect("reward", "CNY", ONE), 5)], "no award", id="code"),
        pytest.param(lambda: [Award("A", Effect("reward", "CNY", -ONE))], "wrong sign", id="sign"),
        pytest.param(lambda: [Award("A", Effect("reward", "CNY", 1.5))], "finite", id="float"),
    ],
)
def test_a_failing_programme_is_named(found: Any, reason: str) -> None:
    kind = replace(BEST, evaluate=lambda *_: found())
    with pytest.raises(PluginFailedError, match=reason) as caught:
        close("2026-03", of=policy(kind))
    assert caught.value.plugin == "x.best"


def test_a_programme_that_lacks_a_value_says_so() -> None:
    with pytest.raises(RefusedError) as caught:
        close("2026-03", of=policy(missing=("prize",)))
    assert caught.value.faults[0].values == {"value": "9", "missing": "prize"}


def test_a_programme_may_refuse_its_inputs() -> None:
    def refuse(*_: Any) -> list[Award]:
        raise refused(INVALID, "/inputs/votes", value="?", why="a number")

    with pytest.raises(RefusedError) as caught:
        close("2026-03", of=policy(replace(BEST, evaluate=refuse)))
    assert caught.value.code == "invalid"


@pytest.mark.parametrize(
    ("dated", "grades"),
    [
        pytest.param(None, [1, None], id="as it is today, on every day"),
        pytest.param(
            lambda code, day: make_subject(code, grade=day.day), [5, None], id="as it was that day"
        ),
    ],
)
def test_a_programme_sees_whom_it_covers_as_of_a_day(dated: Any, grades: list[int | None]) -> None:
    seen: list[int | None] = []

    def look(rule: Rule[Best], standing: PeriodFacts) -> list[Award]:
        for code in ("A", "Z"):
            subject = standing.on(code, date(2026, 3, 5))
            seen.append(None if subject is None else subject.attributes["grade"])
        return []

    world = World((make_subject("A", grade=1),), (), WEEKDAYS)
    close_period(policy(replace(BEST, evaluate=look)), "2026-03", world, {}, dated)
    assert seen == grades
