"""How long what a test measures may take."""

from __future__ import annotations

from coverage import Coverage


def limit(seconds: float) -> float:
    """Return a limit in seconds: twice as long where lines are counted while they run."""
    return seconds * (2 if Coverage.current() else 1)
