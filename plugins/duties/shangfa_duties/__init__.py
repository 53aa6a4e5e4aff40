"""Duties without an amount: breaches, deadlines, answers in time or late, options."""

from __future__ import annotations

from typing import Any

from shangfa.sdk import ClauseKind, hookimpl
from shangfa_duties.breaches import (
    Breach,
    Regular,
    assess_breach,
    assess_regular,
    rows_breach,
    rows_regular,
)
from shangfa_duties.clocks import (
    DONE,
    OPTIONAL_SINCE,
    SINCE,
    Answer,
    Clock,
    Opening,
    assess_answer,
    assess_clock,
    assess_deadline,
    rows_answer,
    rows_deadline,
)
from shangfa_duties.options import OneOf, assess_one_of, rows_one_of


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("duties.breach", Breach, assess_breach, rows_breach),
        ClauseKind("duties.deadline", Opening, assess_deadline, rows_deadline),
        ClauseKind("duties.answer", Answer, assess_answer, rows_answer, (SINCE, DONE)),
        ClauseKind("duties.clock", Clock, assess_clock, rows_answer, (OPTIONAL_SINCE, DONE)),
        ClauseKind("duties.regular", Regular, assess_regular, rows_regular),
        ClauseKind("duties.one_of", OneOf, assess_one_of, rows_one_of),
    ]
