"""The document of a decision: what it was when it became effective, and its number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shangfa.db.cases.found import StepRecord
from shangfa.db.cases.held import stored_cases
from shangfa.db.cases.slips import (
    SlipLine,
    add_slips,
    company_name,
    earlier_slips,
    find_slip,
    names_of,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.cases.gate import GATE, said_of
from shangfa.domain.cases.inputs import CORRECT_BY, CORRECTION
from shangfa.domain.dates.deadlines import Due
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.months.period import booking_month
from shangfa.domain.people.lines import read_date
from shangfa.domain.policies.facts import written
from shangfa.outside.sealing import seal_fields
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import codes_seen, is_approver, may_see, told
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.ledger.choosing import Value
from shangfa.services.ledger.decision import DecisionView, EffectView, money_effects
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

NUMBER: Final = re.compile(r"([0-9]{4})-([0-9]{6,9})", re.ASCII)
MONEY_ONLY: Final = (
    *("case", "incident", "company", "subject", "subject_name", "policy", "policy_title"),
    *("clause", "clause_title", "occurred", "effects", "effective_from", "effective_on"),
    "payroll_month",
)
"""What finance reads of a slip."""
JOINT_ONLY: Final = (
    *("case", "incident", "company", "subject", "subject_name", "policy", "policy_title"),
    *("clause", "clause_title", "occurred", "effective_from", "effective_on", "payroll_month"),
)
"""What a superior reads of the slip that brought him a joint mark, with his own part of it."""
SIGNED: Final = ("step", "by", "name", "role", "at")
"""What is told of a step whose words stay inside the house."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the slips of a case are made of.

    Attributes:
        bodies: what was decided for each subject, with what was chosen.
        values: what was chosen.
        step: the one that made it effective; it is not among the case's yet.
        until: the last moment, or the last day, of the time to appeal.
    """

    bodies: Mapping[str, DecisionView]
    values: Sequence[Value]
    step: StepRecord
    until: Due | None


@dataclass(frozen=True, slots=True)
class SlipSeen:
    """A slip as somebody may read it.

    Attributes:
        body: what it says, as far as the asker may know.
        linked: numbers of the others for the same incident that the asker may see.
    """

    no: str
    body: Mapping[str, Any]
    linked: tuple[str, ...]


def make_slips(tx: Tx, item: Handled, made: Made) -> None:
    """Make the slip of each subject of a case that becomes effective now."""
    at, case = made.step.at, item.case
    ids = dict(zip(case.subjects, case.subject_ids, strict=True))
    steps = [*item.steps, made.step]
    people = {step.person for step in steps} | {*case.subjects, *case.leaders}
    people |= {_stands_in_for(item, step) for step in steps}
    names = names_of(tx, {code for code in people if code is not None})
    earlier = earlier_slips(tx, case)
    same = {
        "company": company_name(tx),
        **_incident(item),
        **_times(item, made),
        "steps": [seal_fields(tx.tenant, _step(item, step, names)) for step in steps],
    }
    lines = [
        SlipLine(
            new_id(),
            case.id,
            ids[code],
            same
            | _own(item, made, code, names)
            | _about(item, steps, code)
            | {"repeat_of": earlier.get(ids[code], [])},
        )
        for code in made.bodies
    ]
    add_slips(tx, at.astimezone(item.tenant.zone).year, at, lines)


def _incident(item: Handled) -> dict[str, Any]:
    """Return what a slip says of the incident, with everything as it was on its day."""
    case, version = item.case, item.version()
    clause = version.clauses.get(case.clause) if version is not None else None
    facts = {**case.facts["given"], **case.gathered}
    known = clause.facts if clause is not None else {}
    facts |= {name: written(facts[name], known[name].type) for name in facts if name in known}
    return {
        "case": case.id,
        "incident": case.incident_id,
        "procedure": case.procedure,
        "incident_at": case.at,
        "policy_title": version.title if version is not None else "",
        "clause": case.clause,
        "clause_title": clause.title if clause is not None else "",
        "clause_text": clause.wording if clause is not None else "",
        "note": case.note,
        "facts": facts,
        "fact_names": {name: known[name].zh or name for name in facts if name in known},
        "evidence": case.evidence,
    }


def _times(item: Handled, made: Made) -> dict[str, Any]:
    """Return a slip's days and local times, as the company counts them."""
    case, zone = item.case, item.tenant.zone
    at, until, first = made.step.at, made.until, [*item.steps, made.step][0]
    timed = case.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return {
        "occurred": timed if case.facts["timed"] else case.on.isoformat(),
        "recorded_at": first.at,
        "known_on": first.at.astimezone(zone).date(),
        "effective_from": at,
        "effective_on": at.astimezone(zone).date(),
        "appeal_until": until.date() if isinstance(until, datetime) else until,
        "payroll_month": booking_month(case.on, item.tenant.locked, item.tenant.cut_off),
    }


