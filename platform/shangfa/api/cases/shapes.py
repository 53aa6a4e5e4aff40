"""What cases, their steps, tasks and approvals look like in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Bound, Day, Exact, Listed, short, text
from shangfa.api.shapes import (
    AllowedSchema,
    CaseClockSchema,
    ChoiceSchema,
    DecisionSchema,
    EffectSchema,
    Open,
    PageSchema,
    PolicyRefSchema,
    TraceSchema,
)
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.cases.approvals import COUNTS, UNDER_APPEAL, Delegate, Matrix, Rule
from shangfa.domain.cases.gate import LONGEST
from shangfa.domain.cases.procedure import Procedure
from shangfa.domain.faults import INVALID, MISSING, refused
from shangfa.domain.text import Note
from shangfa.services.cases.approvals import Approvals
from shangfa.services.cases.procedures import Uploaded
from shangfa.services.cases.shown import CaseShown, HistoryLine
from shangfa.services.cases.slips import SlipSeen

_ALWAYS: Final = {
    "note": {"type": "string"},
    "evidence": {"type": "array", "items": {"type": "string"}},
}
STEP_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": False,
        "description": "`note`, `evidence`, and what the step needs: see `allowed` of the case, "
        "or the `form` of the task.",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": _ALWAYS, "additionalProperties": True},
                "example": {"note": "属实"},
            }
        },
    }
}
APPEAL_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The case, and what its step `appeal` takes.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "case": {"type": "string", "format": "uuid"},
                        "grounds": {"type": "string"},
                        **_ALWAYS,
                    },
                    "required": ["case"],
                    "additionalProperties": True,
                }
            }
        },
    }
}
PROCEDURE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A procedure: see api_specs/procedure.schema.json.",
        "content": {
            "application/yaml": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"type": "object", "additionalProperties": {}}},
        },
    }
}
A_CASE: Final = Note("须为案件的 id", "the id of a case is expected")


def appeal(body: Mapping[str, Any]) -> tuple[UUID, dict[str, Any]]:
    """Return the case that an appeal is about, and what its step is handed.

    Raises:
        RefusedError: `missing`, `invalid`.
    """
    given = {name: value for name, value in body.items() if name != "case"}
    if body.get("case") is None:
        raise refused(MISSING, "/case", value="case")
    try:
        return UUID(str(body["case"])), given
    except ValueError:
        raise refused(INVALID, "/case", value=str(body["case"]), why=A_CASE) from None


class PartSchema(Schema):
    """One of those whom a case concerns."""

    subject = fields.String(required=True)
    state = fields.String(required=True)


class SlipRefSchema(Schema):
    """The number of a slip, and whose it is."""

    no = fields.String(required=True, metadata={"example": "2026-000123"})
    subject = fields.String(required=True)


class TakenSchema(ChoiceSchema):
    """An amount that a human set: between what, and which was taken."""

    taken = fields.String(required=True, metadata={"example": "-30.00"})


class SlipStepSchema(Open):
    """A step as the slip shows it, with what was handed in; `by`: a person's code, else a role."""

    step = fields.String(required=True)
    by = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    at = fields.DateTime(required=True)
    note = fields.String()


class UnionSchema(Schema):
    """On which day the union was told and what it said, or why it was not."""

    notified_on = Day()
    opinion = text(LONGEST, metadata={"description": "what it answered"})
    reason = text(LONGEST)


