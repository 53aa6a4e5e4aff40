"""Rows of law about procedure: what ships, what is refused, which hold where and when."""

from __future__ import annotations

from datetime import date

import pytest

from shangfa.documents.law.rows import COLUMNS, READINGS, in_force, procedure_law, read_rows

HEAD = ",".join(COLUMNS) + "\n"
ROW = "A,440000,2020-01-01,,final_pay,3,days,某条例 1,三日,three days,条文已读,read\n"


def test_what_ships_has_a_source_and_says_what_was_read() -> None:
    rows = procedure_law()
    assert len(rows) > 25
    assert {row.confirmed for row in rows if row.reading == "secondary"} == {False}
    assert all(row.basis.text("zh") and row.basis.text("en") for row in rows)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("2020-01-01", ""), id="no first day"),
        pytest.param(("2020-01-01", "2020-13-01"), id="no day"),
        pytest.param(("440000", "44"), id="no region"),
        pytest.param((",read", ",heard"), id="no reading"),
        pytest.param(("days", "moons"), id="no unit"),
        pytest.param(("某条例 1", ""), id="no law"),
        pytest.param((",3,", ",three,"), id="no number"),
    ],
)
def test_a_row_that_cannot_be_relied_on_is_refused(change: tuple[str, str]) -> None:
    assert len(read_rows(HEAD + ROW)) == 1
    with pytest.raises(ValueError, match="row 2"):
        read_rows(HEAD + ROW.replace(*change))
    with pytest.raises(ValueError, match="columns"):
        read_rows("a,b\n1,2\n")


def test_a_first_day_that_nobody_saw_is_refused_whatever_was_read() -> None:
    for reading in READINGS:
        row = ROW.replace("2020-01-01", "").replace(",read", f",{reading}")
        with pytest.raises(ValueError, match="row 2: its first day is not known"):
            read_rows(HEAD + row)


@pytest.mark.parametrize(
    ("region", "day", "law"),
    [
        ("440300", date(2026, 3, 1), "深圳市员工工资支付条例 13"),
        ("440300", date(2025, 12, 4), "广东省工资支付条例 13"),
        ("440100", date(2026, 3, 1), "广东省工资支付条例 13"),
        ("320500", date(2026, 5, 26), "工资支付暂行规定 9"),
        ("320500", date(2026, 5, 27), "江苏省工资支付条例 19"),
        ("310115", date(2031, 8, 1), "工资支付暂行规定 9"),
    ],
)
def test_the_nearest_place_in_force_is_told(region: str, day: date, law: str) -> None:
    (row,) = in_force(procedure_law(), day, [region], ["final_pay"])
    assert row.law == law


def test_two_places_are_told_both_and_only_those_in_force() -> None:
    rows = in_force(procedure_law(), date(2026, 6, 30), ["440300", "330100"], ["final_pay"])
    assert {row.region for row in rows} == {"440300", "000000"}
    codes = {row.code for row in in_force(procedure_law(), date(2026, 6, 30), [], ["dismissal"])}
    assert "OVERAGE_RULES" not in codes
    codes = {row.code for row in in_force(procedure_law(), date(2026, 7, 1), [], ["dismissal"])}
    assert {"OVERAGE_RULES", "FLEXIBLE_RETIREMENT_LCL", "RETIREMENT_AGE_DELAY"} <= codes
