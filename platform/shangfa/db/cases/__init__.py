"""Cases, steps, decisions, deadlines and clocks in SQL."""

from shangfa.db.cases.deadlines import OpenDeadline, open_deadlines
from shangfa.db.cases.decided import DecisionRecord, HistoryRecord, decisions_of, history_of
from shangfa.db.cases.held import StoredCase, hold_case, mark_reversed, move_case
from shangfa.db.cases.left import open_choices
from shangfa.db.cases.written import (
    CaseLine,
    DeadlineLine,
    DecisionLine,
    StepLine,
    add_deadlines,
    add_decisions,
    open_case,
)

__all__ = [
    "CaseLine",
    "DeadlineLine",
    "DecisionLine",
    "DecisionRecord",
    "HistoryRecord",
    "OpenDeadline",
    "StepLine",
    "StoredCase",
    "add_deadlines",
    "add_decisions",
    "decisions_of",
    "history_of",
    "hold_case",
    "mark_reversed",
    "move_case",
    "open_case",
    "open_choices",
    "open_deadlines",
]
