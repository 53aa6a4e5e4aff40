"""What payroll is handed and told, over forms."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.story import Story

HERE = "/console/payroll"
OF_E = "/console/people/E/payroll"
SUMMARY = "employee_no=职员代码\n姓名\nloss_allowed=其他扣款"
PAPER = {
    "month": "2026-09",
    "paper": "notice",
    "money": "compensation",
    "amount": "1200.00",
    "told_on": "2026-09-01",
    "reason": "损坏手机",
}


@pytest.fixture
def hr(story: Story) -> Tab:
    """A browser of HR."""
    return signed_in(story.hr.key)


@pytest.fixture
def finance(story: Story) -> Tab:
    """A browser of finance."""
    return signed_in(story.finance.key)


def send(tab: Tab, step: str, status: int = 200, /, **values: Any) -> None:
    """Press a button of a step; a field may have a dot in its name."""
    form = next(form for form in tab.read.forms if ("step", step) in form.buttons)
    tab.send(form, {"step": step}, values, status)


def test_templates_are_set_changed_and_taken_away(story: Story, finance: Tab) -> None:
    finance.get(HERE)
    first = {"templates.0.name": "kingdee", "templates.0.summary": SUMMARY}
    send(finance, "set", rewards="next_month", **first)
    found = story.finance.get("/v1/payroll")
    assert found["rewards"] == "next_month"
    assert [item["header"] for item in found["templates"]["kingdee"]["summary"]] == [
        *("职员代码", "姓名", "其他扣款")
    ]
    assert "loss_allowed=其他扣款" in finance.page.text
    send(finance, "set", 422, **{"templates.0.summary": "工号码"})
    assert "unknown_column" in finance.page.text
    assert "工号码" in finance.page.text
    finance.get(HERE)
    send(finance, "set", **{"templates.0.name": ""})
    assert story.finance.get("/v1/payroll")["templates"] == {}


def test_what_somebody_set_meanwhile_is_shown(story: Story, hr: Tab, finance: Tab) -> None:
    hr.get(HERE)
    finance.get(HERE)
    send(finance, "set", rewards="same_month", **{"templates.0.name": "yonyou"})
    send(hr, "set", 412, rewards="next_month", **{"templates.0.name": "mine"})
    assert "yonyou" in hr.page.text.split('id="fresh"')[1].split("</div>")[0]
    assert 'value="mine"' in hr.page.text
    send(hr, "set")
    assert set(story.hr.get("/v1/payroll")["templates"]) == {"mine"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("region", "天上"), ("monthly", "-1"), ("tier", "21"), ("since", "明天"), ("source", "")],
)
def test_a_wrong_minimum_wage_is_told_beside_its_field(hr: Tab, field: str, value: str) -> None:
    hr.get(HERE)
    said = {"region": "440100", "since": "2026-01-01", "monthly": "2600", "source": "粤府函"}
    send(hr, "floor", 422, **(said | {field: value}))
    assert f'aria-describedby="f-{field}-wrong"' in hr.page.text
    assert "粤府函" in hr.page.text or field == "source"


def test_a_minimum_wage_is_set_by_hr_and_read_by_others(
    story: Story, hr: Tab, finance: Tab
) -> None:
    hr.get(HERE)
    said = {"region": "440100", "since": "2026-01-01", "monthly": "2600", "source": "粤府函"}
    send(hr, "floor", **said)
    kept = story.hr.get("/v1/minimum-wages")["items"]
    assert [(item["region"], item["monthly"], item["basis"]) for item in kept] == [
        ("440100", "2600.00", "gross")
    ]
    finance.get(HERE)
    assert "2600.00" in finance.page.text
    assert ("step", "floor") not in [pair for form in finance.read.forms for pair in form.buttons]


def test_notices_and_the_bonus_of_a_month_are_kept(story: Story, finance: Tab) -> None:
    finance.get(OF_E)
    send(finance, "paper", **PAPER)
    send(finance, "paper", **(PAPER | {"amount": "0"}))
    kept = story.finance.get("/v1/subjects/E/papers")["items"]
    assert [item["amount"] for item in kept] == ["1200.00", "0.00"]
    for wrong in (
        {"money": "fine"},
        {"told_on": "2026-12-01"},
        {"amount": "-1"},
        {"month": "今年"},
    ):
        finance.get(OF_E)
        send(finance, "paper", 422, **(PAPER | wrong))
        assert f'aria-describedby="f-{next(iter(wrong))}-wrong"' in finance.page.text
    finance.get(OF_E)
    send(finance, "pay", 422, month="2026-09")
    assert 'aria-describedby="f-bonus-wrong"' in finance.page.text
    send(finance, "pay", month="2026-09", bonus="3000", statutory="0")
    pays = story.finance.get("/v1/subjects/E/pay")["items"]
    assert pays == [{"month": "2026-09", "bonus": "3000.00", "statutory": "0.00"}]


def test_one_reads_what_payroll_was_told_of_oneself_and_of_nobody_else(story: Story) -> None:
    employee = signed_in(story.employee.key)
    employee.get(OF_E)
    assert [form for form in employee.read.forms if ("step", "paper") in form.buttons] == []
    assert employee.get("/console/people/G/payroll", 403).heading
    assert signed_in(story.auditor.key).get(OF_E, 403).heading
