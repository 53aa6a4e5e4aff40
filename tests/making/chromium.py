"""Debian's chromium over a server of one's own: what a page is to eyes, keys and readers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)
from tests.making.house import ROOT
from werkzeug.serving import WSGIRequestHandler, make_server

from shangfa.api.app import create_app

PROGRAM: Final = Path(os.environ.get("SHANGFA_TEST_CHROMIUM", "/usr/bin/chromium"))
FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
FONTS: Final = f"""<?xml version="1.0"?>
<fontconfig><dir>{ROOT / "platform/shangfa/papers/fonts"}</dir><dir>/usr/share/fonts</dir>
<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
<alias><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias>
<cachedir>{{cache}}</cachedir></fontconfig>
"""
"""The letters of the papers, so that pages can be read on a machine without Chinese fonts."""
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW, WIDE = 390, 1440
"""Pixels of a phone and of a desk."""
HEIGHT: Final = 844
Scheme = Literal["light", "dark"]
needed = pytest.mark.skipif(not PROGRAM.exists(), reason=f"there is no chromium at {PROGRAM}")


class Quiet(WSGIRequestHandler):
    """Tells of no request."""

    def log(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the application to real browsers; yield its address."""
    server = make_server("127.0.0.1", 0, create_app(), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """Start a browser; `folder` holds what it keeps for itself."""
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(cache=folder / "fonts"), encoding="utf-8")
    with sync_playwright() as program:
        browser = program.chromium.launch(
            executable_path=PROGRAM,
            args=list(FLAGS),
            env={**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)},
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Window:
    """A window in which somebody has signed in, and what it heard meanwhile."""

    context: BrowserContext
    page: Page
    address: str
    said: list[str] = field(default_factory=list)
    """What the browser complained of."""
    strange: list[str] = field(default_factory=list)
    """What was asked of another host."""

    def open(self, path: str) -> Response:
        """Go to a page."""
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert answer is not None
        return answer

    @property
    def path(self) -> str:
        """Where the window is."""
        return urlsplit(self.page.url).path

    def complaints(self) -> list[str]:
        """Return what was heard since one last asked."""
        heard = [*self.said, *self.strange]
        self.said.clear()
        self.strange.clear()
        return heard

    def faults(self) -> list[str]:
        """Return what axe-core finds against WCAG 2.2 AA on the page, a line each."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE)
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        return [
            f"{item['id']}: {node['html'][:160]} - {node['failureSummary'][:300]}"
            for item in found["violations"]
            for node in item["nodes"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        element = "document.documentElement"
        return int(self.page.evaluate(f"{element}.scrollWidth - {element}.clientWidth"))

    def type(self, label: str, text: str) -> None:
        """Go to a field by its label with the keyboard alone, and type over what stands there."""
        self.reach(label)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def reach(self, label: str) -> None:
        """Press Tab until something with this name has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED).startswith(label):
                return
        raise AssertionError(f"{label} is not reached by keys on {self.path}")

    def press(self, label: str) -> None:
        """Reach a button by keys and press it, and wait for the page that follows."""
        self.reach(label)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def shoot(self, path: Path, width: int) -> None:
        """Keep a picture of the whole page in a window of a width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=True)


LEFT: Final = "net::ERR_ABORTED"
MOST_TABS: Final = 150
FOCUSED: Final = """(() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].textContent : at.textContent;
  return (at.getAttribute('aria-label') || label || '').trim();
})()"""
AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def open_window(
    browser: Browser, address: str, key: str = "", *, scheme: Scheme = "light", scripts: bool = True
) -> Window:
    """Open a window of a desk's width, in which somebody signed in with a key if one is given."""
    context = browser.new_context(
        color_scheme=scheme,
        locale="zh-CN",
        java_script_enabled=scripts,
        viewport={"width": WIDE, "height": HEIGHT},
    )
    made = Window(context, context.new_page(), address)
    context.on("request", lambda request: _watch(made, request))
    made.page.on("console", lambda line: _hear(made, line))
    made.page.on("pageerror", lambda error: made.said.append(f"script: {error}"))
    made.page.on("requestfailed", lambda request: _miss(made, request))
    if key:
        _sign_in(made, key)
    return made


def _hear(window: Window, line: ConsoleMessage) -> None:
    """Note a warning or an error; that a page was answered with 403 or 404 is none."""
    if line.type in {"warning", "error"} and "Failed to load resource" not in line.text:
        window.said.append(f"{line.type}: {line.text}")


def _miss(window: Window, request: Request) -> None:
    """Note what was not answered; what a page still asked when it was left is none of it."""
    if request.failure != LEFT:
        window.said.append(f"failed: {request.url}")


def _watch(window: Window, request: Request) -> None:
    if not request.url.startswith((window.address, "data:", "blob:")):
        window.strange.append(request.url)


def _sign_in(window: Window, key: str) -> None:
    window.open("/console/sign-in")
    window.page.locator("summary").first.click()
    window.page.locator("input[name=key]").fill(key)
    window.page.locator("button.main").click()
    window.page.wait_for_url("**/console/**")
