"""Funds on a real database: what feeds them and when, what is given back, who spends."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import pytest
from tests.making.house import Company, at_once, code_of, make_company
from tests.services.funds.purses import moves, open_fund, sign, spend, stands
from tests.services.months.closing import lock, reopen, settled, step

from shangfa.domain.access.roles import FINANCE, HR
from shangfa.domain.months.settlement import Ruling, SettlementDraft
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.services.funds import ledgers
from shangfa.services.funds.ledgers import NewRule
from shangfa.services.months import lines
from shangfa.services.pages import Page

POLICY = """
policy: pay
title: 奖罚办法
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - {code: g, title: 大额罚款, kind: fines.fixed, params: {amount: 100}}
  - {code: r, title: 奖励, kind: fines.fixed, params: {amount: 30, account: reward}}
"""


def staffed(**more: tuple[str, ...]) -> Company:
    company = make_company(POLICY, plugins=["fines"], compliance=Compliance("off"))
    company.hire("A", department="客服部")
    company.hire("B", department="仓库")
    open_fund(company, **more)
    return company


def test_a_fund_gets_a_month_when_it_is_locked_and_not_before() -> None:
    company = staffed()
    company.record("f", "A", at="2026-03-02")
    company.record("g", "B", at="2026-03-03")
    company.record("r", "B", at="2026-03-03")
    for name, role in (("cut-off", HR), ("reconcile", HR), ("lock", HR)):
        step(company, "2026-03", name, role)
        assert (moves(company), stands(company)) == ([], ("0.00", "0.00"))
    step(company, "2026-03", "lock", FINANCE)
    assert (moves(company), stands(company)) == (["income 120.00 2026-03/1"], ("120.00", "0.00"))


def test_a_rule_names_clauses_and_departments() -> None:
    company = staffed(clauses=("f",), departments=("客服部",))
    for clause, who in (("f", "A"), ("f", "B"), ("g", "A")):
        company.record(clause, who, at="2026-03-02")
    lock(company, "2026-03")
    assert moves(company) == ["income 20.00 2026-03/1"]


def test_what_is_taken_back_after_the_lock_is_given_back_by_the_next_one() -> None:
    company = staffed()
    company.record("g", "B", at="2026-03-02")
    first = company.record("f", "A", at="2026-03-02")
    lock(company, "2026-03")
    company.move("A", None, "2026-03-01")  # another department: what gave gives back all the same
    company.reverse(first["id"])
    company.record("f", "A", at="2026-04-02")
    lock(company, "2026-04")
    assert moves(company) == [
        "income 120.00 2026-03/1",
        "income 20.00 2026-04/1",
        "refund 20.00 2026-04/1",
    ]


def test_a_fund_gives_back_only_what_it_got() -> None:
    """What was fined before the fund was opened is the company's to give back."""
    company = make_company(POLICY, plugins=["fines"], compliance=Compliance("off"), staff=["A"])
    first = company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    open_fund(company)
    company.record("f", "A", at="2026-04-02")
    company.reverse(first["id"])
    lock(company, "2026-04")
    assert settled(company, "2026-04")["A fine"][2] == "80.00"
    assert moves(company) == ["income 20.00 2026-04/1"]


def test_what_a_fund_lacks_the_company_lays_out_and_is_paid_back_first() -> None:
    company = staffed()
    first = company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    spend(company, "70")
    company.reverse(first["id"])
    lock(company, "2026-04")
    assert stands(company) == ("0.00", "70.00")
    assert code_of(partial(sign, company, "0.01")) == "fund_short"
    company.record("g", "A", at="2026-05-02")
    lock(company, "2026-05")
    assert stands(company) == ("30.00", "0.00")
    assert moves(company) == [
        *("income 100.00 2026-03/1", "spend 70.00"),
        *("refund 30.00 2026-04/1", "advance 70.00 2026-04/1"),
        *("income 100.00 2026-05/1", "repayment 70.00 2026-05/1"),
    ]


