"""A company, a server and a browser for each module; all of it is slow and needs chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.making.chromium import chromium, needed, served
from tests.making.house import serving
from tests.making.story import Story, open_story


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and let it be where there is none."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker("slow")
            item.add_marker(needed)


@pytest.fixture(scope="module")
def address(app_url: str) -> Iterator[str]:
    """Where the application is served, on the test clock."""
    with serving(app_url, clock="test:2026-09-01T09:00:00+08:00"), served() as found:
        yield found


@pytest.fixture(scope="module")
def story(address: str) -> Story:
    """A company under the built-in procedures."""
    assert address
    return open_story()


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser."""
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser
