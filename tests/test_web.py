"""The web server as the product runs it: gunicorn with its configuration, on real sockets."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import make_url
from tests.making.house import ROOT, load_company, owning, serving

from shangfa.db.server.embedded import OWNER, Embedded
from shangfa.services.access.by_hand import make_key
from shangfa.services.running.process import meters

PATIENCE = 60.0
WORKERS, THREADS = 2, 2


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_until(condition: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline
        sleep(0.05)


@dataclass(frozen=True)
class Web:
    """A running gunicorn."""

    port: int
    health: int
    process: subprocess.Popen[str]
    log: Path

    def ask(self, path: str, key: str = "", port: int | None = None, **more: Any) -> HTTPResponse:
        """Send a request on a connection of its own; the answer is read."""
        headers = dict(more.get("headers", {}))
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        with closing(HTTPConnection("127.0.0.1", port or self.port, timeout=20)) as connection:
            connection.request(more.get("method", "GET"), path, more.get("body"), headers)
            response = connection.getresponse()
            response.text = response.read().decode()  # type: ignore[attr-defined] # for the test
        return response

    def connect(self, sent: bytes, port: int | None = None) -> socket.socket:
        """Open a connection and send something."""
        found = socket.create_connection(("127.0.0.1", port or self.port), timeout=20)
        found.sendall(sent)
        return found

    def children(self) -> list[int]:
        """Return the workers' process ids."""
        pid = self.process.pid
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def said(self) -> list[dict[str, Any]]:
        """Return the lines of the log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def start(url: str, log: Path, config: str = "deploy/gunicorn.conf.py", **variables: object) -> Web:
    port, health = free_port(), free_port()
    ours = {name: value for name, value in os.environ.items() if name[:7] != "SHANGFA"}
    told = {
        "DATABASE_URL": url,
        "BIND": f"127.0.0.1:{port}",
        "HEALTH_BIND": f"127.0.0.1:{health}",
        "WORKERS": WORKERS,
        "THREADS": THREADS,
    } | variables
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", config],
            cwd=ROOT,
            env=ours | {f"SHANGFA_{name}": str(value) for name, value in told.items()},
            stderr=said,
            text=True,
        )
    return Web(port, health, process, log)


def answers(web: Web, path: str = "/healthz") -> bool:
    assert web.process.poll() is None, web.log.read_text()
    try:
        return web.ask(path).status == 200
    except OSError:
        return False


@contextmanager
def running(url: str, log: Path, **variables: Any) -> Iterator[Web]:
    web = start(url, log, **variables)
    try:
        wait_until(lambda: answers(web))
        yield web
    finally:
        web.process.terminate()
        try:
            web.process.wait(PATIENCE)
        finally:
            web.process.kill()


@pytest.fixture(scope="module")
def web(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running(app_url, tmp_path_factory.mktemp("web") / "log") as found:
        wait_until(lambda: len(found.children()) == WORKERS)
        yield found


@pytest.fixture(scope="module")
def key(app_url: str) -> str:
    with serving(app_url):
        return make_key("hr", load_company("fujie").slug, None, "test")


@pytest.fixture
def threads(web: Web, key: str, owner_url: str) -> Iterator[list[Any]]:
    """All request threads of all workers, held by a locked table.

    So many requests that each worker gets enough, however they are shared out.
    """
    many = 10 * WORKERS * THREADS
    with owning(owner_url) as owner, ThreadPoolExecutor(many) as pool:
        with owner.transaction():
            owner.execute("LOCK subject IN ACCESS EXCLUSIVE MODE")
            held = [pool.submit(web.ask, "/v1/subjects", key) for _ in range(many)]
            waiting = (
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            with owning(owner_url) as other:
                wait_until(
                    lambda: (other.execute(waiting).fetchone() or [0])[0] >= WORKERS * THREADS
                )
            yield held
        for one in held:
            assert one.result().status in {200, 503}


# Clients that are slow, or stop


HALVES = [
    pytest.param(b"GET /healthz HTT", id="half a line"),
    pytest.param(b"GET /v1/subjects HTTP/1.1\r\nHost: a\r\n", id="half a head"),
    pytest.param(
        b"POST /v1/incidents HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{", id="half a body"
    ),
    pytest.param(
        b"POST /v1/incidents HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        id="half a chunk",
    ),
    pytest.param(b"", id="nothing"),
]


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_holds_nobody(web: Web, key: str, half: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(8 * WORKERS * THREADS):
            stack.enter_context(web.connect(half))
        begun = monotonic()
        for path in ("/healthz", "/readyz", "/v1/subjects"):
            assert web.ask(path, key).status == 200
        assert monotonic() - begun < 5


def test_who_does_not_read_holds_nobody(web: Web, key: str) -> None:
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200
    with ExitStack() as stack:
        for _ in range(4 * WORKERS * THREADS):
            stack.enter_context(web.connect(asked))
        sleep(1)
        assert web.ask("/v1/subjects", key).status == 200
        assert len(web.ask("/openapi.json").text) > 10000  # type: ignore[attr-defined]


def test_more_connections_than_there_may_be_make_room(web: Web) -> None:
    with ExitStack() as stack:
        for _ in range(WORKERS * 200 + 50):
            stack.enter_context(web.connect(b"GET / HT"))
        assert web.ask("/healthz").status == 200


def read_answers(connection: socket.socket, count: int) -> list[int]:
    """Return the statuses of answers on one connection."""
    found = []
    with connection.makefile("rb") as reader:
        for _ in range(count):
            found.append(int(reader.readline().split()[1]))
            head = dict(line.lower().split(b": ") for line in iter(reader.readline, b"\r\n"))
            reader.read(int(head[b"content-length"]))
    return found


def test_requests_in_pieces_and_in_one_piece_are_answered_in_turn(web: Web, key: str) -> None:
    body = json.dumps({"subject": "F002", "clause": "一-2", "occurred_at": "2026-03-02"}).encode()
    head = f"POST /v1/incidents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n".encode()
    head += b"Content-Type: application/json\r\n"
    plain = head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    chunks = b"".join(f"{1:x}\r\n".encode() + body[i : i + 1] + b"\r\n" for i in range(len(body)))
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    health = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    whole = plain + health + chunked + health
    with closing(web.connect(whole)) as connection:
        assert read_answers(connection, 4) == [201, 200, 201, 200]
    with closing(web.connect(b"")) as connection:
        for at in range(0, len(whole), 7):
            connection.sendall(whole[at : at + 7])
        assert read_answers(connection, 4) == [201, 200, 201, 200]


IMPATIENT = """
from shangfa.api.running.gunicorn_conf import *

