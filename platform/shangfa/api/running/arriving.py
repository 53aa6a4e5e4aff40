"""The bytes of a request while they arrive: is all of it there?

Nothing is judged here; gunicorn's parser does that. This only tells when a thread can go on
without waiting: the head has ended and the body is whole, or what is there is enough to
refuse the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LENGTH: Final = re.compile(rb"^content-length[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.I | re.M)
CODING: Final = re.compile(rb"^transfer-encoding[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.I | re.M)
NUMBER: Final = re.compile(rb"\d{1,18}")
EXPECTS: Final = re.compile(rb"^expect[ \t]*:[ \t]*100-continue[ \t]*\r?$", re.I | re.M)
PROBE: Final = re.compile(rb"(GET|HEAD) /(healthz|readyz)[ ?]")
BARE: Final = re.compile(rb"(?<!\r)\n")
END: Final = b"\r\n\r\n"
LONGEST_LINE: Final = 8190
"""Bytes of the line before a chunk; gunicorn refuses longer ones."""
SPARE: Final = 65536
"""Bytes over the largest body that must be there before it is refused early: who reads a body
to find that it is too long asks for some more than the limit."""
PIECE: Final = 65536


class Arriving:
    """One request, as far as it has arrived.

    Args:
        most_head: bytes after which a head without an end is whole enough to be refused.
        most_body: bytes of the largest body; more is whole enough to be refused.
    """

    def __init__(self, most_head: int, most_body: int) -> None:
        self.data = bytearray()
        self._most_head = most_head
        self._most_body = most_body
        self._body: _Length | _Chunks | None = None

    def take(self, more: bytes) -> bool:
        """Add bytes; return whether a thread can go on with what is there."""
        seen = max(0, len(self.data) - len(END) + 1)
        self.data += more
        if self._body is None:
            end = self.data.find(END, seen)
            if end < 0:
                # no end will come: the head is too long, or its lines end otherwise
                return len(self.data) > self._most_head or bool(BARE.search(self.data, seen))
            self._body = self._body_after(end)
        return self._body.is_whole(self.data)

    def expects_continue(self) -> bool:
        """Tell whether the client waits for a word before it sends the body."""
        return self._body is not None and EXPECTS.search(self.data, 0, self._body.start) is not None

    def is_probe(self) -> bool:
        """Tell whether somebody only asks how we are."""
        return PROBE.match(self.data) is not None

    def pieces(self) -> Iterator[bytes]:
        """Return what has arrived, in pieces as a socket gives them."""
        whole = bytes(self.data)
        return (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))

    def _body_after(self, end: int) -> _Length | _Chunks:
        """Return the body that the head announces; none where gunicorn refuses the head."""
        start = end + len(END)
        lengths = LENGTH.findall(self.data, 0, end + 2)
        codings = CODING.findall(self.data, 0, end + 2)
        if [coding.lower() for coding in codings] == [b"chunked"] and not lengths:
            return _Chunks(start, self._most_body + SPARE)
        sound = not codings and len(lengths) == 1 and NUMBER.fullmatch(lengths[0])
        length = int(lengths[0]) if sound else 0
        return _Length(start, length if length <= self._most_body else 0)


class _Length:
    """A body that says how long it is; one that is too long is refused unread."""

    def __init__(self, start: int, length: int) -> None:
        self.start = start
        self._end = start + length

    def is_whole(self, data: bytearray) -> bool:
        return len(data) >= self._end


class _Chunks:
    """A body in chunks: a line with the size in hexadecimal, the bytes, an empty line."""

    def __init__(self, start: int, most: int) -> None:
        self.start = start
        self._most = most
        self._at = start
        self._size = 0

    def is_whole(self, data: bytearray) -> bool:
        while True:
            line = data.find(b"\r\n", self._at)
            if line < 0:
                return len(data) - self._at > LONGEST_LINE
            size = _size(bytes(data[self._at : line]))
            if size <= 0:
                return size < 0 or data.find(END, line) >= 0
            end = line + 2 + size + 2
            if len(data) < end:
                return self._size + len(data) - line - 2 > self._most
            self._at, self._size = end, self._size + size
            if self._size > self._most:
                return True


def _size(line: bytes) -> int:
    """Return the size of a chunk, -1 when the line gives none."""
    digits = line.split(b";")[0].strip()
    return int(digits, 16) if re.fullmatch(rb"[0-9a-fA-F]{1,15}", digits) else -1
