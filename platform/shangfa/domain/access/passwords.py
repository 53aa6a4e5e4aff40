"""Which passwords are taken, and how long a login stays closed after wrong ones."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Final

from shangfa.domain.access.faults import WEAK_PASSWORD
from shangfa.domain.faults import refused
from shangfa.domain.text import Note

SHORTEST: Final = 10
LONGEST: Final = 200
FEWEST_LETTERS: Final = 5
FREE_ATTEMPTS: Final = 5
"""Wrong passwords in a row before a login is closed for a while."""
FIRST_CLOSURE: Final = timedelta(minutes=1)
LONGEST_CLOSURE: Final = timedelta(minutes=15)
FORGIVEN: Final = timedelta(hours=1)
"""After so long without an attempt the count begins anew."""

LENGTH: Final = Note(
    f"须为{SHORTEST}至{LONGEST}个字符", f"{SHORTEST} to {LONGEST} characters are expected"
)
SAME_AS_LOGIN: Final = Note("不能包含登录名", "it must not hold the login")
MONOTONOUS: Final = Note(
    f"至少须有{FEWEST_LETTERS}个不同的字符", f"at least {FEWEST_LETTERS} different characters"
)
SAME_AS_BEFORE: Final = Note("不能与原密码相同", "it must not be the one before")


def normal(password: str) -> str:
    """Return a password as it is hashed: however a keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, login: str, pointer: str) -> None:
    """Let a password pass that is not too easily guessed.

    Raises:
        RefusedError: `weak_password`.
    """
    text = normal(password)
    faults = (
        (not SHORTEST <= len(text) <= LONGEST, LENGTH),
        (login.casefold() in text.casefold(), SAME_AS_LOGIN),
        (len(set(text)) < FEWEST_LETTERS, MONOTONOUS),
    )
    for wrong, why in faults:
        if wrong:
            raise refused(WEAK_PASSWORD, pointer, why=why)


def attempts_so_far(failures: int, last: datetime | None, at: datetime) -> int:
    """Return how many failures in a row count; an hour's rest forgives them."""
    return 0 if last is None or at - last > FORGIVEN else failures


def closed_until(failures: int, at: datetime) -> datetime | None:
    """Return until when a login is closed after failures in a row; None while it is open.

    Each one past the free ones doubles the time.
    """
    if failures < FREE_ATTEMPTS:
        return None
    doublings = 1 << min(failures - FREE_ATTEMPTS, 10)
    return at + min(FIRST_CLOSURE * doublings, LONGEST_CLOSURE)
