"""Lines to servers that a company names: to a checked address, ended after a time.

A name is looked up and judged right before connecting, and it is that address that is
connected to, so that a name cannot mean another one by then.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from ipaddress import ip_address
from threading import Thread, Timer
from typing import Any, Final

from shangfa.domain.exchange.addresses import Network, Target, may_receive

CONNECTING: Final = 5.0
LOOKING_UP: Final = 2.0
"""Seconds in which a name must be found to be judged before it is ever sent to."""

Place = tuple[int, str, Any]
"""Family, address, and both as `connect` takes them."""


class NoPlaceError(Exception):
    """None of the addresses of a name may be connected to."""


@dataclass(slots=True)
class Deadline:
    """Hangs up at the end of an attempt's time: whoever waits for the socket is woken."""

    seconds: float
    over: bool = False

    @contextmanager
    def over_line(self, sock: socket.socket) -> Iterator[None]:
        """Hang a line up that is still in use when the time is over."""
        with socket.socket(fileno=os.dup(sock.fileno())) as line:
            timer = Timer(self.seconds, self._hang_up, [line])
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


@contextmanager
def line_to(
    target: Target, networks: Sequence[Network], deadline: Deadline
) -> Iterator[HTTPConnection]:
    """Yield a line to a target's server; whatever is outside may fail in it."""
    sock = _connect(_allowed(_places(target), target, networks), deadline.seconds)
    with sock, deadline.over_line(sock):
        line = HTTPConnection(target.host, target.port)
        line.sock = _tls().wrap_socket(sock, server_hostname=target.host) if target.secure else sock
        try:
            yield line
        finally:
            line.close()


def refused_places(target: Target, networks: Sequence[Network]) -> str:
    """Return where a target is, as far as can be told now, when that is no allowed place.

    "" when it may be there; a name that is not found in time may be too: it is judged again
    whenever it is connected to.
    """
    if not target.secure and not networks:
        return "http"
    found: list[Place] = []
    asking = Thread(target=_find_into, args=(target, found), daemon=True)
    asking.start()
    asking.join(LOOKING_UP)
    places = list(found)
    if not places or _allowed(places, target, networks):
        return ""
    return "、".join(address for _, address, _ in places)


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


def _connect(places: Sequence[Place], seconds: float) -> socket.socket:
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
            sock.settimeout(seconds)
            return sock
    raise lost or NoPlaceError


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
