"""A case as somebody may see it: where it is, what may be done, what was done and decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shangfa.db.cases.found import StepRecord
from shangfa.db.incidents import Seen
from shangfa.domain.access.roles import HR
from shangfa.domain.access.sight import Sight, seen_codes, sees_money_only, sight_of
from shangfa.domain.cases.gate import GATE
from shangfa.domain.cases.procedure import DRAFT, Step
from shangfa.services.cases.handled import Handled
from shangfa.services.context import Context
from shangfa.services.ledger.decision import DecisionView, money_effects, seen_part


@dataclass(frozen=True, slots=True)
class AllowedStep:
    """What may be done now: by whom, and what it needs."""

    step: str
    roles: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    """Until when a step is due, and what silence means.

    `paused_at`: since when the clock stands still, None while it does not.
    """

    step: str
    due_at: datetime
    silence: str
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What was done: by whom, when, with what.

    Attributes:
        by: the person's code, else the role.
        data: what was handed in besides the note.
    """

    step: str
    state: str
    by: str
    at: datetime
    note: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case.

    Attributes:
        parts: each subject with whether its part is proposed, effective or reversed.
        decision: None for who sees money only, while nothing counts.
        decided: proposed, effective, reversed, or the state in which it ended without.
        slips: number -> whose it is.
        dismissals: subject -> what became of a dismissal that no procedure looked into.
    """

    id: UUID
    incident: UUID
    procedure: str
    state: str
    revision: int
    clause: str
    parts: Mapping[str, str]
    allowed: tuple[AllowedStep, ...]
    clocks: tuple[ClockView, ...]
    history: tuple[HistoryLine, ...]
    decision: DecisionView
    decided: str
    slips: Mapping[str, str]
    dismissals: Mapping[str, str]


def show(ctx: Context, item: Handled) -> CaseShown:
    """Return a case as the asker may see it."""
    case = item.case
    shown = CaseShown(
        case.id,
        case.incident_id,
        case.procedure,
        case.state,
        case.revision,
        case.clause,
        _parts(item),
        allowed(item),
        clocks(item),
        tuple(_line(ctx, item, step) for step in item.steps),
        item.decision,
        decided(item),
        {slip.no: slip.subject for slip in item.slips},
        item.dismissals,
    )
    return _cut(ctx, item, shown)


def allowed(item: Handled, *, whole: bool = True) -> tuple[AllowedStep, ...]:
    """Return what may be done in a case now, by whomever.

    `whole`: with what is needed for what was proposed, which tells of everybody in the case.
    """
    if item.procedure is None:
        return ()
    steps = [step for step in item.procedure.steps_from(item.case.state) if step.of_people]
    return tuple(
        AllowedStep(
            step.name,
            tuple(item.parties.said(step)),
            (*step.needs, *(_proposed(item, step) if whole else ())),
        )
        for step in steps
    )


def _proposed(item: Handled, step: Step) -> Iterator[str]:
    """Yield what a step needs for what was proposed."""
    return (one.name for one in item.more_inputs(step) if one.required)


def clocks(item: Handled) -> tuple[ClockView, ...]:
    """Return the clocks that run."""
    if item.procedure is None:
        return ()
    return tuple(
        ClockView(
            clock.step,
            clock.due_at.astimezone(item.tenant.zone),
            running.clock.silence,
            clock.paused_at.astimezone(item.tenant.zone) if clock.paused_at else None,
        )
        for clock in item.clocks
        if (running := item.procedure.states[clock.state]).clock is not None
    )


def decided(item: Handled) -> str:
    """Return what the decision is by the state of its case."""
    state = item.case.state
    if state == "reversed":
        return state
    if item.procedure is None:
        return "effective"
    counts = item.procedure.states[state].counts
    if counts == "no":
        return state if item.procedure.is_over(state) else "proposed"
    return "effective" if counts == "yes" else "reversed"


def _parts(item: Handled) -> dict[str, str]:
    whole = decided(item)
    parts: dict[str, str] = {}
    for code, stands in zip(item.case.subjects, item.case.stands, strict=True):
        undone = "suspended" if item.is_suspended(code) else "reversed"
        parts[code] = whole if stands or whole != "effective" else undone
    return parts


def _line(ctx: Context, item: Handled, step: StepRecord) -> HistoryLine:
    """Return a line of the history; what was said inside the house stays there."""
    note, data = step.note, told(ctx.role, step.data)
    inside = _concerned(ctx, item) and _is_internal(item, step.step)
    if sees_money_only(ctx.role) or inside or _is_anothers(ctx, item, step):
        note, data = "", {}
    by = step.person or step.role
    if item.case.handlers is not None and not is_handler(ctx, item) and by != ctx.subject:
        by = step.role
    return HistoryLine(step.step, step.state, by, step.at, note, data)


def told(role: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was handed in; what protects somebody from a dismissal is for HR alone."""
    return {key: data[key] for key in data if role == HR or key != GATE.name}


