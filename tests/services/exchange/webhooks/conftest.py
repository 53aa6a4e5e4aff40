"""A receiver in a process of its own, and a company that tells it things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.making.house import FINES, MARKS, Company, make_company, serving
from tests.making.receiver import Receiver, receiving


@pytest.fixture(scope="module", autouse=True)
def _here(app_url: str) -> Iterator[None]:
    with serving(app_url, webhook_allow="127.0.0.0/8", pool_size="20"):
        yield


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver") / "log") as found:
        yield found


@pytest.fixture
def company() -> Company:
    return make_company(FINES, MARKS, staff=["E", "F"])
