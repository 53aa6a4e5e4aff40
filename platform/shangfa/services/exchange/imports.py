"""Files brought in: kept as they were sent, read row by row, all of them or nothing.

A file is read once: its rows are applied in one transaction, each with a way back of its own.
When all are good and it was no rehearsal, the transaction commits; else nothing of it is there
and the faults are kept. Small files are read while the sender waits, large ones by the worker.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final
from uuid import UUID

from shangfa.db.access import person_of
from shangfa.db.exchange import imports as sql
from shangfa.db.exchange.imports import ChangeLine, FaultLine, FileLine, RunRecord
from shangfa.db.server.jobs import Job, defer
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.documents.sheets.reading import Row, read_rows
from shangfa.documents.sheets.writing import CsvRows
from shangfa.domain.access.roles import HR
from shangfa.domain.exchange.events import import_done
from shangfa.domain.exchange.faults import ALREADY_IMPORTED, IMPORT_STATE
from shangfa.domain.exchange.imports import COLUMNS, IGNORED, NEEDED, columns_of
from shangfa.domain.faults import INVALID, NOT_FOUND, Fault, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.exchange.attendance import AttendanceRows, mapping_in_force
from shangfa.services.exchange.punches import PunchRows
from shangfa.services.exchange.rows import Importer, Incidents, Subjects, Wages
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

AT_ONCE: Final = 65_536
"""Bytes of a file that is read while its sender waits."""
TOLD_EVERY: Final = 1000
"""Rows after which it is told how many are read, and looked whether to go on."""
MAPPED: Final = frozenset({"attendance", "punches"})
"""Kinds that a machine counted, whose headers a company may have mapped once for all."""
ATTENDANCE_ONLY: Final = Note(
    "只有考勤与打卡文件可以替换先前的", "only attendance and punches replace earlier files"
)
MOST_FAULTS: Final = 1000
"""Faults after which a file is read no further."""


_IMPORTERS: Final[Mapping[str, Callable[[str], Importer]]] = {
    "subjects": Subjects,
    "wages": Wages,
    "incidents": Incidents,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as somebody sends it; `columns` maps headers of his own to ours.

    `month`: what rows of attendance without a day are about. `replaces`: what earlier files of
    attendance said of the same days is taken back where this one differs.
    """

    kind: str
    media: str
    body: bytes
    columns: Mapping[str, str]
    dry_run: bool
    month: str | None = None
    replaces: bool = False


class _NotKeptError(Exception):
    """The rows are to be taken back: some are bad, or it was a rehearsal, or it was cancelled."""


@dataclass(slots=True)
class _Reading:
    """A file while it is read."""

    file: FileLine
    importer: Importer
    rows: int = 0
    bad: int = 0
    faults: list[FaultLine] = field(default_factory=list)

    def go_through(self, tx: Tx, ctx: Context) -> None:
        """Apply all rows; what is wrong with one is kept beside."""
        for row in rows_of(self.file):
            self.rows += 1
            try:
                self.importer.take(tx, ctx, row)
            except RefusedError as error:
                self.note(row.number, error)
            self._settle(tx, ctx, last=False)
            if self.rows % TOLD_EVERY == 0:
                _look_up(tx.tenant, self.file.id, self.rows)
            if len(self.faults) >= MOST_FAULTS:
                return
        self._settle(tx, ctx, last=True)
        for number, misfit in self.importer.finish(tx, ctx) if not self.bad else ():
            self.note(number, misfit)
            if len(self.faults) >= MOST_FAULTS:
                return

    def _settle(self, tx: Tx, ctx: Context, *, last: bool) -> None:
        for number, misfit in self.importer.settle(tx, ctx, last=last):
            self.note(number, misfit)

    def note(self, number: int, error: RefusedError) -> None:
        """Keep what is wrong with a row."""
        self.bad += 1
        self.faults += [_line(number, fault) for fault in error.faults]

    def outcome(self, state: str) -> RunRecord:
        """Return how far the file has come."""
        good = max(self.rows - self.bad, 0)
        kind, dry_run = self.file.kind, self.file.dry_run
        return RunRecord(self.file.id, kind, dry_run, state, self.rows, good, self.bad, self.rows)


def _line(number: int, fault: Fault) -> FaultLine:
    column = fault.pointer.strip("/").partition("/")[0]
    return FaultLine(new_id(), number, column, fault.code, fault.zh, fault.en)


def rows_of(file: FileLine) -> Iterator[Row]:
    """Yield the rows of a file.

    Raises:
        RefusedError: `unreadable_file`.
    """
    columns = columns_of(file.kind, file.columns)
    return read_rows(file.body, file.media, columns, NEEDED[file.kind])


