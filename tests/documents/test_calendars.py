from datetime import date
from typing import Any

import pytest

from shangfa.documents.tenant.calendars import CalendarDoc, calendar, official
from shangfa.domain.faults import RefusedError


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 10, 1), False, id="National Day"),
        pytest.param(date(2026, 9, 30), True, id="the day before"),
        pytest.param(date(2026, 9, 20), True, id="a Sunday made up for"),
        pytest.param(date(2026, 10, 10), True, id="a Saturday made up for"),
        pytest.param(date(2026, 10, 17), False, id="an ordinary Saturday"),
    ],
)
def test_the_official_days_of_china(day: date, works: bool) -> None:  # noqa: FBT001 - a case's value
    assert calendar("CN").is_working_day(day) is works


def test_a_year_not_yet_published_is_an_error() -> None:
    last = max(official().years)
    with pytest.raises(RefusedError) as caught:
        calendar("CN").is_working_day(date(last + 1, 1, 4))
    assert caught.value.code == "calendar_missing"


OWN: dict[str, Any] = {
    "ours": {"off": ["2026-10-08"], "worked": [date(2026, 10, 17)]},
    "all of 2050": {"based_on": "CN", "years": [2050], "off": ["2050-01-03"]},
    "typed": CalendarDoc(based_on="CN-2026-oct8"),
}


@pytest.mark.parametrize(
    ("name", "day", "works"),
    [
        pytest.param("ours", date(2026, 10, 8), False, id="a day off"),
        pytest.param("ours", date(2026, 10, 17), True, id="a day worked"),
        pytest.param("ours", date(2026, 10, 1), False, id="the rest as it was"),
        pytest.param("all of 2050", date(2050, 1, 4), True, id="a year made known"),
        pytest.param("all of 2050", date(2050, 1, 3), False, id="and its days off"),
        pytest.param("typed", date(2026, 10, 8), False, id="based on a variant"),
        pytest.param("CN", date(2026, 10, 8), True, id="the official one untouched"),
    ],
)
def test_a_variant(name: str, day: date, works: bool) -> None:  # noqa: FBT001 - a case's value
    assert calendar(name, OWN).is_working_day(day) is works


@pytest.mark.parametrize(
    ("own", "pointer"),
    [
        pytest.param({}, "/calendar", id="unknown name"),
        pytest.param({"x": {"based_on": "DE"}}, "/calendar", id="based on an unknown one"),
        pytest.param({"x": {"based_on": "x"}}, "/calendar", id="based on itself"),
        pytest.param({"x": {"off": ["soon"]}}, "/calendars/x/off/0", id="no such day"),
        pytest.param({"x": {"of": []}}, "/calendars/x/of", id="misspelt"),
        pytest.param({"x": []}, "/calendars/x", id="a list"),
        pytest.param({"x": None}, "/calendars/x", id="nothing"),
    ],
)
def test_a_calendar_that_cannot_be_used(own: Any, pointer: str) -> None:
    with pytest.raises(RefusedError) as caught:
        calendar("x", own)
    fault = caught.value.faults[0]
    assert (fault.code, fault.pointer) == ("invalid", pointer)
