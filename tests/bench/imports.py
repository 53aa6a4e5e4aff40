"""A file of incidents brought in, beside a plain COPY of the same rows into the same tables."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from psycopg import sql
from tests.bench.figures import say
from tests.bench.memory import resident
from tests.bench.stage import Company, Owner, Stage
from tests.bench.traffic import bodies, moment

from shangfa.domain.access.roles import HR
from shangfa.services.context import Context
from shangfa.services.exchange import imports
from shangfa.services.exchange.imports import Sent

SLUG: Final = "fujie"
PEOPLE: Final = 2000
ROWS: Final = 20_000
DAYS: Final = 60
COLUMNS: Final = ("subject", "clause", "occurred_at", "quantity", "facts", "policy")
TABLES: Final = (
    *("incident", "incident_subject", "case", "case_step", "decision", "ledger_entry"),
    *("deadline", "event", "tally"),
)


def run(stage: Stage) -> None:
    """Bring in a file, copy what it made out, and copy that into a database without it."""
    say(f"\n8. A file of {ROWS:,} incidents of {PEOPLE:,} people beside a COPY of the same rows")
    company = stage.company(SLUG, PEOPLE, date(2026, 1, 1))
    name, bare = stage.copy("import"), stage.copy("bare")
    with stage.inside(name):
        before = resident()
        started, used = time.perf_counter(), time.process_time()
        _bring_in(company, "\n".join(islice(_rows(company), ROWS)).encode())
        took, used = time.perf_counter() - started, time.process_time() - used
        grew = resident() - before
    copied = _copied(stage, name, bare)
    say(f"  imported {ROWS / took:.0f} a second, {used / ROWS * 1e3:.2f} ms of our processor each")
    say(f"  copied {ROWS / copied:.0f} a second: {copied / took:.3f} of a COPY; goal 0.5")
    say(f"  memory grew by {grew / 1e6:.0f} MB; goal under 300 MB")


def _rows(company: Company) -> Iterator[str]:
    """Yield rows as lines of JSON, day after day."""
    for number, raw in enumerate(bodies(company.slug, company.codes, moment(), ROWS)):
        said = json.loads(raw)
        day = date(2026, 1, 5) + timedelta(number * DAYS // ROWS)
        row = {key: said[key] for key in COLUMNS if key in said} | {"occurred_at": day.isoformat()}
        yield json.dumps(row | {"external_id": f"x-{number}"}, ensure_ascii=False)


def _bring_in(company: Company, body: bytes) -> None:
    ctx = Context(HR, uuid4(), company.id)
    sent = Sent("incidents", "application/x-ndjson", body, {}, dry_run=False)
    run = imports.send(ctx, sent)
    imports.work_off(company.id, run.file_id, commit=True)
    done = imports.read(ctx, run.file_id)
    assert (done.state, done.good) == ("done", ROWS), done


def _copied(stage: Stage, source: str, target: str) -> float:
    """Return how many seconds it takes to copy the rows of a database into another one."""
    with TemporaryDirectory(prefix="shangfa-") as folder:
        with stage.owner(source) as owner:
            for table in TABLES:
                _out(owner, table, Path(folder) / table)
        with stage.owner(target) as owner:
            owner.execute("DELETE FROM event")  # of how the company was made
            started = time.perf_counter()
            for table in TABLES:
                _in(owner, table, Path(folder) / table)
            return time.perf_counter() - started


def _out(owner: Owner, table: str, path: Path) -> None:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with owner.cursor().copy(statement) as rows, path.open("wb") as file:
        for block in rows:
            file.write(block)


def _in(owner: Owner, table: str, path: Path) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with owner.cursor().copy(statement) as rows, path.open("rb") as file:
        while block := file.read(1 << 16):
            rows.write(block)
