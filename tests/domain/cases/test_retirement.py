"""The phased retirement age, against days of the official tables, and who is close to it."""

from __future__ import annotations

from datetime import date

import pytest

from shangfa.domain.cases.acts.retirement import is_near_retirement, retirement_day
from shangfa.domain.incident import Subject


@pytest.mark.parametrize(
    ("born", "retires_as", "day"),
    [
        (date(1964, 12, 31), "man", date(2024, 12, 31)),
        (date(1965, 1, 1), "man", date(2025, 2, 1)),
        (date(1965, 4, 30), "man", date(2025, 5, 30)),
        (date(1965, 5, 1), "man", date(2025, 7, 1)),
        (date(1976, 8, 31), "man", date(2039, 7, 31)),
        (date(1976, 9, 1), "man", date(2039, 9, 1)),
        (date(1990, 1, 1), "man", date(2053, 1, 1)),
        (date(1970, 1, 1), "woman_55", date(2025, 2, 1)),
        (date(1981, 9, 1), "woman_55", date(2039, 9, 1)),
        (date(1975, 2, 28), "woman_50", date(2025, 3, 28)),
        (date(1975, 3, 1), "woman_50", date(2025, 5, 1)),
        (date(1984, 11, 1), "woman_50", date(2039, 11, 1)),
        (date(1995, 11, 1), "woman_50", date(2050, 11, 1)),
    ],
)
def test_the_age_goes_up_month_by_month(born: date, retires_as: str, day: date) -> None:
    assert retirement_day(born, retires_as) == day


DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("born", "retires_as", "since", "near"),
    [
        # Born in June 1969, a man retires on 2030-10-15.
        (date(1969, 6, 15), "man", date(2011, 9, 1), True),
        (date(1969, 6, 15), "man", date(2011, 9, 2), False),
        (date(1969, 6, 15), "man", None, False),
        (date(1971, 6, 15), "man", date(2000, 1, 1), False),
        (date(1960, 6, 15), "man", date(2000, 1, 1), False),
        (date(1969, 6, 15), "somehow", date(2000, 1, 1), False),
        (None, "man", date(2000, 1, 1), False),
    ],
)
def test_long_service_and_less_than_five_years_protect_together(
    born: date | None, retires_as: str, since: date | None, *, near: bool
) -> None:
    known = {"birth_date": born.isoformat() if born else None, "retires_as": retires_as}
    subject = Subject("E", attributes=known, since=since)
    assert is_near_retirement(subject, DAY) is near