def _is_anothers(ctx: Context, item: Handled, step: StepRecord) -> bool:
    """Tell whether a step is about somebody of the case whom the asker does not see."""
    about = step.data.get("subject")
    codes = codes_seen(ctx, item)
    return about is not None and codes is not None and about not in codes


def _is_internal(item: Handled, name: str) -> bool:
    steps = item.procedure.steps if item.procedure else ()
    return any(step.internal for step in steps if step.name == name)


def _concerned(ctx: Context, item: Handled) -> bool:
    return ctx.subject is not None and ctx.subject in item.case.subjects


def _cut(ctx: Context, item: Handled, shown: CaseShown) -> CaseShown:
    if sees_money_only(ctx.role):
        view = shown.decision
        money: DecisionView = {
            "policy": view["policy"],
            "effects": money_effects(view["effects"]) if shown.decided == "effective" else [],
            "choices": [],
            "deadlines": [],
            "findings": [],
            "trace": [],
        }
        return replace(shown, decision=money, dismissals={})
    codes = codes_seen(ctx, item)
    if codes is None or is_approver(ctx, item):
        return shown
    parts = {code: part for code, part in shown.parts.items() if code in codes}
    slips = {no: code for no, code in shown.slips.items() if code in codes}
    dismissals = {code: state for code, state in shown.dismissals.items() if code in codes}
    steps = allowed(item, whole=codes.issuperset(item.case.subjects))
    cut = replace(shown, parts=parts, slips=slips, dismissals=dismissals, allowed=steps)
    return replace(cut, decision=seen_part(shown.decision, codes))


def is_handler(ctx: Context, item: Handled) -> bool:
    """Tell whether the asker is named to handle a confidential case."""
    return item.case.handlers is not None and ctx.subject in item.case.handlers


def codes_seen(ctx: Context, item: Handled) -> frozenset[str] | None:
    """Return whose part of a case somebody sees, None for everybody's.

    Of a confidential case its handlers see all, and others themselves, whatever their role.
    """
    if is_handler(ctx, item):
        return None
    if item.case.handlers is not None:
        return frozenset() if ctx.subject is None else frozenset({ctx.subject})
    return seen_codes(ctx.role, ctx.subject, item.case.subjects, led_by(ctx, item))


def led_by(ctx: Context, item: Handled) -> frozenset[str]:
    """Return those of the case whom the asker supervised on the incident's day."""
    pairs = zip(item.case.subjects, item.case.leaders, strict=True)
    return frozenset(code for code, leader in pairs if leader is not None and leader == ctx.subject)


def is_approver(ctx: Context, item: Handled) -> bool:
    """Tell whether the asker is named to approve the case in the state it is in.

    Or to answer a dismissal by it that is only proposed.
    """
    if ctx.subject is not None and ctx.subject in item.asked_of:
        return item.case.handlers is None or is_handler(ctx, item)
    if item.procedure is None or ctx.subject not in item.parties.approvers.people:
        return False
    if item.case.handlers is not None:
        return is_handler(ctx, item)
    steps = item.procedure.steps_from(item.case.state)
    return any("approver" in step.by for step in steps)


def _approves(ctx: Context, item: Handled) -> bool:
    """Tell whether the asker's role approves the case in the state it is in."""
    if item.procedure is None or ctx.role not in item.parties.approvers.roles:
        return False
    steps = item.procedure.steps_from(item.case.state)
    return any("approver" in step.by for step in steps)


def may_see(ctx: Context, item: Handled) -> bool:
    """Tell whether the asker may know of a case."""
    if item.case.restricted and not (ctx.may("restricted:read") or _concerned(ctx, item)):
        return False
    if item.case.handlers is not None:
        return is_handler(ctx, item) or (_concerned(ctx, item) and item.case.state != DRAFT)
    sight = sight_of(ctx.role)
    if sees_money_only(ctx.role):
        return decided(item) in {"effective", "reversed"} or _approves(ctx, item)
    if sight is Sight.EVERYBODY or is_approver(ctx, item):
        return True
    if sight is Sight.TEAM and led_by(ctx, item):
        return True
    return _concerned(ctx, item) and item.case.state != DRAFT


def seen_by(ctx: Context) -> Seen:
    """Return which cases and incidents the asker sees, as the database filters them."""
    sight = sight_of(ctx.role)
    if sight is Sight.EVERYBODY:
        return Seen(money=sees_money_only(ctx.role), reader=ctx.subject_id)
    own = ctx.subject_id or ctx.actor_id
    return Seen(own, team=sight is Sight.TEAM, reader=ctx.subject_id)


def briefs(ctx: Context, items: Sequence[Handled]) -> dict[UUID, CaseShown]:
    """Return cases as the asker sees them, by id."""
    return {item.case.id: show(ctx, item) for item in items}
