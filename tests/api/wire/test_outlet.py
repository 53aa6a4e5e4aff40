"""What leaves for a client, through a real pair of sockets."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from shangfa.api.running.worker import MOST_LEFT, WORTH, Outlet


@pytest.fixture(name="pair")
def _pair() -> Iterator[tuple[Outlet, socket.socket]]:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.settimeout(0)
        theirs.settimeout(0)
        outlet = Outlet(ours)
        yield outlet, theirs
        outlet.forget()


def test_a_head_and_a_short_body_leave_together(pair: tuple[Outlet, socket.socket]) -> None:
    outlet, client = pair
    outlet.sendall(b"head ")
    with pytest.raises(BlockingIOError):
        client.recv(100)
    outlet.sendall(b"body")
    assert outlet.flush()
    assert client.recv(100) == b"head body"


def test_what_is_worth_a_call_leaves_at_once(pair: tuple[Outlet, socket.socket]) -> None:
    outlet, client = pair
    outlet.sendall(b"head")
    outlet.sendall(bytes(WORTH))
    assert client.recv(4) == b"head"


def test_who_reads_slowly_gets_every_byte_in_order(pair: tuple[Outlet, socket.socket]) -> None:
    outlet, client = pair
    pieces = [b"head", *(os.urandom(size) for size in (WORTH, MOST_LEFT, 10, 3 * MOST_LEFT, 10))]
    for piece in pieces:
        outlet.sendall(piece)
    assert len(outlet.left) <= MOST_LEFT
    assert outlet.waiting
    got = bytearray()
    whole = False
    while not whole:
        whole = outlet.flush()
        while len(got) < sum(map(len, pieces)):
            try:
                got += client.recv(1 << 20)
            except BlockingIOError:
                break
    assert got == b"".join(pieces)
