"""What a month leaves over, hands on, holds back and leaves for the next payday."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shangfa.domain.months.settlement import (
    BONUS_SPENT,
    NEVER_TAKEN,
    NEXT_PAYDAY,
    DraftItem,
    Ruling,
    held_back,
    next_payday,
    of_bonus,
    passed_on,
)
from shangfa.domain.months.states import is_allowed, state_after, steps_from


@pytest.mark.parametrize(
    ("requested", "carried", "left"),
    [
        pytest.param("-50", "-30", "-30", id="more of the same is not taken out of it"),
        pytest.param("20", "-30", "-10", id="what is given back is first what is owed"),
        pytest.param("40", "-30", "0", id="all of what is owed"),
        pytest.param("-20", "30", "10", id="what is owed the other way"),
        pytest.param("0", "-30", "-30", id="nothing happened"),
        pytest.param("10", "0", "0", id="nothing was left over"),
    ],
)
def test_what_an_earlier_month_hands_on(requested: str, carried: str, left: str) -> None:
    assert passed_on(Decimal(requested), Decimal(carried)) == Decimal(left)


@pytest.mark.parametrize(
    ("allowed", "taken", "kept", "refused"),
    [
        pytest.param("30", "30", "30", "0", id="all of it was taken"),
        pytest.param("30", "20", "20", "10", id="some of it"),
        pytest.param("30", "-5", "0", "30", id="nothing ever was"),
        pytest.param("-30", "0", "-30", "0", id="what is taken is not held back"),
    ],
)
def test_no_more_is_given_back_than_was_taken(
    allowed: str, taken: str, kept: str, refused: str
) -> None:
    ruling = held_back(Ruling(Decimal(allowed)), Decimal(taken))
    assert (ruling.allowed, ruling.refused) == (Decimal(kept), Decimal(refused))
    assert (ruling.reason == NEVER_TAKEN) == (ruling.refused > 0)


@pytest.mark.parametrize(
    ("requested", "carried_in", "paid", "waits"),
    [
        pytest.param("100", "40", "40", True, id="what waited is paid, the rest waits"),
        pytest.param("100", "-40", "0", True, id="what is owed is not paid"),
        pytest.param("-10", "40", "30", False, id="what is taken back is taken at once"),
        pytest.param("0", "40", "40", False, id="nothing new"),
    ],
)
def test_what_is_given_waits_for_the_next_payday(
    requested: str, carried_in: str, paid: str, *, waits: bool
) -> None:
    item = DraftItem("reward", Decimal(requested), Decimal(carried_in))
    ruling = next_payday(item, item.requested)
    assert (ruling.allowed, ruling.reason == NEXT_PAYDAY) == (Decimal(paid), waits)


@pytest.mark.parametrize(
    ("bonus", "allowed"),
    [
        pytest.param(None, "-80", id="a bonus nobody knows"),
        pytest.param("80", "-80", id="just enough"),
        pytest.param("50", "-50", id="base pay is not touched"),
    ],
)
def test_no_more_is_taken_of_a_bonus_than_there_is(bonus: str | None, allowed: str) -> None:
    ruling = of_bonus(Ruling(Decimal(-80)), None if bonus is None else Decimal(bonus))
    assert ruling.allowed == Decimal(allowed)
    assert ruling.refused == -(Decimal(80) + ruling.allowed)
    assert (ruling.reason == BONUS_SPENT) == (ruling.refused < 0)


def test_a_month_goes_its_steps_and_no_others() -> None:
    state, gone = "open", []
    for step in ("cut-off", "reconcile", "lock", "export", "pay"):
        assert is_allowed(step, state)
        assert step in steps_from(state)
        gone.append(state := state_after(step))
    assert gone[-3:] == ["locked", "exported", "paid"]
    assert steps_from("paid") == ()
    assert not is_allowed("reopen", "paid")
