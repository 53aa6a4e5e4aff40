"""What a deployment does by itself, and what a process remembers."""

from __future__ import annotations

import pytest
from tests.making.house import (
    FINES,
    Answer,
    Company,
    answer,
    code_of,
    make_company,
    operator,
    owning,
    report,
    serving,
)

from shangfa.api.incidents.shapes import incident
from shangfa.api.tenancy.shapes import tenant
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.incidents import record as incidents
from shangfa.services.people import subjects
from shangfa.services.running import upkeep
from shangfa.services.tenancy import ready as loaded
from shangfa.services.tenancy import tenants
from shangfa.services.tenancy.tenants import NewTenant


@pytest.fixture
def company() -> Company:
    return make_company(FINES, staff=["E"])


def answer_each(company: Company) -> list[Context]:
    """Let a company's and the operator's keys be remembered, and return who asked."""
    asked = [who.asking(f"{new_id()}", b"") for who in (company.ctx(), operator())]
    fine(asked[0])
    slug = f"{company.slug}-next"
    answer(asked[1], lambda ctx: tenants.create(ctx, NewTenant(slug, slug)), tenant)
    return asked


def fine(ctx: Context) -> Answer:
    return answer(ctx, lambda ctx: incidents.record(ctx, report("f", "E")), incident)


def age(owner_url: str, interval: str) -> None:
    """Make every remembered answer older."""
    with owning(owner_url) as connection:
        for table in ("reply", "operator_reply"):
            connection.execute(
                f"UPDATE {table} SET created_at = created_at - %s::interval".encode(), [interval]
            )


@pytest.mark.parametrize(
    ("interval", "dropped"),
    [
        pytest.param("23 hours 59 minutes", 0, id="just within a day"),
        pytest.param("24 hours", 2, id="a day"),
    ],
)
def test_answers_are_forgotten_after_a_day(
    company: Company, owner_url: str, interval: str, dropped: int
) -> None:
    upkeep.forget_replies()
    asked = answer_each(company)
    age(owner_url, interval)
    assert upkeep.forget_replies() == dropped
    assert fine(asked[0]).replayed == (dropped == 0)
    age(owner_url, "2 days")


def test_wrong_totals_of_a_company_are_counted(company: Company, owner_url: str) -> None:
    company.record("f", "E")
    assert upkeep.verify_totals(company.id) == 0
    with owning(owner_url) as connection:
        connection.execute("DELETE FROM ledger_entry WHERE tenant_id = %s", [company.id])
    assert upkeep.verify_totals(company.id) == 1


def test_a_process_remembers_no_more_companies_than_it_may(app_url: str) -> None:
    with serving(app_url, policy_cache="3"):
        many = [make_company(FINES, staff=["E"]) for _ in range(5)]
        for company in [*many, *many]:
            company.record("f", "E")
        assert loaded.cached() == 3
        assert [company.balances("E")["CNY"] for company in many] == [-40] * 5


def test_who_is_gone_is_not_found() -> None:
    company = make_company(staff=["E"])
    assert code_of(lambda: subjects.read(company.ctx(), "F")) == "not_found"
