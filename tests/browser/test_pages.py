"""Every page for every role as a browser shows it: quiet, of one host, readable for all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.making.chromium import NARROW, WIDE, Scheme, Window, open_window
from tests.making.firm import PAGES, ROLES, Firm, open_firm
from tests.making.story import Story

SHOWN = tuple(page for page in PAGES if "." not in page and "evidence" not in page)
"""Pages that are shown; the others are files."""
SIGN_IN = "/console/sign-in"
LEAST = 320
"""Pixels that a window of 1280 has left when it is read at 400 %."""
VIEWER = {page: next(filter(PAGES[page].__contains__, ROLES)) for page in SHOWN if PAGES[page]}
"""Page -> who looks at it here."""


@pytest.fixture(scope="module")
def firm(story: Story) -> Firm:
    """A company with something on every page."""
    return open_firm(story)


@pytest.fixture(scope="module")
def windows(firm: Firm, chrome: Browser, address: str) -> dict[str, Window]:
    """A window for each role."""
    return {role: open_window(chrome, address, firm.keys[role]) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_quiet_and_ask_nothing_of_another_host(
    firm: Firm, windows: dict[str, Window], role: str
) -> None:
    window = windows[role]
    for page in SHOWN:
        answer = window.open(firm.path(page))
        assert answer.status == (200 if role in PAGES[page] else answer.status), page
        assert answer.status in {200, 403, 404}, page
        heard = window.complaints()
        assert not heard, f"{page}: {heard}"
        assert window.page.locator("h1").count() == 1, page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_to_wcag(
    firm: Firm, chrome: Browser, address: str, windows: dict[str, Window], scheme: Scheme
) -> None:
    found = {}
    for page, role in VIEWER.items():
        window = windows[role]
        window.page.emulate_media(color_scheme=scheme)
        window.open(firm.path(page))
        found[page] = window.faults()
        window.page.emulate_media(color_scheme="light")
    stranger = open_window(chrome, address, scheme=scheme)
    stranger.open(SIGN_IN)
    found[SIGN_IN] = stranger.faults()
    stranger.context.close()
    assert not {page: faults for page, faults in found.items() if faults}


@pytest.mark.parametrize("width", [LEAST, NARROW, WIDE // 2, WIDE])
def test_pages_are_no_wider_than_their_window(
    firm: Firm, windows: dict[str, Window], width: int
) -> None:
    """Half of a desk's width is a desk read at 200 %."""
    found = {}
    for page, role in VIEWER.items():
        window = windows[role]
        window.page.set_viewport_size({"width": width, "height": 844})
        window.open(firm.path(page))
        found[page] = window.overflow()
        window.page.set_viewport_size({"width": WIDE, "height": 844})
    assert not {page: pixels for page, pixels in found.items() if pixels > 0}
