"""Requests of a minute, counted by two servers together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from tests.making.house import FINES, Company, code_of, make_company, owning, serving
from tests.making.web import Web, running

from shangfa.domain.access.roles import HR
from shangfa.services.access.by_hand import make_key
from shangfa.services.context import Context
from shangfa.services.running import allowances

pytestmark = pytest.mark.serve

TENANT, KEY = 50, 30
NOWHERE = "postgresql+psycopg://shangfa_app@/shangfa?host=%2Fnowhere"
ATTEMPTS = 3


@pytest.fixture(scope="module")
def webs(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Web]]:
    """Two servers of their own, as on two machines."""
    folder = tmp_path_factory.mktemp("web")
    limits = {"WORKERS": 1, "TENANT_PER_MINUTE": TENANT, "KEY_PER_MINUTE": KEY}
    with (
        running(app_url, folder / "one", **limits) as one,
        running(app_url, folder / "two", **limits) as two,
    ):
        yield [one, two]


def in_one_minute(owner_url: str, work: Callable[[], None]) -> None:
    """Do something within one minute of the database; again when a new one began meanwhile."""
    with owning(owner_url) as owner:
        for _ in range(ATTEMPTS):
            before = owner.execute("SELECT date_trunc('minute', now())").fetchone()
            try:
                work()
            except AssertionError:
                if owner.execute("SELECT date_trunc('minute', now())").fetchone() == before:
                    raise
            else:
                return


def statuses(webs: list[Web], key: str, count: int) -> list[int]:
    return [webs[number % 2].ask("/v1/subjects", key).status for number in range(count)]


def test_a_key_and_a_company_have_one_allowance_over_two_servers(
    webs: list[Web], app_url: str, owner_url: str
) -> None:
    def work() -> None:
        with serving(app_url):
            company, other = make_company(FINES), make_company(FINES)
            mine = [make_key("hr", company.slug, None, f"{number}") for number in range(2)]
            theirs = make_key("hr", other.slug, None, "test")
        first = statuses(webs, mine[0], KEY + 6)
        assert (first.count(200), first.count(429)) == (KEY, 6)
        assert first[: KEY - 2] == [200] * (KEY - 2)
        second = statuses(webs, mine[1], KEY)
        assert second.count(200) == TENANT - KEY
        assert statuses(webs, theirs, 4) == [200] * 4
        told = webs[0].ask("/v1/subjects", mine[0])
        assert 1 <= int(told.headers["Retry-After"]) <= 60
        assert asked(owner_url, company) < (TENANT + KEY) / 1.3

    in_one_minute(owner_url, work)


def test_a_companys_own_limit_holds_on_every_machine_within_seconds(
    webs: list[Web], app_url: str, owner_url: str
) -> None:
    """Set, raised and given back by the operator, while the processes remember what was before."""

    def work() -> None:
        with serving(app_url):
            company = make_company(FINES)
            key = make_key("hr", company.slug, None, "test")
            operator = make_key("operator", None, None, "test")
        path = f"/v1/tenants/{company.slug}/limits"

        def limited(company_most: int | None, key_most: int | None) -> None:
            body = json.dumps({"per_minute": company_most, "key_per_minute": key_most})
            json_body = {"Content-Type": "application/json"}
            said = webs[0].ask(path, operator, body=body, method="PUT", headers=json_body)
            assert said.status == 200

        limited(None, 4)
        first = statuses(webs, key, 10)
        assert (first.count(200), first.count(429)) == (4, 6)
        limited(3, 0)
        assert within_seconds(lambda: 429 in statuses(webs, key, 2))
        limited(0, 0)
        assert within_seconds(lambda: statuses(webs, key, 4) == [200] * 4)
        assert statuses(webs, key, TENANT) == [200] * TENANT
        limited(None, None)
        assert within_seconds(lambda: 429 in statuses(webs, key, TENANT))

    in_one_minute(owner_url, work)


def within_seconds(holds: Callable[[], bool], most: float = 3.0) -> bool:
    end = monotonic() + most
    while monotonic() < end:
        if holds():
            return True
    return False


def asked(owner_url: str, company: Company) -> int:
    """Return how often a company's rows were written: once for each part, not each request."""
    with owning(owner_url) as owner:
        rows = owner.execute(
            "SELECT taken FROM allowance WHERE tenant_id = %s", (company.id,)
        ).fetchall()
    assert max(taken for (taken,) in rows) == TENANT
    return len(rows)


def test_without_limits_nothing_is_counted(app_url: str, owner_url: str) -> None:
    with serving(app_url):
        company = make_company(FINES)
        for _ in range(3):
            allowances.count(company.ctx())
    with owning(owner_url) as owner:
        whose = (company.id,)
        rows = owner.execute("SELECT FROM allowance WHERE tenant_id = %s", whose).fetchall()
    assert rows == []


def test_while_the_database_is_away_a_process_gives_its_own_share(app_url: str) -> None:
    with serving(app_url):
        company = make_company(FINES)
        ctx = Context(HR, company.actor("hr"), company.id)
    parts = allowances.PARTS * 2
    with serving(NOWHERE, key_per_minute=str(3 * parts), workers="2"):
        codes = [code_of(lambda: allowances.count(ctx)) for _ in range(5)]
    assert codes == ["", "", "", "too_many_requests", "too_many_requests"]


def test_the_operator_is_not_counted(app_url: str) -> None:
    with serving(app_url):
        company = make_company(FINES)
    with serving(app_url, key_per_minute="1", tenant_per_minute="1"):
        for _ in range(3):
            allowances.count(Context("operator", company.actor("hr"), company.id))
