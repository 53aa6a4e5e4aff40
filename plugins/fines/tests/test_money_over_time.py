"""Money by what came before: caps, steps, the nth time, what is forfeited or used up once."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from tests.making.policies import faults_in, policy_from

from shangfa.domain.ledger.posting import visible
from shangfa.testing import MemoryTenant, make_subject

HEAD = "policy: p\ntitle: P\n"
FINE = "  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 100}}\n"
PLUGINS = ("fines", "demerit_ladder")


def cap(most: Any, within: str = "month", more: str = "") -> str:
    params = f"{{within: {within}, most: {most}{more}}}"
    return f"reactions:\n  - {{code: 封顶, title: 每月封顶, kind: fines.cap, params: {params}}}\n"


def tenant(text: str) -> MemoryTenant:
    return MemoryTenant(policy_from(HEAD + text, PLUGINS))


def seen(found: Any) -> list[tuple[str, str, str]]:
    return [(item.account, item.unit, str(item.quantity)) for item in visible(found.postings)]


def test_the_fine_that_crosses_a_cap_is_reduced_to_what_is_left() -> None:
    own = tenant("clauses:\n" + FINE + cap(250))
    found = [own.record("f", at=date(2026, 3, day)) for day in (1, 2, 3, 4)]
    assert [seen(item) for item in found] == [
        [("fine", "CNY", "-100.00")],
        [("fine", "CNY", "-100.00")],
        [("fine", "CNY", "-50.00")],
        [],
    ]
    said = [line.note.text("zh") for line in found[2].trace]
    assert any("封顶：当月内至多 250 元，超出部分不再计（封顶）。" in text for text in said)
    assert own.record("f", at=date(2026, 4, 1)).postings
    assert own.balance("E", "fine", "CNY") == -350


def test_a_cap_holds_whatever_the_order_and_gives_back_no_reward() -> None:
    days = [date(2026, 3, day) for day in (5, 1, 9, 3)]
    straight, mixed = (tenant("clauses:\n" + FINE + cap(250)) for _ in range(2))
    for day in sorted(days):
        straight.record("f", at=day)
    found = [mixed.record("f", at=day) for day in days]
    assert mixed.balances() == straight.balances()
    mixed.reverse(found[0])
    assert mixed.balance("E", "fine", "CNY") == -250
    for item in found[1:]:
        mixed.reverse(item)
    assert mixed.balance("E", "fine", "CNY") == 0
    assert not [key for key in mixed.balances() if key[1] == "reward"]


def test_a_cap_may_be_of_some_clauses_and_covers_what_totals_bring() -> None:
    text = "clauses:\n" + FINE + "  - {code: 迟到-1, title: t, kind: ladder.count}\n"
    text += cap(120, more=", clauses: ['迟到*']")
    text += "  - {code: 迟到-罚, kind: fines.per_count, params: {of: 迟到-1, amount: 50}}\n"
    own = tenant(text)
    own.record("迟到-1", at=date(2026, 3, 1), quantity=4)
    own.record("f", at=date(2026, 3, 1))
    assert own.balance("E", "fine", "CNY") == -220


@pytest.mark.parametrize(
    ("window", "days", "taken"),
    [
        pytest.param("month from 26", ["03-25", "03-26", "04-25", "04-26"], "350", id="own start"),
        pytest.param("year since hired", ["05-09", "05-10", "05-11"], "250", id="anniversary"),
        pytest.param("30 days", ["03-01", "03-30", "03-31"], "250", id="rolling"),
        pytest.param("30 days", ["03-01", "03-31", "04-29"], "250", id="rolling on"),
        pytest.param("3 months", ["01-31", "04-30", "05-01"], "250", id="rolling months"),
        pytest.param("week from sunday", ["03-07", "03-08", "03-14"], "250", id="own week"),
    ],
)
def test_a_cap_may_keep_any_window(window: str, days: list[str], taken: str) -> None:
    policy = "attributes: {hired: date}\nclauses:\n" + FINE
    policy += "reactions:\n  - {code: cap, kind: fines.cap, params: "
    policy += f"{{within: {window}, most: 150}}}}\n"
    sorted_days = [date.fromisoformat(f"2026-{day}") for day in days]
    for order in permutations(sorted_days):
        own = tenant(policy)
        own.lines.attributes["E"] = {"hired": "2020-05-10"}
        found = [own.record("f", at=day) for day in order]
        assert own.balance("E", "fine", "CNY") == -Decimal(taken), order
        causes = {item.cause for one in found for item in one.postings if item.quantity > 0}
        assert causes - {"reaction"} == {"cap"}


@pytest.mark.parametrize("most", [-1, "-0.01"])
def test_a_cap_below_zero_is_refused(most: Any) -> None:
    (fault,) = faults_in(HEAD + "clauses:\n" + FINE + cap(most), PLUGINS)
    assert (fault.place, fault.code) == ("policy.yaml:6", "invalid")


def test_a_cap_of_nothing_takes_nothing() -> None:
    own = tenant("clauses:\n" + FINE + cap(0))
    assert seen(own.record("f")) == []


@pytest.mark.parametrize(
    ("minutes", "taken"), [(1, "-20.00"), (30, "-20.00"), (31, "-40.00"), (60, "-40.00")]
)
def test_each_half_hour_begun(minutes: int, taken: str) -> None:
    clause = "  - {code: x, title: t, kind: fines.per_unit, params: "
    clause += "{amount: 20, unit: minutes, step: 30}}\n"
    assert seen(tenant("clauses:\n" + clause).record("x", quantity=minutes)) == [
        ("fine", "CNY", taken)
    ]


def loss(params: str) -> MemoryTenant:
    clause = "  - {code: x, title: t, facts: {loss: money}, kind: fines.loss, params: "
    return tenant("clauses:\n" + clause + f"{{{params}}}}}\n")


def test_an_amount_times_a_percentage_times_the_quantity() -> None:
    own = loss("percent: 10, per: quantity")
    found = own.record("x", quantity=3, facts={"loss": 199})
    assert seen(found) == [("compensation", "CNY", "-59.70")]
    assert "按金额 199 元的 10% × 3：59.70 元" in [line.note.text("zh") for line in found.trace]


def test_what_rounds_to_nothing_is_said_with_its_arithmetic() -> None:
    found = loss("percent: 33.3333").record("x", facts={"loss": "0.01"})
    assert found.postings == []
    said = [line.note.text("zh") for line in found.trace]
    assert said[-1] == "按金额 0.01 元的 33.3333%：0.00 元"


def nth(params: str) -> MemoryTenant:
    clause = "  - code: x\n    title: t\n    history: {nth: {ask: nth, within: year}}\n"
    clause += f"    kind: fines.nth\n    params: {{by: nth, amount: 100, {params}}}\n"
    return tenant("clauses:\n" + clause)


@pytest.mark.parametrize(
    ("params", "taken"),
    [
        ("percents: [100, 150, 200]", ["-100.00", "-150.00", "-200.00", "-200.00"]),
        ("step: 50", ["-100.00", "-150.00", "-200.00", "-250.00"]),
        ("start: 10, step: 10, most: 25", ["-10.00", "-20.00", "-25.00", "-25.00"]),
    ],
)
def test_the_nth_time_has_its_own_percentage(params: str, taken: list[str]) -> None:
    own = nth(params)
    found = [seen(own.record("x", at=date(2026, 3, day))) for day in (1, 2, 3, 4)]
    assert found == [[("fine", "CNY", value)] for value in taken]


@pytest.mark.parametrize("params", ["percents: [1], step: 1", "start: 10", "fact: loss, step: 1"])
def test_one_formula_and_one_amount(params: str) -> None:
    with pytest.raises(Exception, match="invalid"):
        nth(params)


def test_something_is_forfeited_once_in_a_period() -> None:
    text = "clauses:\n  - {code: x, title: t, kind: ladder.count}\n"
    text += "reactions:\n  - {code: r, kind: fines.forfeit, params: "
    text += "{of: x, within: month, percent: 100, which: 全勤奖}}\n"
    own = tenant(text)
    assert seen(own.record("x", at=date(2026, 3, 1))) == [("bonus", "percent", "-100")]
    assert seen(own.record("x", at=date(2026, 3, 2))) == []
    assert seen(own.record("x", at=date(2026, 4, 1))) == [("bonus", "percent", "-100")]


OWN = """attributes: {deposit: number}
clauses:
  - code: x
    title: 从保证金扣
    history: {used: {ask: sum, of: {money: compensation}}}
    kind: fines.from_own
    params: {amount: 800, own: deposit, used: used, account: compensation}
