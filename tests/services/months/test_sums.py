"""A law of closing: whatever happens, in whatever order, no fen is lost and none is taken twice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.making.house import Company, code_of, make_company
from tests.services.months.closing import lock, reopen

from shangfa.db.tx.transaction import begin
from shangfa.domain.months.settlement import Ruling, SettlementDraft

POLICY = """
policy: pay
title: 奖罚办法
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 330.33}}
  - {code: g, title: 小额罚款, kind: fines.fixed, params: {amount: 49.99}}
  - {code: r, title: 奖励, kind: fines.fixed, params: {amount: 120.01, account: reward}}
  - {code: d, title: 半日工资, kind: fines.wage, params: {days: 0.5}}
"""
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
CAP = Decimal("100.00")


def capped(draft: SettlementDraft) -> Sequence[Ruling]:
    """Take at most 100.00 of one kind of money of a person and month; wages are refused."""
    return [
        Ruling(max(item.due, -CAP), "cap")
        if item.money != "wage"
        else Ruling(Decimal(0), "refused", item.due)
        for item in draft.items
    ]


DAY = st.builds("{}-{:02}".format, st.sampled_from(MONTHS), st.integers(1, 28))
ACT = st.one_of(
    st.tuples(st.just("record"), st.sampled_from("fgrd"), st.sampled_from("AB"), DAY),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.tuples(st.just("lock"), st.sampled_from(MONTHS)),
    st.tuples(st.just("reopen"), st.sampled_from(MONTHS)),
)


@pytest.mark.law
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACT, max_size=18))
def test_the_lines_are_the_ledger(
    acts: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: capped)
    company = make_company(POLICY, plugins=["fines"])
    for code in "AB":
        company.hire(code, day_wage="200.33")
    made: list[str] = []
    for name, *rest in acts:
        if name == "record":
            made.append(company.record(rest[0], rest[1], at=rest[2])["id"])
        elif name == "reverse":
            if made:
                company.reverse(made.pop(int(rest[0]) % len(made)))
        else:
            code_of(partial(lock if name == "lock" else reopen, company, rest[0]))
        check(company)
    assert company.differences() == []


def check(company: Company) -> None:
    """Hold every locked month to the ledger, to the one before, and to the cap."""
    outstanding: dict[tuple[str, str], Decimal] = {}
    before: list[str] = []
    for month, lines in locked(company):
        worth = of_ledger(company, month)
        assert {key: line[0] for key, line in lines.items() if line[0]} == worth
        assert {key: line[3] for key, line in lines.items() if line[3]} == outstanding
        for requested, allowed, carried, carried_in, refused in lines.values():
            assert requested + carried_in == allowed + carried + refused
            assert allowed >= -CAP
            if any(later > month for later in before):  # what a later month left over waits
                assert allowed >= min(requested, Decimal(0))
        outstanding = {key: line[2] for key, line in lines.items() if line[2]}
        before.append(month)


Lines = dict[tuple[str, str], tuple[Decimal, ...]]


def locked(company: Company) -> list[tuple[str, Lines]]:
    """Return the locked months in the order they were locked, with their lines."""
    with begin(company.id) as tx:
        rows = tx.raw.execute(
            """SELECT p.month, s.code, l.money, l.requested, l.allowed, l.carried, l.carried_in,
                l.refused
            FROM period p
            LEFT JOIN settlement_line l
                ON l.tenant_id = %(tenant)s AND l.settlement_id = p.settlement_id
            LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = l.subject_id
            WHERE p.tenant_id = %(tenant)s AND p.ordinal IS NOT NULL
            ORDER BY p.ordinal""",
            {"tenant": company.id},
        ).fetchall()
    found: dict[str, Lines] = {}
    for month, code, money, *amounts in rows:
        own = found.setdefault(month, {})
        if code is not None:
            own[code, money] = tuple(amounts)
    return list(found.items())


def of_ledger(company: Company, month: str) -> dict[tuple[str, str], Decimal]:
    """Return what a month's entries come to; half a day's wage is 100.16."""
    with begin(company.id) as tx:
        rows = tx.raw.execute(
            """SELECT s.code, e.account,
                sum(CASE e.unit WHEN 'day' THEN e.quantity * 2 * 100.16 ELSE e.quantity END)
            FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
            WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
                AND e.booked_in = %(month)s
            GROUP BY 1, 2""",
            {"tenant": company.id, "month": month},
        ).fetchall()
    return {(code, account): amount for code, account, amount in rows if amount}
