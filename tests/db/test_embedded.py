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
    with psycopg.connect(
        host=str(server.socket), user=embedded.OWNER, dbname=embedded.DATABASE
    ) as connection:
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
    pid = (first.home / "data" / "postmaster.pid").read_text().split()[0]
    family = [pid, *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    os.kill(int(pid), signal.SIGKILL)
    _wait_until(lambda: not any(map(_is_alive, family)))
    second = embedded.start(folder / "pg")
    assert _ask(second, "SELECT 1") == 1
    first.stop()
    second.stop()


def test_a_path_too_long_for_a_socket_and_with_a_quote_in_it(folder: Path) -> None:
    server = embedded.start(folder / ("long" * 30) / "it's" / "pg")
    assert _ask(server, "SELECT 1") == 1
    server.stop()
    assert not server.socket.exists()


def test_the_folder_and_its_socket_are_closed_to_others(server: Embedded) -> None:
    assert server.home.stat().st_mode & 0o077 == 0
    assert _ask(server, "SHOW listen_addresses") == ""
    assert "host=%2F" in server.app_url
    assert server.app_url.startswith("postgresql+psycopg://shangfa_app@/shangfa?")
