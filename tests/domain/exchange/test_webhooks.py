"""Webhooks without a network: when to try again, who signs, where a receiver may be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError
from tests.making.house import code_of

from shangfa.domain.exchange.addresses import may_receive, read_url
from shangfa.domain.exchange.webhooks import (
    LONGEST_PAUSE,
    PAUSES,
    Heard,
    asked_pause,
    pause_after,
    secret_of,
    signatures,
)

ONE = UUID(int=1)


def test_ten_attempts_in_some_75_hours_and_none_after() -> None:
    pauses = [pause_after(ONE, tries) for tries in range(1, 10)]
    whole = sum(filter(None, pauses), timedelta(0))
    assert timedelta(hours=68) < whole < timedelta(hours=84)
    assert sum(PAUSES, timedelta(0)) == timedelta(hours=75, minutes=35, seconds=5)
    assert pause_after(ONE, 10) is None


@pytest.mark.law
@given(st.uuids(), st.integers(1, 9))
def test_a_pause_is_spread_by_a_tenth_and_always_the_same(delivery: UUID, tries: int) -> None:
    pause = pause_after(delivery, tries)
    assert pause is not None
    assert PAUSES[tries - 1] * 0.9 <= pause <= PAUSES[tries - 1] * 1.1
    assert pause == pause_after(delivery, tries)


def test_the_spread_is_used() -> None:
    found = {pause_after(uuid4(), 2) for _ in range(50)}
    assert len(found) > 20


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("999999999999999", LONGEST_PAUSE),
        ("-5", None),
        ("", None),
        ("soon", None),
        ("١٢", None),
        ("Fri, 27 Nov 2026 12:00:00 GMT", timedelta(hours=2)),
        ("Fri, 27 Nov 2026 08:00:00 GMT", timedelta(0)),
    ],
)
def test_what_retry_after_asks_for(header: str, asked: timedelta | None) -> None:
    assert asked_pause(header, datetime(2026, 11, 27, 10, tzinfo=UTC)) == asked


def test_a_receiver_may_ask_for_more_time_but_not_for_less() -> None:
    own = pause_after(ONE, 1)
    assert pause_after(ONE, 1, timedelta(hours=1)) == timedelta(hours=1)
    assert pause_after(ONE, 1, timedelta(0)) == own
    assert pause_after(ONE, 1, timedelta(days=400)) == LONGEST_PAUSE
    assert pause_after(ONE, 10, timedelta(hours=1)) is None


def test_the_library_of_the_specification_takes_either_secret_and_no_other() -> None:
    secrets = [secret_of(bytes([number]) * 32) for number in (1, 2, 3)]
    body = json.dumps({"type": "webhook.test", "data": {"名": "值"}}).encode()
    now = datetime.now(UTC)  # the library refuses what is older than five minutes
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures(secrets[:2], "msg_1", now, body),
    }
    for secret in secrets[:2]:
        assert Webhook(secret).verify(body, headers) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[2]).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[0]).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[0]).verify(body, headers | {"webhook-id": "msg_2"})


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://example.com", "example.com", "/"),
        ("https://example.com:443/a?b=c", "example.com", "/a?b=c"),
        ("http://example.com:8080/a%20b", "example.com:8080", "/a%20b"),
        ("https://[2001:db8::1]:8443/x", "[2001:db8::1]:8443", "/x"),
    ],
)
def test_a_url_that_is_taken(url: str, authority: str, path: str) -> None:
    found = read_url(url)
    assert (found.authority, found.path, found.secure) == (authority, path, url[4] == "s")


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com/", "file:///etc/passwd", "https://"),
        *("https://user:pass@example.com/", "https://example.com/#part", "https://a b/"),
        *("https://example.com:0/", "https://example.com:99999/", "https://[::1/", "https://é/"),
        *("https://example.com/\r\nHost: x", "https://.example.com/", "https://a..b/"),
        f"https://example.com/{'x' * 2000}",
    ],
)
def test_a_url_that_is_refused(url: str) -> None:
    assert code_of(lambda: read_url(url)) == "invalid"


INSIDE = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "224.0.0.1"),
    *("255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1"),
    *("fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::"),
    *("::127.0.0.1", "::ffff:0:127.0.0.1", "100::1", "4000::1", "::8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1", "2001:0:7f00:1::"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_no_receiver_is_inside(address: str) -> None:
    assert not may_receive(ip_address(address), [], secure=True)
    assert not may_receive(ip_address(address), [ip_network("203.0.113.0/24")], secure=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_a_public_receiver_needs_https(address: str) -> None:
    assert may_receive(ip_address(address), [], secure=True)
    assert not may_receive(ip_address(address), [], secure=False)


def test_a_network_that_is_named_may_be_without() -> None:
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    for address in ("10.1.2.3", "fd00::5", "::ffff:10.1.2.3"):
        assert may_receive(ip_address(address), allowed, secure=False)
    assert not may_receive(ip_address("10.2.0.1"), allowed, secure=True)


@pytest.mark.parametrize(("status", "gone"), [(410, True), (404, False), (None, False)])
def test_only_who_says_so_wants_nothing_more(status: int | None, *, gone: bool) -> None:
    assert Heard(status, None, 12).is_gone == gone
