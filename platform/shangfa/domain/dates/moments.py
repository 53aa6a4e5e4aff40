"""Moments as people write them: RFC 3339, a local time, a day; read in a time zone.

Nothing is guessed and nothing is moved: a local time that the zone skipped never was, and
one that it had twice is not told from its twin.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note

YEARS: Final = range(1900, 9999)
ALLOWED: Final = Note(
    "请写 RFC 3339 时间（2026-03-02T10:00:00+08:00），或本地时间（2026-03-02T10:00），"
    "或日期（2026-03-02）",
    "write an RFC 3339 time (2026-03-02T10:00:00+08:00), a local time (2026-03-02T10:00) "
    "or a day (2026-03-02)",
)
OTHER_YEARS: Final = Note("年份须在{0}至{1}之间", "the year must be {0}..{1}")
OTHER_YEAR: Final = OTHER_YEARS.of(YEARS[0], YEARS[-1])
NEVER_WAS: Final = Note(
    "{0}没有这一时刻：时钟从{1}拨到了{2}；请写该日真实有过的时间，或带时差的时间",
    "{0} never had it: the clock went from {1} to {2}; write a time that was, or one with an "
    "offset",
)
WAS_TWICE: Final = Note(
    "{0}有过两次这一时刻；请写明时差：{1}或{2}",
    "{0} had it twice; write the offset: {1} or {2}",
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


class _NoMomentError(ValueError):
    """A text is no moment; `why` says more."""

    def __init__(self, why: Note = ALLOWED) -> None:
        super().__init__(why.en)
        self.why = why


def read_moment(
    value: Any, zone: ZoneInfo, pointer: str = "/occurred_at"
) -> tuple[datetime, datetime | None]:
    """Return (moment in UTC, local time without zone); the local time is None for a bare day.

    A time without offset is local; a bare day is the moment at which it began.

    Raises:
        RefusedError: `invalid`, with what may be written.
    """
    try:
        at = _instant(value, zone)
    except (ValueError, OverflowError) as error:
        why = error.why if isinstance(error, _NoMomentError) else ALLOWED
        raise refused(INVALID, pointer, value=value, why=why) from None
    local = at.astimezone(zone).replace(tzinfo=None)
    if local.year not in YEARS:
        raise refused(INVALID, pointer, value=value, why=OTHER_YEAR)
    return at, None if _DAY.fullmatch(value) else local


def beginning(bound: datetime | date, zone: ZoneInfo, pointer: str) -> datetime:
    """Return a moment, or that at which a local day begins.

    Raises:
        RefusedError: `invalid`, for a day that the zone never had.
    """
    if isinstance(bound, datetime):
        return bound
    return read_moment(bound.isoformat(), zone, pointer)[0]


def _instant(value: Any, zone: ZoneInfo) -> datetime:
    """Return the moment, or raise ValueError or OverflowError."""
    text = value if isinstance(value, str) else ""
    read = next((read for form, read in _FORMS if form.fullmatch(text)), None)
    if read is None:
        raise _NoMomentError
    if int(text[:4]) not in YEARS:
        raise _NoMomentError(OTHER_YEAR)
    return read(text.upper(), zone)


def _read_offset(text: str, _: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _read_local(text: str, zone: ZoneInfo) -> datetime:
    local = datetime.fromisoformat(text)
    found = _instants(local, zone)
    if not found:
        raise _NoMomentError(_never_was(local, zone))
    if len(found) > 1:
        raise _NoMomentError(WAS_TWICE.of(zone.key, *(_with_offset(at, zone) for at in found)))
    return found[0]


def _read_day(text: str, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(date.fromisoformat(text), time.min)
    found = _instants(midnight, zone)
    if found:
        return found[0]
    began = _jump(midnight, zone)
    if began.astimezone(zone).date() != midnight.date():
        raise _NoMomentError(_never_was(midnight, zone))
    return began


_FORMS: Final = ((_MOMENT, _read_offset), (_LOCAL, _read_local), (_DAY, _read_day))


def _instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which the zone's clocks show `local`: none, one or two."""
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in both if at.astimezone(zone).replace(tzinfo=None) == local)


def _jump(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of the jump over `local`, which the zone's clocks never showed."""
    after, before = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _never_was(local: datetime, zone: ZoneInfo) -> Note:
    jump = _jump(local, zone)
    last = (jump - timedelta(seconds=1)).astimezone(zone) + timedelta(seconds=1)
    shown = (at.replace(tzinfo=None).isoformat() for at in (last, jump.astimezone(zone)))
    return NEVER_WAS.of(zone.key, *shown)


def _with_offset(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as RFC 3339 writes it; offsets of seconds, as before 1901, in UTC."""
    local = at.astimezone(zone)
    whole = not (local.utcoffset() or timedelta()) % timedelta(minutes=1)
    return local.isoformat() if whole else f"{at.replace(tzinfo=None).isoformat()}Z"


def localised(value: Any, zone: ZoneInfo) -> Any:
    """Return a text that is an RFC 3339 time with offset as the zone's local time."""
    if isinstance(value, str) and _OFFSET.fullmatch(value):
        with suppress(ValueError, OverflowError):  # the clause says what is wrong with it
            moment = datetime.fromisoformat(value).astimezone(zone)
            return moment.replace(tzinfo=None).isoformat()
    return value
