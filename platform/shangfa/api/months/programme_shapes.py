"""What a programme and its evaluation look like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import INPUTS, JsonObject, Period, short
from shangfa.api.shapes import EffectSchema, PageSchema, PolicyRefSchema, TraceSchema
from shangfa.domain.money import amount_text
from shangfa.domain.months.period import LENGTHS
from shangfa.services.months.programmes import (
    Evaluated,
    EvaluationRequest,
    PastEvaluation,
    ProgrammeView,
)


class EvaluationSchema(Schema):
    """Which period, and what is handed in; inputs left out are those of the last time."""

    period = Period(required=True, metadata={"example": "2026-03"})
    policy = short()
    inputs = JsonObject(INPUTS)


class EvaluatedSchema(Schema):
    """What the programme gives, and what had to be posted for it this time."""

    programme = fields.String(required=True)
    policy = fields.Nested(PolicyRefSchema, required=True)
    period = fields.String(required=True)
    effects = fields.List(fields.Nested(EffectSchema), required=True)
    posted = fields.List(fields.Nested(EffectSchema), required=True)
    trace = fields.List(fields.Nested(TraceSchema), required=True)


class EvaluationsQuerySchema(PageSchema):
    """Which evaluations."""

    period = Period(metadata={"example": "2026-03"})


class EvaluationViewSchema(Schema):
    """An evaluation that was made; `inputs` is null for finance."""

    id = fields.UUID(required=True)
    programme = fields.String(required=True)
    policy = fields.String(required=True)
    period = fields.String(required=True)
    by = fields.String(required=True, metadata={"description": "the label of the key"})
    evaluated_at = fields.DateTime(required=True)
    inputs = fields.Dict(required=True, allow_none=True)
    posted = fields.List(fields.Nested(EffectSchema), required=True)


class EvaluationPageSchema(Schema):
    """Evaluations, newest first."""

    items = fields.List(fields.Nested(EvaluationViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ProgrammeSchema(Schema):
    """A programme in force."""

    name = fields.String(required=True)
    policy = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    period = fields.String(required=True, validate=validate.OneOf(tuple(LENGTHS)))
    inputs = fields.List(fields.String(), required=True)
    missing = fields.List(fields.String(), required=True)


class ProgrammePageSchema(Schema):
    """All programmes in force."""

    items = fields.List(fields.Nested(ProgrammeSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def request(name: str, body: dict[str, Any]) -> EvaluationRequest:
    """Return the evaluation that a body asks for."""
    return EvaluationRequest(name, body["period"], body.get("policy"), body.get("inputs") or {})


def evaluation(found: PastEvaluation) -> dict[str, Any]:
    """Return an evaluation that was made."""
    lines = (line._asdict() for line in found.posted)
    posted = [
        {name: value for name, value in line.items() if name != "evaluation_id"}
        | {"quantity": amount_text(line["unit"], line["quantity"])}
        for line in lines
    ]
    return found.record._asdict() | {"inputs": found.inputs, "posted": posted}


def programme(view: ProgrammeView) -> dict[str, Any]:
    """Return a programme."""
    return {
        "name": view.name,
        "policy": view.policy,
        "title": view.title,
        "kind": view.kind,
        "period": view.period,
        "inputs": view.inputs,
        "missing": view.missing,
    }


def evaluated(done: Evaluated) -> dict[str, Any]:
    """Return what an evaluation gave."""
    return {
        "programme": done.programme,
        "policy": done.policy,
        "period": done.period,
        "effects": done.effects,
        "posted": done.posted,
        "trace": done.trace,
    }