def send(ctx: Context, sent: Sent) -> RunRecord:
    """Keep a file and have it read.

    Raises:
        RefusedError: `already_imported`; `invalid` to replace what no attendance is.
    """
    ctx.need("imports:write")
    if sent.replaces and sent.kind not in MAPPED:
        raise refused(INVALID, "/replace", value=sent.kind, why=ATTENDANCE_ONLY)
    digest = hashlib.sha256(sent.body).digest()

    def work(tx: Tx) -> RunRecord:
        current(tx)
        known = sql.same_file(tx, sent.kind, digest)
        if known is not None:
            raise refused(ALREADY_IMPORTED, value=str(known.file_id))
        file = FileLine(
            *(new_id(), sent.kind, sent.media, digest, sent.body, _headers(tx, sent)),
            *(sent.dry_run, ctx.actor_id, now(), sent.month, sent.replaces),
        )
        sql.add_file(tx, file, new_id())
        return _begin(tx, RunRecord(file.id, sent.kind, sent.dry_run, "reading", 0, 0, 0, 0), sent)

    run = transact(ctx, work, Kind.LARGE)
    if len(sent.body) <= AT_ONCE:
        work_off(ctx.tenant, run.file_id, commit=not sent.dry_run)
    return run


def _headers(tx: Tx, sent: Sent) -> dict[str, str]:
    """Return the headers of one's own: of attendance also those that the company mapped."""
    own = mapping_in_force(tx).headers if sent.kind in MAPPED else {}
    known = {*COLUMNS[sent.kind], IGNORED}
    return {name: to for name, to in {**own, **sent.columns}.items() if to in known}


def _begin(tx: Tx, run: RunRecord, sent: Sent) -> RunRecord:
    if len(sent.body) > AT_ONCE:
        defer(tx, _job(tx.tenant, run.file_id, commit=not sent.dry_run))
    return run


def _job(tenant_id: UUID, file_id: UUID, *, commit: bool) -> Job:
    arguments = {"tenant": tenant_id, "file": file_id, "commit": commit}
    return Job("import", "run_import", f"import:{file_id}", arguments)


def commit(ctx: Context, file_id: UUID) -> RunRecord:
    """Bring in a file that was checked.

    Raises:
        RefusedError: `not_found`, `import_state`.
    """
    ctx.need("imports:write")
    sizes: list[int] = []

    def work(tx: Tx) -> RunRecord:
        current(tx)
        run = _held(tx, file_id, "checked")._replace(state="reading", done=0)
        file = sql.find_file(tx, file_id)
        assert file is not None  # noqa: S101 - its run was found
        known = sql.same_file(tx, run.kind, file.digest)
        if known is not None:
            raise refused(ALREADY_IMPORTED, value=str(known.file_id))
        sql.move_run(tx, run)
        sizes.append(len(file.body))
        if len(file.body) > AT_ONCE:
            defer(tx, _job(tx.tenant, file_id, commit=True))
        return run

    run = transact(ctx, work)
    if sizes[-1] <= AT_ONCE:
        work_off(ctx.tenant, file_id, commit=True)
    return run


def cancel(ctx: Context, file_id: UUID) -> RunRecord:
    """Let a file go that was not brought in; one that is being read stops.

    Raises:
        RefusedError: `not_found`, `import_state`.
    """
    ctx.need("imports:write")

    def work(tx: Tx) -> RunRecord:
        current(tx)
        run = _held(tx, file_id, "reading", "checked")._replace(state="refused")
        sql.move_run(tx, run)
        return run

    return transact(ctx, work)


def _held(tx: Tx, file_id: UUID, *states: str) -> RunRecord:
    run = sql.find_run(tx, file_id, hold=True)
    if run is None:
        raise refused(NOT_FOUND, "")
    if run.state not in states:
        raise refused(IMPORT_STATE, value=run.state, allowed="/".join(states))
    return run


