"""Sharing a line out among its entries: nothing is lost, the oldest first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.money import ZERO
from shangfa.domain.months.period import booking_month, month_after, month_named
from shangfa.domain.months.settlement import (
    DraftItem,
    Pay,
    Ruling,
    SettlementDraft,
    full,
    ruled,
)
from shangfa.domain.months.worth import worth
from shangfa.domain.payroll.handed import (
    SUMMARY,
    Amounts,
    PayrollLine,
    Person,
    shared_out,
    summary_row,
)

FEN = st.integers(-100_000, 100_000).map(lambda amount: Decimal(amount) / 100)


@given(st.data(), FEN, st.lists(FEN, max_size=6))
def test_the_parts_add_up_to_the_line(
    data: st.DataObject, carried_in: Decimal, requested: list[Decimal]
) -> None:
    due = carried_in + sum(requested, Decimal(0))
    allowed = share(data, due)
    refused = share(data, due - allowed)
    line = Amounts(due - carried_in, carried_in, allowed, due - allowed - refused, refused)
    parts = shared_out(line, requested)
    assert len(parts) == len(requested) + 1
    assert [sum(each) for each in zip(*parts, strict=True)] == list(line)
    for part in parts:
        own = part.requested + part.carried_in
        assert own == part.allowed + part.carried + part.refused
        assert all(amount * own >= 0 for amount in part[2:])
        assert "-0.00" not in [f"{amount:.2f}" for amount in part[2:]]


def share(data: st.DataObject, due: Decimal) -> Decimal:
    """Return some of an amount, of its sign."""
    whole = int(abs(due) * 100)
    return Decimal(data.draw(st.integers(0, whole))) / 100 * (-1 if due < 0 else 1)


def test_what_a_later_month_left_over_comes_last() -> None:
    line = Amounts(Decimal(-100), Decimal(-80), Decimal(-70), Decimal(-110), Decimal(0), True)  # noqa: FBT003
    parts = shared_out(line, [Decimal(-60), Decimal(-40)])
    assert [(part.allowed, part.carried) for part in parts] == [(0, -80), (-60, 0), (-10, -30)]


def test_what_was_carried_in_comes_first_and_a_refund_is_taken_whole() -> None:
    line = Amounts(Decimal(-50), Decimal(-80), Decimal(-70), Decimal(-60), Decimal(0))
    parts = shared_out(line, [Decimal(-70), Decimal(20)])
    assert [(part.allowed, part.carried) for part in parts] == [(-80, 0), (-10, -60), (20, 0)]


@pytest.mark.parametrize(
    ("unit", "quantity", "pay", "amount"),
    [
        pytest.param("CNY", "-20.00", Pay(), "-20.00", id="money"),
        pytest.param("hour", "-0.25", Pay(month_wage=Decimal(6525)), "-9.37", id="a quarter"),
        pytest.param("hour", "0.25", Pay(month_wage=Decimal(6525)), "9.37", id="given back"),
        pytest.param("day", "-1", Pay(month_wage=Decimal(6525)), "-300.00", id="a day"),
        pytest.param("day", "-0.5", Pay(day_wage=Decimal("200.33")), "-100.16", id="half a day"),
        pytest.param("day", "-1", Pay(), None, id="no wage"),
        pytest.param("percent", "-50", Pay(bonus=Decimal("99.99")), "-49.99", id="half a bonus"),
        pytest.param("percent", "-50", Pay(month_wage=Decimal(9)), None, id="no bonus told"),
    ],
)
def test_what_it_is_worth(unit: str, quantity: str, pay: Pay, amount: str | None) -> None:
    expected = None if amount is None else Decimal(amount)
    assert worth(unit, Decimal(quantity), pay) == expected


ITEM = DraftItem("fine", Decimal(-50), Decimal(-10))
DRAFT = SettlementDraft("A", "employee", month_named("2026-03").last, Pay(), (ITEM,))


def test_without_a_guard_all_of_it_is_settled() -> None:
    assert list(ruled(full, DRAFT)) == [Ruling(Decimal(-60))]


@pytest.mark.parametrize(
    "rulings",
    [
        pytest.param([], id="too few"),
        pytest.param([Ruling(Decimal(-61))], id="more than is due"),
        pytest.param([Ruling(Decimal(1))], id="of the other sign"),
        pytest.param([Ruling(Decimal("-0.005"))], id="half a fen"),
        pytest.param([Ruling(Decimal(-40), "x", Decimal(-21))], id="refused besides"),
    ],
)
def test_a_guard_that_says_what_it_must_not(rulings: list[Ruling]) -> None:
    with pytest.raises(PluginFailedError):
        ruled(lambda draft: rulings, DRAFT)


def test_months_follow_one_another() -> None:
    assert (month_after("2026-03"), month_after("2026-12")) == ("2026-04", "2027-01")
    day = month_named("2026-12").last
    assert booking_month(day, {"2026-12", "2027-01", "2027-03"}) == "2027-02"
    with pytest.raises(RefusedError):
        month_named("2026Q1")


def line(money: str, allowed: str, reason: str = "full") -> PayrollLine:
    amount = Decimal(allowed)
    return PayrollLine(money, Amounts(amount, ZERO, amount, ZERO, ZERO), reason, ("一-2",))


@pytest.mark.parametrize(
    ("kind", "lines", "row"),
    [
        pytest.param(
            "employee",
            [line("compensation", "-1200.00", "cap_20"), line("reward", "30.00")],
            {"loss_allowed": -1200, "reward_taxable": 30, "cap_check": "capped"},
            id="capped",
        ),
        pytest.param(
            "employee",
            [line("fine", "20.00"), line("wage", "-9.37", "min_wage_floor")],
            {"economic_sanction": 0, "reversal": 20, "attendance_unworked": Decimal("-9.37")}
            | {"floor_check": "capped", "cap_check": "PASS"},
            id="a refund is no sanction",
        ),
        pytest.param(
            "partner", [line("cost", "-6000.00")], {"loss_due": -6000, "cap_check": "n.a."}, id="SP"
        ),
    ],
)
def test_a_persons_row(kind: str, lines: list[PayrollLine], row: dict[str, object]) -> None:
    person = Person("A", "甲", kind, "客服部", "C1", "")
    found = dict(zip(SUMMARY, summary_row("2026-03", person, lines, 2), strict=True))
    assert row.items() <= found.items()
    assert (found["clause_refs"], found["slip_count"]) == ("一-2", 2)
