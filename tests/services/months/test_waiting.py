"""Programmes at the close of a month: what was handed in for runs, the rest is asked for."""

from __future__ import annotations

from typing import Any

from tests.making.house import Company, load_company
from tests.services.months.closing import lock, reopen, settled, step

from shangfa.domain.access.roles import FINANCE, HR
from shangfa.services.months import periods, programmes, waiting
from shangfa.services.months.programmes import EvaluationRequest
from shangfa.services.months.waiting import Wanted

MONTH = "2026-03"
COST = ("service_cost", "hunan-mobile-sp", MONTH)
LIABLE: dict[str, Any] = {"facts": {"channel": "group", "sp_liable": True}}


def wanted(items: list[Any]) -> list[str]:
    return [item.programme for item in items if isinstance(item, Wanted)]


def tasks(company: Company, role: str = HR) -> list[str]:
    return wanted(waiting.tasks(company.ctx(role), 50, None).items)


def test_hr_is_asked_for_what_nobody_handed_in_once_the_month_is_cut_off() -> None:
    company = load_company("hunan-mobile")
    assert tasks(company) == []
    view = step(company, MONTH, "cut-off")
    assert wanted(view.wanted) == tasks(company) == ["service_cost", "complaint_volume"]
    assert tasks(company, FINANCE) == []
    hand_in(company, "service_cost", hotline={"SP01": True})
    assert tasks(company) == ["complaint_volume"]
    (item,) = periods.read(company.ctx(), MONTH).wanted
    assert "lines" in item.inputs
    assert (item.period, item.parameters) == (MONTH, ())


def hand_in(company: Company, programme: str, **inputs: Any) -> None:
    programmes.evaluate(company.ctx(), EvaluationRequest(programme, MONTH, inputs=inputs))


def test_what_became_known_since_is_in_the_month_when_it_is_cut_off_or_reconciled() -> None:
    company = load_company("hunan-mobile")
    hand_in(company, "service_cost", hotline={"SP01": True})
    company.record("20", "SP01", at="2026-03-12", **LIABLE)
    step(company, MONTH, "cut-off")
    assert settled(company, MONTH)["SP01 cost"][0] == "-6000.00"
    company.record("20", "SP01", at="2026-03-13", **LIABLE)
    step(company, MONTH, "reconcile")
    assert settled(company, MONTH)["SP01 cost"][0] == "-11000.00"
    history = company.standing("SP01")["history"]
    given = [item for item in history if item["programme"] == "service_cost"]
    assert len(given) == 3
    assert {item["period"] for item in given} == {MONTH}
    assert company.differences() == []


def test_a_locked_month_asks_for_nothing_and_one_opened_again_does() -> None:
    company = load_company("hunan-mobile")
    lock(company, MONTH)
    assert (tasks(company), periods.read(company.ctx(), MONTH).wanted) == ([], [])
    reopen(company, MONTH)
    step(company, MONTH, "cut-off")
    assert tasks(company) == ["service_cost", "complaint_volume"]
