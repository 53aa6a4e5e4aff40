"""What requests carry and answers hold. An unknown field is an error, never ignored."""

from __future__ import annotations

from typing import Any, Final, get_args

from marshmallow import INCLUDE, Schema, fields, validate

from shangfa.api.fields import LONGEST_CODE
from shangfa.domain.account import ACCOUNT_NAMES
from shangfa.domain.cases.procedure import Silence
from shangfa.domain.effect import CAUSES
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.pages import MOST

CODE = validate.Length(min=1, max=LONGEST_CODE)
SLUG = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,62}\Z")


BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": BINARY["schema"]},
                    "required": ["file"],
                    "additionalProperties": False,
                }
            }
        },
    }
}
"""A form with one file, in the OpenAPI document."""


class Open(Schema):
    """What may hold more than is said here."""

    class Meta:
        """How it is documented."""

        unknown = INCLUDE


class ProblemItemSchema(Schema):
    """One fault of a problem."""

    pointer = fields.String(
        required=True, metadata={"description": "JSON pointer into the request"}
    )
    code = fields.String(required=True)
    detail = fields.String(required=True)
    detail_zh = fields.String(required=True)
    detail_en = fields.String(required=True)
    place = fields.String(metadata={"description": "file:line of a policy document"})


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(
        required=True, metadata={"description": "stable; the list is at /docs/errors"}
    )
    detail = fields.String(required=True)
    detail_zh = fields.String(required=True)
    detail_en = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemItemSchema), required=True)


class PageSchema(Schema):
    """Which part of a list."""

    limit = fields.Integer(
        load_default=50, validate=validate.Range(min=1, max=MOST), metadata={"example": 50}
    )
    cursor = fields.String(metadata={"description": "`next_cursor` of the page before"})


class DryRunSchema(Schema):
    """Whether to try only."""

    dry_run = fields.Boolean(
        load_default=False,
        metadata={"description": "answer what would be, with `adjustments`, and store nothing"},
    )


class EffectSchema(Schema):
    """A signed amount of a unit posted to an account of a subject."""

    subject = fields.String(required=True)
    account = fields.String(required=True, validate=validate.OneOf(ACCOUNT_NAMES))
    unit = fields.String(required=True)
    quantity = fields.String(required=True, metadata={"example": "-20.00"})
    clause = fields.String(required=True)
    cause = fields.String(required=True, validate=validate.OneOf(CAUSES))
    from_ = fields.String(
        data_key="from",
        attribute="from",
        metadata={"description": "first day of an action that lasts"},
    )
    until = fields.String(metadata={"description": "last day of an action that lasts"})


class TraceSchema(Schema):
    """One sentence of the explanation."""

    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)
    clause = fields.String()
    subject = fields.String()


class PolicyRefSchema(Schema):
    """A policy version."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)


class ChoiceSchema(Schema):
    """An amount a named human must set."""

    subject = fields.String(required=True)
    account = fields.String(required=True, validate=validate.OneOf(ACCOUNT_NAMES))
    unit = fields.String(required=True)
    min = fields.String(required=True)
    max = fields.String(required=True, allow_none=True)
    clause = fields.String(required=True)
    one_of = fields.String()
    deducts = fields.Boolean()


class DeadlineSchema(Schema):
    """A step with its last moment in time."""

    subject = fields.String(required=True)
    step = fields.String(required=True)
    due_at = fields.DateTime(required=True)
    due = fields.String(required=True)
    clause = fields.String(required=True)


class DecisionSchema(Schema):
    """What follows, from which words, by which arithmetic."""

    state = fields.String(
        metadata={"description": "of a case under a procedure: proposed, effective, reversed, …"}
    )
    policy = fields.Nested(PolicyRefSchema, required=True)
    effects = fields.List(fields.Nested(EffectSchema), required=True)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema), required=True)
    findings = fields.List(fields.Dict(), required=True)
    trace = fields.List(fields.Nested(TraceSchema), required=True)


class AllowedSchema(Schema):
    """What may be done in a case now: by whom, and what it needs."""

    step = fields.String(required=True, metadata={"example": "defend"})
    roles = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "roles, `subject`, `leader`, `proposer`, or people's codes"},
    )
    needs = fields.List(fields.String(), required=True)


class CaseClockSchema(Schema):
    """Until when a step is due, and what silence means."""

    step = fields.String(required=True)
    due_at = fields.DateTime(required=True)
    silence = fields.String(required=True, validate=validate.OneOf(get_args(Silence)))
    paused_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "since when it stands still"}
    )


class AdjustmentSchema(Schema):
    """What late truth changes of one subject's part in an incident; null for a programme's."""

    incident = fields.UUID(required=True, allow_none=True)
    subject = fields.String(required=True)
    day = fields.Date(required=True)
    effects = fields.List(fields.Nested(EffectSchema), required=True)
    choices = fields.List(
        fields.Nested(ChoiceSchema),
        metadata={"description": "those open now; only where they changed"},
    )
    deadlines = fields.List(
        fields.Nested(DeadlineSchema),
        metadata={"description": "those that run now; only where they changed"},
    )


class AdjustmentsSchema(Schema):
    """What a change of the past changes, posted in the open month; tried only in a dry run."""

    incidents = fields.Integer(required=True, metadata={"description": "computed again"})
    items = fields.List(fields.Nested(AdjustmentSchema), required=True)


def adjustments(found: Adjustments) -> dict[str, Any]:
    """Return what late truth changes."""
    return {
        "incidents": found.incidents,
        "items": [
            {
                "incident": item.incident,
                "subject": item.subject,
                "day": item.day,
                "effects": item.effects,
                **item.left,
            }
            for item in found.items
        ],
    }
