"""What a partner's statement looks like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.shapes import PolicyRefSchema, TraceSchema
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.money import amount_text
from shangfa.domain.months.bills import SETTLEMENTS
from shangfa.domain.months.states import PERIOD_STATES
from shangfa.services.months.lines import BilledLine, Statement


class BilledLineSchema(Schema):
    """A line: the amount, the clause, and how it was computed."""

    clause = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(
        required=True, metadata={"description": "where the clause stands in your document"}
    )
    policy = fields.Nested(PolicyRefSchema, required=True)
    money = fields.String(required=True)
    amount = fields.String(required=True, metadata={"example": "-6000.00"})
    day = fields.Date(required=True)
    slip = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "the incident or the evaluation; null for a confidential case"},
    )
    programme = fields.String(required=True, allow_none=True)
    reduces = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "the month whose statement was objected to; null for a line as it was"
        },
    )
    formula = fields.List(fields.Nested(TraceSchema), required=True)


class StatementSchema(Schema):
    """What a month bills to a partner, CNY; under 0 is what it pays."""

    no = fields.String(required=True, metadata={"example": "2026-03/SP01/1"})
    period = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(PERIOD_STATES))
    version = fields.Integer(required=True)
    partner = fields.String(required=True)
    name = fields.String(required=True)
    lines = fields.List(fields.Nested(BilledLineSchema), required=True)
    inputs = fields.Dict(
        required=True, metadata={"description": "programme -> what was handed in for it"}
    )
    total = fields.String(required=True, metadata={"example": "-20860.40"})
    due = fields.String(
        required=True,
        metadata={
            "example": "20860.40",
            "description": "what is still to be paid of what was published",
        },
    )
    settlement = fields.String(required=True, validate=validate.OneOf(SETTLEMENTS))


def statement(found: Statement) -> dict[str, Any]:
    """Return a statement."""
    code = found.partner.code
    return {
        "no": f"{found.month}/{code}/{found.version}",
        "period": found.month,
        "state": found.state,
        "version": found.version,
        "partner": code,
        "name": found.partner.name,
        "lines": [_line(item) for item in found.lines],
        "inputs": found.inputs,
        "total": amount_text(MONEY_UNIT, found.total),
        "due": amount_text(MONEY_UNIT, found.due),
        "settlement": found.settlement,
    }


def _line(item: BilledLine) -> dict[str, Any]:
    entry = item.entry
    return {
        "clause": entry.clause,
        "title": item.title,
        "source": item.source,
        "policy": item.policy,
        "money": entry.money,
        "amount": amount_text(MONEY_UNIT, entry.quantity),
        "day": entry.day,
        "slip": entry.origin,
        "programme": entry.programme,
        "formula": item.formula,
        "reduces": entry.body.get("reduces"),
    }
