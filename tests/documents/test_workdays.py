"""Files of working days: what ships, what is read, what is refused with its line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from shangfa.documents.tenant.calendars import calendar, official
from shangfa.documents.tenant.workdays import YearOfDays, read_years, shipped
from shangfa.domain.faults import RefusedError

HEAD = "date,kind,name,source\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "days.csv"


def test_seven_years_ship_each_with_the_notice_it_comes_from() -> None:
    assert [item.year for item in shipped()] == list(range(2020, 2027))
    assert all(".gov.cn/" in item.source for item in shipped())


def test_days_are_counted_strictly_after_the_day_of_service() -> None:
    days = calendar("CN")
    assert days.add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert days.add_working_days(date(2026, 10, 1), 1) == date(2026, 10, 8)


def test_the_nth_working_day_is_the_nth_that_is_one() -> None:
    days = calendar("CN")
    start = date(2026, 1, 1)
    for offset in range(340):
        day = start + timedelta(offset)
        later = [day + timedelta(n) for n in range(1, 25)]
        working = [item for item in later if days.is_working_day(item)]
        assert [days.add_working_days(day, n) for n in (1, 2, 5)] == [
            working[n - 1] for n in (1, 2, 5)
        ]


def test_a_year_without_data_says_how_to_load_it() -> None:
    with pytest.raises(RefusedError) as caught:
        calendar("CN").add_working_days(date(2026, 12, 31), 1)
    assert caught.value.code == "calendar_missing"
    fault = caught.value.faults[0]
    for text in (fault.zh, fault.en):
        assert "shangfa calendar load FILE" in text
        assert "2027" in text


def test_a_loaded_year_is_known_and_replaces_what_shipped() -> None:
    loaded = (
        YearOfDays(2027, frozenset([date(2027, 1, 1)]), frozenset([date(2027, 1, 3)]), "n"),
        YearOfDays(2026, frozenset([date(2026, 1, 1)]), frozenset(), "n"),
    )
    assert official(loaded).add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 3)
    assert official(loaded).is_working_day(date(2026, 10, 1))
    assert not official().is_working_day(date(2026, 10, 1))


def test_a_file_is_read_by_years(file: Path) -> None:
    file.write_text(HEAD + "2027-01-01,off,元旦,a\n2027-01-03,work,元旦,a\n2028-01-03,off,元旦,b\n")
    first, second = read_years(file)
    assert first == YearOfDays(
        2027, frozenset([date(2027, 1, 1)]), frozenset([date(2027, 1, 3)]), "a"
    )
    assert (second.year, second.source) == (2028, "b")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("day,kind\n2027-01-01,off\n", 1, id="other columns"),
        pytest.param(HEAD, 1, id="no day"),
        pytest.param("", 1, id="empty"),
        pytest.param(HEAD + "2027-01-01,off,元旦,a\n2027-02-30,off,x,a\n", 3, id="no such day"),
        pytest.param(HEAD + "2027-01-01,free,元旦,a\n", 2, id="another kind"),
        pytest.param(HEAD + "2027-01-01,off,元旦,\n", 2, id="no source"),
        pytest.param(HEAD + "2027-01-01,off,元旦\n", 2, id="a column short"),
        pytest.param(HEAD + "2027-01-01,off,元旦,a\n2027-01-01,work,元旦,a\n", 3, id="twice"),
        pytest.param(HEAD + "2027-01-03,work,元旦,a\n", 1, id="a year without a day off"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(
    file: Path, text: str, line: int
) -> None:
    file.write_text(text)
    with pytest.raises(RefusedError) as caught:
        read_years(file)
    assert f"days.csv:{line}" in caught.value.faults[0].place
