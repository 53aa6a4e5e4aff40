"""How a decision is written down and read: effects, choices, deadlines, trace.

A decision of the ledger is one subject's; an answer shows those of an incident together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, NotRequired, TypedDict
from zoneinfo import ZoneInfo

from shangfa.domain.account import MONEY
from shangfa.domain.faults import RefusedError
from shangfa.domain.incidents.engine import Assessment, SubjectDecision
from shangfa.domain.ledger.posting import Due, Line, OpenChoice, Posting, visible
from shangfa.domain.money import amount_text
from shangfa.domain.text import Note

_DAY_END: Final = time(23, 59, 59)


class PolicyRef(TypedDict):
    """A version of a policy."""

    name: str
    version: int


_Term = TypedDict("_Term", {"from": NotRequired[str], "until": NotRequired[str]})


class EffectView(_Term):
    """A signed amount of a unit posted to an account of a subject.

    An action that lasts has its first and last day, `from` and `until`.
    """

    subject: str
    account: str
    unit: str
    quantity: str
    clause: str
    cause: str


class ChoiceView(TypedDict):
    """An amount a named human must set; `max` is None when open."""

    subject: str
    account: str
    unit: str
    min: str
    max: str | None
    clause: str
    one_of: NotRequired[str]
    deducts: NotRequired[bool]


class DeadlineView(TypedDict):
    """A step with its last moment in time."""

    subject: str
    step: str
    due_at: str
    due: str
    clause: str


class TraceView(TypedDict):
    """One sentence of the explanation; without a subject it is about all."""

    text_zh: str
    text_en: str
    clause: str
    subject: NotRequired[str]


class DecisionView(TypedDict):
    """What follows, from which words, by which arithmetic."""

    policy: PolicyRef
    effects: list[EffectView]
    choices: list[ChoiceView]
    deadlines: list[DeadlineView]
    findings: list[dict[str, Any]]
    trace: list[TraceView]


def whole_view(result: Assessment, zone: ZoneInfo) -> DecisionView:
    """Return what follows from an incident for all its subjects; counts are left out."""
    return {
        "policy": {"name": result.policy, "version": result.version},
        "effects": effects_view(result.moved),
        "choices": [choice_view(item) for item in result.choices],
        "deadlines": [deadline_view(item, zone) for item in result.deadlines],
        "findings": [],
        "trace": [trace_line(line) for line in result.trace],
    }


def subject_view(result: Assessment, decision: SubjectDecision, zone: ZoneInfo) -> DecisionView:
    """Return what follows for one subject, as it is kept."""
    return {
        "policy": {"name": result.policy, "version": result.version},
        "effects": effects_view([*decision.postings, *decision.adjusted]),
        "choices": [choice_view(item) for item in decision.choices],
        "deadlines": [deadline_view(item, zone) for item in decision.deadlines],
        "findings": [],
        "trace": [trace_line(line) for line in (result.cited, *decision.trace)],
    }


def together(views: Sequence[DecisionView]) -> DecisionView:
    """Return the decisions of one incident's subjects as one."""
    first, *more = views
    if not more:
        return first
    said: list[TraceView] = []
    for line in (line for view in views for line in view["trace"]):
        if line.get("subject") or line not in said:
            said.append(line)
    return {
        "policy": first["policy"],
        "effects": sum_effects(item for view in views for item in view["effects"]),
        "choices": [item for view in views for item in view["choices"]],
        "deadlines": [item for view in views for item in view["deadlines"]],
        "findings": [item for view in views for item in view["findings"]],
        "trace": said,
    }


def known_now(view: DecisionView, later: Mapping[str, Any]) -> DecisionView:
    """Return a decision with what an adjustment put in place of what it left open."""
    found = view.copy()
    if "choices" in later:
        found["choices"] = later["choices"]
    if "deadlines" in later:
        found["deadlines"] = later["deadlines"]
    return found


def sum_effects(effects: Iterable[EffectView]) -> list[EffectView]:
    """Return effects summed by subject, account, unit, clause and cause."""
    sums: dict[tuple[str, ...], EffectView] = {}
    for item in effects:
        names = ("subject", "account", "unit", "clause", "cause", "from", "until")
        key = tuple(str(item.get(name, "")) for name in names)
        before = sums.get(key)
        total = Decimal(item["quantity"]) + (Decimal(before["quantity"]) if before else 0)
        sums[key] = {**item, "quantity": amount_text(item["unit"], total)}
    return [item for item in sums.values() if Decimal(item["quantity"])]


def effects_view(postings: Iterable[Posting]) -> list[EffectView]:
    """Return visible effects, summed by subject, account, unit, clause and cause."""
    return [effect_view(item) for item in visible(postings)]


def effect_view(item: Posting) -> EffectView:
    """Return one effect."""
    view: EffectView = {
        "subject": item.subject,
        "account": item.account,
        "unit": item.unit,
        "quantity": amount_text(item.unit, item.quantity),
        "clause": item.clause,
        "cause": item.cause,
    }
    if item.since is not None:
        view["from"] = item.since.isoformat()
    if item.until is not None:
        view["until"] = item.until.isoformat()
    return view


def choice_view(item: OpenChoice) -> ChoiceView:
    """Return one choice."""
    choice = item.choice
    most = choice.maximum
    view: ChoiceView = {
        "subject": item.subject,
        "account": choice.account,
        "unit": choice.unit,
        "min": amount_text(choice.unit, choice.minimum),
        "max": None if most is None else amount_text(choice.unit, most),
        "clause": item.clause,
    }
    if choice.one_of:
        view["one_of"] = choice.one_of
    if choice.deducts:
        view["deducts"] = True
    return view


def deadline_view(item: Due, zone: ZoneInfo) -> DeadlineView:
    """Return one deadline."""
    return {
        "subject": item.subject,
        "step": item.deadline.step,
        "due_at": due_at(item.deadline.due, zone).isoformat(),
        "due": item.deadline.due.isoformat(),
        "clause": item.clause,
    }


def due_at(due: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the last moment, aware; a day lasts until its last second."""
    if not isinstance(due, datetime):
        due = datetime.combine(due, _DAY_END)
    return due.replace(tzinfo=zone)


def trace_line(line: Line) -> TraceView:
    """Return one sentence of the trace in both languages."""
    note = line.note
    view: TraceView = {
        "text_zh": note.text("zh"),
        "text_en": note.text("en"),
        "clause": line.clause,
    }
    if line.subject:
        view["subject"] = line.subject
    return view


def said_of(refusal: RefusedError, clause: str) -> list[Line]:
    """Return a refusal as lines of a trace: why nothing follows."""
    return [Line(Note(fault.zh, fault.en), clause, "") for fault in refusal.faults]


def seen_part(view: DecisionView, codes: Collection[str] | None) -> DecisionView:
    """Return a decision without what concerns others than `codes`; None means all see all."""
    if codes is None:
        return view
    return {
        "policy": view["policy"],
        "effects": [item for item in view["effects"] if item["subject"] in codes],
        "choices": [item for item in view["choices"] if item["subject"] in codes],
        "deadlines": [item for item in view["deadlines"] if item["subject"] in codes],
        "findings": view["findings"],
        "trace": [line for line in view["trace"] if line.get("subject", "") in {"", *codes}],
    }


def money_effects(effects: Iterable[EffectView]) -> list[EffectView]:
    """Return the effects that move money, all that finance may see."""
    return [item for item in effects if item["account"] in MONEY]