class SlipSchema(Schema):
    """The document of a decision, as it was when it became effective; finance reads less."""

    no = fields.String(required=True)
    case = fields.UUID(required=True)
    incident = fields.UUID(required=True)
    procedure = fields.String()
    company = fields.String(required=True)
    subject = fields.String(required=True)
    subject_name = fields.String(required=True)
    subject_kind = fields.String()
    department = fields.String(allow_none=True)
    position = fields.String(allow_none=True)
    supervisor = fields.String(allow_none=True)
    supervisor_name = fields.String(allow_none=True)
    incident_at = fields.DateTime()
    occurred = fields.String(required=True, metadata={"description": "local, or a day"})
    recorded_at = fields.DateTime()
    known_on = fields.Date()
    policy = fields.Nested(PolicyRefSchema, required=True)
    policy_title = fields.String(required=True)
    clause = fields.String(required=True)
    clause_title = fields.String(required=True)
    clause_text = fields.String(metadata={"description": "as the policy's `wording` had it"})
    note = fields.String()
    facts = fields.Dict()
    fact_names = fields.Dict(keys=fields.String(), values=fields.String())
    unit_names = fields.Dict(keys=fields.String(), values=fields.String())
    evidence = fields.List(fields.String())
    effects = fields.List(fields.Nested(EffectSchema), required=True)
    choices = fields.List(fields.Nested(TakenSchema))
    trace = fields.List(fields.Nested(TraceSchema))
    steps = fields.List(fields.Nested(SlipStepSchema))
    effective_from = fields.DateTime(required=True)
    effective_on = fields.Date(required=True)
    appeal_until = fields.Date(allow_none=True)
    payroll_month = fields.String(required=True, metadata={"example": "2026-03"})
    linked = fields.List(fields.String(), required=True)
    repeat_of = fields.List(
        fields.String(), metadata={"description": "earlier slips of the clause, within a year"}
    )
    union = fields.Nested(UnionSchema, allow_none=True, metadata={"description": "of a dismissal"})
    correction = fields.String(allow_none=True, metadata={"description": "what to put right"})
    correct_by = fields.Date(allow_none=True)
    expires_on = fields.Date(allow_none=True)


class HistoryLineSchema(Open):
    """A step that was taken, with what was handed in; `by`: a person's code, else a role."""

    step = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "after it"})
    by = fields.String(required=True)
    at = fields.DateTime(required=True)
    note = fields.String(required=True)


class CaseViewSchema(Schema):
    """A case: where it is, what may be done, what was done and decided."""

    id = fields.UUID(required=True)
    incident = fields.UUID(required=True)
    procedure = fields.String(required=True)
    state = fields.String(required=True)
    clause = fields.String(required=True)
    subjects = fields.List(fields.Nested(PartSchema), required=True)
    allowed = fields.List(fields.Nested(AllowedSchema), required=True)
    clocks = fields.List(fields.Nested(CaseClockSchema), required=True)
    history = fields.List(
        fields.Nested(HistoryLineSchema),
        required=True,
        metadata={"description": "oldest first"},
    )
    decision = fields.Nested(DecisionSchema, required=True)
    slips = fields.List(fields.Nested(SlipRefSchema), required=True)
    dismissals = fields.List(
        fields.Nested(PartSchema),
        required=True,
        metadata={"description": "those that no procedure looked into, see /v1/dismissals"},
    )


class CaseHandlersSchema(Schema):
    """Who alone sees a confidential case, besides whom it concerns."""

    handlers = Listed(short(), least=1, most=20, required=True)


