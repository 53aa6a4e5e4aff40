"""The resale window and its end, the two bands, shares to the fen, refused facts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import ClauseKind, Deadline, RefusedError
from shangfa.testing import (
    MemoryTenant,
    amounts,
    found,
    make_clause,
    make_incident,
    make_part,
    make_policy,
    make_subject,
)
from shangfa_loss_share import register_clause_kinds
from shangfa_loss_share.resale import Opening, Resale, Window

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
RESALE = KINDS["loss_share.resale"]
MONTH = {"months": 1}


def lost(
    sold: str,
    at: str,
    money: dict[str, str],
    since: str = "2026-02-10",
    window: dict[str, int] = MONTH,
) -> list[str]:
    """Return the CNY a band charges."""
    part = make_part(Resale.model_validate({"sold": sold, "window": window}))
    facts: dict[str, Any] = dict.fromkeys(("grade_a_price", "resale_price", "loss"))
    facts |= {name: Decimal(amount) for name, amount in money.items()}
    day, first = date.fromisoformat(at), date.fromisoformat(since)
    effects = found(RESALE, part, make_incident(at=day, since=first, **facts))
    return [str(quantity) for _, _, quantity in amounts(effects)]


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        (MONTH, "2026-02-10", "2026-03-10"),
        (MONTH, "2026-01-31", "2026-02-28"),
        (MONTH, "2028-01-31", "2028-02-29"),
        (MONTH, "2026-12-31", "2027-01-31"),
        ({"months": 2}, "2025-12-31", "2026-02-28"),
        ({"days": 30}, "2026-01-31", "2026-03-02"),
    ],
)
def test_the_window_ends_on_the_same_day_or_the_months_last(
    window: dict[str, int], first: str, last: str
) -> None:
    params = Opening(step="resell", window=Window.model_validate(window))
    incident = make_incident(at=date.fromisoformat(first))
    (deadline,) = found(KINDS["loss_share.window"], make_part(params), incident)
    assert isinstance(deadline, Deadline)
    assert (deadline.step, str(deadline.due)) == ("resell", last)


@pytest.mark.parametrize("window", [{}, {"months": 1, "days": 30}, {"months": 0}, {"days": 0}])
def test_a_window_is_months_or_days(window: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"months|days"):
        Window.model_validate(window)


@pytest.mark.parametrize(
    ("at", "money", "in_time", "late"),
    [
        ("2026-03-02", {"grade_a_price": "10000", "resale_price": "8500.5"}, ["-1499.50"], []),
        ("2026-03-02", {"grade_a_price": "10000", "resale_price": "10500"}, [], []),
        ("2026-03-02", {"grade_a_price": "10000", "resale_price": "10000"}, [], []),
        ("2026-03-02", {"grade_a_price": "10000", "resale_price": "0"}, ["-10000.00"], []),
        ("2026-03-10", {"grade_a_price": "100", "resale_price": "99.995"}, ["-0.01"], []),
        ("2026-03-11", {"resale_price": "9000", "loss": "4000"}, [], ["-4000.00"]),
        ("2026-03-31", {"loss": "6000.126"}, [], ["-6000.13"]),
        ("2026-03-31", {"loss": "0"}, [], []),
    ],
)
def test_one_band_answers(
    at: str, money: dict[str, str], in_time: list[str], late: list[str]
) -> None:
    assert lost("in_time", at, money) == in_time
    assert lost("late", at, money) == late


def test_thirty_days_are_longer_than_february() -> None:
    money = {"grade_a_price": "10000", "resale_price": "9000", "loss": "4000"}
    assert lost("late", "2026-03-01", money, "2026-01-31") == ["-4000.00"]
    assert lost("in_time", "2026-03-01", money, "2026-01-31", {"days": 30}) == ["-1000.00"]


@pytest.mark.parametrize(
    ("sold", "at", "money", "code", "fact"),
    [
        ("in_time", "2026-02-09", {"grade_a_price": "2", "resale_price": "1"}, "invalid", "since"),
        ("late", "2026-02-09", {"loss": "1"}, "invalid", "since"),
        ("in_time", "2026-02-10", {"resale_price": "1"}, "missing", "grade_a_price"),
        ("late", "2026-03-11", {"grade_a_price": "2", "resale_price": "1"}, "missing", "loss"),
        ("late", "2026-03-02", {}, "missing", "loss"),
    ],
)
def test_facts_that_do_not_fit_are_refused(
    sold: str, at: str, money: dict[str, str], code: str, fact: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        lost(sold, at, money)
    (fault,) = caught.value.faults
    assert (fault.code, fault.pointer) == (f"{code}_fact", f"/facts/{fact}")


@pytest.mark.parametrize(
    ("rounding", "shares", "paid"),
    [
        ("last", "33.3333 33.3333 33.3334", ["-333.33", "-333.33", "-333.34"]),
        ("last", "20 50 30", ["-200.00", "-500.00", "-300.00"]),
        ("largest_remainder", "33.3334 33.3333 33.3333", ["-333.34", "-333.33", "-333.33"]),
    ],
)
def test_persons_and_groups_share_to_the_fen(rounding: str, shares: str, paid: list[str]) -> None:
    clause = make_clause(RESALE, Resale(sold="late"), code="一")
    policy = make_policy([clause])
    policy.versions[0].rounding = rounding
    tenant = MemoryTenant(policy)
    bearers = ("E1", "E2", make_subject("T", "team"))
    facts = {"since": "2026-01-20", "loss": "1000"}
    tenant.record("一", *bearers, facts=facts, shares=shares.split())
    assert [str(posting.quantity) for posting in tenant.ledger] == paid
    assert sum(posting.quantity for posting in tenant.ledger) == -1000


def test_the_catalogue_says_what_decides() -> None:
    for sold, note in (("in_time", "grade_a_price"), ("late", "loss")):
        (row,) = RESALE.rows(make_part(Resale.model_validate({"sold": sold})))
        assert (row.account, row.minimum, row.maximum) == ("compensation", Decimal(0), None)
        assert row.note.startswith(note)
