"""/v1/dismissals: those that were posted by themselves, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.auth import context
from shangfa.api.cases.shapes import UnionSchema
from shangfa.api.fields import Listed, Told, short, text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.cases.acts.dismissals import DismissalFilters, DismissalRecord
from shangfa.domain.cases.gate import DISMISSAL_STATES, FORM, GROUNDS, LONGEST, OUTCOMES
from shangfa.services.cases.acts import dismissals
from shangfa.services.cases.acts.dismissals import Answer
from shangfa.services.context import Context
from shangfa.services.pages import read_page

blp = Blueprint(
    "dismissals", __name__, url_prefix="/v1/dismissals", description="Dismissals that are proposed"
)
EITHER: Final = "one of `case` and `evaluation`"


class ProtectedSchema(Schema):
    """What protects somebody: each was looked into."""

    occupational_disease = fields.Boolean(required=True)
    work_injury = fields.Boolean(required=True)
    medical_period = fields.Boolean(required=True)
    maternity = fields.Boolean(required=True)
    near_retirement = fields.Boolean(required=True)
    union_officer = fields.Boolean(required=True)


class GateSchema(Schema):
    """What the law wants looked into before somebody is dismissed."""

    ground = fields.String(required=True, validate=validate.OneOf(GROUNDS))
    protected = fields.Nested(ProtectedSchema, required=True)
    union = fields.Nested(UnionSchema, required=True)
    decided_by = text(LONGEST, metadata={"description": "needed with the key of an office"})


class PostedDismissalSchema(Schema):
    """A dismissal that was posted by itself: a proposal until somebody has answered it."""

    subject = fields.String(required=True)
    case = fields.UUID(required=True, allow_none=True)
    incident = fields.UUID(required=True, allow_none=True)
    evaluation = fields.UUID(required=True, allow_none=True)
    policy = fields.String(required=True)
    clause = fields.String(required=True)
    day = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.OneOf(DISMISSAL_STATES))
    by = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    evidence = fields.List(fields.String(), required=True)
    dismissal = fields.Nested(
        GateSchema,
        required=True,
        allow_none=True,
        metadata={"description": "what was looked into; hr only"},
    )


class DismissalPageSchema(Schema):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(PostedDismissalSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DismissalQuerySchema(PageSchema):
    """Which dismissals."""

    state = fields.String(validate=validate.OneOf(DISMISSAL_STATES))
    subject = short()


class AnswerSchema(Schema):
    """What is answered: a dismissal is approved with all that the law wants of it, or declined."""

    subject = short(required=True)
    case = fields.UUID(metadata={"description": EITHER})
    evaluation = fields.UUID(metadata={"description": EITHER})
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    dismissal = Told(GateSchema, metadata={"description": "as a procedure's `approve` takes it"})
    evidence = Listed(short(), most=50)
    note = text(10_000)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listDismissals")
@blp.arguments(DismissalQuerySchema, location="query")
@blp.response(200, DismissalPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the dismissals that no procedure looked into, with what was answered."""
    asked = read_page(query.pop("limit"), query.pop("cursor", None), dismissals.read_key)
    after = dismissals.read_key(asked.cursor) if asked.cursor else None
    filters = DismissalFilters(after=after, **query)
    return answer(lambda ctx: dismissals.page(ctx, asked, filters), show_page(shown(context())))


@blp.route("", methods=["POST"])
@blp.doc(operationId="answerDismissal")
@blp.arguments(AnswerSchema)
@blp.response(201, PostedDismissalSchema)
@blp.alt_response(403, schema=ProblemSchema, description="Not yours, or an earlier part forbids.")
@blp.alt_response(404, schema=ProblemSchema, description="None is proposed that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Answered before, or an appeal is open.")
@blp.alt_response(422, schema=ProblemSchema, description="Something the law wants is missing.")
def decide(body: dict[str, Any]) -> Response:
    """Approve or decline a dismissal: until then it is only proposed."""
    said = Answer(
        body["subject"],
        body.get("case"),
        body.get("evaluation"),
        body["outcome"],
        body.get("dismissal", {}),
        tuple(body.get("evidence", ())),
        body.get("note", ""),
    )
    return answer(lambda ctx: dismissals.answer(ctx, said), shown(context()), 201)


def shown(ctx: Context) -> Callable[[DismissalRecord], Mapping[str, Any]]:
    """Return what shows a dismissal to somebody."""
    return lambda found: _shown(dismissals.as_seen(ctx, found))


def _shown(found: DismissalRecord) -> Mapping[str, Any]:
    return {
        "subject": found.subject,
        "case": found.case_id,
        "incident": found.incident_id,
        "evaluation": found.evaluation_id,
        "policy": found.policy,
        "clause": found.clause,
        "day": found.day,
        "state": found.state,
        "by": found.person or found.role,
        "at": found.at,
        "note": found.note,
        "evidence": [*(found.more_evidence or ())],
        "dismissal": found.body or None,
    }


def task(item: DismissalRecord) -> dict[str, Any]:
    """Return the task of a dismissal that is only proposed: POST /v1/dismissals."""
    nothing = dict.fromkeys(("procedure", "state", "programme", "period", "due_at"))
    origin = "case" if item.case_id is not None else "evaluation"
    said = {
        "subject": {"const": item.subject},
        origin: {"const": str(item.case_id or item.evaluation_id)},
        "outcome": {"enum": OUTCOMES},
        "dismissal": FORM,
        "evidence": {"type": "array", "items": {"type": "string"}},
        "note": {"type": "string"},
    }
    form = {"type": "object", "properties": said, "required": ["subject", origin, "outcome"]}
    own = {"case": item.case_id, "incident": item.incident_id, "clause": item.clause}
    return {**nothing, **own, "subjects": [item.subject], "step": "dismissal", "form": form}
