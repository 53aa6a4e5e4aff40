"""Passwords hashed with argon2id, a few at a time: hashing is made to be expensive."""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from shangfa.domain.access.passwords import normal
from shangfa.domain.faults import BUSY, refused

AT_ONCE: Final = 2
"""Hashes that a process makes at the same time; each takes 19 MiB and a whole core."""
WAIT_SECONDS: Final = 5.0
_places: Final = BoundedSemaphore(AT_ONCE)
# What OWASP names as the least for argon2id.
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def new_password() -> str:
    """Return a password that nobody guesses: 96 random bits."""
    return secrets.token_urlsafe(12)


def hash_of(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        RefusedError: `busy` when too many wait.
    """
    with _Place():
        return _hasher.hash(normal(password))


def is_password(kept: str, password: str) -> bool:
    """Tell whether a password is the one that was kept; "" takes as long and is never it.

    Raises:
        RefusedError: `busy` when too many wait.
    """
    with _Place():
        try:
            _hasher.verify(kept or _decoy(), normal(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return bool(kept)


@cache
def _decoy() -> str:
    """Return the hash of a password that nobody has."""
    return _hasher.hash(new_password())


class _Place:
    """A place among those who hash."""

    def __enter__(self) -> None:
        if not _places.acquire(timeout=WAIT_SECONDS):
            raise refused(BUSY, "")

    def __exit__(self, *_: object) -> None:
        _places.release()
