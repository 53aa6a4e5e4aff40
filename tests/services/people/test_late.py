"""Late truth: what is learned after incidents were recorded is computed and posted, not refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from tests.making.house import FINES, MARKS, Company, as_json, code_of, contents, make_company
from tests.making.patience import limit

from shangfa.api.incidents import shapes
from shangfa.db import facts
from shangfa.db.incidents import Filters
from shangfa.db.tx.transaction import begin
from shangfa.domain.people.past import Stint
from shangfa.domain.people.renames import Rename
from shangfa.services.clock import today
from shangfa.services.incidents import history
from shangfa.services.ledger import standing
from shangfa.services.ledger.anew.late import NONE
from shangfa.services.months import programmes, sums
from shangfa.services.months.programmes import EvaluationRequest
from shangfa.services.months.sums import Wanted
from shangfa.services.pages import Page, key_at
from shangfa.services.people import changes, names
from shangfa.services.people.changes import SubjectChange
from shangfa.services.people.lines import Line
from shangfa.services.people.subjects import SubjectView
from shangfa.services.policies import publishing, versions
from shangfa.services.tenancy.ready import ready

REGULAR = """
policy: regular
title: 试用期办法
attributes: {regular: bool}
clauses:
  - code: c
    title: 迟到
    parts:
      - {when: {subject.regular: false}, kind: fines.fixed, params: {amount: 1}}
      - {when: {not: {subject.regular: false}}, kind: fines.fixed, params: {amount: 100}}
"""
SERVICE = """
policy: service
title: 司龄
clauses:
  - code: s
    title: 新人
    when: {subject.months_of_service: {under: 3}}
    kind: fines.fixed
    params: {amount: 7}
  - code: d
    title: 入职日
    when: {subject.since: {from: 2026-02-01}}
    kind: fines.fixed
    params: {amount: 9}
"""
SCOPED = """
policy: scoped
title: 客服办法
scope: {departments: [客服部]}
clauses:
  - code: k
    title: 客服
    when: {subject.position: 客服}
    kind: fines.fixed
    params: {amount: 3}
