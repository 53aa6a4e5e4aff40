"""What is done with a partner's statement, in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Exact, short, text
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.money import amount_text
from shangfa.domain.months.bills import ENTRIES, OUTCOMES, SETTLEMENTS, STATEMENT_ACTS, StatementAct
from shangfa.services.bills.acts import Bill

AMOUNT = {"example": "6000.00"}
MOST = "9999999999.99"


class StatementPublishingSchema(Schema):
    """Whether a statement is published for good, and how long it may be objected to."""

    final = fields.Boolean(load_default=False)
    days = fields.Integer(load_default=3, validate=validate.Range(1, 31))
    working_days = fields.Boolean(load_default=False)


class StatementObjectionSchema(Schema):
    """A line that a partner objects to, and why."""

    clause = short(required=True, metadata={"example": "30-1a"})
    grounds = text(least=1, required=True, metadata={"example": "附二次确认记录"})


class StatementDecisionSchema(Schema):
    """What becomes of a line that was objected to; `amount`: by how much it is reduced, CNY."""

    objection = fields.Integer(required=True, metadata={"description": "the number of its act"})
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    amount = Exact("0.01", MOST, 2, metadata={"example": "500.00"})
    reason = text(least=1, required=True)


class StatementPaymentSchema(Schema):
    """What a partner paid, CNY, and by which transfer."""

    amount = Exact("0.01", MOST, 2, required=True, metadata=AMOUNT)
    reference = text(200, least=1, required=True)


class StatementSaidSchema(Schema):
    """What came with an act: of a publication, an objection, a decision or a payment."""

    final = fields.Boolean()
    total = fields.String(metadata=AMOUNT)
    lines = fields.Integer()
    objections_until = fields.Date()
    clause = fields.String()
    grounds = fields.String()
    publication = fields.Integer(metadata={"description": "the act that is objected to"})
    objection = fields.Integer(metadata={"description": "the act that is decided"})
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    amount = fields.String(metadata=AMOUNT)
    reason = fields.String()
    reference = fields.String()


class StatementActSchema(Schema):
    """Something that was done with a statement; `said` is what came with it."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(STATEMENT_ACTS))
    version = fields.Integer(required=True)
    day = fields.Date(required=True)
    said = fields.Nested(StatementSaidSchema, required=True)
    role = fields.String(required=True, validate=validate.OneOf(TENANT_ROLES))
    by = fields.UUID(required=True)
    at = fields.DateTime(required=True)


class BillSchema(Schema):
    """Where a statement stands: its total, what is still to be paid, and all that was done."""

    no = fields.String(required=True, metadata={"example": "2026-03/SP01/1"})
    period = fields.String(required=True)
    partner = fields.String(required=True)
    total = fields.String(required=True, metadata={"example": "-20860.40"})
    due = fields.String(required=True, metadata=AMOUNT)
    settlement = fields.String(required=True, validate=validate.OneOf(SETTLEMENTS))
    acts = fields.List(fields.Nested(StatementActSchema), required=True)


def bill(found: Bill) -> dict[str, Any]:
    """Return where a statement stands."""
    said = found.statement
    return {
        "no": f"{said.month}/{said.partner.code}/{said.version}",
        "period": said.month,
        "partner": said.partner.code,
        "total": amount_text(MONEY_UNIT, said.total),
        "due": amount_text(MONEY_UNIT, found.due),
        "settlement": found.settlement,
        "acts": [_act(item) for item in found.acts],
    }


def _act(act: StatementAct) -> dict[str, Any]:
    return {
        "number": act.number,
        "kind": act.kind,
        "version": act.version,
        "day": act.day,
        "said": {key: value for key, value in act.body.items() if key != ENTRIES},
        "role": act.role,
        "by": act.actor_id,
        "at": act.at,
    }
