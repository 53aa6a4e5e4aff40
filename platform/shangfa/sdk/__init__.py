"""All a plugin may import. Frozen values in, values out; no clock, no database, no web.

A plugin is a module with functions marked `@hookimpl` (see `shangfa.hookspecs`). It
provides clause kinds, reactions and programmes, each with a `Params` class: one
declaration that validates what a policy file writes, gives its JSON Schema and is the
typed object the functions receive. What reviews them stands in `guards`.
"""

from __future__ import annotations

from typing import Final

import pluggy
from pydantic import Field

from shangfa.domain.account import AccountName
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.days import CalendarWindow, add_months, month_end
from shangfa.domain.dates.deadlines import Due, Start, TimeLimit, is_after
from shangfa.domain.effect import Choice, Deadline, Direction, Effect, Finding
from shangfa.domain.faults import RefusedError
from shangfa.domain.incident import Incident, Subject, SubjectKind
from shangfa.domain.money import ONE, ZERO, apportion, fen
from shangfa.domain.policies.facts import Fact, to_decimal
from shangfa.domain.policies.kinds import (
    TIMES,
    Award,
    Cancelled,
    ClauseKind,
    Dated,
    Given,
    Ladder,
    Measure,
    ParamsError,
    Part,
    Period,
    PeriodFacts,
    ProgrammeKind,
    ReactionKind,
    Row,
    Rule,
    Seen,
    Watch,
)
from shangfa.domain.text import NOTHING_TO_SAY, Note
from shangfa.sdk import guards, inputs
from shangfa.sdk.limits import Limit, moment_of, start_of
from shangfa.sdk.params import (
    AttributeName,
    FactName,
    Names,
    Params,
    RungName,
    Stretch,
    Window,
    stretch_of,
)
from shangfa.sdk.refusals import invalid_fact, invalid_input, missing_fact
from shangfa.sdk.superiors import Superior

SDK_VERSION: Final = "2.1"
"""Raised by its first number when a plugin written for the last one would break."""

hookimpl = pluggy.HookimplMarker("shangfa")

__all__ = [
    "NOTHING_TO_SAY",
    "ONE",
    "SDK_VERSION",
    "TIMES",
    "ZERO",
    "AccountName",
    "AttributeName",
    "Award",
    "Calendar",
    "CalendarWindow",
    "Cancelled",
    "Choice",
    "ClauseKind",
    "Dated",
    "Deadline",
    "Direction",
    "Due",
    "Effect",
    "Fact",
    "FactName",
    "Field",
    "Finding",
    "Given",
    "Incident",
    "Ladder",
    "Limit",
    "Measure",
    "Names",
    "Note",
    "Params",
    "ParamsError",
    "Part",
    "Period",
    "PeriodFacts",
    "ProgrammeKind",
    "ReactionKind",
    "RefusedError",
    "Row",
    "Rule",
    "RungName",
    "Seen",
    "Start",
    "Stretch",
    "Subject",
    "SubjectKind",
    "Superior",
    "TimeLimit",
    "Watch",
    "Window",
    "add_months",
    "apportion",
    "fen",
    "guards",
    "hookimpl",
    "inputs",
    "invalid_fact",
    "invalid_input",
    "is_after",
    "missing_fact",
    "moment_of",
    "month_end",
    "start_of",
    "stretch_of",
    "to_decimal",
]
