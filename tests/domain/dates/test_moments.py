"""Times as they are written: what is read, what is refused, and why; for any zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.dates.moments import ALLOWED, localised, read_moment
from shangfa.domain.faults import RefusedError
from shangfa.domain.tenancy.zones import check_zone, zones

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def why(value: object, zone: ZoneInfo = SHANGHAI) -> str:
    """Return what a refusal says in English."""
    with pytest.raises(RefusedError) as caught:
        read_moment(value, zone)
    [fault] = caught.value.faults
    assert (fault.code, fault.pointer) == ("invalid", "/occurred_at")
    assert fault.zh != fault.en
    return fault.en


@pytest.mark.parametrize(
    ("text", "at", "local"),
    [
        pytest.param(
            "2026-03-02T10:00:00+08:00", "2026-03-02T02:00:00", "2026-03-02T10:00:00", id="offset"
        ),
        pytest.param(
            "2026-03-02T23:30:00Z", "2026-03-02T23:30:00", "2026-03-03T07:30:00", id="UTC"
        ),
        pytest.param(
            "2026-03-02t23:30:00z", "2026-03-02T23:30:00", "2026-03-03T07:30:00", id="small letters"
        ),
        pytest.param(
            "2026-03-02T23:30:00-00:00", "2026-03-02T23:30:00", "2026-03-03T07:30:00", id="no zone"
        ),
        pytest.param(
            "2026-03-02T10:00:00.1234567+08:00",
            "2026-03-02T02:00:00.123456",
            "2026-03-02T10:00:00.123456",
            id="seven places",
        ),
        pytest.param("2026-03-02T10:00", "2026-03-02T02:00:00", "2026-03-02T10:00:00", id="local"),
        pytest.param(
            "2026-03-02T10:00:05.5",
            "2026-03-02T02:00:05.500000",
            "2026-03-02T10:00:05.500000",
            id="local with places",
        ),
        pytest.param("2026-03-02", "2026-03-01T16:00:00", None, id="a day"),
        pytest.param("2024-02-29", "2024-02-28T16:00:00", None, id="a leap day"),
        pytest.param("1900-01-02", "1900-01-01T15:54:17", None, id="an old day"),
        pytest.param("9998-12-31T00:00", "9998-12-30T16:00:00", "9998-12-31T00:00:00", id="late"),
    ],
)
def test_what_is_read(text: str, at: str, local: str | None) -> None:
    moment, shown = read_moment(text, SHANGHAI)
    assert moment == datetime.fromisoformat(f"{at}+00:00")
    assert moment.utcoffset() == timedelta(0)
    assert (shown and shown.isoformat()) == local


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=text or "nothing")
        for text in (
            *("", " ", "yesterday", "02.03.2026", "2026/03/02", "20260302", "20260302T100000Z"),
            *("2026-W10-1", "2026-W10", "2026-061", "2026-03", "2026", "--03-02", "10:00"),
            *("2026-03-02 10:00", "2026-03-02 10:00:00+08:00", "2026-03-02T10", "2026-03-02T1000"),
            *("2026-03-02T10:00Z", "2026-03-02T10:00+08:00", "2026-03-02T10:00:00+08"),
            *("2026-03-02T10:00:00+0800", "2026-03-02T10:00:00+08:60", "2026-03-02T10:00:00+24:00"),
            *(
                "2026-03-02T24:00",
                "2026-03-02T10:60",
                "2026-03-02T23:59:60Z",
                "2026-03-02T10:00:00.",
            ),
            *("2026-03-02T10:00:00,5Z", "2026-03-02T10:00:00 Z", " 2026-03-02", "2026-03-02\n"),
            *("2026-02-29", "2026-13-01", "2026-00-10", "+2026-03-02", "-026-03-02"),
            *("２０２６-03-02", "2026‑03‑02", "2026-03-02T10:00:00+08:00[Asia/Shanghai]", "\x00"),
        )
    ],
)
def test_another_form_is_refused_with_those_allowed(text: str) -> None:
    assert ALLOWED.en in why(text)


@pytest.mark.parametrize("value", [None, 20260302, 1.5, True, ["2026-03-02"], {}, date(2026, 3, 2)])
def test_what_is_no_text_is_refused(value: object) -> None:
    assert ALLOWED.en in why(value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=text)
        for text in (
            *("1899-12-31", "9999-01-01", "0000-01-01", "0001-01-01T00:00:00+14:00"),
            *(
                "9999-12-31T23:59:59-12:00",
                "9998-12-31T23:00:00-12:00",
                "1900-01-01T00:00:00+14:00",
            ),
        )
    ],
)
def test_a_year_outside_the_calendar_is_refused(text: str) -> None:
    assert "the year must be 1900..9998" in why(text)


@pytest.mark.parametrize(
    ("zone", "text", "last", "first"),
    [
        pytest.param(
            "America/New_York",
            "2026-03-08T02:30",
            "2026-03-08T02:00:00",
            "2026-03-08T03:00:00",
            id="an hour in spring",
        ),
        pytest.param(
            "Asia/Shanghai",
            "1986-05-04T02:00:00",
            "1986-05-04T02:00:00",
            "1986-05-04T03:00:00",
            id="an hour in China",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-30T12:00",
            "2011-12-30T00:00:00",
            "2011-12-31T00:00:00",
            id="an hour of a skipped day",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-30",
            "2011-12-30T00:00:00",
            "2011-12-31T00:00:00",
            id="a skipped day",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "2018-11-04T00:30:00.5",
            "2018-11-04T00:00:00",
            "2018-11-04T01:00:00",
            id="a skipped midnight",
        ),
    ],
)
def test_a_local_time_that_never_was_is_refused(
    zone: str, text: str, last: str, first: str
) -> None:
    said = why(text, ZoneInfo(zone))
    assert f"{zone} never had it: the clock went from {last} to {first};" in said


@pytest.mark.parametrize(
    ("zone", "text", "one", "other"),
    [
        pytest.param(
            "America/New_York",
            "2026-11-01T01:30",
            "2026-11-01T01:30:00-04:00",
            "2026-11-01T01:30:00-05:00",
            id="an hour in autumn",
        ),
        pytest.param(
            "Asia/Shanghai",
            "1986-09-14T01:59:59",
            "1986-09-14T01:59:59+09:00",
            "1986-09-14T01:59:59+08:00",
            id="an hour in China",
        ),
        pytest.param(
            "Asia/Shanghai",
            "1900-12-31T23:55",
            "1900-12-31T15:49:17Z",
            "1900-12-31T23:55:00+08:00",
            id="minutes of an offset with seconds",
        ),
    ],
)
def test_a_local_time_that_was_twice_asks_for_its_offset(
    zone: str, text: str, one: str, other: str
) -> None:
    said = why(text, ZoneInfo(zone))
    assert f"write the offset: {one} or {other}." in said
    assert read_moment(one, ZoneInfo(zone))[0] < read_moment(other, ZoneInfo(zone))[0]


@pytest.mark.parametrize(
    ("zone", "day", "began"),
    [
        pytest.param("America/Sao_Paulo", "2018-11-04", "03:00", id="midnight was skipped"),
        pytest.param("America/Toronto", "1919-03-31", "04:30", id="more than midnight was skipped"),
        pytest.param("America/Havana", "2025-11-02", "04:00", id="midnight was twice"),
        pytest.param("America/Sao_Paulo", "2018-02-18", "03:00", id="the day before was longer"),
    ],
)
def test_a_day_begins_with_its_first_moment(zone: str, day: str, began: str) -> None:
    at, local = read_moment(day, ZoneInfo(zone))
    assert at == datetime.fromisoformat(f"{day}T{began}+00:00")
    assert local is None
    shown = at.astimezone(ZoneInfo(zone))
    assert shown.date().isoformat() == day
    assert (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < shown.date()


START = datetime(1901, 1, 2, tzinfo=UTC)
MOMENTS = st.integers(0, 137 * 365 * 86_400).map(lambda seconds: START + timedelta(0, seconds))


@given(at=MOMENTS, name=st.sampled_from(sorted(zones())))
def test_what_a_clock_shows_is_read_back_or_asks_for_its_offset(at: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    shown = at.astimezone(zone).replace(tzinfo=None)
    both = {shown.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    if len(both) == 1:
        assert read_moment(shown.isoformat(), zone) == (at, shown)
    else:
        assert "write the offset" in why(shown.isoformat(), zone)


@given(at=MOMENTS, name=st.sampled_from(sorted(zones())))
def test_a_time_with_offset_is_never_moved(at: datetime, name: str) -> None:
    text = at.isoformat()
    assert read_moment(text, ZoneInfo(name))[0] == at
    assert localised(text, ZoneInfo(name)) == at.astimezone(ZoneInfo(name)).replace(
        tzinfo=None
    ).isoformat(timespec="auto")


@pytest.mark.parametrize(
    "value",
    ["2026-03-02", "2026-03-02T10:00", "text", "2026-13-02T10:00:00Z", 7, None, ["2026-03-02"]],
)
def test_what_is_no_moment_stays_as_it_was_written(value: object) -> None:
    assert localised(value, SHANGHAI) == value


@pytest.mark.parametrize(
    "name", ["Asia/Shanghai", "America/Argentina/Buenos_Aires", "Etc/UTC", "UTC", "PRC"]
)
def test_a_time_zone(name: str) -> None:
    check_zone(name)
    assert ZoneInfo(name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=str(name))
        for name in (
            *("localtime", "posixrules", "Factory", "posix/Asia/Shanghai", "right/Asia/Shanghai"),
            *("", " ", "Asia/Peking", "asia/shanghai", "Asia", "Asia/", "/Asia/Shanghai", "CST"),
            *("../zoneinfo/Asia/Shanghai", "Asia/../Asia/Shanghai", "Asia/Shanghai\x00", "+08:00"),
            *("UTC+8", "tzdata.zi", "zone.tab", "leapseconds", None, 8, ["Asia/Shanghai"]),
        )
    ],
)
def test_what_is_no_time_zone_is_refused(name: object) -> None:
    with pytest.raises(RefusedError) as caught:
        check_zone(name)
    [fault] = caught.value.faults
    assert (fault.code, fault.pointer) == ("invalid", "/timezone")
    assert "Asia/Shanghai" in fault.zh
    assert "Asia/Shanghai" in fault.en