def test_a_month_that_is_opened_again_takes_back_what_its_version_moved() -> None:
    company = staffed()
    company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    step(company, "2026-03", "reopen", reason="漏记")
    assert stands(company) == ("100.00", "0.00")
    step(company, "2026-03", "reopen", FINANCE, reason="漏记")
    assert stands(company) == ("0.00", "0.00")
    company.record("f", "A", at="2026-03-03")
    lock(company, "2026-03")
    assert moves(company) == [
        *("income 100.00 2026-03/1", "reopened 100.00 2026-03/1", "income 120.00 2026-03/2"),
    ]
    spend(company, "110")
    reopen(company, "2026-03")
    assert stands(company) == ("0.00", "110.00")
    lock(company, "2026-03")
    assert stands(company) == ("10.00", "0.00")


def test_only_what_was_allowed_feeds_a_fund(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100 a month takes 40, carries 50 into the next and lets 10 go."""

    def some(draft: SettlementDraft) -> Sequence[Ruling]:
        first = draft.last.month == 3
        parts = (Decimal(-40), "cap", Decimal(-10)) if first else (draft.items[0].due, "full")
        return [Ruling(*parts)]

    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: some)
    company = staffed(clauses=("g",))
    company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    lock(company, "2026-04")
    assert moves(company) == ["income 40.00 2026-03/1", "income 50.00 2026-04/1"]


def test_what_was_converted_is_never_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law takes no fine in March and all of them later: taking one back gives nothing."""

    def converting(draft: SettlementDraft) -> Sequence[Ruling]:
        due = draft.items[0].due
        no = draft.last.month == 3
        return [Ruling(Decimal(0), "converted", due, "某法 1", 2) if no else Ruling(due)]

    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: converting)
    company = staffed()
    first = company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    (line,) = lines.page(company.ctx(), "2026-03", "A", Page()).items
    assert (line.reason, str(line.refused), line.points) == ("converted", "-100.00", 2)
    second = company.record("f", "A", at="2026-04-02")
    lock(company, "2026-04")
    for item in (first, second):
        company.reverse(item["id"])
    lock(company, "2026-05")
    (line,) = lines.page(company.ctx(), "2026-05", "A", Page()).items
    assert (str(line.allowed), str(line.refused), line.reason) == ("20.00", "100.00", "never_taken")
    assert moves(company) == ["income 20.00 2026-04/1", "refund 20.00 2026-05/1"]


def test_two_people_of_two_roles_spend() -> None:
    company = staffed()
    company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    waits = sign(company, "30")
    assert (waits.signed_by, waits.entry, stands(company)[0]) == (("hr",), None, "100.00")
    assert waits.fund.signed["purpose"] == "小额奖励"
    assert code_of(partial(sign, company, "30")) == "already_signed"
    assert code_of(partial(sign, company, "31", FINANCE)) == "spending_waits"
    assert sign(company, "40").signed_by == ("hr",)
    done = sign(company, "40", FINANCE)
    assert done.entry is not None
    assert (done.signed_by, str(done.entry.balance)) == (("finance", "hr"), "60.00")
    assert done.entry.signed == {role: str(company.actor(role)) for role in (FINANCE, HR)}
    assert done.fund.signed == {}


def test_of_many_who_agree_at_once_one_spends() -> None:
    company = staffed()
    company.record("g", "A", at="2026-03-02")
    lock(company, "2026-03")
    sign(company, "60")
    at_once([partial(code_of, partial(sign, company, "60", FINANCE)) for _ in range(4)])
    assert [item for item in moves(company) if "spend" in item] == ["spend 60.00"]
    assert stands(company) == ("40.00", "0.00")


def test_no_two_funds_are_fed_by_the_same() -> None:
    company = staffed(clauses=("f",))
    assert code_of(partial(open_fund, company, "all")) == "fund_overlap"
    assert code_of(partial(open_fund, company, "two", clauses=("f", "g"))) == "fund_overlap"
    open_fund(company, "two", clauses=("g",))
    open_fund(company, "three", accounts=("compensation",))
    found = [item.code for item in ledgers.page(company.ctx()).items]
    assert found == ["kf", "three", "two"]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"clauses": ("ff",)}, "unknown_clause"), ({"departments": ("客服",)}, "unknown_name")],
)
def test_a_rule_names_what_there_is(more: dict[str, tuple[str, ...]], code: str) -> None:
    rule = NewRule("基金", ("fine",), **more)
    assert code_of(partial(ledgers.put, staffed().ctx(), "kf", rule, "*")) == code
