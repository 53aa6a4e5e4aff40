"""What a file is, told by its content and never by its name.

A type is known by its first bytes; documents of office programs, which are all ZIP files, by the
parts listed at their end; text by being text from the first byte to the last.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Final

EXTENSIONS: Final[dict[str, tuple[str, ...]]] = {
    "application/pdf": ("pdf",),
    "application/ofd": ("ofd",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/mp4": ("m4a",),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
    "image/gif": ("gif",),
    "image/heic": ("heic", "heif"),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/tiff": ("tif", "tiff"),
    "image/webp": ("webp",),
    "text/plain": ("txt", "csv", "log", "md", "eml"),
    "video/mp4": ("mp4",),
    "video/quicktime": ("mov",),
}
"""Type -> the extensions its files may have; the first one is given to a name without any."""
ALLOWED: Final = ", ".join(name for names in EXTENSIONS.values() for name in names)
ZIP: Final = b"PK\x03\x04"
_FIRST: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"%PDF-[12]\.", "application/pdf"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"II\*\0|MM\0\*", "image/tiff"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb"RIFF.{4}WAVE", "audio/wav"),
        (rb"#!AMR", "audio/amr"),
        (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
        (rb"\xff[\xf1\xf9]", "audio/aac"),
        (rb".{4}ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)", "image/heic"),
        (rb".{4}ftypM4A ", "audio/mp4"),
        (rb".{4}ftypqt  ", "video/quicktime"),
        (rb".{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|MSNV|M4V |dash)", "video/mp4"),
    )
)
_PARTS: Final = (
    (b"word/document.xml", "docx"),
    (b"xl/workbook.xml", "xlsx"),
    (b"OFD.xml", "ofd"),
)
_PROGRAM: Final = b"vbaProject.bin"
_HEAD: Final = 64
_TAIL: Final = 256 * 1024
"""Bytes of the end that are kept: the list of a document's parts."""
_CONTROL: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(slots=True)
class Look:
    """Looks at a file that passes in pieces, and keeps its two ends only."""

    _head: bytes = b""
    _tail: bytes = b""
    _readers: list[codecs.IncrementalDecoder] = field(
        default_factory=lambda: [
            codecs.getincrementaldecoder(coding)() for coding in ("utf-8-sig", "gb18030")
        ]
    )

    def take(self, piece: bytes) -> None:
        """Look at the next piece."""
        if len(self._head) < _HEAD:
            self._head = (self._head + piece)[:_HEAD]
        self._tail = (self._tail + piece)[-_TAIL:]
        self._readers = [reader for reader in self._readers if _reads(reader, piece)]

    def kind(self) -> str | None:
        """Return the type of what was seen, None for one that is not taken."""
        if self._head.startswith(ZIP):
            return self._document()
        for pattern, kind in _FIRST:
            if pattern.match(self._head):
                return kind
        ends = any(_reads(reader, b"", final=True) for reader in self._readers)
        return "text/plain" if ends else None

    def _document(self) -> str | None:
        """Return the type of an office document; one that carries a program is not taken."""
        if _PROGRAM in self._tail:
            return None
        found = [name for part, name in _PARTS if part in self._tail]
        kinds = {names[0]: kind for kind, names in EXTENSIONS.items()}
        return kinds[found[0]] if found else None


def _reads(reader: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        return _CONTROL.search(reader.decode(piece, final)) is None
    except UnicodeDecodeError:
        return False
