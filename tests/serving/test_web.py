"""The web server as the product runs it: gunicorn with its configuration, on real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from http.client import HTTPResponse
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from tests.making.house import load_company, owning, serving
from tests.making.web import (
    THREADS,
    WORKERS,
    Web,
    read_answers,
    running,
    wait_until,
)

from shangfa.services.access.by_hand import make_key

pytestmark = pytest.mark.serve


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


@pytest.mark.slow
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
