"""What an incident, a choice and a reversal look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields

from shangfa.api.fields import FACTS, Bound, Day, JsonObject, Listed, Subjects, short, text
from shangfa.api.quick import QuickSchema
from shangfa.api.shapes import (
    AllowedSchema,
    CaseClockSchema,
    DecisionSchema,
    EffectSchema,
    PageSchema,
    TraceSchema,
)
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.incidents.shares import read_shares
from shangfa.domain.money import amount_text
from shangfa.domain.text import Note
from shangfa.services.cases.choices import Chosen
from shangfa.services.cases.reversals import Reversal
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.incidents.shown import CaseView, IncidentView
from shangfa.services.ledger.choosing import Value

EITHER: Final = Note("两者只写其一", "write one of the two")


class IncidentSchema(QuickSchema):
    """What happened. `subject`, or `subjects`: a list, or codes with percentages."""

    subject = short(metadata={"example": "E1"})
    subjects = Subjects(metadata={"example": ["E1", "E2"]})
    clause = short(required=True, metadata={"example": "一-2"})
    policy = short()
    occurred_at = fields.String(required=True, metadata={"example": "2026-03-02T10:00:00+08:00"})
    quantity = fields.Raw(metadata={"type": "string", "example": "1"})
    unit = short(metadata={"description": "when given, must be the clause's unit"})
    facts = JsonObject(FACTS)
    note = text(metadata={"description": "free text"})
    evidence = Listed(text(200, least=1), most=50)
    external_id = text(200, least=1)
    procedure = short(metadata={"description": "one that the policy allows besides its own"})
    draft = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "leave the case with its author"}
    )
    handlers = Listed(
        short(),
        most=20,
        metadata={"description": "the case is confidential: only these people see it"},
    )


class AssessmentSchema(IncidentSchema):
    """An incident that did not happen, after others that did not either."""

    given = Listed(fields.Nested(IncidentSchema), most=100)


def report(body: dict[str, Any]) -> IncidentReport:
    """Return the report that a body makes.

    Raises:
        RefusedError: subjects and shares that do not fit.
    """
    if body.get("subject") is not None and body.get("subjects") is not None:
        raise refused(INVALID, "/subjects", value="subject + subjects", why=EITHER)
    given = body["subjects"] if body.get("subjects") is not None else body.get("subject")
    codes, shares = read_shares(given)
    return IncidentReport(
        codes,
        body["clause"],
        body["occurred_at"],
        shares,
        body.get("policy"),
        body.get("quantity", 1),
        body.get("unit"),
        body.get("facts") or {},
        body.get("note") or "",
        tuple(body.get("evidence") or ()),
        body.get("external_id"),
        body.get("procedure"),
        bool(body.get("draft")),
        tuple(body.get("handlers") or ()),
    )


class CaseSchema(Schema):
    """The handling of an incident."""

    id = fields.UUID(required=True)
    state = fields.String(
        required=True,
        metadata={"description": "effective, choice_open, reversed, or one of its procedure's"},
    )
    procedure = fields.String(required=True)
    allowed = fields.List(fields.Nested(AllowedSchema))
    clocks = fields.List(fields.Nested(CaseClockSchema))


class ReasonSchema(Schema):
    """Why something is undone."""

    reason = text(4000, least=1, required=True)


class ValueSchema(Schema):
    """The value of one choice, unsigned."""

    subject = fields.String(required=True)
    account = fields.String(required=True)
    unit = fields.String(required=True)
    quantity = fields.Raw(required=True, metadata={"type": "string", "example": "30"})
    clause = fields.String(metadata={"description": "that of the choice; it may come along"})


class DecidedChoicesSchema(ReasonSchema):
    """Every open choice of an incident; one left out is 0 where that is allowed."""

    choices = Listed(fields.Nested(ValueSchema), most=200, required=True)


def values(body: dict[str, Any]) -> list[Value]:
    """Return the values that a body gives to choices."""
    return [Value(**item) for item in body["choices"]]


class ChosenSchema(Schema):
    """What the choices posted and what followed."""

    incident = fields.UUID(required=True)
    decided_at = fields.DateTime(required=True)
    reason = fields.String(required=True)
    effects = fields.List(fields.Nested(EffectSchema), required=True)
    trace = fields.List(fields.Nested(TraceSchema), required=True)


class IncidentViewSchema(DecisionSchema):
    """An incident with its decision; the decision's parts stand at the top as well."""

    id = fields.UUID(required=True)
    case = fields.Nested(CaseSchema, required=True)
    clause = fields.String(required=True)
    subjects = fields.Raw(
        required=True,
        metadata={
            "description": "codes, or codes with shares",
            "oneOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ],
        },
    )
    occurred_at = fields.DateTime(required=True)
    occurred_on = fields.Date(required=True)
    quantity = fields.String(metadata={"description": "absent for who sees money only"})
    facts = fields.Dict()
    note = fields.String()
    evidence = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    recorded_at = fields.DateTime(required=True)
    reversed_at = fields.DateTime()
    decision = fields.Nested(DecisionSchema, required=True)
    chosen = fields.Nested(ChosenSchema)


