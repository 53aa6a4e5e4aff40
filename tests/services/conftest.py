"""Every module of this folder uses a database of its own, through the application's role."""

from collections.abc import Iterator

import pytest
from tests.making.house import serving


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url):
        yield
