"""Pages over a database of the module's own, through the application's role, on the test clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.making.house import serving
from tests.making.story import Story, open_story


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url, clock="test:2026-09-01T09:00:00+08:00"):
        yield


@pytest.fixture(scope="module")
def story() -> Story:
    """A company under the built-in procedures, with a clock that the operator moves."""
    return open_story()
