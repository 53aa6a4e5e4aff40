"""How a plugin refuses what it was given; it raises what these return."""

from __future__ import annotations

from typing import Any

from shangfa.domain.faults import INVALID, RefusedError, refused
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.faults import INVALID_FACT
from shangfa.domain.text import Note


def missing_fact(fact: Fact) -> RefusedError:
    """Return the error for a fact needed only in this case."""
    return RefusedError(fact.absent())


def invalid_fact(name: str, value: Any, allowed: Note) -> RefusedError:
    """Return the error for a fact that does not fit the others; `allowed` says what does."""
    values = {"name": name, "label": name, "value": value}
    return refused(INVALID_FACT, f"/facts/{name}", **values, allowed=allowed)


def invalid_input(name: str, value: Any, why: Note) -> RefusedError:
    """Return the error for an input of a programme that cannot be used."""
    return refused(INVALID, f"/inputs/{name}", value=value, why=why)
