"""What goes wrong in a browser: double clicks, sessions that end, pages gone back to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.making.chromium import Window, open_window
from tests.making.story import Story

RECORD = "/console/incidents/new?subject=E&clause=f"


@pytest.fixture
def window(story: Story, chrome: Browser, address: str) -> Window:
    """A window of HR."""
    return open_window(chrome, address, story.hr.key)


def many(story: Story) -> int:
    """Return how many incidents the company has."""
    return len(story.hr.get("/v1/incidents?limit=200")["items"])


def fill(window: Window, note: str) -> None:
    """Type a record that may be sent."""
    window.open(RECORD)
    window.page.locator("[name=occurred_at]").fill("2026-08-31")
    window.page.locator("[name=note]").fill(note)


def test_a_double_click_sends_once(story: Story, window: Window) -> None:
    before = many(story)
    fill(window, "双击")
    window.page.locator("button[value=record]").dblclick()
    window.page.wait_for_url("**/console/cases/*")
    assert many(story) == before + 1


def test_a_session_that_ends_in_mid_form_keeps_what_was_typed(story: Story, window: Window) -> None:
    before, long = many(story), "😀" + "长" * 3900
    fill(window, long)
    window.context.clear_cookies(name="shangfa_session")
    window.page.locator("button[value=record]").click()
    window.page.locator("summary").first.click()
    window.page.locator("input[name=key]").fill(story.hr.key)
    window.page.locator("button.main").click()
    window.page.locator("button.main").click()
    window.page.wait_for_url("**/console/cases/*")
    assert long in window.page.locator("main").inner_text()
    assert many(story) == before + 1


def test_going_back_after_signing_out_shows_nothing(story: Story, window: Window) -> None:
    window.open("/console/people/E")
    window.open("/console/people/G")
    window.page.locator("form[action='/console/sign-out'] button").click()
    window.page.wait_for_url("**/console/sign-in")
    for _ in range(3):
        window.page.go_back(wait_until="load")
        assert window.page.locator("input[name=password]").count() == 1
        assert "客服部" not in window.page.locator("body").inner_text()


def test_a_page_that_is_old_tells_what_happened_since(
    story: Story, window: Window, chrome: Browser, address: str
) -> None:
    case = str(story.leader.record("f", "E", at="2026-08-31")["case"]["id"])
    window.open(f"/console/cases/{case}")
    other = open_window(chrome, address, story.employee.key)
    other.open(f"/console/cases/{case}")
    other.page.locator("form:has(button[value=defend]) [name=note]").fill("当时请假")
    other.page.locator("button[value=defend]").click()
    window.page.locator("form:has(button[value=withdraw]) [name=note]").fill("写错了")
    window.page.locator("button[value=withdraw]").click()
    assert "当时请假" in window.page.locator("#fresh").inner_text()
    kept = window.page.locator("form:has(button[value=withdraw]) [name=note]")
    assert kept.input_value() == "写错了"


def test_forms_work_without_scripts(story: Story, chrome: Browser, address: str) -> None:
    plain = open_window(chrome, address, story.hr.key, scripts=False)
    fill(plain, "没有脚本")
    plain.page.locator("button[value=preview]").click()
    assert "-20.00" in plain.page.locator("#preview").inner_text()
    plain.page.locator("button[value=record]").click()
    assert plain.path.startswith("/console/cases/")
