"""A month of a company run with the keyboard alone: recorded, approved, served, signed, closed."""

from __future__ import annotations

from playwright.sync_api import Browser
from tests.making.chromium import Window, open_window
from tests.making.story import Story

MONTH = "/console/months/2026-08"


def test_keys_alone_bring_a_case_into_a_locked_month(
    story: Story, chrome: Browser, address: str
) -> None:
    leader, employee, hr, finance = (
        open_window(chrome, address, story.people[name].key)
        for name in ("leader", "employee", "hr", "finance")
    )
    case = recorded(leader)
    employee.open(case)
    employee.type("说明", "当时在处理客户")
    employee.press("申辩")
    hr.open(case)
    hr.press("批准")
    hr.type("送达方式", "direct")
    hr.press("送达")
    assert "生效" in hr.page.locator("h1").inner_text()
    closed(hr, ("截止", "核对", "签字锁定"))
    closed(finance, ("签字锁定",))
    assert story.finance.get("/v1/periods/2026-08")["state"] == "locked"
    assert not [line for window in (leader, hr, finance) for line in window.complaints()]


def recorded(leader: Window) -> str:
    """Record a fine by name and by code; what follows is shown meanwhile; return its case."""
    leader.open("/console/")
    leader.press("登记事件")
    leader.type("姓名或工号", "E")
    leader.type("条款编号", "f")
    leader.press("查找")
    leader.type("发生日期", "2026-08-31")
    leader.type("说明", "迟到一小时")
    leader.page.locator("#preview table").wait_for()
    assert "-20.00" in leader.page.locator("#preview").inner_text()
    leader.press("登记")
    assert leader.path.startswith("/console/cases/")
    return leader.path


def closed(window: Window, steps: tuple[str, ...]) -> None:
    """Bring the month some steps on."""
    window.open(MONTH)
    for step in steps:
        window.press(step)