def read(ctx: Context, file_id: UUID) -> RunRecord:
    """Return how far a file has come.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("imports:write")

    def work(tx: Tx) -> RunRecord:
        current(tx)
        run = sql.find_run(tx, file_id)
        if run is None:
            raise refused(NOT_FOUND, "")
        return run

    return reading(ctx, work)


def work_off(tenant_id: UUID, file_id: UUID, *, commit: bool) -> None:
    """Read a file that waits for it, and bring it in when all its rows are good."""
    with begin(tenant_id, Kind.LARGE) as tx:
        run, file = sql.find_run(tx, file_id), sql.find_file(tx, file_id)
        sender = person_of(tx, file.actor_id) if file else None
    if run is None or file is None or run.state != "reading":
        return
    # What a machine counted may be of him who hands it in as well.
    person = (None, None) if sender is None or file.kind in MAPPED else sender
    ctx = Context(HR, file.actor_id, tenant_id, *person)
    reads: list[_Reading] = []

    def work(tx: Tx) -> None:
        reads.append(_Reading(file, _importer(file)))
        _bring_in(tx, ctx, reads[-1], commit=commit)

    try:
        transact(ctx, work, Kind.LARGE)
    except _NotKeptError:
        _take_back(ctx, reads[-1])


def _importer(file: FileLine) -> Importer:
    """Return what brings in a file of its kind."""
    if file.kind == "attendance":
        return AttendanceRows(file.kind, month=file.month, replaces=file.replaces)
    if file.kind == "punches":
        return PunchRows(file.kind, month=file.month, replaces=file.replaces)
    return _IMPORTERS[file.kind](file.kind)


def _bring_in(tx: Tx, ctx: Context, found: _Reading, *, commit: bool) -> None:
    try:
        found.go_through(tx, ctx)
    except RefusedError as error:  # of the file as a whole
        found.note(0, error)
    if found.bad or not commit:
        raise _NotKeptError
    run = _held(tx, found.file.id, "reading")
    sql.move_run(tx, found.outcome("done"))
    sql.set_changes(tx, run.file_id, found.importer.changes)
    tell(tx, ctx, now(), import_done(run.file_id, run.kind, found.rows))


def _take_back(ctx: Context, found: _Reading) -> None:
    """Say what a reading of which nothing stayed has found."""
    with begin(ctx.tenant) as tx:
        run = sql.find_run(tx, found.file.id, hold=True)
        if run is None or run.state != "reading":
            return  # it was cancelled meanwhile
        sql.set_faults(tx, found.file.id, found.faults)
        shown = () if found.bad else found.importer.changes
        not_yet = [line._replace(incident_id=None) for line in shown if line.change == "added"]
        taken = [line for line in shown if line.change == "removed"]
        sql.set_changes(tx, found.file.id, [*taken, *not_yet])
        sql.move_run(tx, found.outcome("refused" if found.bad else "checked"))


def _look_up(tenant_id: UUID, file_id: UUID, done: int) -> None:
    """Say how many rows are read, beside the transaction that reads them; stop if told to."""
    with begin(tenant_id) as beside:
        run = sql.find_run(beside, file_id)
        if run is None or run.state != "reading":
            raise _NotKeptError
        sql.note_done(beside, file_id, done)


def errors(ctx: Context, file_id: UUID) -> IO[bytes]:
    """Return the rows of a file that are bad, as CSV, each with what is wrong with it; open.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("imports:write")

    def work(tx: Tx) -> tuple[FileLine | None, list[FaultLine]]:
        current(tx)
        return sql.find_file(tx, file_id), sql.faults_of(tx, file_id)

    file, faults = reading(ctx, work)
    if file is None:
        raise refused(NOT_FOUND, "")
    with TemporaryDirectory(prefix="shangfa-") as folder:
        path = Path(folder) / "errors.csv"
        _write_errors(path, file, faults)
        return path.open("rb")


def changes(ctx: Context, file_id: UUID) -> IO[bytes]:
    """Return what a corrected file changes, or will, as CSV; open.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("imports:write")

    def work(tx: Tx) -> tuple[RunRecord | None, list[ChangeLine]]:
        current(tx)
        return sql.find_run(tx, file_id), sql.changes_of(tx, file_id)

    run, found = reading(ctx, work)
    if run is None:
        raise refused(NOT_FOUND, "")
    with TemporaryDirectory(prefix="shangfa-") as folder:
        path = Path(folder) / "changes.csv"
        rows = CsvRows(path)
        rows.write([name for name in ChangeLine._fields if name != "id"])
        for line in found:
            about = (line.subject, line.day.isoformat(), line.clause, line.quantity)
            rows.write([line.change, line.number, *about, str(line.incident_id or "")])
        rows.close()
        return path.open("rb")


def _write_errors(path: Path, file: FileLine, faults: Sequence[FaultLine]) -> None:
    columns = COLUMNS[file.kind]
    rows = CsvRows(path)
    rows.write([*columns, "row", "column", "code", "reason"])
    by_row: dict[int, list[FaultLine]] = {}
    for fault in faults:
        by_row.setdefault(fault.number, []).append(fault)
    for fault in by_row.pop(0, ()):
        rows.write([*[""] * len(columns), None, fault.field, fault.code, _reason(fault)])
    for row in rows_of(file) if by_row else ():
        for fault in by_row.pop(row.number, ()):
            cells = [_shown(row.cells.get(name, "")) for name in columns]
            rows.write([*cells, row.number, fault.field, fault.code, _reason(fault)])
        if not by_row:
            break
    rows.close()


def _reason(fault: FaultLine) -> str:
    return f"{fault.zh} {fault.en}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
