"""Sending to a receiver in a process of its own: what it answers, and what it tries."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from functools import partial
from ipaddress import ip_network
from time import monotonic
from typing import Any

import pytest
from tests.making.house import code_of
from tests.making.receiver import Receiver, receiving

from shangfa.domain.exchange.addresses import read_url
from shangfa.domain.exchange.webhooks import Heard
from shangfa.outside import hooks

HERE = [ip_network("127.0.0.0/8")]
BODY = json.dumps({"type": "webhook.test"}).encode()


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver") / "log") as found:
        yield found


def send(url: str, networks: Any = HERE) -> Heard:
    return hooks.post(read_url(url), {"webhook-id": "msg_1"}, BODY, networks)


@pytest.mark.parametrize(
    ("path", "status", "trouble", "retry_after"),
    [
        pytest.param("ok?a=b", 200, None, "", id="fine"),
        pytest.param("created", 204, None, "", id="fine, with nothing to say"),
        pytest.param(
            "moved?location=/ok", 302, "redirect", "", id="elsewhere, which nobody follows"
        ),
        pytest.param("gone", 410, "status", "", id="gone"),
        pytest.param("busy?retry-after=120", 429, "status", "120", id="busy"),
        pytest.param("down", 503, "status", "", id="down"),
        pytest.param("garbage", None, "no_http", "", id="no HTTP at all"),
    ],
)
def test_what_is_heard(
    receiver: Receiver, path: str, status: int | None, trouble: str | None, retry_after: str
) -> None:
    before = len(receiver.got())
    heard = send(receiver.url(path))
    assert (heard.status, heard.trouble, heard.retry_after) == (status, trouble, retry_after)
    came = receiver.got()[before:]
    assert [item["path"] for item in came] == [f"/{path}"]
    assert came[0]["body"].encode() == BODY
    assert came[0]["headers"]["host"] == f"127.0.0.1:{receiver.port}"
    assert came[0]["headers"]["webhook-id"] == "msg_1"


def test_five_megabytes_are_not_read(receiver: Receiver) -> None:
    began = monotonic()
    assert send(receiver.url("large")).trouble is None
    assert monotonic() - began < 2


@pytest.mark.parametrize("path", ["drip", "hang?seconds=30"])
def test_an_attempt_has_an_end_however_slow_the_receiver_is(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(hooks, "SECONDS", 0.4)
    began = monotonic()
    heard = send(receiver.url(path))
    assert heard.trouble == "timeout"
    assert monotonic() - began < 3


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert send(f"http://127.0.0.1:{free.getsockname()[1]}/").trouble == "unreachable"


def test_a_receiver_that_speaks_no_tls(receiver: Receiver) -> None:
    assert send(receiver.url().replace("http:", "https:")).trouble == "tls"


INSIDE = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "localhost"),
    *("[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"),
    "[fe80::1]",
]


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_is_sent_inside_however_it_is_written(receiver: Receiver, host: str) -> None:
    before = len(receiver.got())
    url = f"http://{host}:{receiver.port}/ok"
    for asked in (url, url.replace("http:", "https:")):
        assert send(asked, []).trouble == "address"
        assert code_of(partial(hooks.check_place, read_url(asked), [])) == "webhook_address"
    assert len(receiver.got()) == before


def test_a_name_that_changes_between_looking_and_connecting_gains_nothing(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name server answers with a public address first, with ours afterwards."""
    asked: list[str] = []
    look = socket.getaddrinfo

    def rebinding(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return look("8.8.8.8" if len(asked) == 1 else "127.0.0.1", port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    before = len(receiver.got())
    target = read_url(f"https://rebinding.example:{receiver.port}/ok")
    hooks.check_place(target, [])
    assert hooks.post(target, {}, BODY, []).trouble == "address"
    assert asked == ["rebinding.example"] * 2
    assert len(receiver.got()) == before


def test_a_name_that_nobody_knows_is_judged_when_it_is_sent_to() -> None:
    target = read_url("https://nobody.invalid/")
    hooks.check_place(target, [])
    assert hooks.post(target, {}, BODY, []).trouble == "unreachable"
