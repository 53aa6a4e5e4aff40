"""Files on their way in and out of a real server: whole, refused early, and not in its memory."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from tests.making.files import PDF, multipart
from tests.making.house import load_company, serving
from tests.making.web import Web, read_answers, running, wait_until

from shangfa.config import Settings
from shangfa.services.access.by_hand import make_key

pytestmark = pytest.mark.serve

LIMIT = Settings.max_evidence
SPARE = 12 * 1024 * 1024
"""Bytes a process may grow by, whatever it does with a file of 20 MiB."""


@pytest.fixture(scope="module")
def web(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    place = (folder / "evidence").as_uri()
    with running(app_url, folder / "log", WORKERS=1, EVIDENCE_URL=place) as found:
        wait_until(found.children)
        yield found


@pytest.fixture(scope="module")
def key(app_url: str) -> str:
    with serving(app_url):
        return make_key("hr", load_company("fujie").slug, None, "test")


def posted(key: str, body: bytes, kind: str, *headers: str) -> bytes:
    lines = ["POST /v1/evidence HTTP/1.1", "Host: a", f"Authorization: Bearer {key}", *headers]
    return "\r\n".join([*lines, f"Content-Type: {kind}", "", ""]).encode() + body


def hand_in(web: Web, key: str, content: bytes) -> tuple[int, Any]:
    """Hand in a file on a connection of its own; return status and answer."""
    body, kind = multipart(content)
    sent = posted(key, body, kind, f"Content-Length: {len(body)}", "Connection: close")
    with closing(web.connect(b"")) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, said = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(said)


def peak(web: Web) -> int:
    """Return the most memory the worker ever had, bytes."""
    [worker] = web.children()
    [line] = [x for x in Path(f"/proc/{worker}/status").read_text().splitlines() if "VmHWM" in x]
    return int(line.split()[1]) * 1024


def asked(web: Web, key: str, made: Any) -> socket.socket:
    head = f"GET /v1/evidence/{made['id']} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n"
    return web.connect(f"{head}Connection: close\r\n\r\n".encode())


def test_a_large_file_goes_in_and_comes_out_and_never_is_in_memory(web: Web, key: str) -> None:
    hand_in(web, key, PDF)
    before = peak(web)
    content = PDF + os.urandom(LIMIT - len(PDF))
    status, made = hand_in(web, key, content)
    assert (status, made["size"]) == (201, LIMIT)
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    with closing(asked(web, key, made)) as connection:
        sleep(1)  # all of the answer waits for us
        assert web.ask("/v1/subjects", key).status == 200
        got = b"".join(iter(lambda: connection.recv(65536), b""))
    assert got.partition(b"\r\n\r\n")[2] == content
    assert peak(web) - before < SPARE


def test_a_byte_too_much_is_refused(web: Web, key: str) -> None:
    status, told = hand_in(web, key, PDF.ljust(LIMIT + 1))
    assert (status, told["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param("Content-Length: 999999999", id="a length"),
        pytest.param(f"Content-Length: {LIMIT + 70_000}", id="a length somewhat over"),
    ],
)
def test_what_is_far_too_large_is_refused_before_it_is_sent(
    web: Web, key: str, headers: str
) -> None:
    _, kind = multipart(b"")
    with closing(web.connect(posted(key, b"", kind, headers))) as connection:
        assert read_answers(connection, 1) == [413]


def test_a_file_without_its_length_fits_in_a_body(web: Web, key: str) -> None:
    for size, status in ((1000, 201), (Settings.max_body, 413)):
        body, kind = multipart(PDF.ljust(size))
        chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        sent = posted(key, chunk, kind, "Transfer-Encoding: chunked")
        with closing(web.connect(b"")) as connection:
            connection.sendall(sent)
            assert read_answers(connection, 1) == [status]


def test_files_and_others_are_answered_in_turn_on_one_connection(web: Web, key: str) -> None:
    body, kind = multipart(PDF.ljust(3_000_000))
    file = posted(key, body, kind, f"Content-Length: {len(body)}")
    health = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with closing(web.connect(b"")) as connection:
        connection.sendall(file + health + file + health)
        assert read_answers(connection, 4) == [201, 200, 201, 200]


def test_who_may_not_hand_in_leaves_nothing(web: Web, app_url: str) -> None:
    with serving(app_url):
        key = make_key("auditor", load_company("fujie").slug, None, "test")
    assert hand_in(web, key, PDF.ljust(2_000_000))[0] == 403
    assert hand_in(web, "sf_none", PDF.ljust(2_000_000))[0] == 401
