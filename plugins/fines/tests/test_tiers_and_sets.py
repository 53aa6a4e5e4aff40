"""Steps of a total, sets of counts, and the count something else replaces."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from tests.making.policies import faults_in, policy_from

from shangfa.documents.policy.catalogue import catalogue
from shangfa.sdk import ReactionKind
from shangfa.testing import MemoryTenant, amounts, derived, make_rule
from shangfa_fines import register_reactions

KINDS: dict[str, ReactionKind[Any]] = {kind.name: kind for kind in register_reactions()}
TIERS, COUNT = KINDS["fines.tiers"], KINDS["fines.per_count"]
STEPS = [{"from": 3, "amount": 10}, {"from": 7, "amount": 30}, {"from": 10, "amount": 50}]


def rule(kind: ReactionKind[Any], **params: Any) -> Any:
    return make_rule(kind.params.model_validate({"of": "c", "within": "month", **params}))


@pytest.mark.parametrize(
    ("total", "highest", "added"),
    [
        (0, 0, 0),
        (2, 0, 0),
        (3, 10, 10),
        (6, 10, 10),
        (7, 30, 40),
        (9, 30, 40),
        (10, 50, 90),
        (99, 50, 90),
    ],
)
def test_the_highest_step_holds_or_all_add_up(total: int, highest: int, added: int) -> None:
    for cumulative, amount in ((False, highest), (True, added)):
        steps = rule(TIERS, tiers=STEPS, account="reward", cumulative=cumulative)
        expected = [("reward", "CNY", Decimal(amount))] if amount else []
        assert amounts(derived(TIERS, steps, total)) == expected


def test_a_fine_by_steps_is_negative_and_a_step_may_bring_nothing() -> None:
    steps = rule(TIERS, tiers=[{"from": 1, "amount": 0}, {"from": 2, "amount": 5}])
    assert derived(TIERS, steps, 1) == []
    assert amounts(derived(TIERS, steps, 2)) == [("fine", "CNY", Decimal(-5))]
    assert TIERS.gives(steps) == [("fine", "CNY")]
    assert [row.minimum for row in TIERS.rows(steps)] == [5]


def test_the_note_says_the_steps() -> None:
    note = TIERS.note(rule(TIERS, tiers=STEPS[:2]))
    assert note.text("zh") == "分级金额（取最高一级）：3 → 10、7 → 30。"
    note = TIERS.note(rule(TIERS, tiers=STEPS[:2], cumulative=True))
    assert note.text("en") == "Steps, added up: 3 → 10, 7 → 30."


POLICY = """
policy: p
title: P
clauses:
  - {code: praise, title: praise, kind: ladder.count}
  - {code: praise-3, title: three, kind: text}
reactions:
  - code: praise
    kind: fines.tiers
    params:
      of: praise
      within: month
      account: reward
      tiers:
        - {from: 3, amount: 10, code: praise-3}
        - {from: 7, amount: 30}
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("from: 7", "from: 3", 16),
        ("from: 7", "from: 2", 16),
        ("from: 3", "from: 0", 15),
        ("amount: 30", "amount: -1", 16),
        ("within: month", "within: fortnight", 12),
    ],
)
def test_steps_must_ascend(old: str, new: str, line: int) -> None:
    assert faults_in(POLICY) == []
    (fault,) = faults_in(POLICY.replace(old, new))
    assert fault.place == f"policy.yaml:{line}"


def test_the_third_and_the_seventh_post_what_is_missing() -> None:
    tenant = MemoryTenant(policy_from(POLICY))
    paid = [_money(tenant.record("praise")) for _ in range(8)]
    assert paid == [0, 0, 10, 0, 0, 0, 20, 0]
    assert _money(tenant.record("praise", at=date(2026, 4, 1), quantity=3)) == 10
    assert [line[1:8] for line in catalogue("p", tenant.policy.versions[0])] == [
        ("praise", "praise", "fines.tiers", "reward", "reward", "CNY", "30"),
        ("praise-3", "three", "fines.tiers", "reward", "reward", "CNY", "10"),
    ]


def test_reversing_a_praise_takes_the_step_back() -> None:
    tenant = MemoryTenant(policy_from(POLICY))
    tenant.record("praise", quantity=2)
    third = tenant.record("praise")
    assert tenant.balance("E", "reward", "CNY") == 10
    tenant.reverse(third)
    assert tenant.balance("E", "reward", "CNY") == 0


