"""When has a whole request arrived? Byte by byte, at once, and with all ways to be wrong."""

from __future__ import annotations

import pytest

from shangfa.api.running.arriving import SPARE, Arriving

HEAD, BODY = 2000, 100
FAR = BODY + SPARE + 1
BLANK = b"\r\n\r\n"


def arriving() -> Arriving:
    return Arriving(HEAD, BODY)


def post(*headers: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([b"POST /v1/incidents HTTP/1.1", *headers]) + BLANK + body


WHOLE = [
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no header"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", id="no body"),
    pytest.param(post(b"Content-Length: 5", body=b"hello"), id="a body"),
    pytest.param(post(b"content-LENGTH:5 ", body=b"hello"), id="a header written otherwise"),
    pytest.param(post(b"Content-Length: 0"), id="an empty body"),
    pytest.param(post(b"Content-Length: 100", body=b"a" * 100), id="the largest body"),
    pytest.param(
        post(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"), id="a chunk"
    ),
    pytest.param(
        post(b"Transfer-Encoding: chunked", body=b"3;a=b\r\n0\r\n\r\n02\r\nok\r\n0\r\n\r\n"),
        id="chunks that look like the end",
    ),
    pytest.param(
        post(b"Transfer-Encoding: chunked", body=b"1\r\na\r\n0\r\nX: y\r\n\r\n"), id="a trailer"
    ),
    pytest.param(
        post(b"Transfer-Encoding: Chunked", body=b"6e\r\n" + b"a" * 110 + b"\r\n0\r\n\r\n"),
        id="a chunk over the limit, which is told at its end",
    ),
]


@pytest.mark.parametrize("request_bytes", WHOLE)
def test_a_request_is_whole_with_its_last_byte(request_bytes: bytes) -> None:
    found = arriving()
    ends = [found.take(request_bytes[at : at + 1]) for at in range(len(request_bytes))]
    assert ends == [False] * (len(ends) - 1) + [True]
    assert b"".join(found.pieces()) == request_bytes


@pytest.mark.parametrize("request_bytes", WHOLE)
def test_a_request_that_comes_at_once_is_whole_at_once(request_bytes: bytes) -> None:
    assert arriving().take(request_bytes)
    assert arriving().take(request_bytes + b"GET /next HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(post(b"Content-Length: 101"), id="too long a body"),
        pytest.param(post(b"Content-Length: 99999999999999999"), id="a very long body"),
        pytest.param(b"GET / HTTP/1.1\nHost: a\n\n", id="lines that end otherwise"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"a" * HEAD, id="a head without end"),
        pytest.param(post(b"Transfer-Encoding: chunked", body=b"5g\r\nhello"), id="no size"),
        pytest.param(post(b"Transfer-Encoding: chunked", body=b"-5\r\nhello"), id="less than none"),
        pytest.param(
            post(b"Transfer-Encoding: chunked", body=b"fffff\r\n" + b"a" * FAR),
            id="far too large a chunk",
        ),
        pytest.param(
            post(b"Transfer-Encoding: chunked", body=b"1000\r\n" + b"a" * 4096 + b"\r\n")
            + (b"1000\r\n" + b"a" * 4096 + b"\r\n") * 16,
            id="far too many chunks",
        ),
        pytest.param(post(b"Content-Length: 1", b"Content-Length: 2"), id="two lengths"),
        pytest.param(post(b"Content-Length: x"), id="a length that is none"),
        pytest.param(post(b"Transfer-Encoding: gzip"), id="another coding"),
        pytest.param(post(b"Transfer-Encoding: gzip, chunked"), id="two codings"),
        pytest.param(post(b"Transfer-Encoding: chunked", b"Content-Length: 1"), id="both"),
        pytest.param(
            post(b"Transfer-Encoding: chunked", body=b"5;" + b"a" * 9000), id="a line without end"
        ),
        pytest.param(post(b"Transfer-Encoding: chunked", b"Content-Length: 1"), id="two ends"),
    ],
)
def test_what_will_be_refused_is_not_waited_for(request_bytes: bytes) -> None:
    assert arriving().take(request_bytes)


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HT", id="half a line"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n\r", id="all but a byte of the head"),
        pytest.param(post(b"Content-Length: 5", body=b"hell"), id="all but a byte of the body"),
        pytest.param(post(b"Transfer-Encoding: chunked"), id="no chunk"),
        pytest.param(post(b"Transfer-Encoding: chunked", body=b"5\r\nhello"), id="no end"),
    ],
)
def test_half_a_request_is_waited_for(request_bytes: bytes) -> None:
    assert not arriving().take(request_bytes)


FILE = 3 * BODY


def file(length: int, body: bytes = b"", path: bytes = b"/v1/evidence") -> bytes:
    return b"POST %b HTTP/1.1\r\nContent-Length: %d%b%b" % (path, length, BLANK, body)


FROM_PAGES = (b"/console/evidence", b"/console/incidents/new")


@pytest.mark.parametrize("path", [b"/v1/evidence", *FROM_PAGES], ids=bytes.decode)
@pytest.mark.parametrize("step", [1, 7, FAR])
def test_a_file_over_the_largest_body_waits_on_disk(step: int, path: bytes) -> None:
    whole = file(FILE, b"f" * FILE, path)
    found = Arriving(HEAD, BODY, FILE)
    ends = [found.take(whole[at : at + step]) for at in range(0, len(whole), step)]
    assert ends == [False] * (len(ends) - 1) + [True]
    assert bytes(found.data) == file(FILE, b"", path)
    assert (found.announced, found.on_disk) == (FILE, FILE)
    assert b"".join(found.pieces()) == whole


def test_what_comes_behind_a_file_is_there_for_the_next_request() -> None:
    whole = file(FILE, b"f" * FILE) + b"GET / HTTP/1.1"
    found = Arriving(HEAD, BODY, FILE)
    assert found.take(whole)
    assert b"".join(found.pieces()) == whole


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(file(FILE + 1), id="too large a file"),
        pytest.param(file(FILE, path=b"/v1/incidents"), id="a large body that is no file"),
        pytest.param(file(FILE, path=b"/v1/evidence/1"), id="of another path"),
    ],
)
def test_a_file_that_will_be_refused_is_not_waited_for(request_bytes: bytes) -> None:
    found = Arriving(HEAD, BODY, FILE)
    assert found.take(request_bytes)
    assert found.on_disk == 0


@pytest.mark.parametrize(
    ("start", "probe"),
    [
        pytest.param(b"GET /healthz HTTP/1.1", True, id="health"),
        pytest.param(b"HEAD /readyz HTTP/1.1", True, id="readiness"),
        pytest.param(b"GET /readyz?verbose HTTP/1.1", True, id="with a query"),
        pytest.param(b"GET /readyz/x HTTP/1.1", False, id="a path below"),
        pytest.param(b"POST /healthz HTTP/1.1", False, id="another method"),
        pytest.param(b"GET /v1/subjects?x=/healthz HTTP/1.1", False, id="another path"),
    ],
)
def test_who_only_asks_how_we_are(start: bytes, probe: object) -> None:
    found = arriving()
    found.take(start + BLANK)
    assert found.is_probe() == probe


def test_a_client_that_waits_for_a_word_is_seen_when_its_head_has_ended() -> None:
    found = arriving()
    found.take(b"POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 3")
    assert not found.expects_continue()
    found.take(BLANK)
    assert found.expects_continue()
