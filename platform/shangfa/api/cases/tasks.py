"""What a task looks like in JSON, whatever waits."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from shangfa.api.cases import dismissals, follow_ups
from shangfa.db.cases.acts.dismissals import DismissalRecord
from shangfa.db.people.corrections import CorrectionRecord
from shangfa.services.cases.acts.follow_ups import Todo
from shangfa.services.months.waiting import Waiting, Wanted


class TaskSchema(Schema):
    """A step that waits for you, with the JSON Schema of what is handed in.

    Of a case; `follow_up`, done by POST /v1/follow-ups/{id}/done; `dismissal`, answered by POST
    /v1/dismissals; `correction`, decided by POST /v1/corrections/{id}/decision; or `evaluate` of a
    programme. The last two have no case, incident, procedure and state.
    """

    case = fields.UUID(required=True, allow_none=True)
    incident = fields.UUID(required=True, allow_none=True)
    procedure = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    clause = fields.String(required=True, allow_none=True)
    programme = fields.String(required=True, allow_none=True)
    period = fields.String(required=True, allow_none=True)
    subjects = fields.List(fields.String(), required=True)
    step = fields.String(required=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    form = fields.Dict(required=True)


class TaskPageSchema(Schema):
    """What waits for you, soonest due first."""

    items = fields.List(fields.Nested(TaskSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def task(item: Waiting) -> dict[str, Any]:
    """Return a task."""
    if isinstance(item, Wanted):
        return _wanted(item)
    if isinstance(item, DismissalRecord):
        return dismissals.task(item)
    if isinstance(item, Todo):
        return follow_ups.task(item)
    if isinstance(item, CorrectionRecord):
        return _correction(item)
    view = item.case
    return {
        "case": view.id,
        "incident": view.incident,
        "procedure": view.procedure,
        "state": view.state,
        "clause": view.clause,
        "programme": None,
        "period": None,
        "subjects": list(view.parts),
        "step": item.step,
        "due_at": item.due_at,
        "form": item.form,
    }


def _wanted(item: Wanted) -> dict[str, Any]:
    nothing = dict.fromkeys(("case", "incident", "procedure", "state", "clause", "due_at"))
    inputs = {"type": "object", "properties": {name: {} for name in item.inputs}}
    said = {"period": {"const": item.period}, "policy": {"const": item.policy}, "inputs": inputs}
    form = {"type": "object", "properties": said, "required": ["period", "policy", "inputs"]}
    own = {"programme": item.programme, "period": item.period, "step": "evaluate"}
    return {**nothing, **own, "subjects": [], "form": form}


def _correction(item: CorrectionRecord) -> dict[str, Any]:
    """Return the task of HR: to decide what somebody asks to have corrected."""
    nothing = dict.fromkeys(("case", "incident", "procedure", "state", "clause", "due_at"))
    texts = {name: {"type": "string"} for name in ("reason", "effect")}
    form = {
        "$id": f"/v1/corrections/{item.id}/decision",
        "title": item.concerns,
        "type": "object",
        "properties": {"accepted": {"type": "boolean"}, **texts},
        "required": ["accepted", "reason"],
    }
    own = {"programme": None, "period": None, "subjects": [item.subject], "step": "correction"}
    return {**nothing, **own, "form": form}