class IncidentPageSchema(Schema):
    """A page of incidents, newest recorded first."""

    items = fields.List(fields.Nested(IncidentViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


LINES: Final = {"type": "string", "format": "binary", "description": "one incident a line"}


class IncidentFilterSchema(Schema):
    """Which incidents; days are local and inclusive."""

    subject = fields.String()
    clause = fields.String()
    policy = fields.String()
    since = Day()
    until = Day()
    external_id = fields.String(metadata={"description": "as it was given; not for finance"})
    recorded_since = Bound()
    case_state = fields.String(data_key="case.state", metadata={"example": "effective"})


class IncidentQuerySchema(IncidentFilterSchema, PageSchema):
    """Which incidents, in pages."""


class ReversalSchema(Schema):
    """What a reversal took back."""

    incident = fields.UUID(required=True)
    reversed_at = fields.DateTime(required=True)
    reason = fields.String(required=True)
    effects = fields.List(fields.Nested(EffectSchema), required=True)


def incident(view: IncidentView) -> dict[str, Any]:
    """Return an incident, the same whether just recorded or read back."""
    shown: dict[str, Any] = {
        "id": view.id,
        "case": _case(view.case),
        "clause": view.clause,
        "subjects": dict(zip(view.subjects, view.shares, strict=True))
        if view.shares
        else view.subjects,
        "occurred_at": view.occurred_at,
        "occurred_on": view.occurred_on,
        "recorded_at": view.recorded_at,
        **view.decision,
        "decision": _decision(view),
    }
    if view.quantity is not None:
        shown |= _told(view)
    if view.chosen is not None:
        shown["chosen"] = chosen(view.chosen)
    if view.reversed_at is not None:
        shown["reversed_at"] = view.reversed_at
    return shown


def _case(case: CaseView) -> dict[str, Any]:
    """Return the case of an incident; one that was immediate has no further steps."""
    shown = {"id": case.id, "state": case.state, "procedure": case.procedure}
    if case.shown is None:
        return shown
    return shown | {"allowed": case.shown.allowed, "clocks": case.shown.clocks}


def _decision(view: IncidentView) -> dict[str, Any]:
    """Return the decision, with its state unless it was immediate."""
    decided = {} if view.case.shown is None else {"state": view.case.shown.decided}
    return {**decided, **view.decision}


def _told(view: IncidentView) -> dict[str, Any]:
    """Return what finance does not see."""
    return {
        "quantity": amount_text("", view.quantity) if view.quantity is not None else None,
        "facts": view.facts,
        "note": view.note,
        "evidence": view.evidence,
        "external_id": view.external_id,
    }


def chosen(done: Chosen) -> dict[str, Any]:
    """Return what choices posted."""
    return {
        "incident": done.incident,
        "decided_at": done.decided_at,
        "reason": done.reason,
        "effects": done.effects,
        "trace": done.trace,
    }


def reversal(done: Reversal) -> dict[str, Any]:
    """Return what a reversal took back."""
    return {
        "incident": done.incident,
        "reversed_at": done.reversed_at,
        "reason": done.reason,
        "effects": done.effects,
    }
