"""Clock punches, read into incidents: what a company's shifts and rules make of them.

A day is judged when all rows are read, for its punches may stand anywhere in the file. A day
without a punch tells nothing: nobody can say whether it was leave, rest or absence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from shangfa.db import people
from shangfa.db.tx.attempting import attempting
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.amounts import read_when
from shangfa.domain.exchange.attendance import Attendance, Place
from shangfa.domain.exchange.shifts import DAY, Shift, judge
from shangfa.domain.faults import INVALID, MISSING, RefusedError, refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.people.past import Past
from shangfa.domain.text import Note
from shangfa.services.context import Context
from shangfa.services.exchange.attendance import AttendanceRows
from shangfa.services.exchange.rows import check_open, text_of
from shangfa.services.tenancy.ready import ready

NO_TIME: Final = Note(
    "须为带日期的打卡时间，如 2026-03-02 08:57",
    "the time of a punch with its day is expected: 2026-03-02 08:57",
)
NO_SHIFT: Final = Note(
    "须为时段 22:00-06:00，或已设定的班次：{0}",
    "hours 22:00-06:00 or a shift that is set are expected: {0}",
)


class _Worked(NamedTuple):
    """A shift that somebody worked."""

    code: str
    day: date
    shift: Shift


@dataclass(slots=True)
class PunchRows(AttendanceRows):
    """Rows of punches.

    Attributes:
        pasts: code -> what is dated of the subject.
        worked: shift -> its punches, and the row of the first.
    """

    pasts: dict[str, Past] = field(default_factory=dict)
    worked: dict[_Worked, tuple[int, list[datetime]]] = field(default_factory=dict)

    def _check_once(self, cells: Mapping[str, Any]) -> None:
        """Whoever punches twice in a minute did nothing wrong, nor did the file."""

    def apply(self, tx: Tx, ctx: Context, cells: Mapping[str, Any]) -> None:
        """Keep a punch with the shift it belongs to.

        Raises:
            RefusedError: `attendance_unmapped`, `unknown_subject`, `missing` shift, `invalid`,
                `month_locked`.
        """
        mapping, code = self._mapped(tx), text_of(cells, "subject")
        at = _moment(ctx, cells)
        worked = self._worked(mapping, (code, self._past(tx, code)), at, cells)
        check_open(ctx, worked.day, "at")
        self.cover(code, Place(worked.day, whole=False), "at")
        self.worked.setdefault(worked, (self.number, []))[1].append(at)

    def _past(self, tx: Tx, code: str) -> Past:
        if code not in self.pasts:
            found = people.find_subject(tx, code)
            if found is None:
                raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
            self.pasts[code] = found.past
        return self.pasts[code]

    def _worked(
        self,
        mapping: Attendance,
        who: tuple[str, Past],
        at: datetime,
        cells: Mapping[str, Any],
    ) -> _Worked:
        """Return the shift of a punch; where it may be of two, the one that it is nearer to."""
        code, past = who
        near = [(at.date(), _shift(mapping, _said(mapping, past, at.date(), cells)))]
        for day in (at.date() - DAY, at.date() + DAY):
            with suppress(RefusedError):  # a day off, or one before he had shifts, is no neighbour
                near.append((day, _shift(mapping, _said(mapping, past, day, cells))))
        mine = [(day, shift) for day, shift in near if shift.day_of(at) == day]
        day, shift = min(mine or near[:1], key=lambda item: item[1].distance(item[0], at))
        return _Worked(code, day, shift)

    def finish(self, tx: Tx, ctx: Context) -> Iterator[tuple[int, RefusedError]]:
        """Record what each day comes to, or yield what is wrong with its first punch."""
        mapping = self._mapped(tx) if self.worked else Attendance()
        for worked in sorted(self.worked, key=lambda item: item[:2]):
            number, punches = self.worked[worked]
            if worked.day in mapping.outages:
                continue  # that a punch is missing or late proves nothing
            self.number = number
            try:
                with attempting(tx):
                    self._judge(tx, ctx, worked, punches)
            except RefusedError as error:
                yield number, error
        yield from AttendanceRows.finish(self, tx, ctx)

    def _judge(self, tx: Tx, ctx: Context, worked: _Worked, punches: list[datetime]) -> None:
        found = judge(punches, worked.day, worked.shift)
        for rule in self._mapped(tx).rules:
            if rule.column in found:
                amount = found[rule.column]
                self.record(tx, ctx, rule, "at", (worked.code, worked.day, amount))


def _moment(ctx: Context, cells: Mapping[str, Any]) -> datetime:
    """Return when a punch was, in the company's zone."""
    said = read_when(text_of(cells, "at"))
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    if at is None or ":" not in said:
        raise refused(INVALID, "/at", value=cells["at"], why=NO_TIME)
    return at.astimezone(ready(ctx.tenant).zone).replace(tzinfo=None) if at.tzinfo else at


def _said(mapping: Attendance, past: Past, day: date, cells: Mapping[str, Any]) -> str | None:
    """Return which shift a row says, or else the person's attribute of the day."""
    if "shift" in cells:
        return text_of(cells, "shift")
    name = mapping.shift_attribute
    value = past.attributes(day).get(name) if name else None
    return None if value is None else str(value)


def _shift(mapping: Attendance, said: str | None) -> Shift:
    try:
        shift = mapping.shift(said)
    except ValueError:
        names = "、".join(item.name for item in mapping.shifts) or "—"
        raise refused(INVALID, "/shift", value=said, why=NO_SHIFT.of(names)) from None
    if shift is None:
        raise refused(MISSING, "/shift", value="shift")
    return shift
