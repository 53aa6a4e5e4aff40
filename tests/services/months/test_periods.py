"""Months on a real database: who closes them, what a locked one takes, who sees what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import pytest
from tests.making.house import Company, at_once, code_of, make_company, owning
from tests.making.office import HOUSE, PLUGINS
from tests.services.months.closing import booked, lock, reopen, settled, step

from shangfa.domain.access.roles import FINANCE
from shangfa.domain.months.settlement import Ruling, SettlementDraft
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.services.months import periods

TEN = Decimal(10)
FINES = """
policy: p
title: 罚
clauses:
  - {code: f, title: 甲, kind: fines.fixed, params: {amount: 25}}
  - {code: s, title: 乙, kind: fines.fixed, params: {amount: 5}}
"""


def ten_at_most(draft: SettlementDraft) -> Sequence[Ruling]:
    dues = [item.due for item in draft.items]
    return [Ruling(max(due, -TEN), "cap" if due < -TEN else "full") for due in dues]


def staffed() -> Company:
    company = make_company(HOUSE, plugins=PLUGINS, staff=["M"], compliance=Compliance("off"))
    for code in "AB":
        company.hire(code, supervisor="M", day_wage=200)
    return company


def test_a_month_goes_from_open_to_paid() -> None:
    company = staffed()
    company.record("f", "A", at="2026-03-02")
    assert periods.read(company.ctx(), "2026-03").state == "open"
    assert step(company, "2026-03", "cut-off").state == "cut_off"
    assert step(company, "2026-03", "reconcile", FINANCE).state == "reconciled"
    first = step(company, "2026-03", "lock")
    assert (first.state, first.signed) == ("reconciled", ("lock", ("hr",)))
    second = step(company, "2026-03", "lock", FINANCE)
    assert (second.state, second.signed) == ("locked", ("lock", ("finance", "hr")))
    assert step(company, "2026-03", "export", FINANCE).state == "exported"
    paid = step(company, "2026-03", "pay", FINANCE)
    assert (paid.state, paid.version) == ("paid", 1)
    assert [(item.step, item.role) for item in paid.steps] == [
        *(("cut-off", "hr"), ("reconcile", "finance"), ("lock", "hr"), ("lock", "finance")),
        *(("export", "finance"), ("pay", "finance")),
    ]
    assert settled(company, "2026-03") == {"A fine": ["-20.00", "0.00", "-20.00", "0.00", "full"]}


def test_the_same_role_does_not_agree_twice() -> None:
    company = staffed()
    step(company, "2026-03", "cut-off")
    step(company, "2026-03", "reconcile")
    step(company, "2026-03", "lock")
    assert code_of(partial(step, company, "2026-03", "lock")) == "already_signed"
    assert step(company, "2026-03", "lock", FINANCE).state == "locked"
    step(company, "2026-03", "reopen", FINANCE, "漏记")
    assert code_of(partial(step, company, "2026-03", "reopen", FINANCE)) == "already_signed"


ILLEGAL = {
    "open": ("reconcile", "lock", "export", "pay", "reopen"),
    "cut-off": ("cut-off", "lock", "export", "pay"),
    "reconcile": ("cut-off", "export", "pay"),
    "lock": ("cut-off", "reconcile", "lock", "pay"),
    "export": ("cut-off", "reconcile", "lock"),
    "pay": ("cut-off", "reconcile", "lock", "export", "pay", "reopen"),
}


def test_no_other_step_is_taken() -> None:
    company = staffed()
    for taken, refused in ILLEGAL.items():
        for role in ("hr", FINANCE) if taken == "lock" else () if taken == "open" else ("hr",):
            step(company, "2026-03", taken, role)
        for name in refused:
            assert code_of(partial(step, company, "2026-03", name)) == "illegal_period_step", name


def test_a_month_that_has_not_begun_is_not_cut_off() -> None:
    assert code_of(partial(step, staffed(), "2199-01", "cut-off")) == "month_ahead"


def test_a_locked_month_takes_nothing_more_and_the_next_open_one_points_at_it() -> None:
    company = staffed()
    first = company.record("f", "A", at="2026-03-02")
    lock(company, "2026-03")
    lock(company, "2026-04")
    company.record("f", "B", at="2026-03-31")
    company.reverse(first["id"])
    assert booked(company) == [
        ("2026-03-02", "2026-03", -20),
        ("2026-03-31", "2026-05", -20),
        ("2026-03-02", "2026-05", 20),
    ]
    lock(company, "2026-05")
    assert settled(company, "2026-05") == {
        "A fine": ["20.00", "0.00", "20.00", "0.00", "full", "2026-03"],
        "B fine": ["-20.00", "0.00", "-20.00", "0.00", "full", "2026-03"],
    }
    assert settled(company, "2026-03", "A") == {
        "A fine": ["-20.00", "0.00", "-20.00", "0.00", "full"]
    }
    assert company.differences() == []


def test_the_database_itself_refuses_what_a_locked_month_would_take(owner_url: str) -> None:
    """The application's copy is forged: what it believes to be open is locked."""
    company = staffed()
    company.record("f", "A", at="2026-03-02")
    with owning(owner_url) as owner:
        owner.execute(
            "INSERT INTO period (tenant_id, id, month, state, ordinal)"
            " VALUES (%s, %s, '2026-03', 'locked', 1)",
            (company.id, company.id),
        )
    with pytest.raises(Exception, match="row-level security"):
        company.record("f", "B", at="2026-03-02")
    company.record("f", "B", at="2026-04-02")
    assert [month for _, month, _ in booked(company)] == ["2026-03", "2026-04"]


