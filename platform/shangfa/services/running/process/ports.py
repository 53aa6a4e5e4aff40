"""Listening sockets, opened by the first process and handed to its children."""

from __future__ import annotations

import socket
from typing import Final

WAITING: Final = 1024
"""Connections that may wait while nobody accepts them."""


def listen_on(address: str) -> socket.socket:
    """Return a socket that listens on `host:port`; an IPv6 host stands in brackets.

    Raises:
        OSError: the address is taken, unknown or not ours.
    """
    host, _, port = address.rpartition(":")
    family, kind, _, _, where = socket.getaddrinfo(
        host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    found = socket.socket(family, kind)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(where)
        found.listen(WAITING)
    except OSError:
        found.close()
        raise
    return found
