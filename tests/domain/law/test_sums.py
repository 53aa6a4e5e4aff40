"""What clauses and programmes come to, against the same sums written out another way."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.making.policies import kinds_of

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import Source
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.months.programme import World, close_period
from shangfa.domain.policies.policy import Policy
from shangfa.sdk import Subject
from shangfa.testing import MemoryTenant, make_subject

pytestmark = pytest.mark.law
KINDS = kinds_of("fines", "letter_points", "recognition")
LAW = settings(deadline=None)
ATTRIBUTES = {"pay": {"type": "number"}}
small = st.integers(0, 40)
tenths = st.integers(0, 400).map(lambda number: Decimal(number) / 10)


def fen(value: Fraction) -> Decimal:
    """Round half up to the fen."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def policy_of(**more: Any) -> Policy:
    data = {"policy": "p", "title": "P", **more}
    return Policy("p", [compile_version(Source(data=data), KINDS, 1)])


def clause_of(kind: str, params: dict[str, Any], **more: Any) -> Policy:
    clause = {"code": "x", "title": "X", "kind": kind, "params": params, **more}
    return policy_of(clauses=[clause], attributes=ATTRIBUTES if "own" in params else {})


def size_of(policy: Policy, *subjects: Subject, **report: Any) -> Decimal:
    """Return what one report comes to, unsigned for money."""
    found = MemoryTenant(policy).record("x", *subjects, **report)
    total = sum((item.quantity for item in found.postings), Decimal(0))
    return -total if any(item.account == "fine" for item in found.postings) else total


def within(size: Fraction, least: int | None, most: int | None) -> Fraction:
    """Hold an amount that is due inside what one incident may come to."""
    if size and least is not None:
        size = max(size, Fraction(least))
    return size if most is None else min(size, Fraction(most))


LIMITS = st.tuples(st.none() | st.integers(0, 30), st.none() | st.integers(31, 90))


def limits_in(limits: tuple[int | None, int | None]) -> dict[str, Any]:
    return {k: v for k, v in zip(("least", "most"), limits, strict=True) if v is not None}


@LAW
@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=3, unique=True).map(sorted),
    st.lists(st.integers(0, 200), min_size=4, max_size=4),
    tenths,
    LIMITS,
)
def test_brackets(ends: list[int], rates: list[int], loss: Decimal, limits: Any) -> None:
    brackets = [{"to": end, "percent": rate} for end, rate in zip(ends, rates, strict=False)]
    brackets.append({"percent": rates[len(ends)]})
    edges = [0, *ends, 10**6]
    whole = sum(
        (
            max(Fraction(0), min(Fraction(loss), Fraction(high)) - low) * rate / 100
            for low, high, rate in zip(edges, edges[1:], rates, strict=False)
        ),
        Fraction(0),
    )
    params = {"fact": "loss", "brackets": brackets, **limits_in(limits)}
    policy = clause_of("fines.brackets", params, facts={"loss": "money"})
    due = within(Fraction(fen(whole)), *limits)
    assert size_of(policy, facts={"loss": loss}) == fen(due)


@LAW
@given(
    tenths,
    st.none() | small,
    small,
    st.none() | st.sampled_from((1, 7, Decimal("0.5"))),
    st.booleans(),
    st.integers(1, 3),
)
def test_units_of_a_fact(
    number: Decimal,
    below: int | None,
    after: int,
    step: Any,
    begun: bool,  # noqa: FBT001 - drawn
    quantity: int,
) -> None:
    over = Fraction(number) if below is None else below - Fraction(number)
    units = max(Fraction(0), over - after)
    if step is not None:
        units = Fraction((ceil if begun else floor)(units / Fraction(step)))
    said: dict[str, Any] = {"fact": "n", "after": after}
    said |= {} if below is None else {"below": below}
    said |= {} if step is None else {"step": step, "begun": begun}
    facts = {"n": number}
    money = clause_of("fines.per_unit", {**said, "amount": 3}, facts={"n": "number"})
    assert size_of(money, quantity=quantity, facts=facts) == fen(3 * units * quantity)
    points = clause_of(
        "points.per_unit", {**said, "letter": "C", "points": -3}, facts={"n": "number"}
    )
    assert size_of(points, quantity=quantity, facts=facts) == -fen(3 * units * quantity)


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@LAW
@given(DAYS, st.sets(st.sampled_from(WEEKDAYS), min_size=1), st.integers(1, 12), small, LIMITS)
def test_scales_of_the_day(day: date, names: set[str], month: int, first: int, limits: Any) -> None:
    """Weekday, month and day each double or halve; a limit holds before they do."""
    scale = [
        {"when": {"date.weekday": sorted(names)}, "percent": 200},
        {"when": {"date.month": {"from": month}}, "percent": 50},
        {"when": {"date.day": {"under": max(first % 31, 1) + 1}}, "percent": 200},
    ]
    policy = clause_of("fines.fixed", {"amount": 40, **limits_in(limits)}, scale=scale)
    due = within(Fraction(40), *limits)
    due *= 2 if WEEKDAYS[day.isoweekday() - 1] in names else 1
    due *= Fraction(1, 2) if day.month >= month else 1
    due *= 2 if day.day <= max(first % 31, 1) else 1
    assert size_of(policy, at=day) == fen(due)


