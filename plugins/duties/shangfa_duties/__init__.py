"""Duties without an amount: breaches, deadlines, answers in time or late, options, classes."""

from __future__ import annotations

from typing import Any

from shangfa.sdk import ClauseKind, ReactionKind, hookimpl
from shangfa_duties.breaches import (
    Breach,
    Regular,
    assess_breach,
    assess_regular,
    counters_breach,
    rows_breach,
    rows_regular,
)
from shangfa_duties.classes import Placing, assess_class, rows_class
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
from shangfa_duties.supervisors import (
    NOTE,
    Supervisor,
    derive_supervisor,
    gives_supervisor,
    rows_supervisor,
    watch_supervisor,
)


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind(
            "duties.breach",
            Breach,
            assess_breach,
            rows_breach,
            counters=counters_breach,
            impartial=lambda _: True,
        ),
        ClauseKind("duties.deadline", Opening, assess_deadline, rows_deadline),
        ClauseKind("duties.answer", Answer, assess_answer, rows_answer, (SINCE, DONE)),
        ClauseKind("duties.clock", Clock, assess_clock, rows_answer, (OPTIONAL_SINCE, DONE)),
        ClauseKind("duties.regular", Regular, assess_regular, rows_regular),
        ClauseKind("duties.one_of", OneOf, assess_one_of, rows_one_of),
        ClauseKind("duties.class", Placing, assess_class, rows_class),
    ]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "duties.supervisor",
            Supervisor,
            watch_supervisor,
            derive_supervisor,
            gives_supervisor,
            rows_supervisor,
            lambda rule: NOTE,
        ),
    ]