"""


def test_one_takes_until_the_own_amount_is_used_up() -> None:
    own, driver = tenant(OWN), make_subject("E", deposit="2000")
    found = [own.record("x", driver, at=date(2026, 3, day)) for day in (1, 2, 3, 4)]
    assert [seen(item) for item in found] == [
        [("compensation", "CNY", "-800.00")],
        [("compensation", "CNY", "-800.00")],
        [("compensation", "CNY", "-400.00")],
        [],
    ]
    own.reverse(found[0])
    assert own.balance("E", "compensation", "CNY") == -2000


def test_the_own_amount_must_be_declared() -> None:
    (fault,) = faults_in(HEAD + OWN.replace("own: deposit", "own: depsit"), PLUGINS)
    assert fault.code == "unknown_attribute"


@pytest.mark.parametrize(
    ("params", "choice"),
    [
        ("min: 1, max: 3, unit: day", ("wage", "day", 1, 3)),
        ("min: 5, max: 20, unit: percent", ("bonus", "percent", 5, 20)),
        ("min: 50, max: 200", ("fine", "CNY", 50, 200)),
    ],
)
def test_a_choice_may_be_of_money_days_of_pay_or_percent(params: str, choice: Any) -> None:
    clause = f"  - {{code: x, title: t, kind: fines.range, params: {{{params}}}}}\n"
    (found,) = tenant("clauses:\n" + clause).record("x").choices
    assert found.choice[:4] == choice


def test_a_percentage_of_the_own_wage_becomes_money_at_the_end_of_the_month() -> None:
    from shangfa.domain.months.programme import World, close_period

    text = "clauses:\n  - {code: x, title: t, kind: fines.month_wage, params: {percent: 5}}\n"
    text += "programmes:\n  - {name: wages, kind: fines.wage_in_money}\n"
    own = tenant(text)
    assert seen(own.record("x")) == [("wage", "wage", "-0.05")]
    world = World((make_subject(),), own.ledger, own.calendar)
    found = close_period(own.policy, "2026-03", world, {"month_wages": {"E": Decimal(6123)}})
    assert [item[1:4] for item in found] == [("wage", "CNY", Decimal("-306.15"))]
    with pytest.raises(Exception, match="hand the wage in"):
        close_period(own.policy, "2026-03", world, {})
