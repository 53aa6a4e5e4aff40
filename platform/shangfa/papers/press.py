"""The press: a form filled with texts becomes a PDF/A-2b, the same bytes for the same texts.

A process keeps what it set last, a megabyte or two a page, and never gives it back; a paper of
many pages is set by a process of its own, `python -m shangfa.papers.press`, that ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any, Final

import typst

from shangfa.papers.letters import FAMILY, FONTS, each, shown

STANDARD: Final = "a-2b"
LONGEST: Final = 120
"""Seconds a process of its own may take."""
_setting = Lock()
"""One paper is set at a time: the compiler is not made for two."""


def set_paper(texts: Any, title: str, author: str, day: date) -> bytes:
    """Return texts set in the form of slips.

    `texts`: what `papers.sheet` makes of each slip; letters the font lacks are shown as numbers.
    `day`: of the paper, all the time its bytes know.
    """
    inputs = {
        "slips": json.dumps(each(texts, shown), ensure_ascii=False),
        "title": shown(title),
        "author": shown(author),
        "font": FAMILY,
    }
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with _setting:
        made = _compiler().compile(
            input=_form(), sys_inputs=inputs, pdf_standards=STANDARD, timestamp=at
        )
    assert isinstance(made, bytes)  # noqa: S101 - one document, not one file a page
    return made


def set_apart(texts: Any, title: str, author: str, day: date) -> bytes:
    """Do as `set_paper` in a process of its own."""
    asked = json.dumps([texts, title, author, day.isoformat()]).encode()
    command = [sys.executable, "-m", "shangfa.papers.press"]
    return subprocess.run(  # noqa: S603 - ourselves
        command, input=asked, stdout=subprocess.PIPE, timeout=LONGEST, check=True
    ).stdout


@cache
def _form() -> bytes:
    return (files("shangfa.papers") / "slip.typ").read_bytes()


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


if __name__ == "__main__":
    said, name, by, on = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(set_paper(said, name, by, date.fromisoformat(on)))
