"""A company whose work hangs, beside another on the same server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from tests.making.house import DAY, Company, load_company, owning, serving
from tests.making.web import Web, running, wait_until

from shangfa.api.running.shares import HELD
from shangfa.services.access.by_hand import make_key

pytestmark = pytest.mark.serve

THREADS = 3


@pytest.fixture(scope="module")
def web(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    log = tmp_path_factory.mktemp("web") / "log"
    with running(app_url, log, WORKERS=1, THREADS=THREADS) as found:
        yield found


@pytest.fixture(scope="module")
def companies(app_url: str) -> list[Company]:
    with serving(app_url):
        return [load_company(name) for name in ("fujie", "mine")]


@pytest.fixture(scope="module")
def keys(app_url: str, companies: list[Company]) -> list[str]:
    with serving(app_url):
        return [make_key("hr", company.slug, None, "test") for company in companies]


def test_whose_work_hangs_leaves_a_thread_to_the_others(
    web: Web, companies: list[Company], keys: list[str], owner_url: str
) -> None:
    hanging, other = keys
    people = json.loads(web.ask("/v1/subjects", hanging).text)["items"]  # type: ignore[attr-defined]
    body = json.dumps({"subject": people[0]["code"], "clause": "一-1a", "occurred_at": DAY})

    def record() -> int:
        kind = {"Content-Type": "application/json"}
        return web.ask("/v1/incidents", hanging, method="POST", body=body, headers=kind).status

    with owning(owner_url) as owner, ThreadPoolExecutor(THREADS) as pool:
        with owner.transaction():
            whose = (companies[0].id,)
            owner.execute("SELECT FROM subject s WHERE s.tenant_id = %s FOR UPDATE", whose)
            waits = [pool.submit(record) for _ in range(THREADS - 1)]
            begun = monotonic()
            wait_until(lambda: monotonic() - begun > HELD * 1.2)
            refused = web.ask("/v1/subjects", hanging)
            assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
            assert web.ask("/v1/subjects", other).status == 200
            assert monotonic() - begun < HELD * 2.5
        assert {one.result() for one in waits} == {201}
    assert web.ask("/v1/subjects", hanging).status == 200
