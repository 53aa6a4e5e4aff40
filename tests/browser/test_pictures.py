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
