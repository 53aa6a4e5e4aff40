"""Funds: what a line moves into them and out again, and that no fen is lost on the way."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.months.funds import (
    FedEntry,
    FundRule,
    Key,
    Share,
    Standing,
    booked,
    shares_of,
    spent,
    unbooked,
)
from shangfa.domain.payroll.handed import Amounts

SHOP, CANTEEN = UUID(int=1), UUID(int=2)
FINES = frozenset({"fine"})
LATE, SMOKE = Key("case-1", "一-1"), Key("case-2", "一-2")
RULES = {
    SHOP: FundRule(FINES, frozenset({"一-1"})),
    CANTEEN: FundRule(FINES, frozenset({"一-2"}), frozenset({"后厨"})),
}


def yuan(text: str) -> Decimal:
    return Decimal(text)


def line(requested: str, allowed: str, carried: str = "0.00", carried_in: str = "0.00") -> Amounts:
    due = yuan(requested) + yuan(carried_in)
    refused = due - yuan(allowed) - yuan(carried)
    return Amounts(yuan(requested), yuan(carried_in), yuan(allowed), yuan(carried), refused)


def fed(key: Key, quantity: str, department: str | None = "后厨") -> FedEntry:
    return FedEntry(key, department, yuan(quantity))


def moved(shares: list[Share]) -> dict[tuple[UUID, str], tuple[str, str]]:
    return {(s.fund, s.key.clause): (str(s.got), str(s.carried)) for s in shares}


def test_a_fund_gets_what_was_taken_and_not_what_was_asked_for() -> None:
    entries = [fed(LATE, "-20.00"), fed(SMOKE, "-10.00")]
    whole = shares_of("fine", line("-30.00", "-30.00"), entries, [], RULES)
    assert moved(whole) == {(SHOP, "一-1"): ("20.00", "0.00"), (CANTEEN, "一-2"): ("10.00", "0.00")}
    capped = shares_of("fine", line("-30.00", "-24.00", "-6.00"), entries, [], RULES)
    assert moved(capped) == {
        (SHOP, "一-1"): ("20.00", "0.00"),
        (CANTEEN, "一-2"): ("4.00", "-6.00"),
    }
    refused = shares_of("fine", line("-30.00", "0.00"), entries, [], RULES)
    assert refused == []


def test_what_was_carried_comes_in_when_it_is_taken() -> None:
    known = [Share(CANTEEN, SMOKE, yuan("4.00"), yuan("-6.00"))]
    later = shares_of("fine", line("0.00", "-6.00", carried_in="-6.00"), [], known, RULES)
    assert moved(later) == {(CANTEEN, "一-2"): ("6.00", "0.00")}


def test_what_a_later_month_carried_comes_in_after_what_is_ones_own() -> None:
    known = [Share(SHOP, LATE, yuan("4.00"), yuan("-6.00"))]
    owed = line("-10.00", "-10.00", "-6.00", carried_in="-6.00")._replace(overtaken=True)
    shares = shares_of("fine", owed, [fed(SMOKE, "-10.00")], known, RULES)
    assert moved(shares) == {
        (CANTEEN, "一-2"): ("10.00", "0.00"),
        (SHOP, "一-1"): ("0.00", "-6.00"),
    }


@pytest.mark.parametrize(
    ("got", "back"), [("20.00", "-20.00"), ("12.00", "-12.00"), ("0.00", "0.00")]
)
def test_no_more_comes_back_than_came_in(got: str, back: str) -> None:
    known = [Share(SHOP, LATE, yuan(got), yuan("0.00"))]
    shares = shares_of("fine", line("20.00", "20.00"), [fed(LATE, "20.00")], known, RULES)
    assert [str(share.got) for share in shares] == [back]


def test_who_pays_from_elsewhere_or_for_another_clause_feeds_nothing() -> None:
    entries = [fed(SMOKE, "-10.00", "前台"), fed(Key("case-3", "一-3"), "-5.00")]
    assert shares_of("fine", line("-15.00", "-15.00"), entries, [], RULES) == []
    assert shares_of("donation", line("-20.00", "-20.00"), [fed(LATE, "-20.00")], [], RULES) == []


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (RULES[SHOP], RULES[CANTEEN], False),
        (RULES[SHOP], FundRule(FINES), True),
        (RULES[CANTEEN], FundRule(FINES, frozenset(), frozenset({"前台"})), False),
        (RULES[CANTEEN], FundRule(FINES, frozenset({"一-2"})), True),
        (RULES[SHOP], FundRule(frozenset({"donation"})), False),
    ],
)
def test_rules_that_share_an_entry_overlap(one: FundRule, other: FundRule, together: bool) -> None:  # noqa: FBT001 - a column of the table
    assert one.overlaps(other) is other.overlaps(one) is together


fen = st.decimals("0.00", "500.00", places=2)


@given(st.lists(st.tuples(st.sampled_from(["book", "open", "spend"]), fen, fen), max_size=30))
def test_a_purse_is_the_sum_of_its_entries_and_never_under_nothing(
    acts: list[tuple[str, Decimal, Decimal]],
) -> None:
    stands, meant, months = Standing(), Decimal(0), list[tuple[Decimal, Decimal]]()
    for what, income, refund in acts:
        if what == "spend":
            amount = min(income, stands.balance)
            moves = [spent(stands, amount)] if amount else []
            meant -= amount
        elif what == "open" and months:
            came, went = months.pop()
            moves = list(unbooked(stands, came, went))
            meant -= came - went
        else:
            months.append((income, refund))
            moves = list(booked(stands, income, refund))
            meant += income - refund
        for move in moves:
            into = move.amount * ((move.target == "fund") - (move.source == "fund"))
            lent = move.amount * ((move.source == "company") - (move.target == "company"))
            assert move.after == (stands.balance + into, stands.owed + lent)
            stands = move.after
        assert stands.balance >= 0 <= stands.owed
        assert stands.balance * stands.owed == 0
        assert stands.balance - stands.owed == meant