def post_worker_init(worker):
    from shangfa.api.running import worker as module
    module.ARRIVAL = module.DEPARTURE = 1.0
"""
"""Seconds instead of half minutes."""


def test_who_takes_too_long_is_let_go(app_url: str, tmp_path: Path) -> None:
    config = tmp_path / "impatient.conf.py"
    config.write_text(IMPATIENT)
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200
    with running(app_url, tmp_path / "log", config=str(config), WORKERS=1) as web:
        with closing(web.connect(b"GET /healthz HTT")) as connection:
            assert read_answers(connection, 1) == [408]
            assert connection.recv(1) == b""
        with closing(web.connect(asked)) as connection:
            sleep(4)
            read = 0
            with suppress(ConnectionError):
                while more := connection.recv(1_000_000):
                    read += len(more)
            size = len(web.ask("/openapi.json").text)  # type: ignore[attr-defined]
            assert 0 < read < 200 * size


def test_a_client_that_waits_for_a_word_gets_it(web: Web, key: str) -> None:
    head = f"POST /v1/incidents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with closing(web.connect(head.encode())) as connection:
        assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert read_answers(connection, 1) == [422]


def test_a_body_that_is_too_long_is_refused_before_it_is_sent(web: Web, key: str) -> None:
    head = f"POST /v1/incidents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 999999999\r\n\r\n"
    with closing(web.connect(head.encode())) as connection:
        assert read_answers(connection, 1) == [413]


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(b"nonsense\r\n\r\n", 400, "malformed_request", id="no request"),
        pytest.param(b"GET / HTTP/1.1\nHost: a\n\n", 400, "malformed_request", id="bare line ends"),
        pytest.param(
            b"GET / HTTP/1.1\r\nA B: c\r\n\r\n", 400, "malformed_request", id="a bad header"
        ),
        pytest.param(
            b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414, "address_too_long", id="a long line"
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
            431,
            "headers_too_large",
            id="a header",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 150 + b"\r\n",
            431,
            "headers_too_large",
            id="many headers",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nX: " + b"a" * 900_000,
            431,
            "headers_too_large",
            id="a head without end",
        ),
    ],
)
def test_what_is_no_http_is_refused_in_our_shape(
    web: Web, sent: bytes, status: int, code: str
) -> None:
    with closing(web.connect(sent)) as connection:
        response = HTTPResponse(connection)
        response.begin()
        body = json.loads(response.read())
    assert (response.status, body["status"], body["code"]) == (status, status, code)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["detail_zh"]
    assert body["detail_en"]


# Probes


@pytest.mark.usefixtures("threads")
def test_probes_are_answered_while_all_threads_are_held(web: Web) -> None:
    for port in (web.port, web.health):
        for path in ("/healthz", "/readyz"):
            begun = monotonic()
            assert web.ask(path, port=port).status == 200
            assert monotonic() - begun < 2.5


def test_the_port_for_probes_answers_them_alone(web: Web) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        ours, theirs = (web.ask(path, port=port) for port in (web.port, web.health))
        assert ours.status == theirs.status == 200
        assert ours.headers["Content-Type"] == theirs.headers["Content-Type"]
    assert web.ask("/v1/subjects", port=web.health).status == 404
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(web.connect(b"GET /heal", web.health))
        assert web.ask("/healthz", port=web.health).status == 200


# Metrics and log


def counted(web: Web, route: str) -> int:
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    lines = re.findall(rf'^shangfa_requests_total{{.*route="{route}".*}} ([\d.]+)', text, re.M)
    return int(sum(map(float, lines)))


def test_metrics_are_those_of_all_workers(web: Web) -> None:
    before = counted(web, "/docs/errors")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: web.ask("/docs/errors"), range(40)))
    assert {counted(web, "/docs/errors") for _ in range(8)} == {before + 40}
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    assert len(re.findall("^shangfa_cached_tenants ", text, re.M)) == 1


def cached(web: Web) -> float:
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    return sum(map(float, re.findall("^shangfa_cached_tenants ([0-9.]+)", text, re.M)))


def test_what_killed_workers_counted_stays_and_what_they_held_goes(web: Web, key: str) -> None:
    for _ in range(8):
        web.ask("/v1/subjects", key)
    assert cached(web) > 0
    before, old = counted(web, "/v1/subjects"), set(web.children())
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(set(web.children()) - old) == WORKERS)
    wait_until(lambda: answers(web))
    assert counted(web, "/v1/subjects") == before
    assert cached(web) == 0


def test_folders_that_killed_processes_left_are_removed(tmp_path: Path) -> None:
    left, used = meters.open_meters(tmp_path), meters.open_meters(tmp_path)
    left._lock.close()
    for found in (left, used):
        os.utime(found.folder, (0, 0))
    own = meters.open_meters(tmp_path)
    assert not left.folder.exists()
    assert used.folder.exists()
    for found in (used, own):
        found.close()
    assert list(tmp_path.iterdir()) == []


def test_a_request_is_one_line_with_its_number_and_without_anybodys_name(
    web: Web, key: str
) -> None:
    number = f"n-{os.getpid()}-{monotonic()}"
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=20)) as connection:
        headers = {"Authorization": f"Bearer {key}", "X-Request-Id": number}
        connection.request("GET", "/v1/subjects/%E6%9F%90%E4%BA%BA", headers=headers)
        response = connection.getresponse()
        response.read()
    assert response.headers["X-Request-Id"] == number
    lines = [line for line in web.said() if line.get("request_id") == number]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/v1/subjects/<string:code>", 404)
    ]
    assert {"time", "level", "logger", "message", "duration_ms"} <= set(lines[0])
    assert "某人" not in web.log.read_text()


# Databases that go away, roles that are wrong, processes that end


@contextmanager
def lost(server: Embedded, url: str) -> Iterator[None]:
    """Let nobody into a database, and throw out who is there."""
    name = make_url(url).database
    with owning(server.url(OWNER, "postgres")) as owner:
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


def test_a_lost_database_is_503_and_one_line_each(
    web: Web, key: str, server: Embedded, app_url: str
) -> None:
    assert web.ask("/v1/subjects", key).status == 200
    before = len(web.said())
    with lost(server, app_url):
        refused = web.ask("/v1/subjects", key)
        assert (refused.status, json.loads(refused.text)["code"]) == (503, "busy")  # type: ignore[attr-defined]
        assert refused.headers["Retry-After"]
        wait_until(lambda: web.ask("/readyz").status == 503)
        assert web.ask("/healthz").status == 200
    wait_until(lambda: web.ask("/v1/subjects", key).status == 200)
    lines = web.said()[before:]
    assert "traceback" not in {name for line in lines for name in line}
    told = [line for line in lines if line["logger"] not in {"shangfa.requests"}]
    assert 1 <= len(told) <= 1 + sum(line.get("status") == 503 for line in lines)


def test_a_worker_that_must_be_replaced_while_the_database_is_away_serves_503_until_it_is_back(
    web: Web, key: str, server: Embedded, app_url: str
) -> None:
    with lost(server, app_url):
        old = set(web.children())
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(set(web.children()) - old) == WORKERS)
        wait_until(lambda: answers(web))
        sleep(2)
        assert web.process.poll() is None
        assert not set(web.children()) & old
        assert web.ask("/v1/subjects", key).status == 503
        assert web.ask("/readyz").status == 503
    wait_until(lambda: web.ask("/v1/subjects", key).status == 200)


def test_it_starts_while_the_database_is_away(
    app_url: str, key: str, server: Embedded, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        with lost(server, app_url):
            web = stack.enter_context(running(app_url, tmp_path / "log", WORKERS=1))
            assert web.ask("/v1/subjects", key).status == 503
        wait_until(lambda: web.ask("/v1/subjects", key).status == 200)
    assert any("does not answer yet" in line["message"] for line in web.said())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param("owner", "is a superuser, so tenants would not be kept apart", id="a role"),
        pytest.param("empty", "is at schema revision none", id="a schema"),
        pytest.param("none", "SHANGFA_DATABASE_URL is not set", id="no database"),
    ],
)
def test_a_first_start_refuses_what_is_wrong(
    server: Embedded, app_url: str, owner_url: str, tmp_path: Path, wrong: str, sentence: str
) -> None:
    urls = {"owner": owner_url, "empty": server.url("shangfa_app", "postgres"), "none": ""}
    web = start(urls[wrong], tmp_path / "log")
    assert web.process.wait(PATIENCE) == 1
    said = web.log.read_text()
    assert said.count(sentence) == 1
    assert "Traceback" not in said


def test_workers_end_with_the_first_process(app_url: str, tmp_path: Path) -> None:
    web = start(app_url, tmp_path / "log")
    wait_until(lambda: answers(web))
    children = web.children()
    web.process.kill()
    web.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in children))


def is_alive(pid: int) -> bool:
    """A zombie is not alive, though it has a process id."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_request_that_runs_is_answered_before_it_stops(
    app_url: str, key: str, owner_url: str, tmp_path: Path
) -> None:
    with running(app_url, tmp_path / "log") as web, ThreadPoolExecutor(1) as pool:
        with owning(owner_url) as owner, owner.transaction():
            owner.execute("LOCK subject IN ACCESS EXCLUSIVE MODE")
            asked = pool.submit(web.ask, "/v1/subjects", key)
            sleep(1)
            web.process.terminate()
            sleep(1)
            assert web.process.poll() is None
        assert asked.result().status == 200
        assert web.process.wait(PATIENCE) == 0
