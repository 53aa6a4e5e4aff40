"""A law of funds: whatever is locked, opened again, reversed or spent, no fen is lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.making.house import Company, code_of, make_company
from tests.services.funds.purses import open_fund, spend
from tests.services.months.closing import lock, reopen

from shangfa.db.tx.transaction import begin
from shangfa.domain.access.roles import FINANCE
from shangfa.domain.money import ZERO
from shangfa.domain.months.settlement import Ruling, SettlementDraft
from shangfa.services.funds import ledgers
from shangfa.services.pages import Page

POLICY = """
policy: pay
title: 奖罚办法
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 330.33}}
  - {code: g, title: 小额罚款, kind: fines.fixed, params: {amount: 49.99}}
  - {code: h, title: 中额罚款, kind: fines.fixed, params: {amount: 70}}
"""
MONTHS = ("2026-01", "2026-02", "2026-03")
CAP = Decimal("100.00")
FUNDS = {"one": ("f",), "two": ("g", "h")}
"""Together they get every fine."""


def capped(draft: SettlementDraft) -> Sequence[Ruling]:
    """Take at most 100.00 a month and carry the rest."""
    return [Ruling(max(item.due, -CAP), "cap") for item in draft.items]


DAY = st.builds("{}-{:02}".format, st.sampled_from(MONTHS), st.integers(1, 28))
ACT = st.one_of(
    st.tuples(st.just("record"), st.sampled_from("fgh"), st.sampled_from("AB"), DAY),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.tuples(st.just("lock"), st.sampled_from(MONTHS)),
    st.tuples(st.just("reopen"), st.sampled_from(MONTHS)),
    st.tuples(st.just("spend"), st.sampled_from(sorted(FUNDS)), st.sampled_from(["49.99", "80"])),
)


@pytest.mark.law
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACT, max_size=18))
@example(  # what was reversed is not paid back while the month that took it is open again
    acts=[
        ("record", "f", "A", "2026-01-01"),
        ("lock", "2026-01"),
        ("reverse", 0),
        ("reopen", "2026-01"),
        ("record", "f", "A", "2026-01-01"),
        ("lock", "2026-02"),
        ("lock", "2026-01"),
        ("lock", "2026-02"),
    ]
)
def test_the_entries_are_the_balance(
    acts: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: capped)
    company = make_company(POLICY, plugins=["fines"], staff=["A", "B"])
    for code, clauses in FUNDS.items():
        open_fund(company, code, clauses=clauses)
    made: list[str] = []
    for name, *rest in acts:
        if name == "record":
            made.append(company.record(rest[0], rest[1], at=rest[2])["id"])
        elif name == "reverse":
            if made:
                company.reverse(made.pop(int(rest[0]) % len(made)))
        elif name == "spend":
            code_of(partial(spend, company, rest[1], rest[0]))
        else:
            code_of(partial(lock if name == "lock" else reopen, company, rest[0]))
        check(company)


def check(company: Company) -> None:
    """Hold each fund to its entries, to what it got of locked months, and those to the lines."""
    total = ZERO
    for code in FUNDS:
        fund = ledgers.read(company.ctx(FINANCE), code)
        sums: dict[str, Decimal] = {}
        for item in ledgers.entries(company.ctx(FINANCE), code, Page(200)).items:
            sums[item.target] = sums.get(item.target, ZERO) + item.amount
            sums[item.source] = sums.get(item.source, ZERO) - item.amount
        assert sum(sums.values(), ZERO) == 0
        assert sums.get("fund", ZERO) == fund.balance >= 0
        assert -sums.get("company", ZERO) == fund.owed >= 0
        assert not (fund.owed and fund.balance)
        assert -sums.get("payroll", ZERO) == got(company, code) >= 0
        total += got(company, code)
    assert total == taken(company)


def got(company: Company, code: str) -> Decimal:
    """Return what a fund got of the months that are locked."""
    return _sum(
        company,
        """SELECT coalesce(sum(h.got), 0) FROM fund f
        JOIN fund_share h ON h.tenant_id = f.tenant_id AND h.fund_id = f.id
        JOIN period p ON p.tenant_id = f.tenant_id AND p.settlement_id = h.settlement_id
        WHERE f.tenant_id = %s AND p.ordinal IS NOT NULL AND f.code = %s""",
        code,
    )


def taken(company: Company) -> Decimal:
    """Return what the lines of locked months take."""
    return _sum(
        company,
        """SELECT coalesce(-sum(l.allowed), 0) FROM settlement_line l
        JOIN period p ON p.tenant_id = l.tenant_id AND p.settlement_id = l.settlement_id
        WHERE l.tenant_id = %s AND p.ordinal IS NOT NULL AND l.money = %s""",
        "fine",
    )


def _sum(company: Company, query: str, value: str) -> Decimal:
    with begin(company.id) as tx:
        row = tx.raw.execute(query, (company.id, value)).fetchone()
    assert row is not None
    return Decimal(row[0])
