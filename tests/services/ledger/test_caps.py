"""A cap in the ledger: what is shown, what is stored, and a replay."""

from decimal import Decimal

from tests.making.house import make_company

POLICY = """
policy: capped
title: 封顶
clauses: [{code: f, title: 罚款, kind: fines.fixed, params: {amount: 100}}]
reactions: [{code: 封顶, title: 每月封顶, kind: fines.cap, params: {within: month, most: 150}}]
"""


def test_a_cap_is_kept_in_any_order_and_after_reversals() -> None:
    company = make_company(POLICY, staff=("E",))
    first = company.record("f", "E", at="2026-03-20")
    second = company.record("f", "E", at="2026-03-10")
    assert [item["quantity"] for item in first["decision"]["effects"]] == ["-100.00"]
    assert [item["quantity"] for item in second["decision"]["effects"]] == ["-50.00"]
    assert any("封顶" in line["text_zh"] for line in second["decision"]["trace"])
    assert company.balances("E")["CNY"] == Decimal(-150)
    assert company.differences() == []
    company.reverse(first["id"])
    assert company.balances("E")["CNY"] == Decimal(-100)
    assert company.differences() == []