"""
EVER = MARKS.replace("within: month", "within: ever")


@pytest.fixture
def company() -> Company:
    """A company where M supervises E and N nobody."""
    company = make_company(MARKS, FINES, REGULAR, staff=["M", "N"])
    company.hire("E", supervisor="M", attributes={"regular": False})
    return company


def entries(company: Company) -> list[Any]:
    """Return (subject, quantity, day, booked in, whether it adjusts) of every entry, in order."""
    with begin(company.id) as tx:
        return tx.raw.execute(
            "SELECT s.code, e.quantity, e.day, e.booked_in, e.adjusts_id IS NOT NULL"
            " FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id"
            " AND s.id = e.subject_id WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s"
            " ORDER BY e.id",
            {"tenant": company.id},
        ).fetchall()


def test_a_fact_is_judged_by_its_own_day(company: Company) -> None:
    company.record("c", "E", at="2026-03-02")
    changes.change(company.ctx(), "E", SubjectChange(attributes={"regular": True}), "*")
    company.record("c", "E", at="2026-03-02")
    assert company.balances("E") == {"CNY": Decimal(-2)}
    assert company.differences() == []


def test_an_attribute_learned_late_is_adjusted_in_the_open_month(company: Company) -> None:
    done = company.record("c", "E", at="2026-03-02")
    view = changes.set_attributes(company.ctx(), "E", date(2026, 3, 1), {"regular": True})
    assert view.adjustments is not None
    [item] = view.adjustments.items
    assert (str(item.incident), item.subject, item.day) == (done["id"], "E", date(2026, 3, 2))
    [effect] = item.effects
    assert (effect["quantity"], effect["cause"]) == ("-99.00", "adjustment")
    assert entries(company) == [
        ("E", Decimal(-1), date(2026, 3, 2), "2026-03", False),
        ("E", Decimal(-99), date(2026, 3, 2), "2026-03", True),
    ]
    assert company.standing("E")["history"][0]["kind"] == "adjustment"
    assert company.differences() == []


def test_what_was_adjusted_is_taken_back_whole(company: Company) -> None:
    done = company.record("c", "E", at="2026-03-02")
    for regular in (True, False, True):
        changes.set_attributes(company.ctx(), "E", date(2026, 3, 1), {"regular": regular})
    company.reverse(done["id"])
    assert company.balances("E") == {}
    assert company.differences() == []


def warned(company: Company, *days: str) -> None:
    for day in days:
        company.record("w", "E", at=day)


CHANGES: dict[str, Callable[..., SubjectView]] = {
    "another supervisor": lambda ctx, **how: changes.assign(
        ctx, "E", Line(date(2026, 3, 1), supervisor="N"), **how
    ),
    "a supervisor for half of it": lambda ctx, **how: changes.assign(
        ctx, "E", Line(date(2026, 3, 5), supervisor="N"), **how
    ),
    "nobody": lambda ctx, **how: changes.assign(ctx, "E", Line(date(2000, 1, 1)), **how),
    "the supervisor moves": lambda ctx, **how: changes.assign(
        ctx, "M", Line(date(2026, 1, 1), supervisor="N"), **how
    ),
    "a last day in between": lambda ctx, **how: changes.employ(
        ctx, "E", Stint(date(2020, 1, 1), date(2026, 3, 5)), **how
    ),
    "a first day after all": lambda ctx, **how: changes.employ(
        ctx, "E", Stint(date(2026, 4, 1)), **how
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_left_is_what_the_facts_give(company: Company, name: str, owner_url: str) -> None:
    warned(company, "2026-03-02", "2026-03-04", "2026-03-06", "2026-03-08")
    company.reverse(company.record("w", "E", at="2026-03-03")["id"])
    company.record("m", "E", "N", at="2026-03-07")
    stored = contents(owner_url)
    tried = CHANGES[name](company.ctx(), dry_run=True)
    assert contents(owner_url) == stored
    done = CHANGES[name](company.ctx())
    assert (done.adjustments or NONE) == tried.adjustments
    assert company.differences() == []


def test_the_new_supervisor_bears_and_the_old_is_relieved(company: Company) -> None:
    warned(company, "2026-03-02", "2026-03-03", "2026-03-04")
    assert company.balances("M") == {"warning": 1}
    CHANGES["another supervisor"](company.ctx())
    assert (company.balances("M"), company.balances("N")) == ({}, {"warning": 1})
    assert company.balances("E") == {"warning": 3, "minor_demerit": 1}
    assert company.differences() == []


def test_after_the_last_day_no_fact_is_taken_until_a_re_hire(company: Company) -> None:
    hr = company.ctx()
    changes.employ(hr, "E", Stint(date(2024, 1, 1), date(2026, 3, 31)))
    company.record("f", "E", at="2026-03-31")
    assert code_of(partial(company.record, "f", "E", at="2026-04-01")) == "not_employed"
    assert code_of(partial(company.record, "f", "E", at="2023-12-31")) == "not_employed"
    changes.employ(hr, "E", Stint(date(2026, 6, 1)))
    company.record("f", "E", at="2026-06-01")
    assert code_of(partial(company.record, "f", "E", at="2026-05-31")) == "not_employed"
    assert company.balances("E") == {"CNY": Decimal(-40)}


@pytest.mark.parametrize(
    ("stint", "code"),
    [
        pytest.param(Stint(date(2025, 5, 1)), "employment_overlap", id="in it"),
        pytest.param(Stint(date(2023, 5, 1)), "employment_overlap", id="over it"),
        pytest.param(
            Stint(date(2023, 5, 1), date(2024, 1, 1)), "employment_overlap", id="its first day"
        ),
        pytest.param(Stint(date(2025, 12, 31)), "employment_overlap", id="its last day"),
        pytest.param(
            Stint(date(2024, 1, 1), date(2023, 1, 1)), "last_before_first", id="backwards"
        ),
        pytest.param(Stint(date(2026, 1, 1)), "", id="the day after"),
        pytest.param(Stint(date(2023, 1, 1), date(2023, 12, 31)), "", id="the day before"),
        pytest.param(Stint(date(2024, 1, 1), date(2024, 6, 30)), "", id="another last day"),
    ],
)
def test_stints_do_not_overlap(company: Company, stint: Stint, code: str) -> None:
    changes.employ(company.ctx(), "E", Stint(date(2024, 1, 1), date(2025, 12, 31)))
    assert code_of(lambda: changes.employ(company.ctx(), "E", stint)) == code


def test_who_left_gets_nothing_from_a_programme_and_is_near_nothing() -> None:
    best = """
policy: best
title: 评比
clauses: [{code: b, title: 说明, kind: text}]
programmes:
  - {name: best, code: best, title: 优胜, kind: recognition.share,
     params: {percent: 100, prize: {amount: 100}}}
