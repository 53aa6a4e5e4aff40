"""Hand a settled month to payroll: a workbook, and the CSV twins of its sheets.

One pass over the lines and the entries behind them, in bounded memory. What a file holds is
decided by the settlement alone, so that it is the same, byte for byte, whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final
from uuid import UUID

from shangfa.db.months import exports as sql
from shangfa.db.months import periods, settlements
from shangfa.db.months.exports import HandedEntry, HandedLine
from shangfa.db.months.settlements import SettlementRecord
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.documents.sheets.writing import Book, Cell, CsvRows, Rows
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.faults import refused
from shangfa.domain.money import ZERO, amount_text
from shangfa.domain.months.faults import NOT_SETTLED, PERIOD_MOVED
from shangfa.domain.months.period import month_named, month_of
from shangfa.domain.payroll.handed import (
    DETAIL,
    SUMMARY,
    Amounts,
    PayrollLine,
    Person,
    shared_out,
    summary_row,
)
from shangfa.domain.payroll.setting import Column, Template
from shangfa.domain.policies.kinds import Period
from shangfa.services.audit.notes import Noted, note
from shangfa.services.context import Context
from shangfa.services.payroll.settings import setting_in_force
from shangfa.services.tenancy.ready import current

PAYROLL: Final = "payroll.csv"
DETAILS: Final = "detail.csv"
WORKBOOK: Final = "payroll.xlsx"


TYPES: Final = {
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PAYROLL: "text/csv",
    DETAILS: "text/csv",
}
_SHEETS: Final = (("汇总", "summary", SUMMARY), ("明细", "detail", DETAIL))
_TWINS: Final = {"summary": PAYROLL, "detail": DETAILS}
NOBODY: Final = "—"
"""Stands for somebody of whom the reader may know nothing, and for what was decided of him."""
Key = tuple[str, str]


class _Entries:
    """A month's entries by (subject, money), taken in the order of the lines."""

    def __init__(self, entries: Iterator[HandedEntry]) -> None:
        self._groups = groupby(entries, lambda item: (item.subject, item.money))
        self._next = self._advance()

    def _advance(self) -> tuple[Key | None, list[HandedEntry]]:
        for key, group in self._groups:
            return key, list(group)
        return None, []

    def of(self, line: HandedLine) -> list[HandedEntry]:
        """Return the entries of a line; none for one that only carries."""
        key, entries = self._next
        if key != (line.subject, line.money):
            return []
        self._next = self._advance()
        return entries


@dataclass(slots=True)
class _Handed:
    """A month on its way into files, and what its columns add up to so far.

    Attributes:
        overtaken: a later month was locked before it, whose left-over it passes on.
        cut_off: the last day of a month that was booked in it.
        summary, detail: where the rows go.
    """

    month: str
    overtaken: bool
    cut_off: int | None
    summary: Sequence[Rows]
    detail: Sequence[Rows]
    totals: dict[str, Decimal] = field(default_factory=dict)

    def person(self, lines: Sequence[HandedLine], entries: _Entries) -> None:
        """Write the rows of one person."""
        slips: set[UUID | None] = set()
        for line in lines:
            own = entries.of(line)
            slips.update(entry.origin for entry in own)
            for row in self._details(line, own):
                _write(self.detail, row)
        payroll = [
            PayrollLine(line.money, _amounts(line), line.reason, _clauses(line)) for line in lines
        ]
        row = summary_row(self.month, _person(lines[0]), payroll, len(slips))
        _write(self.summary, row)
        for name, value in zip(SUMMARY, row, strict=True):
            if isinstance(value, Decimal):
                self.totals[name] = self.totals.get(name, ZERO) + value

    def _details(self, line: HandedLine, entries: Sequence[HandedEntry]) -> Iterator[list[Cell]]:
        """Yield a row for what was carried in, if anything was, and one for each entry."""
        worth = {tuple(part[:3]): Decimal(part[3]) for part in line.parts}
        requested = [
            entry.quantity
            if entry.unit == MONEY_UNIT
            else worth.get((entry.unit, entry.day.isoformat(), str(entry.quantity)), ZERO)
            for entry in entries
        ]
        first, *parts = shared_out(_amounts(line)._replace(overtaken=self.overtaken), requested)
        if line.carried_in:
            said = ["", _person(line).code, "", "carry_over", "", line.money, None, MONEY_UNIT]
            yield [*said, *_parts(first), line.reason, ""]
        for entry, part in zip(entries, parts, strict=True):
            origin = month_of(entry.day, None if entry.cause == "programme" else self.cut_off)
            yield [
                *(
                    "" if line.nameless else str(entry.origin or ""),
                    _person(line).code,
                    entry.day.isoformat(),
                    entry.cause,
                    NOBODY if line.nameless else entry.clause,
                ),
                *(line.money, Decimal(amount_text(entry.unit, entry.quantity)), entry.unit),
                *_parts(part),
                line.reason,
                origin if origin < self.month else "",
            ]


def _write(files: Sequence[Rows], row: Sequence[Cell]) -> None:
    for file in files:
        file.write(row)


def _amounts(line: HandedLine) -> Amounts:
    return Amounts(line.requested, line.carried_in, line.allowed, line.carried, line.refused)


def _clauses(line: HandedLine) -> list[str]:
    return [NOBODY] if line.nameless else line.clauses


def _person(line: HandedLine) -> Person:
    if line.nameless:
        return Person(NOBODY, "", line.kind, "", "", "")
    more = line.attributes
    centre, worker = (str(more.get(name, "")) for name in ("cost_center", "worker_type"))
    return Person(line.subject, line.name, line.kind, line.department or "", centre, worker)


