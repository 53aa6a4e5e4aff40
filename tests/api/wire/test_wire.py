"""What arrives on the wire: whole, or refused in our own words; nothing is cut and kept."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from tests.making.house import ROOT, contents, incident
from tests.making.office import Office
from tests.making.refusals.asked import CJK

LIMIT = 20_000
"""Bytes of the largest body here."""
PATIENCE = 30
Answer = tuple[int, dict[str, str], Any]


@pytest.fixture(scope="module")
def port(app_url: str) -> Iterator[int]:
    """The product's web server, as `deploy/` configures it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number = int(taken.getsockname()[1])
    environment = {
        "SHANGFA_DATABASE_URL": app_url,
        "SHANGFA_BIND": f"127.0.0.1:{number}",
        "SHANGFA_MAX_BODY": str(LIMIT),
        "SHANGFA_WORKERS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        await_answer(process, number)
        yield number
    finally:
        process.terminate()
        process.wait(PATIENCE)


def await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    end = monotonic() + PATIENCE
    while process.poll() is None and monotonic() < end:
        try:
            assert say(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200
        except OSError:
            sleep(0.1)
        else:
            return
    raise AssertionError("no web server")


def say(port: int, *pieces: bytes) -> Answer:
    """Send bytes as they stand and return status, headers and body of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        for piece in pieces:
            connection.sendall(piece)
        with connection.makefile("rb") as reader:
            status = int(reader.readline().split()[1])
            lines = iter(reader.readline, b"\r\n")
            pairs = (line.decode("latin-1").strip().split(": ", 1) for line in lines)
            headers = {name.lower(): value for name, value in pairs}
            body = reader.read(int(headers.get("content-length", 0)))
    return status, headers, json.loads(body) if "json" in headers.get("content-type", "") else body


def head(office: Office, path: str, *lines: str, kind: str = "application/json") -> bytes:
    named = (f"Authorization: Bearer {office.hr.key}", f"Content-Type: {kind}", *lines)
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", *named, "", "")).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def chunked(data: bytes, size: int) -> list[bytes]:
    cuts = range(0, len(data), size)
    return [*(chunk(data[at : at + size]) for at in cuts), b"0\r\n\r\n"]


CHUNKED = "Transfer-Encoding: chunked"


def report(size: int, **more: Any) -> bytes:
    """Return an incident of exactly so many bytes, its blanks behind its end."""
    text = json.dumps(incident("f", "E", **more)).encode()
    return text + b" " * (size - len(text))


@pytest.mark.parametrize("size", [pytest.param(n, id=f"{n} a chunk") for n in (7_000, 10**6)])
@pytest.mark.parametrize("key", [pytest.param(k, id=k or "no key") for k in ("", "twice")])
@pytest.mark.parametrize(
    ("more", "status"),
    [
        pytest.param(0, 201, id="the most"),
        pytest.param(1, 413, id="a byte more"),
        pytest.param(2, 413, id="two bytes more"),
        pytest.param(LIMIT, 413, id="twice the most"),
    ],
)
def test_a_chunked_body_is_read_whole_or_refused(
    office: Office, port: int, owner_url: str, size: int, key: str, more: int, status: int
) -> None:
    stored = contents(owner_url)
    lines = [CHUNKED] + ([f"Idempotency-Key: {key}-{size}-{more}"] if key else [])
    answer = say(port, head(office, "/v1/incidents", *lines), *chunked(report(LIMIT + more), size))
    assert answer[0] == status, answer
    assert (contents(owner_url) == stored) == (status == 413)
    if status == 413:
        assert problem(answer) == (413, "too_large")
        assert str(LIMIT) in answer[2]["detail_en"]


def problem(answer: Answer) -> tuple[int, str]:
    """Return status and code, after a look at the shape."""
    status, headers, body = answer
    assert headers["content-type"] == "application/problem+json", answer
    assert body["status"] == status
    assert CJK.search(body["detail_zh"])
    assert not CJK.search(body["detail_en"])
    return status, body["code"]


def test_a_policy_is_not_stored_without_its_last_clause(
    office: Office, port: int, owner_url: str
) -> None:
    lines = "\n".join(f"  - {{code: c{n}, title: 条款, kind: text}}" for n in range(LIMIT // 30))
    document = f"policy: long\ntitle: 长\nclauses:\n{lines}\n".encode()
    assert len(document) > LIMIT
    stored = contents(owner_url)
    start = head(office, "/v1/policies", CHUNKED, kind="application/yaml")
    assert problem(say(port, start, *chunked(document, 5_000))) == (413, "too_large")
    assert contents(owner_url) == stored


def test_an_idempotency_key_remembers_the_whole_body(office: Office, port: int) -> None:
    start = head(office, "/v1/incidents", CHUNKED, "Idempotency-Key: tail")
    first = say(port, start, *chunked(report(LIMIT - 100, note="a"), 999))
    assert first[0] == 201
    again = say(port, start, *chunked(report(LIMIT - 100, note="a"), 5))
    assert (again[0], again[1]["idempotent-replayed"]) == (201, "true")
    other = say(port, start, *chunked(report(LIMIT - 99, note="a"), 999))
    assert problem(other) == (422, "idempotency_key_reused")


def test_a_body_that_says_it_is_too_large_is_not_read(office: Office, port: int) -> None:
    start = head(office, "/v1/incidents", f"Content-Length: {10**12}")
    assert problem(say(port, start)) == (413, "too_large")


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"zz\r\n{}\r\n0\r\n\r\n", id="no length"),
        pytest.param(b"2\r\n{}xx0\r\n\r\n", id="another end"),
        pytest.param(b"-2\r\n{}\r\n0\r\n\r\n", id="less than nothing"),
    ],
)
def test_a_chunk_that_is_none(office: Office, port: int, owner_url: str, rest: bytes) -> None:
    stored = contents(owner_url)
    answer = say(port, head(office, "/v1/incidents", CHUNKED), rest)
    assert problem(answer) == (400, "malformed_request")
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        pytest.param("GET /healthz\r\n\r\n", 400, "malformed_request", id="no version"),
        pytest.param("GET /healthz HTTP/9.9\r\n\r\n", 400, "malformed_request", id="odd version"),
        pytest.param("get /healthz HTTP/1.1\r\n\r\n", 400, "malformed_request", id="odd method"),
        pytest.param(
            "GET / HTTP/1.1\r\nno header\r\n\r\n", 400, "malformed_request", id="no header"
        ),
        pytest.param(
            "GET / HTTP/1.1\r\nA b: c\r\n\r\n", 400, "malformed_request", id="a blank in a name"
        ),
        pytest.param(
            "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            400,
            "malformed_request",
            id="a length that is none",
        ),
        pytest.param(
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400,
            "malformed_request",
            id="two lengths",
        ),
        pytest.param(
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
            400,
            "malformed_request",
            id="another coding",
        ),
        pytest.param(
            f"GET /{'x' * 5000} HTTP/1.1\r\n\r\n", 414, "address_too_long", id="a long address"
        ),
        pytest.param(
            f"GET / HTTP/1.1\r\nX: {'x' * 9000}\r\n\r\n",
            431,
            "headers_too_large",
            id="a long header",
        ),
        pytest.param(
            "GET / HTTP/1.1\r\n" + "X: x\r\n" * 101 + "\r\n",
            431,
            "headers_too_large",
            id="many headers",
        ),
        pytest.param("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404, "not_found", id="nowhere"),
        pytest.param(
            "BREW /v1/incidents HTTP/1.1\r\nHost: x\r\n\r\n",
            405,
            "method_not_allowed",
            id="an invented method",
        ),
    ],
)
def test_what_no_route_sees_is_refused_in_our_words(
    port: int, text: str, status: int, code: str
) -> None:
    assert problem(say(port, text.encode())) == (status, code)
