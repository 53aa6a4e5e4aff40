"""All a plugin may import. Frozen values in, values out; no clock, no database, no web.

A plugin is a module with functions marked `@hookimpl` (see `shangfa.hookspecs`). It
provides clause kinds, reactions and programmes, each with a `Params` class: one
declaration that validates what a policy file writes, gives its JSON Schema and is the
typed object the functions receive.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import pluggy
from pydantic import BaseModel, ConfigDict, Field

from shangfa.domain.calendar import Calendar
from shangfa.domain.days import add_months, month_end
from shangfa.domain.effect import Choice, Deadline, Effect, Finding
from shangfa.domain.faults import INVALID, RefusedError, refused
from shangfa.domain.incident import Incident, Subject
from shangfa.domain.money import ONE, ZERO, apportion, fen
from shangfa.domain.policies.facts import Fact, to_decimal
from shangfa.domain.policies.faults import INVALID_FACT
from shangfa.domain.policies.kinds import (
    TIMES,
    Award,
    ClauseKind,
    Ladder,
    Measure,
    ParamsError,
    Part,
    Period,
    ProgrammeKind,
    ReactionKind,
    Row,
    Rule,
    Standing,
    Watch,
)
from shangfa.domain.text import NOTHING_TO_SAY, Note

SDK_VERSION: Final = "1.0"
"""Raised by its first number when a plugin written for the last one would break."""

hookimpl = pluggy.HookimplMarker("shangfa")


class Params(BaseModel):
    """What a policy writes under `params`: subclass it, one annotated field each.

    Unknown keys and wrong types are refused with their place in the file. Amounts are
    `Decimal`; give bounds with `Field(gt=0)` and say the unit in `description`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Names:
    """Marks a parameter that names something the policy must declare."""

    def __init__(self, what: Literal["fact", "rung"]) -> None:
        self.what = what


FactName = Annotated[str, Names("fact")]
"""The name of a fact the clause declares; another name is refused with its line."""
RungName = Annotated[str, Names("rung")]
"""A rung of the policy's ladder; another is refused with its line."""


def missing_fact(fact: Fact) -> RefusedError:
    """Return the error for a fact needed only in this case; the plugin raises it."""
    return RefusedError(fact.absent())


def invalid_fact(name: str, value: Any, allowed: str) -> RefusedError:
    """Return the error for a fact that does not fit the others; the plugin raises it."""
    return refused(
        INVALID_FACT, f"/facts/{name}", name=name, label=name, value=value, allowed=allowed
    )


def invalid_input(name: str, value: Any, why: str) -> RefusedError:
    """Return the error for an input of a programme that cannot be used."""
    return refused(INVALID, f"/inputs/{name}", value=value, why=why)


__all__ = [
    "NOTHING_TO_SAY",
    "ONE",
    "SDK_VERSION",
    "TIMES",
    "ZERO",
    "Award",
    "Calendar",
    "Choice",
    "ClauseKind",
    "Deadline",
    "Effect",
    "Fact",
    "FactName",
    "Field",
    "Finding",
    "Incident",
    "Ladder",
    "Measure",
    "Names",
    "Note",
    "Params",
    "ParamsError",
    "Part",
    "Period",
    "ProgrammeKind",
    "ReactionKind",
    "RefusedError",
    "Row",
    "Rule",
    "RungName",
    "Standing",
    "Subject",
    "Watch",
    "add_months",
    "apportion",
    "fen",
    "hookimpl",
    "invalid_fact",
    "invalid_input",
    "missing_fact",
    "month_end",
    "to_decimal",
]