def _parts(part: Amounts) -> tuple[Decimal, ...]:
    return (part.requested + part.carried_in, part.allowed, part.carried, part.refused)


def payroll(ctx: Context, month: str, name: str, template: str | None = None) -> IO[bytes]:
    """Return a file of a settled month, open: the workbook or one of its twins.

    It has no name any more and is gone when it is closed. `template`: of the company's, whose
    columns it has; its own columns without one. Who is restricted is named to who has to pay
    him; to others his rows say nobody, so that the sums hold.

    Raises:
        RefusedError: `invalid` month, `unknown_template`, `not_settled`, `period_moved`.
    """
    ctx.need("periods:export")
    period = month_named(month)
    with TemporaryDirectory(prefix="shangfa-") as folder:
        path = Path(folder) / name
        with begin(ctx.tenant, Kind.SNAPSHOT) as tx:
            current(tx)
            tx.kept_out = not ctx.may("restricted:pay")
            chosen = Template() if template is None else setting_in_force(tx).template(template)
            _hand(tx, period, _settled(tx, period), _Files(path, chosen))
        with begin(ctx.tenant) as tx:
            data = {"period": period.name, "file": name}
            data |= {"template": template} if template else {}
            note(tx, ctx, Noted("payroll.read", data=data))
        return path.open("rb")


def _settled(tx: Tx, period: Period) -> SettlementRecord:
    """Return the settlement that counts, which must stand on all that the ledger has by now."""
    found = periods.find_period(tx, period.name)
    counts = found.settlement_id if found else None
    stood = settlements.find_settlement(tx, counts) if counts else None
    if stood is None:
        raise refused(NOT_SETTLED, value=period.name)
    if stood.entries != settlements.count_entries(tx, period.name):
        raise refused(PERIOD_MOVED, value=period.name)
    return stood


class _Chosen:
    """Rows of which only the columns of a template are written."""

    def __init__(self, rows: Rows, head: Iterable[str], chosen: Iterable[Column]) -> None:
        order = list(head)
        self._rows = rows
        self._places = [order.index(item.column) for item in chosen]

    def write(self, row: Sequence[Cell]) -> None:
        """Add a row."""
        self._rows.write([row[place] for place in self._places])


@dataclass(slots=True)
class _Files:
    """The files that are written in one go: both twins, if only for their digests, and a book.

    What a template says changes what is handed out, and no digest: that is of all columns.
    """

    path: Path
    template: Template
    book: Book | None = None
    twins: tuple[CsvRows, ...] = ()
    handed_out: list[tuple[Rows, ...]] = field(default_factory=list)
    others: list[CsvRows] = field(default_factory=list)

    def __post_init__(self) -> None:
        whole = self.template == Template()
        self.book = Book(self.path) if self.path.name == WORKBOOK else None
        for name, key, head in _SHEETS:
            asked = self.path if self.path.name == _TWINS[key] else None
            twin = CsvRows(asked if whole else None)
            twin.write(list(head))
            self.twins += (twin,)
            more = self._sheet(name, key, head), self._twin(key, head, None if whole else asked)
            self.handed_out.append((twin, *(rows for rows in more if rows)))

    def _sheet(self, name: str, key: str, head: Mapping[str, str]) -> Rows | None:
        if self.book is None:
            return None
        columns = self.template.sheet(key)
        sheet = self.book.sheet(name, [item.header for item in columns])
        return _Chosen(sheet, head, columns)

    def _twin(self, key: str, head: Mapping[str, str], path: Path | None) -> Rows | None:
        if path is None:
            return None
        columns = self.template.sheet(key)
        rows = CsvRows(path)
        rows.write([item.header for item in columns])
        self.others.append(rows)
        return _Chosen(rows, head, columns)

    def handed(self, month: str, cut_off: int | None, *, overtaken: bool) -> _Handed:
        """Return what writes a month into them."""
        summary, detail = self.handed_out
        return _Handed(month, overtaken, cut_off, summary, detail)

    def close(self, control: Iterable[Sequence[Cell]]) -> None:
        """Add the control sheet where there is one, and put the files together."""
        if self.book:
            sheet = self.book.sheet("校验", ["项目", "值"])
            for row in control:
                sheet.write(row)
        for twin in (*self.twins, *self.others):
            twin.close()
        if self.book:
            self.book.close()


def _hand(tx: Tx, period: Period, settled: SettlementRecord, files: _Files) -> None:
    handed = files.handed(
        settled.month, settled.cut_off, overtaken=periods.has_later(tx, period.name)
    )
    entries = _Entries(sql.handed_entries(tx, period.name))
    lines = sql.handed_lines(tx, settled.id, period.last)
    for _, own in groupby(lines, lambda line: line.subject):
        handed.person(list(own), entries)
    files.close(_control(settled, files.twins, handed.totals))


def _control(
    settled: SettlementRecord, twins: Sequence[CsvRows], totals: Mapping[str, Decimal]
) -> Iterator[list[Cell]]:
    """Yield what the files can be checked by; nothing that changes after the settlement."""
    yield ["工资月份", settled.month]
    yield ["版本", settled.version]
    yield ["结算编号", str(settled.id)]
    yield ["结算时间", str(settled.finished_at)]
    for name, twin in zip((PAYROLL, DETAILS), twins, strict=True):
        yield [f"{name} 行数", twin.count - 1]
        yield [f"{name} SHA-256", twin.digest]
    for name, total in totals.items():
        yield [f"合计 {SUMMARY[name]}", total]