def _money(result: Any) -> Decimal:
    return sum((item.quantity for item in result.postings if item.unit == "CNY"), Decimal(0))


@pytest.mark.parametrize(
    ("params", "total", "expected"),
    [
        ({"amount": 5, "except_every": 3}, 2, [("fine", "CNY", "-10.00")]),
        ({"amount": 5, "except_every": 3}, 3, [("fine", "CNY", "-10.00")]),
        ({"amount": 5, "except_every": 3}, 7, [("fine", "CNY", "-25.00")]),
        ({"amount": 5, "except_every": 0}, 3, [("fine", "CNY", "-15.00")]),
        ({"amount": 5, "except_every": 1}, 3, []),
        ({"wage": {"days": 1}, "every": 3}, 2, []),
        ({"wage": {"days": 1}, "every": 3}, 7, [("wage", "day", "-2")]),
        ({"wage": {"days": 1}, "every": 3, "after": 1}, 7, [("wage", "day", "-2")]),
        ({"wage": {"hours": "0.5"}, "every": 3, "most": 1}, 9, [("wage", "hour", "-0.5")]),
        ({"amount": 100, "every": 2, "account": "reward"}, 5, [("reward", "CNY", "200.00")]),
    ],
)
def test_sets_and_what_is_left_out(
    params: dict[str, Any], total: int, expected: list[tuple[str, str, str]]
) -> None:
    effects = derived(COUNT, rule(COUNT, **params), total)
    assert [(a, u, str(q)) for a, u, q in amounts(effects)] == expected


@pytest.mark.parametrize("params", [{}, {"amount": 5, "wage": {"days": 1}}, {"wage": {}}])
def test_a_count_costs_money_or_pay(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        rule(COUNT, **params)


@pytest.mark.parametrize(
    ("params", "gives", "row", "zh"),
    [
        (
            {"amount": 5, "except_every": 3, "unit": "table"},
            ("fine", "CNY"),
            ("penalty", "fine", "CNY", 5, 5, "table", "within month"),
            "每次 5 元，逢第3次另计。",
        ),
        (
            {"wage": {"days": 1}, "every": 3, "after": 2, "most": 4},
            ("wage", "day"),
            ("penalty", "wage", "day", 1, 1, "", "every 3 c within month"),
            "超过2次的部分每满3次扣工资 1 天，至多4次。",
        ),
        (
            {"amount": 50, "account": "reward"},
            ("reward", "CNY"),
            ("reward", "reward", "CNY", 50, 50, "times", "within month"),
            "每次 50 元。",
        ),
    ],
)
def test_what_a_count_says_of_itself(
    params: dict[str, Any], gives: tuple[str, str], row: tuple[Any, ...], zh: str
) -> None:
    counting = rule(COUNT, **params)
    assert COUNT.gives(counting) == [gives]
    assert [item[:7] for item in COUNT.rows(counting)] == [row]
    assert COUNT.note(counting).text("zh") == zh
    assert (
        str(counting.params.every) in COUNT.note(counting).text("en") or counting.params.every == 1
    )


LATE = """
policy: p
title: P
clauses:
  - {code: late, title: late, kind: ladder.count}
reactions:
  - {code: fine, kind: fines.per_count, params: {of: late, amount: 5, except_every: 3}}
  - {code: pay, kind: fines.per_count, params: {of: late, wage: {days: 1}, every: 3}}
"""


def test_the_third_late_is_replaced_in_any_order() -> None:
    policy = policy_from(LATE)
    for days in permutations((2, 9, 16, 23)):
        tenant = MemoryTenant(policy)
        for day in days:
            tenant.record("late", at=date(2026, 3, day))
        seen = {
            (item.day.day, item.clause): item.quantity
            for item in _merged(tenant)
            if item.account != "count"
        }
        assert seen == {(2, "fine"): -5, (9, "fine"): -5, (16, "pay"): -1, (23, "fine"): -5}


def _merged(tenant: MemoryTenant) -> list[Any]:
    sums: dict[tuple[Any, str], Any] = {}
    for item in tenant.ledger:
        key = (item.day, item.clause)
        before = sums[key].quantity if key in sums else Decimal(0)
        sums[key] = item._replace(quantity=before + item.quantity)
    return [item for item in sums.values() if item.quantity]
