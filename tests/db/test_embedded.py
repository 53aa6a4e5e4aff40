"""The embedded server on real folders: shared, restarted, and behind a long path."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from shangfa.db.server import embedded
from shangfa.db.server.embedded import Embedded

pytestmark = pytest.mark.database


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="shangfa-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def _ask(server: Embedded, query: str) -> object:
    with psycopg.connect(server.owner_url.replace("+psycopg", "")) as connection:
        answer = connection.execute(query.encode())
        rows = answer.fetchall() if answer.description else []
        return rows[0][0] if rows else None


def _is_alive(pid: str) -> bool:
    """A zombie is not alive, though it has a process id."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def kill_server(server: Embedded) -> None:
    """Kill the server and wait until all its processes are gone."""
    pid = (server.cluster.data / "postmaster.pid").read_text().split()[0]
    family = [pid, *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    os.kill(int(pid), signal.SIGKILL)
    _wait_until(lambda: not any(map(_is_alive, family)))


def test_the_last_user_stops_the_server_and_data_stays(folder: Path) -> None:
    first, second = embedded.start(folder / "pg"), embedded.start(folder / "pg")
    _ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    assert _ask(second, "SHOW fsync") == "on"
    second.stop()
    second.stop()
    assert not (first.home / "data" / "postmaster.pid").exists()
    again = embedded.start(folder / "pg")
    assert _ask(again, "SELECT n FROM kept") == 7
    again.stop()


def test_a_server_that_was_killed_is_started_again(folder: Path) -> None:
    first = embedded.start(folder / "pg")
    kill_server(first)
    second = embedded.start(folder / "pg")
    assert _ask(second, "SELECT 1") == 1
    first.stop()
    second.stop()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("with spaces and more", id="spaces"),
        pytest.param("赏罚 数据", id="Chinese"),
        pytest.param("it's", id="an apostrophe"),
        pytest.param('a "quoted" name', id="quotes"),
        pytest.param("a,b", id="a comma, which parts hosts"),
        pytest.param("$HOME `id` \\n 100%25+1#?", id="what a shell or a URL would read"),
        pytest.param("long" * 30, id="too long for a socket"),
    ],
)
def test_a_server_starts_in_any_folder_and_its_urls_lead_there(folder: Path, name: str) -> None:
    for _ in range(2):
        server = embedded.start(folder / name / "pg")
        assert _ask(server, "SELECT 1") == 1
        assert (folder / name / "pg/postgres.log").exists()
        url = server.owner_url
        with create_engine(url, poolclass=NullPool).connect() as connection:
            assert connection.scalar(text("SELECT current_user")) == embedded.OWNER
        server.stop()
        assert not (server.socket / ".s.PGSQL.5432").exists()
        assert server.socket.exists() == (server.socket == server.home)


def test_a_server_that_died_comes_back_where_it_was(folder: Path) -> None:
    server = embedded.start(folder / ("long" * 30) / "pg")
    assert not server.revive()
    kill_server(server)
    assert server.revive()
    assert _ask(server, "SELECT 1") == 1
    server.stop()
    assert not server.socket.exists()


def test_stopping_a_server_that_is_gone_is_no_fault(folder: Path) -> None:
    server = embedded.start(folder / "pg")
    kill_server(server)
    server.stop()
    again = embedded.start(folder / "pg")
    assert _ask(again, "SELECT 1") == 1
    again.stop()


def test_the_folder_and_its_socket_are_closed_to_others(server: Embedded) -> None:
    assert server.home.stat().st_mode & 0o077 == 0
    assert (server.home / "owner.password").stat().st_mode & 0o777 == 0o600
    assert _ask(server, "SHOW listen_addresses") == ""
    assert "host=%2F" in server.app_url
    assert server.app_url.startswith("postgresql+psycopg://shangfa_app@/shangfa?")


@pytest.mark.parametrize("role", ["shangfa_owner", "postgres", "somebody"])
@pytest.mark.parametrize("password", [None, "guessed"])
def test_nobody_becomes_the_owner_by_his_name(
    server: Embedded, role: str, password: str | None
) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"password|authentication"):
        psycopg.connect(host=str(server.socket), user=role, dbname="postgres", password=password)


def test_a_server_of_an_earlier_version_is_closed_when_it_starts(folder: Path) -> None:
    first = embedded.start(folder / "pg")
    _ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    _ask(first, f"ALTER ROLE {embedded.OWNER} PASSWORD NULL")
    (first.cluster.data / "pg_hba.conf").write_text("local all all trust\n")
    (first.home / "owner.password").unlink()
    first.stop()
    second = embedded.start(folder / "pg")
    try:
        assert second.secret != first.secret
        assert _ask(second, "SELECT n FROM kept") == 7
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(second.socket), user=embedded.OWNER, dbname="postgres")
        assert second.secret not in (second.home / "postgres.log").read_text()
    finally:
        second.stop()
