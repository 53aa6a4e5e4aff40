"""The stage: a PostgreSQL in a temporary folder, databases to copy, gunicorn in front."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from tests.bench.traffic import TENANTS

from shangfa.db.server import embedded, schema
from shangfa.db.server.embedded import Embedded
from shangfa.db.tx import pool
from shangfa.services.access.by_hand import make_key
from shangfa.services.running.deployment import use
from shangfa.services.running.folders import load_folder

ROOT: Final = Path(__file__).parents[2]
WORKERS: Final = 2
THREADS: Final = 4
REPORTS: Final = 10
"""People to a supervisor."""
PATIENCE: Final = 30.0
"""Seconds a server may take to start or stop."""

Owner = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant with people to report about and a key to report with."""

    slug: str
    id: UUID
    token: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn."""

    database: str
    port: int
    pid: int


class Cpu(NamedTuple):
    """Seconds of processor used so far."""

    web: float
    database: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A running server with a migrated, empty database to start from."""

    folder: Path
    server: Embedded

    @contextmanager
    def owner(self, database: str = embedded.DATABASE) -> Iterator[Owner]:
        """Yield a connection of the superuser, committing every statement."""
        url = self.server.url(embedded.OWNER, database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    def copy(self, name: str) -> str:
        """Copy the database, which nobody may be using, and return the copy's name."""
        pool.reset()
        return self._create(name, embedded.DATABASE)

    def empty(self, name: str) -> str:
        """Create a database without tables and return its name."""
        return self._create(name, "template1")

    def _create(self, name: str, template: str) -> str:
        with self.owner("postgres") as owner:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            owner.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    @contextmanager
    def inside(self, database: str) -> Iterator[None]:
        """Let this process itself work in a database, as the application."""
        use(self.server.url(embedded.APP, database))
        try:
            yield
        finally:
            pool.reset()

    def company(self, slug: str, people: int, since: date) -> Company:
        """Load a tenant's folder, hire people who report to supervisors from a day on."""
        use(self.server.app_url)
        load_folder(TENANTS / slug)
        token = make_key("hr", slug, None, "bench")
        with self.owner() as owner:
            query = "SELECT tenant_id FROM tenant_slug WHERE slug = %s"
            row = owner.execute(query, [slug]).fetchone()
            assert row is not None  # loaded above
            values = {"tenant": row[0], "people": people, "reports": REPORTS, "since": since}
            owner.execute(_HIRE, values)
            owner.execute(_ASSIGN, values)
        pool.reset()
        return Company(slug, row[0], token, tuple(f"B{n:05}" for n in range(people)))

    @contextmanager
    def gunicorn(self, words: Sequence[str], database: str, **environ: str) -> Iterator[Server]:
        """Serve what `words` tell gunicorn from a database, on the loopback."""
        port = _free_port()
        url = self.server.url(embedded.APP, database)
        # what the shell says about the deployment must not reach the benchmark
        clean = {key: text for key, text in os.environ.items() if not key.startswith("SHANGFA_")}
        clean |= {"SHANGFA_WORKERS": str(WORKERS), "SHANGFA_THREADS": str(THREADS)}
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *words]
        log = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 - closed below
        process = subprocess.Popen(
            command, cwd=ROOT, env=clean | {"SHANGFA_DATABASE_URL": url} | environ, stderr=log
        )
        try:
            _await(port, process)
            yield Server(database, port, process.pid)
        except RuntimeError as error:
            log.seek(0)
            error.add_note(f"{words} wrote: {log.read(4000).decode()}")
            raise
        finally:
            _end(process)
            log.close()

    def analyze(self, server: Server) -> None:
        """Tell the planner how large the tables of a server's database are by now."""
        with self.owner(server.database) as owner:
            owner.execute("ANALYZE")

    def cpu(self, server: Server) -> Cpu:
        """Return what a server's processes and their database connections have used."""
        with self.owner("postgres") as owner:
            query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
            backends = [row[0] for row in owner.execute(query, [server.database])]
        return Cpu(sum(map(seconds_of, _children(server.pid))), sum(map(seconds_of, backends)))


_HIRE: Final = """
    INSERT INTO subject (tenant_id, id, code, kind, name, attributes, created_at)
    SELECT %(tenant)s, uuidv7(), code, 'employee', code, '{"labour_contract": true}', now()
    FROM (
        SELECT 'S' || lpad(n::text, 5, '0') AS code
        FROM generate_series(0, (%(people)s - 1) / %(reports)s) n
        UNION ALL
        SELECT 'B' || lpad(n::text, 5, '0') FROM generate_series(0, %(people)s - 1) n) hired"""

_ASSIGN: Final = """
    INSERT INTO assignment (tenant_id, id, subject_id, effective_from, supervisor_id, department)
    SELECT s.tenant_id, uuidv7(), s.id, %(since)s, boss.id, '客服部'
    FROM subject s LEFT JOIN subject boss ON boss.tenant_id = s.tenant_id
        AND left(s.code, 1) = 'B'
        AND boss.code = 'S' || lpad((substr(s.code, 2)::int / %(reports)s)::text, 5, '0')
    WHERE s.tenant_id = %(tenant)s AND s.code ~ '^[BS][0-9]{5}$'"""


@contextmanager
def stage() -> Iterator[Stage]:
    """Start a server of our own and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="shangfa-bench-"))
    # The user that PostgreSQL runs as must be able to pass through.
    folder.chmod(0o755)
    try:
        server = embedded.start(folder / "postgres")
        try:
            schema.upgrade(server.owner_url)
            yield Stage(folder, server)
        finally:
            pool.reset()
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def seconds_of(pid: int) -> float:
    """Return user and system time of a process, 0.0 when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            if len(_children(process.pid)) == WORKERS:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
