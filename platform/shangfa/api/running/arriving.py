"""The bytes of a request while they arrive: is all of it there?

Nothing is judged here; gunicorn's parser does that. This only tells when a thread can go on
without waiting: the head has ended and the body is whole, or what is there is enough to
refuse the request. A body over what is held in memory, which only a file may be, waits on disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Final

LENGTH: Final = re.compile(rb"^content-length[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.I | re.M)
CODING: Final = re.compile(rb"^transfer-encoding[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.I | re.M)
NUMBER: Final = re.compile(rb"\d{1,18}")
EXPECTS: Final = re.compile(rb"^expect[ \t]*:[ \t]*100-continue[ \t]*\r?$", re.I | re.M)
PROBE: Final = re.compile(rb"(GET|HEAD) /(healthz|readyz)[ ?]")
FILE: Final = re.compile(rb"POST (/v1/evidence|/console/evidence|/console/incidents/new)[ ?]")
"""The request line of what may bring a file, whose body may be larger."""
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
        most_file: the same of a file that says its length, which waits on disk.
    """

    def __init__(self, most_head: int, most_body: int, most_file: int = 0) -> None:
        self.data = bytearray()
        self.on_disk = 0
        self._most_head = most_head
        self._most_body = most_body
        self._most_file = most_file
        self._body: _Length | _Chunks | None = None
        self._disk: IO[bytes] | None = None

    def take(self, more: bytes) -> bool:
        """Add bytes; return whether a thread can go on with what is there."""
        if self._disk is not None:
            return self._store(self._disk, more)
        seen = max(0, len(self.data) - len(END) + 1)
        self.data += more
        if self._body is None:
            end = self.data.find(END, seen)
            if end < 0:
                # no end will come: the head is too long, or its lines end otherwise
                return len(self.data) > self._most_head or bool(BARE.search(self.data, seen))
            self._body = self._body_after(end)
            if isinstance(self._body, _Length) and self._body.length > self._most_body:
                return self._onto_disk(self._body.start)
        return self._body.is_whole(self.data)

    @property
    def announced(self) -> int:
        """Bytes the body is said to have, 0 when nothing is said."""
        return self._body.length if isinstance(self._body, _Length) else 0

    def close(self) -> None:
        """Forget what waits on disk."""
        if self._disk is not None:
            self._disk.close()

    def _onto_disk(self, start: int) -> bool:
        self._disk = TemporaryFile()  # noqa: SIM115 - closed when it was read, or by `close`
        more = bytes(self.data[start:])
        del self.data[start:]
        return self._store(self._disk, more)

    def _store(self, disk: IO[bytes], more: bytes) -> bool:
        disk.write(more)
        self.on_disk += len(more)
        return self.on_disk >= self.announced

    def expects_continue(self) -> bool:
        """Tell whether the client waits for a word before it sends the body."""
        return self._body is not None and EXPECTS.search(self.data, 0, self._body.start) is not None

    def is_probe(self) -> bool:
        """Tell whether somebody only asks how we are."""
        return PROBE.match(self.data) is not None

    def pieces(self) -> Iterator[bytes]:
        """Return what has arrived, in pieces as a socket gives them."""
        whole = bytes(self.data)
        yield from (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))
        if self._disk is not None:
            self._disk.seek(0)
            while piece := self._disk.read(PIECE):
                yield piece
            self._disk.close()

    def _body_after(self, end: int) -> _Length | _Chunks:
        """Return the body that the head announces; none where gunicorn refuses the head."""
        start = end + len(END)
        lengths = LENGTH.findall(self.data, 0, end + 2)
        codings = CODING.findall(self.data, 0, end + 2)
        if [coding.lower() for coding in codings] == [b"chunked"] and not lengths:
            return _Chunks(start, self._most_body + SPARE)
        sound = not codings and len(lengths) == 1 and NUMBER.fullmatch(lengths[0])
        length = int(lengths[0]) if sound else 0
        most = max(self._most_file, self._most_body) if FILE.match(self.data) else self._most_body
        return _Length(start, length if length <= most else 0)


class _Length:
    """A body that says how long it is; one that is too long is refused unread."""

    def __init__(self, start: int, length: int) -> None:
        self.start = start
        self.length = length
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
