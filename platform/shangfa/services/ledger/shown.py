"""How an assessment is written for a reader: effects, choices, deadlines, trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.ledger.posting import Asked, Due, Line, Posting, visible
from shangfa.domain.money import amount_text

_DAY_END = time(23, 59, 59)


def decision_view(result: Assessment, zone: ZoneInfo) -> dict[str, Any]:
    """Return the decision body of the HTTP contract; counts are left out."""
    return {
        "policy": {"name": result.policy, "version": result.version},
        "effects": effects_view(result.postings),
        "choices": [_choice(item) for item in result.choices],
        "deadlines": [_deadline(item, zone) for item in result.deadlines],
        "findings": [],
        "trace": [trace_line(line) for line in result.trace],
    }


def effects_view(postings: Iterable[Posting]) -> list[dict[str, Any]]:
    """Return visible effects, summed by subject, account, unit, clause and cause."""
    return [effect_view(item) for item in visible(postings)]


def effect_view(item: Posting) -> dict[str, Any]:
    """Return one effect."""
    return {
        "subject": item.subject,
        "account": item.account,
        "unit": item.unit,
        "quantity": amount_text(item.unit, item.quantity),
        "clause": item.clause,
        "cause": item.cause,
    }


def _choice(item: Asked) -> dict[str, Any]:
    choice = item.choice
    most = choice.maximum
    view = {
        "subject": item.subject,
        "account": choice.account,
        "unit": choice.unit,
        "min": amount_text(choice.unit, choice.minimum),
        "max": None if most is None else amount_text(choice.unit, most),
        "clause": item.clause,
    }
    return view | ({"one_of": choice.one_of} if choice.one_of else {})


def _deadline(item: Due, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "subject": item.subject,
        "step": item.deadline.step,
        "due_at": due_at(item.deadline.due, zone),
        "due": item.deadline.due.isoformat(),
        "clause": item.clause,
    }


def due_at(due: date | datetime, zone: ZoneInfo) -> str:
    """Return the last moment in time, RFC 3339; a day lasts until its last second."""
    if not isinstance(due, datetime):
        due = datetime.combine(due, _DAY_END)
    return due.replace(tzinfo=zone).isoformat()


def trace_line(line: Line) -> dict[str, Any]:
    """Return one sentence of the trace in both languages."""
    view = {
        "text_zh": line.note.text("zh"),
        "text_en": line.note.text("en"),
        "clause": line.clause,
    }
    return view | ({"subject": line.subject} if line.subject else {})