class CasePageSchema(Schema):
    """A page of cases, newest first."""

    items = fields.List(fields.Nested(CaseViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CaseQuerySchema(PageSchema):
    """Which cases."""

    state = short()
    procedure = short()
    subject = short()
    due_before = Bound()


class ProcedureStepSchema(Schema):
    """A step of a procedure: from which state it leads where, by whom, and what it needs."""

    step = fields.String(required=True)
    from_ = fields.String(data_key="from", required=True)
    to = fields.String(required=True)
    by = fields.List(fields.String(), required=True)
    needs = fields.List(fields.String(), required=True)


class ProcedureSchema(Schema):
    """A procedure that policies may name."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    own = fields.Boolean(required=True, metadata={"description": "the company's own"})
    version = fields.Integer(metadata={"description": "of one that was just brought"})
    states = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(ProcedureStepSchema), required=True)


class ProcedurePageSchema(Schema):
    """All procedures."""

    items = fields.List(fields.Nested(ProcedureSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class RuleSchema(Schema):
    """Who approves when all that is said here holds; exactly one of `role` and `person`."""

    level = short(
        allow_none=True, metadata={"description": "this rung or a higher one, or an action"}
    )
    amount = Exact("0", "1000000000", 2, allow_none=True)
    department = text(200, least=1, allow_none=True)
    grade = text(200, least=1, allow_none=True, metadata={"description": "attribute `grade`"})
    role = fields.String(allow_none=True, validate=validate.OneOf(TENANT_ROLES))
    person = short(allow_none=True)


class DelegateSchema(Schema):
    """Who stands in for whom, both days included."""

    person = short(required=True)
    stands_in = short(required=True)
    since = Day(required=True)
    until = Day(required=True)


class MatrixSchema(Schema):
    """The first rule that applies decides; without any, HR or a supervisor approves."""

    rules = Listed(fields.Nested(RuleSchema), most=500, required=True)
    delegates = Listed(fields.Nested(DelegateSchema), most=500)
    under_appeal = fields.String(
        validate=validate.OneOf(UNDER_APPEAL),
        metadata={"description": "whether what is appealed against counts meanwhile: `counts`"},
    )


class RuleViewSchema(Schema):
    """Who approves when all that is said here holds; null: whatever it is."""

    level = fields.String(required=True, allow_none=True)
    amount = fields.String(required=True, allow_none=True, metadata={"example": "500.00"})
    department = fields.String(required=True, allow_none=True)
    grade = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True, validate=validate.OneOf(TENANT_ROLES))
    person = fields.String(required=True, allow_none=True)


class ApprovalsSchema(Schema):
    """The approvals in force."""

    revision = fields.Integer(required=True)
    rules = fields.List(fields.Nested(RuleViewSchema), required=True)
    delegates = fields.List(fields.Nested(DelegateSchema), required=True)
    under_appeal = fields.String(required=True, validate=validate.OneOf(UNDER_APPEAL))
    set_at = fields.DateTime(required=True, allow_none=True)


def matrix(body: Mapping[str, Any]) -> Matrix:
    """Return the approvals that a body makes."""
    names = ("level", "amount", "department", "role", "person", "grade")
    rules = tuple(Rule(*(item.get(name) for name in names)) for item in body["rules"])
    delegates = tuple(
        Delegate(item["person"], item["stands_in"], item["since"], item["until"])
        for item in body.get("delegates") or ()
    )
    return Matrix(rules, delegates, body.get("under_appeal", COUNTS))


def approvals(found: Approvals) -> dict[str, Any]:
    """Return the approvals in force."""
    return {
        "revision": found.revision,
        "rules": found.matrix.rules,
        "delegates": found.matrix.delegates,
        "under_appeal": found.matrix.under_appeal,
        "set_at": found.at,
    }


def case(view: CaseShown) -> dict[str, Any]:
    """Return a case."""
    parts = [{"subject": code, "state": state} for code, state in view.parts.items()]
    return {
        "id": view.id,
        "incident": view.incident,
        "procedure": view.procedure,
        "state": view.state,
        "clause": view.clause,
        "subjects": parts,
        "allowed": view.allowed,
        "clocks": view.clocks,
        "history": [_line(line) for line in view.history],
        "decision": {"state": view.decided, **view.decision},
        "slips": [{"no": no, "subject": code} for no, code in view.slips.items()],
        "dismissals": [{"subject": one, "state": is_} for one, is_ in view.dismissals.items()],
    }


def _line(line: HistoryLine) -> dict[str, Any]:
    own = {"step": line.step, "state": line.state, "by": line.by, "at": line.at}
    return {**line.data, **own, "note": line.note}


def slip(seen: SlipSeen) -> dict[str, Any]:
    """Return a slip."""
    return {"no": seen.no, **seen.body, "linked": seen.linked}


def procedure(found: tuple[Procedure, bool]) -> dict[str, Any]:
    """Return a procedure; `own`: the company's."""
    item, own = found
    steps = [
        {"step": step.name, "from": step.start, "to": step.to, "by": step.by, "needs": step.needs}
        for step in item.steps
    ]
    return {
        "name": item.name,
        "title": item.title,
        "own": own,
        "states": list(item.states),
        "steps": steps,
    }


def uploaded_procedure(found: Uploaded) -> dict[str, Any]:
    """Return a procedure that was just brought."""
    return {**procedure((found.procedure, True)), "version": found.version}