def test_what_comes_after_reconciling_is_reconciled_before_it_is_locked() -> None:
    company = staffed()
    step(company, "2026-03", "cut-off")
    step(company, "2026-03", "reconcile")
    company.record("f", "A", at="2026-03-02")
    assert code_of(partial(step, company, "2026-03", "lock")) == "period_moved"
    step(company, "2026-03", "reconcile")
    step(company, "2026-03", "lock")
    company.record("f", "B", at="2026-03-02")
    assert code_of(partial(step, company, "2026-03", "lock", FINANCE)) == "period_moved"


def test_marks_are_no_money_and_move_nothing() -> None:
    company = staffed()
    step(company, "2026-03", "cut-off")
    step(company, "2026-03", "reconcile")
    company.record("w", "A", at="2026-03-02")
    step(company, "2026-03", "lock")
    assert step(company, "2026-03", "lock", FINANCE).state == "locked"


def test_reopened_it_takes_again_and_has_a_new_version() -> None:
    company = staffed()
    company.record("f", "A", at="2026-03-02")
    lock(company, "2026-03")
    assert (reopen(company, "2026-03").state, reopen_version(company)) == ("open", 2)
    company.record("f", "A", at="2026-03-03")
    lock(company, "2026-03")
    assert settled(company, "2026-03") == {"A fine": ["-40.00", "0.00", "-40.00", "0.00", "full"]}


def reopen_version(company: Company) -> int:
    return periods.read(company.ctx(), "2026-03").version


def test_only_the_month_locked_last_is_reopened() -> None:
    company = staffed()
    lock(company, "2026-03")
    lock(company, "2026-04")
    again = partial(step, company, "2026-03", "reopen", reason="漏记")
    assert code_of(again) == "later_locked"
    reopen(company, "2026-04")
    assert reopen(company, "2026-03").state == "open"


def test_no_month_is_locked_while_an_earlier_one_is_open_again() -> None:
    company = staffed()
    taken = company.record("f", "A", at="2026-03-02")
    lock(company, "2026-03")
    company.reverse(taken["id"])  # booked in April
    reopen(company, "2026-03")
    assert code_of(partial(lock, company, "2026-04")) == "earlier_open"
    lock(company, "2026-03")
    step(company, "2026-04", "reconcile")
    step(company, "2026-04", "lock")
    assert step(company, "2026-04", "lock", FINANCE).state == "locked"


BEHIND: dict[str, tuple[str | None, dict[str, list[str]]]] = {
    "nothing of its own": (None, {"A fine": ["0.00", "-15.00", "0.00", "-15.00", "later_month"]}),
    "a fine of its own": ("s", {"A fine": ["-5.00", "-15.00", "-5.00", "-15.00", "later_month"]}),
    "one that is cut": ("f", {"A fine": ["-25.00", "-15.00", "-10.00", "-30.00", "cap"]}),
}


@pytest.mark.parametrize("name", BEHIND)
def test_a_month_takes_nothing_that_a_later_one_left_over(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked in whatever order: what was done in March is not taken out of February's wage."""
    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: ten_at_most)
    company = make_company(FINES, plugins=["fines"], staff=["A"])
    clause, expected = BEHIND[name]
    company.record("f", "A", at="2026-03-02")
    lock(company, "2026-03")
    if clause:
        company.record(clause, "A", at="2026-02-02")
    lock(company, "2026-02")
    assert settled(company, "2026-02") == expected
    for month, due in (("2026-04", ["-10.00", "-5.00"]), ("2026-05", ["-5.00", "0.00"])):
        lock(company, month)
        if not clause:
            assert settled(company, month)["A fine"][2:4] == due


def test_what_an_earlier_month_gives_back_is_first_what_is_owed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shangfa.services.months.settling.guard_of", lambda _: ten_at_most)
    company = make_company(FINES, plugins=["fines"], staff=["A"])
    taken = company.record("f", "A", at="2026-01-02")
    lock(company, "2026-01")
    lock(company, "2026-03")
    company.reverse(taken["id"])  # booked in February, the first that is open
    lock(company, "2026-02")
    assert settled(company, "2026-02") == {
        "A fine": ["25.00", "-5.00", "20.00", "0.00", "full", "2026-01"]
    }


def test_recording_while_a_month_is_locked_loses_nothing() -> None:
    """Whatever was first: every entry is in the month that was settled, or in a later one."""
    company = staffed()
    step(company, "2026-03", "cut-off")
    step(company, "2026-03", "reconcile")
    step(company, "2026-03", "lock")
    calls: list[Callable[[], object]] = [
        partial(company.record, "f", "A", at="2026-03-02") for _ in range(6)
    ]
    calls.append(partial(code_of, partial(step, company, "2026-03", "lock", FINANCE)))
    at_once(calls)
    late = [month for _, month, _ in booked(company)]
    state = periods.read(company.ctx(), "2026-03").state
    assert late == ["2026-04" if state == "locked" else "2026-03"] * 6 or state == "reconciled"
    assert settled(company, "2026-03") == {}


def test_days_and_hours_need_the_wage_of_their_day() -> None:
    policy = HOUSE.replace("policy: house", "policy: pay").replace(
        "kind: fines.fixed, params: {amount: 20}}", "kind: fines.wage, params: {days: 0.5}}"
    )
    company = make_company(policy, plugins=PLUGINS, staff=["C"])
    company.hire("A", day_wage="200.33")
    company.record("f", "A", at="2026-03-02")
    company.record("f", "C", at="2026-03-02")
    assert step(company, "2026-03", "cut-off").state == "cut_off"
    assert settled(company, "2026-03") == {
        "A wage": ["-100.16", "0.00", "-100.16", "0.00", "full"],
        "C wage": ["0.00", "0.00", "0.00", "0.00", "wage_unknown"],
    }
    assert code_of(partial(step, company, "2026-03", "reconcile")) == "wage_missing"
