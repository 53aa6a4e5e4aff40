"""From a cell of attendance to the day and the number of what is recorded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from shangfa.domain.exchange.amounts import read_measure
from shangfa.domain.exchange.attendance import (
    Attendance,
    AttendanceRule,
    Place,
    check,
    numbers,
    place_of,
)
from shangfa.domain.exchange.imports import COLUMNS, IGNORED, columns_of, header_of
from shangfa.domain.exchange.shifts import Shift
from shangfa.domain.faults import RefusedError


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        *[("3次", "times", "3"), ("３", "times", "3"), ("-", "times", "0"), ("", "days", "0")],
        *[
            ("1小时20分", "minutes", "80"),
            ("2小时", "minutes", "120"),
            ("1.5小时", "minutes", "90"),
        ],
        *[("26:30", "minutes", "1590"), ("26:30:00", "minutes", "1590"), ("7", "minutes", "7")],
        *[("0.5天", "days", "0.5"), ("1天", "days", "1")],
    ],
)
def test_a_measure(text: str, unit: str, amount: str) -> None:
    assert read_measure(text, unit) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *[("1小时", "times"), ("3天", "times"), ("2次", "minutes"), ("1天", "minutes")],
        *[("4小时", "days"), ("8:00", "days"), ("1,000", "minutes"), ("三次", "times")],
    ],
)
def test_another_unit_is_not_guessed(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_measure(text, unit)


NIGHT, DAY_SHIFT = "22:00-次日06:00", "14:00–23:00"


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        ({"day": "2026/3/2"}, date(2026, 3, 2)),
        ({"at": "2026-03-03 00:30", "shift": NIGHT}, date(2026, 3, 2)),
        ({"at": "2026-03-03 06:40", "shift": NIGHT}, date(2026, 3, 2)),
        ({"at": "2026-03-03 21:50", "shift": NIGHT}, date(2026, 3, 3)),
        ({"at": "2026-03-03 00:10", "shift": DAY_SHIFT}, date(2026, 3, 2)),
        ({"at": "2026-03-03 13:58", "shift": DAY_SHIFT}, date(2026, 3, 3)),
        ({"at": "2026-03-03 09:07"}, date(2026, 3, 3)),
        (
            {"day": "2026-03-02", "at": "2026-03-03 00:30", "month": "2026-03"},
            date(2026, 3, 2),
        ),
    ],
)
def test_a_row_is_of_the_day_on_which_its_shift_began(cells: dict[str, str], day: date) -> None:
    assert place_of(cells, "2026-02") == Place(day, whole=False)


def test_a_row_without_a_day_is_of_the_month_as_a_whole() -> None:
    assert place_of({"month": "2026年3月"}, "2026-02") == Place(date(2026, 3, 31), whole=True)
    assert place_of({}, "2026-02") == Place(date(2026, 2, 28), whole=True)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"day": "3月2日"}, "day"),
        ({"at": "2026-03-03 01:00"}, "at"),
        ({"at": "2026-03-03 01:00", "shift": "夜班"}, "at"),
        ({"month": "2026-13"}, "month"),
    ],
)
def test_a_day_that_nobody_can_tell(cells: dict[str, str], column: str) -> None:
    with pytest.raises(ValueError, match=column):
        place_of(cells, None)
    assert place_of({}, None) is None


@pytest.mark.parametrize(
    ("rule", "amount", "before", "expected"),
    [
        (AttendanceRule("late", "w"), "3", 0, [1, 1, 1]),
        (AttendanceRule("late", "w", every=3), "3", 0, [1]),
        (AttendanceRule("late", "w", every=3), "2", 0, []),
        (AttendanceRule("late", "w", every=3), "2", 2, [1]),
        (AttendanceRule("late_minutes", "p", take="quantity"), "80.5", 0, [Decimal("80.5")]),
        (AttendanceRule("late_minutes", "p", take="quantity"), "0", 0, []),
    ],
)
def test_what_a_rule_makes_of_a_number(
    rule: AttendanceRule, amount: str, before: int, expected: list[Decimal]
) -> None:
    assert list(numbers(rule, Decimal(amount), before)) == expected


@pytest.mark.parametrize("amount", ["0.5", "-1", "101"])
def test_no_part_of_an_incident_and_no_flood(amount: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        list(numbers(AttendanceRule("late", "w"), Decimal(amount), 0))


def test_leave_is_nobodys_fault() -> None:
    columns, known = columns_of("attendance", {}), COLUMNS["attendance"]
    for header in ("事假", "病假", "产假", "调休", "哺乳假", "工伤假"):
        assert columns[header] == IGNORED
        with pytest.raises(RefusedError) as caught:
            check(Attendance(headers={header: "absent_days"}), known, IGNORED)
        assert caught.value.faults[0].pointer == f"/headers/{header}"
        check(Attendance(headers={header: IGNORED}), known, IGNORED)


def test_headers_are_compared_as_people_read_them() -> None:
    assert header_of("迟到时长\n（分钟） ") == "迟到时长(分钟)"


@pytest.mark.parametrize(
    "mapping",
    [
        Attendance((AttendanceRule("leave", "w"),)),
        Attendance((AttendanceRule("late_minutes", "w", every=3),)),
        Attendance((AttendanceRule("late", "w", take="quantity", every=3),)),
        Attendance(headers={"迟到": "laet"}),
    ],
)
def test_a_mapping_that_cannot_be_read(mapping: Attendance) -> None:
    with pytest.raises(RefusedError) as caught:
        check(mapping, COLUMNS["attendance"], IGNORED)
    assert caught.value.code == "invalid"


SHIFTS = (
    Shift("早", timedelta(hours=8), timedelta(hours=17)),
    Shift("夜", timedelta(hours=22), timedelta(hours=6)),
)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        pytest.param(None, "早", id="nothing said: the first"),
        pytest.param(" 夜 ", "夜", id="its name"),
        pytest.param("14:00–23:00", "", id="its hours"),
    ],
)
def test_a_shift_is_found_by_its_name_or_its_hours(said: str | None, name: str) -> None:
    found = Attendance(shifts=SHIFTS).shift(said)
    assert found is not None
    assert found.name == name
    assert Attendance().shift(None) is None
    with pytest.raises(ValueError, match=r".*"):
        Attendance().shift("夜")


def test_a_shift_without_a_name_of_its_own_is_refused_where_it_stands() -> None:
    with pytest.raises(RefusedError) as refusal:
        check(Attendance(shifts=(*SHIFTS, SHIFTS[0])), COLUMNS["attendance"], IGNORED)
    assert [fault.pointer for fault in refusal.value.faults] == ["/shifts/2/name"]
    assert refusal.value.code == "duplicate"


def test_how_far_a_punch_is_from_the_nearer_end() -> None:
    day, night = date(2026, 3, 2), SHIFTS[1]
    for punch, minutes in (("2026-03-02T21:50", 10), ("2026-03-03T06:20", 20)):
        assert night.distance(day, datetime.fromisoformat(punch)) == timedelta(minutes=minutes)


def test_a_mapping_of_several_rules_is_taken() -> None:
    rules = (AttendanceRule("late", "w", every=3), AttendanceRule("late_minutes", "m"))
    check(Attendance(rules), COLUMNS["attendance"], IGNORED)
