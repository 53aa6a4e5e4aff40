"""Send a webhook: to a checked address, once, within a time, without reading its answer's body.

The address is looked up and judged right before connecting, and it is that address that is
connected to, so that a name cannot mean another one by then. Nobody is followed elsewhere.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from threading import Thread, Timer
from time import monotonic
from typing import Any, Final

from shangfa.domain.exchange.addresses import Network, Target, may_receive
from shangfa.domain.exchange.faults import WEBHOOK_ADDRESS
from shangfa.domain.exchange.webhooks import Heard, Trouble, trouble_of
from shangfa.domain.faults import refused

SECONDS: Final = 15.0
"""For all of an attempt once its name is looked up, however slowly a receiver drips."""
CONNECTING: Final = 5.0
LOOKING_UP: Final = 2.0
"""Seconds in which a name must be found to be judged before it is ever sent to."""

Place = tuple[int, str, Any]
"""Family, address, and both as `connect` takes them."""


class _NoPlaceError(Exception):
    """None of the addresses of a name may be connected to."""


@dataclass(slots=True)
class _Deadline:
    """Hangs up at the end of an attempt's time: whoever waits for the socket is woken."""

    over: bool = False

    @contextmanager
    def over_line(self, sock: socket.socket) -> Iterator[None]:
        with socket.socket(fileno=os.dup(sock.fileno())) as line:
            timer = Timer(SECONDS, self._hang_up, [line])
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()

    def _hang_up(self, line: socket.socket) -> None:
        self.over = True
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def check_place(target: Target, networks: Sequence[Network]) -> None:
    """Let a target pass that is, as far as can be told now, where a receiver may be.

    A name that is not found in time passes: it is judged again before each attempt.

    Raises:
        RefusedError: `webhook_address`.
    """
    if not target.secure and not networks:
        raise refused(WEBHOOK_ADDRESS, "/url", value=target.host, allowed="http")
    found: list[Place] = []
    asking = Thread(target=_find_into, args=(target, found), daemon=True)
    asking.start()
    asking.join(LOOKING_UP)
    places = list(found)
    if places and not _allowed(places, target, networks):
        named = "、".join(address for _, address, _ in places)
        raise refused(WEBHOOK_ADDRESS, "/url", value=target.host, allowed=named)


def _find_into(target: Target, found: list[Place]) -> None:
    with suppress(OSError, UnicodeError):
        found += _places(target)


def _places(target: Target) -> list[Place]:
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return [(family, str(place[0]), place) for family, _, _, _, place in found]


def _allowed(places: Sequence[Place], target: Target, networks: Sequence[Network]) -> list[Place]:
    """Return the places that may be connected to."""
    return [
        place
        for place in places
        if may_receive(ip_address(place[1].partition("%")[0]), networks, secure=target.secure)
    ]


def post(
    target: Target, headers: Mapping[str, str], body: bytes, networks: Sequence[Network]
) -> Heard:
    """Post a body and return how the receiver answered; it never raises for what is outside."""
    began, deadline = monotonic(), _Deadline()
    status, retry_after, trouble = None, "", None
    try:
        status, retry_after = _ask(target, headers, body, networks, deadline)
        # who is cut off amid his headers seems to have sent them all
        trouble = "timeout" if deadline.over else trouble_of(status)
    except (OSError, HTTPException, UnicodeError, ValueError, _NoPlaceError) as error:
        trouble = "timeout" if deadline.over else _trouble(error)
    return Heard(status, trouble, int((monotonic() - began) * 1000), retry_after)


def _trouble(error: Exception) -> Trouble:
    kinds: tuple[tuple[type[Exception], Trouble], ...] = (
        (_NoPlaceError, "address"),
        (TimeoutError, "timeout"),
        (ssl.SSLError, "tls"),
        (OSError, "unreachable"),
    )
    return next((trouble for kind, trouble in kinds if isinstance(error, kind)), "no_http")


def _ask(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    networks: Sequence[Network],
    deadline: _Deadline,
) -> tuple[int, str]:
    """Return status and Retry-After; the body of the answer stays where it is."""
    sock = _connect(_allowed(_places(target), target, networks))
    with sock, deadline.over_line(sock):
        line = HTTPConnection(target.host, target.port)
        line.sock = _tls().wrap_socket(sock, server_hostname=target.host) if target.secure else sock
        try:
            line.request("POST", target.path, body, {"Host": target.authority, **headers})
            answer = line.getresponse()
            return answer.status, answer.getheader("Retry-After", "")
        finally:
            line.close()


def _connect(places: Sequence[Place]) -> socket.socket:
    """Return a connection to the first of these places that takes one."""
    lost: OSError | None = None
    for family, _, place in places:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(CONNECTING)
        try:
            sock.connect(place)
        except OSError as error:
            sock.close()
            lost = error
        else:
            sock.settimeout(SECONDS)
            return sock
    raise lost or _NoPlaceError


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