@LAW
@given(tenths, st.integers(1, 300), st.integers(1, 4), LIMITS)
def test_shares_of_ones_own(pay: Decimal, percent: int, quantity: int, limits: Any) -> None:
    params = {"own": "pay", "percent": percent, **limits_in(limits)}
    policy = clause_of("fines.own_share", params)
    due = within(Fraction(fen(Fraction(pay) * percent * quantity / 100)), *limits)
    subject = make_subject("E", pay=str(pay))
    assert size_of(policy, subject, quantity=quantity) == fen(due)


HALVES = [date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2025, 12, 31)]
POINT = {"code": "x", "title": "X", "kind": "points.fixed", "params": {"letter": "C", "points": 1}}
entries = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(HALVES), st.integers(-6, 6)), max_size=8
)


def closed(programme: dict[str, Any], given: list[tuple[str, date, int]]) -> dict[str, Decimal]:
    """Return what the half year that ends in June 2026 brings, money unsigned by account."""
    policy = policy_of(clauses=[POINT], programmes=[{"name": "end", **programme}])
    postings = [Posting(who, "points", "C", Decimal(n), "x", "clause", d) for who, d, n in given]
    world = World([make_subject(who) for who in "ABC"], postings, Calendar("days"))
    found = close_period(policy, "2026-06", world, {})
    assert not close_period(policy, "2026-03", world, {})
    assert all(item.day == HALVES[1] for item in found)
    return {item.subject: item.quantity for item in found}


def nets(given: list[tuple[str, date, int]]) -> dict[str, int]:
    inside = [(who, n) for who, day, n in given if HALVES[0] <= day <= HALVES[1]]
    return {who: sum(n for other, n in inside if other == who) for who in "ABC"}


@LAW
@given(entries, small, st.integers(1, 9), st.none() | st.integers(1, 20))
def test_points_settled(given: Any, base: int, amount: int, most: int | None) -> None:
    params: dict[str, Any] = {"letters": {"C": -2}, "base": base, "amount": amount}
    params |= {"period": "half_year"} | ({} if most is None else {"most_taken": most})
    wanted = {who: (base - 2 * net) * amount for who, net in nets(given).items()}
    if most is not None:
        wanted = {who: max(size, -most) for who, size in wanted.items()}
    found = closed({"kind": "points.settle", "params": params}, given)
    assert found == {who: size for who, size in wanted.items() if size}


@LAW
@given(entries, st.lists(st.integers(-5, 5), min_size=1, max_size=3, unique=True))
def test_points_graded(given: Any, lines: list[int]) -> None:
    lines = sorted(lines, reverse=True)
    grades = [{"from": line, "name": str(line), "amount": 100 - line} for line in lines]
    params = {"letters": {"C": 1}, "period": "half_year", "grades": [*grades, {"name": "none"}]}
    wanted = {
        who: 100 - next(line for line in lines if net >= line)
        for who, net in nets(given).items()
        if net >= lines[-1]
    }
    assert closed({"kind": "points.grade", "params": params}, given) == wanted


@LAW
@given(entries)
def test_who_is_clean(given: Any) -> None:
    """Whoever is at nothing in the end is clean: what was given and taken adds up."""
    params = {"letters": ["C"], "period": "half_year", "prize": {"amount": 7}}
    wanted = {who: 7 for who, net in nets(given).items() if not net}
    assert closed({"kind": "recognition.clean", "params": params}, given) == wanted


def test_days_of_a_year_are_met_by_their_names() -> None:
    """Every day once, so that a leap day and both ends of a year are among them."""
    policy = clause_of("fines.fixed", {"amount": 1}, when={"date.weekday": "sunday"})
    first = date(2028, 1, 1)
    found = [size_of(policy, at=first + timedelta(number)) for number in range(366)]
    assert sum(found) == 53
