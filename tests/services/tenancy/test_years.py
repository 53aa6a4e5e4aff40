"""Years of working days loaded by the operator: kept in versions, in force everywhere at once."""

from __future__ import annotations

from datetime import date

from tests.making.house import code_of, make_company, owning

from shangfa.documents.tenant.workdays import YearOfDays
from shangfa.services.tenancy.ready import current
from shangfa.services.tenancy.years import load_years
from shangfa.services.transaction import reading

FIRST = YearOfDays(2027, frozenset([date(2027, 1, 1)]), frozenset([date(2027, 1, 3)]), "a notice")
CORRECTED = YearOfDays(2027, frozenset([date(2027, 1, 1)]), frozenset(), "a notice, corrected")


def test_a_loaded_year_is_in_force_with_the_next_request_and_its_versions_stay(
    owner_url: str,
) -> None:
    company = make_company()

    def next_working_day() -> date:
        days = reading(company.ctx(), current).calendar
        return days.add_working_days(date(2026, 12, 31), 1)

    assert code_of(next_working_day) == "calendar_missing"
    assert load_years([FIRST]) == [(2027, 1)]
    assert next_working_day() == date(2027, 1, 3)
    assert load_years([FIRST]) == [(2027, 1)]
    assert load_years([CORRECTED]) == [(2027, 2)]
    assert next_working_day() == date(2027, 1, 4)
    with owning(owner_url) as connection:
        kept = connection.execute("SELECT version, source FROM calendar_year ORDER BY 1").fetchall()
    assert kept == [(1, "a notice"), (2, "a notice, corrected")]


def test_a_tenants_own_calendar_stands_over_a_loaded_year() -> None:
    load_years([FIRST])
    own = {"ours": {"off": ["2027-01-03"]}}
    company = make_company(calendar="ours", calendars=own)
    days = reading(company.ctx(), current).calendar
    assert days.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
