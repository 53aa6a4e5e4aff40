"""Which time zones a tenant may live in: those of the IANA database, by their own names."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note

NO_PLACES: Final = frozenset({"localtime", "posixrules", "Factory"})
"""Files beside the zones that mean something else on every machine."""
COPIES: Final = ("posix/", "right/")
"""Folders with the same zones once more, counted with other seconds."""
ALLOWED: Final = Note(
    "请写 IANA 时区名，如 Asia/Shanghai",
    "write the name of an IANA time zone such as Asia/Shanghai",
)


@cache
def zones() -> frozenset[str]:
    """Return the names of all time zones."""
    names = available_timezones() - NO_PLACES
    return frozenset(name for name in names if not name.startswith(COPIES))


def check_zone(name: Any, pointer: str = "/timezone") -> None:
    """Let the name of a time zone pass.

    Raises:
        RefusedError: `invalid`.
    """
    if not isinstance(name, str) or name not in zones():
        raise refused(INVALID, pointer, value=name, why=ALLOWED)