"""
    company = make_company(best, MARKS, plugins=["recognition", "demerit_ladder"], staff=["E", "F"])
    company.record("w", "E", at=str(today(ready(company.id).zone)))
    assert "E" in near(company)
    changes.employ(company.ctx(), "E", Stint(date(2020, 1, 1), date(2026, 3, 30)))
    asked = EvaluationRequest("best", "2026-03", inputs={"scores": {"F": 80}})
    given = programmes.evaluate(company.ctx(), asked).effects
    assert {item["subject"] for item in given} == {"F"}
    assert near(company) == set()
    assert company.differences() == []


def near(company: Company) -> set[str]:
    return {item.subject for item in standing.near(company.ctx(), 3, Page()).items}


@pytest.mark.parametrize(
    ("clause", "day", "fine"),
    [
        pytest.param("s", "2026-04-30", "-7", id="two months and 30 days"),
        pytest.param("s", "2026-05-01", "0", id="three months"),
        pytest.param("d", "2026-02-01", "-9", id="since"),
    ],
)
def test_conditions_ask_for_the_first_day(clause: str, day: str, fine: str) -> None:
    company = make_company(SERVICE)
    company.hire("E", first_day=date(2026, 2, 1))
    company.record(clause, "E", at=day)
    assert sum(company.balances("E").values()) == Decimal(fine)


def test_a_rename_is_known_to_scopes_and_conditions(owner_url: str) -> None:
    company = make_company(SCOPED)
    company.hire("E", department="客服部", position="客服")
    hr = company.ctx()
    company.record("k", "E", at="2026-03-02")
    rename = partial(names.rename, hr)
    assert code_of(lambda: rename(Rename("department", "客服", "x", date(2026, 3, 1)))) == (
        "unknown_name"
    )
    assert code_of(lambda: rename(Rename("department", "客服部", "客服部", date(2026, 3, 1)))) == (
        "name_taken"
    )
    stored = contents(owner_url)
    rename(Rename("department", "客服部", "用户中心", date(2026, 3, 10)), dry_run=True)
    assert contents(owner_url) == stored
    rename(Rename("department", "客服部", "用户中心", date(2026, 3, 10)))
    rename(Rename("position", "客服", "专员", date(2026, 3, 10)))
    company.record("k", "E", at="2026-03-12")
    company.hire("F", department="用户中心", position="专员")
    company.record("k", "F", at="2026-03-12")
    assert (company.balances("E"), company.balances("F")) == (
        {"CNY": Decimal(-6)},
        {"CNY": Decimal(-3)},
    )
    assert code_of(
        lambda: rename(Rename("department", "用户中心", "客服部", date(2026, 4, 1)))
    ) == ("name_taken")
    assert company.differences() == []


def test_hundreds_of_incidents_are_computed_again_at_once() -> None:
    company = make_company(EVER, FINES, staff=["M", "N"])
    company.hire("E", supervisor="M")
    for number in range(300):
        company.record("w", "E", at=str(date.fromordinal(date(2025, 1, 1).toordinal() + number)))
    began = time.process_time()
    view = changes.assign(company.ctx(), "E", Line(date(2025, 1, 1), supervisor="N"))
    took = time.process_time() - began
    assert view.adjustments is not None
    assert view.adjustments.incidents == 300
    assert (company.balances("M"), company.balances("N")["warning"]) == ({}, 100)
    assert took < limit(4), took  # seconds of processor, also on a slow machine
    assert company.differences() == []


def test_what_touches_too_many_incidents_is_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned(company, "2026-03-02", "2026-03-03", "2026-03-04")
    monkeypatch.setattr(facts, "count", lambda *_: facts.MOST + 1)
    change = partial(CHANGES["nobody"], company.ctx())
    assert code_of(change) == "too_many_incidents"


def test_an_external_id_is_free_again_after_a_reversal(company: Company) -> None:
    first = company.record("f", "E", external_id="slip-1")
    assert code_of(partial(company.record, "f", "E", external_id="slip-1")) == "duplicate"
    company.reverse(first["id"])
    second = company.record("f", "E", external_id="slip-1")
    assert code_of(partial(company.record, "f", "E", external_id="slip-1")) == "duplicate"
    found = {item["id"]: item["external_id"] for item in listed(company)}
    assert found == {first["id"]: "slip-1", second["id"]: "slip-1"}


def listed(company: Company) -> list[Any]:
    views = history.page(company.ctx(), Page(), Filters()).items
    return [as_json(shapes.incident(view)) for view in views]


def test_a_sum_for_each_person_month_account_and_unit(company: Company) -> None:
    warned(company, "2026-03-02", "2026-03-03")
    company.record("f", "E", at="2026-03-04")
    company.record("f", "E", at="2026-04-04")
    page = sums.page(company.ctx(), Page(2), Wanted("2026-03", "2026-04"))
    more = Page(200, key_at(page.next_cursor or ""))
    items = [*page.items, *sums.page(company.ctx(), more, Wanted("2026-03", "2026-04")).items]
    assert [(item[0], item[1], *item[3:]) for item in items] == [
        ("2026-03", "E", "fine", "CNY", Decimal(-20)),
        ("2026-03", "E", "marks", "warning", Decimal(2)),
        ("2026-04", "E", "fine", "CNY", Decimal(-20)),
    ]
    for role, seen in (("finance", {"fine"}), ("auditor", {"fine", "marks"})):
        found = sums.page(company.ctx(role), Page(), Wanted(subject="E")).items
        assert {item.account for item in found} == seen
    assert sums.page(company.ctx("employee", "M"), Page(), Wanted()).items == []
    assert len(sums.page(company.ctx("employee", "E"), Page(), Wanted()).items) == 3


def test_a_version_with_a_long_past_is_left_to_a_job(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.record("f", "E", at="2026-03-02")
    newer = FINES.replace("amount: 20", "amount: 50") + "effective_from: 2026-03-01\n"
    known = next(
        item for item in versions.page(company.ctx(), Page()).items if item.name == "fines"
    )
    draft = versions.upload(company.ctx(), newer, known.id).version
    monkeypatch.setattr(versions, "AT_ONCE", 0)
    done = versions.publish(company.ctx(), known.id, draft.number)
    assert (done.version.state, done.adjustments) == ("draft", None)
    assert publishing.publish_late(company.ctx(), known.id, draft.number)
    assert not publishing.publish_late(company.ctx(), known.id, draft.number)
    assert company.balances("E") == {"CNY": Decimal(-50)}
    assert company.differences() == []
