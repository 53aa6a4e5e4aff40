"""What punches tell of a shift, and to which day they belong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.exchange.shifts import clock_text, judge, read_shift

DAY = date(2026, 3, 6)
EARLY = read_shift("09:00-18:00", "早班", 5)
NIGHT = read_shift("22:00-06:00", "夜班")
LATE = read_shift("14:00-23:00", "晚班")
WHOLE = read_shift("08:00-08:00", "值班")


def at(text: str) -> datetime:
    day, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-03-{day or '06'}T{clock}")


@pytest.mark.parametrize(
    ("shift", "punches", "told"),
    [
        (EARLY, ["08:57", "18:01"], {}),
        (EARLY, ["09:05:59", "18:00"], {}),
        (EARLY, ["09:06", "18:00"], {"late": 1, "late_minutes": 6}),
        (EARLY, ["18:30", "10:20", "12:00"], {"late": 1, "late_minutes": 80}),
        (EARLY, ["08:57", "17:54"], {"early": 1, "early_minutes": 6}),
        (EARLY, ["14:30", "18:00"], {"late": 1, "late_minutes": 330}),
        (EARLY, ["08:57", "08:58"], {"missed": 1, "missed_out": 1}),
        (EARLY, ["17:58", "18:00"], {"missed": 1, "missed_in": 1}),
        (EARLY, ["09:07"], {"missed": 1, "missed_out": 1, "late": 1, "late_minutes": 7}),
        (EARLY, ["17:00"], {"missed": 1, "missed_in": 1, "early": 1, "early_minutes": 60}),
        (NIGHT, ["22:00", "07 06:00"], {}),
        (NIGHT, ["07 00:20", "07 06:10"], {"late": 1, "late_minutes": 140}),
        (NIGHT, ["21:50", "07 05:59"], {"early": 1, "early_minutes": 1}),
        (LATE, ["14:01", "07 00:30"], {"late": 1, "late_minutes": 1}),
        (WHOLE, ["08:00", "07 08:00"], {}),
        (WHOLE, ["08:00", "07 07:00"], {"early": 1, "early_minutes": 60}),
    ],
)
def test_what_punches_tell(shift: object, punches: list[str], told: dict[str, int]) -> None:
    assert judge([at(item) for item in punches], DAY, shift) == told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shift", "punch", "day"),
    [
        (NIGHT, "21:40", "06"),
        (NIGHT, "07 00:20", "06"),
        (NIGHT, "07 13:59", "06"),
        (NIGHT, "07 14:00", "07"),
        (LATE, "07 01:10", "06"),
        (EARLY, "00:30", "05"),
        (EARLY, "05:00", "06"),
        (WHOLE, "07 07:59", "06"),
        (WHOLE, "07 08:00", "07"),
    ],
)
def test_a_punch_belongs_to_the_day_on_which_its_shift_began(
    shift: object, punch: str, day: str
) -> None:
    assert shift.day_of(at(punch)).isoformat() == f"2026-03-{day}"  # type: ignore[attr-defined]


MINUTES = st.integers(0, 1439)


@given(MINUTES, MINUTES, st.lists(st.integers(-300, 2000), min_size=1), st.integers(0, 600))
def test_nobody_is_late_by_more_than_he_is_and_only_one_end_is_missed(
    first: int, last: int, punches: list[int], grace: int
) -> None:
    start, end = (clock_text(timedelta(minutes=item)) for item in (first, last))
    shift = read_shift(f"{start}-{end}", grace=grace)
    begins, ends = shift.bounds(DAY)
    moments = [begins + timedelta(minutes=item) for item in punches]
    told = judge(moments, DAY, shift)
    assert told.get("missed", 0) == told.get("missed_in", 0) + told.get("missed_out", 0)
    assert not told.get("late") or timedelta(minutes=grace) < min(moments) - begins
    assert not told.get("early") or timedelta(minutes=grace) < ends - max(moments)
    assert all(number > 0 for number in told.values())