def _own(item: Handled, made: Made, code: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a slip says of its subject alone."""
    case, body = item.case, made.bodies[code]
    place = case.subjects.index(code)
    leader = case.leaders[place]
    return {
        "subject": code,
        "subject_name": names[code],
        "subject_kind": case.kinds[place],
        "department": case.departments[place],
        "position": case.positions[place],
        "supervisor": leader,
        "supervisor_name": names[leader] if leader is not None else None,
        "policy": body["policy"],
        "effects": body["effects"],
        "unit_names": _titles(item, body["effects"]),
        "trace": body["trace"],
        "choices": [
            {**choice, "taken": str(value.quantity)}
            for choice in body["choices"]
            for value in made.values
            if value == Value(code, choice["account"], choice["unit"], value.quantity)
        ],
    }


def _about(item: Handled, steps: Sequence[StepRecord], code: str) -> dict[str, Any]:
    """Return what the steps say of a subject's dismissal and of what is to be put right."""
    gate = last_said(steps, GATE.name)
    correction = last_said(steps, CORRECTION.name)
    union = said_of(gate, code, alone=True).get("union") if gate else None
    return {
        "union": union,
        "correction": correction,
        "correct_by": last_said(steps, CORRECT_BY.name),
        "expires_on": _expires(item, code),
    }


def last_said(steps: Sequence[StepRecord], name: str) -> Any:
    """Return what was handed in last under a name, None when nothing was."""
    said = (step.data[name] for step in reversed(steps) if step.data.get(name))
    return next(said, None)


def _expires(item: Handled, code: str) -> date | None:
    """Return the last day on which anything that lapses is in force, None where nothing does."""
    policy, on = item.tenant.policies[item.case.policy], item.case.on
    attributes = item.cast.subject(code, on).attributes
    ends = [
        policy.last_day(on, one["account"], one["unit"], lambda name: read_date(attributes[name]))
        for one in item.bodies[code]["effects"]
        if one["subject"] == code
    ]
    return max((end for end in ends if end != date.max), default=None)


def _stands_in_for(item: Handled, step: StepRecord) -> str | None:
    """Return for whom somebody approved who stood in that day, None when he did for nobody."""
    steps = item.procedure.steps if item.procedure else ()
    by = {who for one in steps if one.name == step.step for who in one.by}
    if step.person is None or "approver" not in by:
        return None
    day = step.at.astimezone(item.tenant.zone).date()
    named = [rule.person for rule in item.matrix.rules if rule.person is not None]
    if step.person in named:
        return None
    return next((one for one in named if step.person in item.matrix.stand_ins(one, day)), None)


def _titles(item: Handled, effects: Sequence[EffectView]) -> dict[str, str]:
    """Return what the policy calls its marks and actions, where it has a name for them."""
    version = item.version()
    titles = version.ladder.titles if version is not None else {}
    return {e["unit"]: titles[e["unit"]][0] for e in effects if e["unit"] in titles}


def _step(item: Handled, step: StepRecord, names: Mapping[str, str]) -> dict[str, Any]:
    said = {key: step.data[key] for key in step.data if key not in SIGNED}
    return {
        "step": step.step,
        "by": step.person or step.role,
        "name": names[step.person] if step.person is not None else "",
        "role": step.role,
        "at": step.at.astimezone(item.tenant.zone),
        "note": step.note,
        **({"delegate_of": names[stood]} if (stood := _stands_in_for(item, step)) else {}),
        **said,
    }


def read(ctx: Context, no: str) -> SlipSeen:
    """Return a slip with what the asker may read of it.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see.
    """
    ctx.need("slips:read")
    return reading(ctx, lambda tx: _read(tx, ctx, no))


def _read(tx: Tx, ctx: Context, no: str) -> SlipSeen:
    tenant = current(tx)
    said = NUMBER.fullmatch(no)
    slip = find_slip(tx, int(said[1]), int(said[2])) if said else None
    if slip is None or slip.no != no:
        raise refused(NOT_FOUND, "")
    (item,) = load(tx, tenant, stored_cases(tx, [slip.case_id]))
    found = next((seen for seen in seen_slips(ctx, item) if seen.no == no), None)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def seen_slips(ctx: Context, item: Handled) -> list[SlipSeen]:
    """Return those of a case's slips that the asker may see, by number."""
    if not may_see(ctx, item):
        return _joint(ctx, item)
    codes = codes_seen(ctx, item)
    everybody = codes is None or is_approver(ctx, item)
    slips = [slip for slip in item.slips if everybody or slip.subject in (codes or ())]
    numbers = [slip.no for slip in slips]
    return [
        SlipSeen(slip.no, _seen(ctx, item, slip.body), tuple(no for no in numbers if no != slip.no))
        for slip in slips
    ]


def _joint(ctx: Context, item: Handled) -> list[SlipSeen]:
    """Return the slips of a case that brought the asker something as somebody's superior.

    They say whom it came of, by which clause, and his part; nothing of what happened.
    """
    if ctx.subject is None or item.case.handlers is not None or item.case.restricted:
        return []
    found = []
    for slip in item.slips:
        mine = [line for line in slip.body["effects"] if line["subject"] == ctx.subject]
        if mine:
            trace = [line for line in slip.body["trace"] if line.get("subject") == ctx.subject]
            said = {key: slip.body[key] for key in JOINT_ONLY if key in slip.body}
            found.append(SlipSeen(slip.no, said | {"effects": mine, "trace": trace}, ()))
    return found


def _seen(ctx: Context, item: Handled, body: Mapping[str, Any]) -> Mapping[str, Any]:
    if sees_money_only(ctx.role):
        return {key: body[key] for key in MONEY_ONLY} | {"effects": money_effects(body["effects"])}
    concerned = ctx.subject in item.case.subjects
    steps = item.procedure.steps if item.procedure else ()
    inside = {step.name for step in steps if step.internal and concerned}
    said = [
        {key: step[key] for key in SIGNED}
        if step["step"] in inside or _is_anothers(step, body["subject"])
        else told(ctx.role, step)
        for step in body["steps"]
    ]
    codes = codes_seen(ctx, item)
    if codes is None or is_approver(ctx, item):
        return {**body, "steps": said}
    about = {*codes, body["subject"]}
    mine = [effect for effect in body["effects"] if effect["subject"] in about]
    trace = [line for line in body["trace"] if line.get("subject") in {None, "", *about}]
    return {**body, "steps": said, "effects": mine, "trace": trace}


def _is_anothers(step: Mapping[str, Any], code: str) -> bool:
    """Tell whether a step is about somebody else of the case."""
    return step.get("subject") not in {None, code}
