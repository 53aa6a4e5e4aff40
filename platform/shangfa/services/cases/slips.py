"""The document of a decision: what it was when it became effective, and its number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from shangfa.db.cases.held import stored_cases
from shangfa.db.cases.slips import SlipLine, SlipRecord, add_slips, find_slip
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import seen_codes, sees_money_only
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import is_approver, led_by, may_see, told
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.ledger.decision import DecisionView, money_effects
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

NUMBER: Final = re.compile(r"([0-9]{4})-([0-9]{6,9})", re.ASCII)
MONEY_ONLY: Final = ("case", "incident", "subject", "policy", "clause", "effects", "effective_from")
"""What finance reads of a slip."""


def make_slips(tx: Tx, item: Handled, bodies: Mapping[str, DecisionView], at: datetime) -> None:
    """Make the slip of each subject of a case that becomes effective now."""
    ids = dict(zip(item.case.subjects, item.case.subject_ids, strict=True))
    lines = [
        SlipLine(new_id(), item.case.id, ids[code], _body(item, code, body, at))
        for code, body in bodies.items()
    ]
    add_slips(tx, at.astimezone(item.tenant.zone).year, at, lines)


def _body(item: Handled, code: str, body: DecisionView, at: datetime) -> dict[str, Any]:
    """Return what a slip says, with everything as it was on the incident's day."""
    case = item.case
    place = case.subjects.index(code)
    version = item.version()
    clause = version.clauses.get(case.clause) if version is not None else None
    return {
        "case": case.id,
        "incident": case.incident_id,
        "procedure": case.procedure,
        "subject": code,
        "subject_kind": case.kinds[place],
        "department": case.departments[place],
        "position": case.positions[place],
        "supervisor": case.leaders[place],
        "incident_at": case.at,
        "recorded_at": item.steps[0].at,
        "policy": body["policy"],
        "clause": case.clause,
        "clause_title": clause.title if clause is not None else "",
        "note": case.note,
        "facts": {**case.facts["given"], **case.gathered},
        "evidence": case.evidence,
        "effects": body["effects"],
        "trace": body["trace"],
        "steps": [
            {
                "step": step.step,
                "by": step.person or step.role,
                "at": step.at,
                "note": step.note,
                **{key: step.data[key] for key in step.data if key not in {"step", "by", "at"}},
            }
            for step in item.steps
        ],
        "effective_from": at,
    }


def read(ctx: Context, no: str) -> tuple[SlipRecord, Mapping[str, Any]]:
    """Return a slip with what the asker may read of it.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see.
    """
    ctx.need("slips:read")
    return reading(ctx, lambda tx: _read(tx, ctx, no))


def _read(tx: Tx, ctx: Context, no: str) -> tuple[SlipRecord, Mapping[str, Any]]:
    tenant = current(tx)
    said = NUMBER.fullmatch(no)
    slip = find_slip(tx, int(said[1]), int(said[2])) if said else None
    if slip is None or slip.no != no:
        raise refused(NOT_FOUND, "")
    (item,) = load(tx, tenant, stored_cases(tx, [slip.case_id]))
    codes = seen_codes(ctx.role, ctx.subject, item.case.subjects, led_by(ctx, item))
    hidden = codes is not None and slip.subject not in codes and not is_approver(ctx, item)
    if hidden or not may_see(ctx, item):
        raise refused(NOT_FOUND, "")
    return slip, _seen(ctx, item, slip.body)


def _seen(ctx: Context, item: Handled, body: Mapping[str, Any]) -> Mapping[str, Any]:
    if sees_money_only(ctx.role):
        return {key: body[key] for key in MONEY_ONLY} | {"effects": money_effects(body["effects"])}
    concerned = ctx.subject in item.case.subjects
    steps = item.procedure.steps if item.procedure else ()
    inside = {step.name for step in steps if step.internal and concerned}
    said = [
        {key: step[key] for key in ("step", "by", "at")}
        if step["step"] in inside
        else told(ctx.role, step)
        for step in body["steps"]
    ]
    return {**body, "steps": said}
