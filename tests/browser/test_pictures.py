"""Pictures of the main pages at two widths, kept in build/ci/screens for people to look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.making.chromium import NARROW, WIDE, Window, open_window
from tests.making.house import ROOT
from tests.making.story import Story, open_tenant

SCREENS = Path(os.environ.get("ARTEFACTS") or ROOT / "build/ci") / "screens"
WIDTHS = (NARROW, WIDE)


@pytest.fixture(scope="module")
def firm(address: str) -> Story:
    """A company that came along, after a week with a few incidents."""
    assert address
    story = open_tenant("fujie", leader="F001", employee="F002")
    for day in ("28", "29", "31"):
        story.leader.record("一-2", "F002", at=f"2026-08-{day}", note="上班时间玩游戏")
    said = {"at": "2026-08-31", "procedure": "default", "note": "上班时间玩游戏"}
    story.hr.record("一-2", "F003", **said)
    for step in ("cut-off", "reconcile"):
        assert story.hr("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    return story


def test_pages_are_pictured_at_two_widths(firm: Story, chrome: Browser, address: str) -> None:
    hr = open_window(chrome, address, firm.hr.key)
    employee = open_window(chrome, address, firm.employee.key)
    case = firm.hr.get("/v1/cases?state=defence")["items"][0]["id"]
    policy = firm.hr.get("/v1/policies")["items"][0]["id"]
    pages: dict[str, tuple[Window, str]] = {
        "inbox": (hr, "/console/"),
        "record": (hr, "/console/incidents/new?subject=F002&clause=一-2"),
        "case": (hr, f"/console/cases/{case}"),
        "incidents": (hr, "/console/incidents"),
        "people": (hr, "/console/people"),
        "person": (hr, "/console/people/F002"),
        "month": (hr, "/console/months/2026-08"),
        "policy": (hr, f"/console/policies/{policy}/1"),
        "insight": (hr, "/console/insight?period=2026-08"),
        "change": (hr, "/console/people/F002/change"),
        "users": (hr, "/console/users"),
        "imports": (hr, "/console/imports"),
        "me": (employee, "/console/me"),
    }
    for name, (window, path) in pages.items():
        assert window.open(path).status == 200, path
        for width in WIDTHS:
            window.shoot(SCREENS / f"{name}-{width}.png", width)
            assert window.overflow() <= 0, (name, width)
    assert len(list(SCREENS.glob("*.png"))) >= len(pages) * len(WIDTHS)


DOCS = ROOT / "docs/assets"
FRAME = {"width": 900, "height": 640}
"""Pixels of a picture in the documents."""
MOST_BYTES = 100_000
SPOKEN = ("zh", "en")


def test_pictures_of_the_documents_are_small_and_there(
    firm: Story, chrome: Browser, address: str
) -> None:
    """`make pictures` puts them into docs/assets; else they are only looked at."""
    folder = DOCS if os.environ.get("SHANGFA_PICTURES") else SCREENS
    hr = open_window(chrome, address, firm.hr.key)
    case = firm.hr.get("/v1/cases?state=defence")["items"][0]["id"]
    policy = firm.hr.get("/v1/policies")["items"][0]["id"]
    pages = {
        "record": "/console/incidents/new?subject=F002&clause=一-2",
        "case": f"/console/cases/{case}",
        "month": "/console/months/2026-08",
        "scheme": f"/console/policies/{policy}/1/edit",
    }
    hr.page.set_viewport_size(FRAME)  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    for language in SPOKEN:
        assert hr.open(f"/console/?lang={language}").status == 200
        for name, path in pages.items():
            assert hr.open(path).status == 200, path
            if name == "record":
                hr.page.locator("button[value=preview]").click()
                hr.page.wait_for_load_state("load")
            file = folder / f"console-{name}.{language}.png"
            hr.page.screenshot(path=file)
            assert file.stat().st_size < MOST_BYTES, file.name
            assert (DOCS / file.name).exists(), f"{file.name}: make pictures"
