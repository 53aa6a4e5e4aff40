"""What a month and its lines look like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import short, text
from shangfa.api.shapes import PageSchema
from shangfa.db.months.periods import PeriodStepLine
from shangfa.db.months.settlements import MoneyTotal, SettledLine
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.money import amount_text
from shangfa.domain.months.states import PERIOD_STATES, PERIOD_STEPS
from shangfa.services.months.periods import PeriodView
from shangfa.services.months.waiting import Wanted

AMOUNT = {"example": "-20.00"}


class ReopeningSchema(Schema):
    """Why a month is opened again."""

    reason = text(least=1, required=True, metadata={"example": "漏记一笔赔偿"})


class MoneyTotalSchema(Schema):
    """What all lines of one kind of money come to, CNY."""

    money = fields.String(required=True)
    requested = fields.String(required=True, metadata=AMOUNT)
    allowed = fields.String(required=True, metadata=AMOUNT)
    carried = fields.String(required=True, metadata=AMOUNT)
    carried_in = fields.String(required=True, metadata=AMOUNT)
    refused = fields.String(required=True, metadata=AMOUNT)


class ProgressSchema(Schema):
    """How many of a month's ledger entries are settled."""

    done = fields.Integer(required=True)
    of = fields.Integer(required=True)


class PeriodStepSchema(Schema):
    """What was done with a month."""

    step = fields.String(required=True, validate=validate.OneOf(PERIOD_STEPS))
    state = fields.String(required=True, validate=validate.OneOf(PERIOD_STATES))
    version = fields.Integer(required=True)
    role = fields.String(required=True, validate=validate.OneOf(TENANT_ROLES))
    reason = fields.String(required=True)
    by = fields.UUID(required=True)
    at = fields.DateTime(required=True)


class WantedSchema(Schema):
    """A programme for which nothing was handed in, with what it reads."""

    programme = fields.String(required=True)
    policy = fields.String(required=True)
    period = fields.String(required=True, metadata={"example": "2026-03"})
    inputs = fields.List(fields.String(), required=True)
    parameters = fields.List(
        fields.String(), required=True, metadata={"description": "to be filled first"}
    )


class PeriodSchema(Schema):
    """A month: where it stands, what it comes to, who has agreed to what."""

    period = fields.String(required=True, metadata={"example": "2026-03"})
    state = fields.String(required=True, validate=validate.OneOf(PERIOD_STATES))
    version = fields.Integer(required=True)
    settled_at = fields.DateTime(required=True, allow_none=True)
    totals = fields.List(fields.Nested(MoneyTotalSchema), required=True)
    progress = fields.Nested(ProgressSchema, required=True, allow_none=True)
    locked_by = fields.List(fields.String(), required=True)
    reopened_by = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(PeriodStepSchema), required=True)
    wanted = fields.List(fields.Nested(WantedSchema), required=True)


class TemplateQuerySchema(Schema):
    """Which of the company's templates says the columns; all of ours without one."""

    template = short()


class LinesQuerySchema(PageSchema):
    """Whose lines; everybody's without a subject, and one's own for an employee."""

    subject = short()


class LineSchema(Schema):
    """What a month settles of one kind of money of a subject, CNY."""

    subject = fields.String(required=True)
    money = fields.String(required=True)
    requested = fields.String(required=True, metadata=AMOUNT)
    allowed = fields.String(required=True, metadata=AMOUNT)
    carried = fields.String(required=True, metadata=AMOUNT)
    carried_in = fields.String(required=True, metadata=AMOUNT)
    refused = fields.String(required=True, metadata=AMOUNT)
    reason = fields.String(required=True)
    clauses = fields.List(fields.String(), required=True)
    adjusts = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "locked months of which something is booked here"},
    )
    law = fields.String(
        required=True,
        metadata={
            "description": "by which less than all is allowed",
            "example": "工资支付暂行规定 16",
        },
    )
    points = fields.Integer(
        required=True,
        metadata={"description": "what a fine becomes that is no money; never the same amount"},
    )


class LinePageSchema(Schema):
    """Lines by subject and money."""

    items = fields.List(fields.Nested(LineSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def period(view: PeriodView) -> dict[str, Any]:
    """Return a month."""
    step, roles = view.signed
    return {
        "period": view.month,
        "state": view.state,
        "version": view.version,
        "settled_at": view.settled_at,
        "totals": [_total(item) for item in view.totals],
        "progress": view.progress and {"done": view.progress.done, "of": view.progress.of},
        "locked_by": roles if step == "lock" else (),
        "reopened_by": roles if step == "reopen" else (),
        "steps": [_step(item) for item in view.steps],
        "wanted": [_wanted(item) for item in view.wanted],
    }


def _wanted(item: Wanted) -> dict[str, Any]:
    return {
        "programme": item.programme,
        "policy": item.policy,
        "period": item.period,
        "inputs": item.inputs,
        "parameters": item.parameters,
    }


def _amounts(item: MoneyTotal | SettledLine) -> dict[str, str]:
    return {
        "requested": amount_text(MONEY_UNIT, item.requested),
        "allowed": amount_text(MONEY_UNIT, item.allowed),
        "carried": amount_text(MONEY_UNIT, item.carried),
        "carried_in": amount_text(MONEY_UNIT, item.carried_in),
        "refused": amount_text(MONEY_UNIT, item.refused),
    }


def _total(item: MoneyTotal) -> dict[str, Any]:
    return {"money": item.money, **_amounts(item)}


def _step(item: PeriodStepLine) -> dict[str, Any]:
    return {
        "step": item.step,
        "state": item.state,
        "version": item.version,
        "role": item.role,
        "reason": item.reason,
        "by": item.actor_id,
        "at": item.at,
    }


def line(item: SettledLine) -> dict[str, Any]:
    """Return a line."""
    return {
        "subject": item.subject,
        "money": item.money,
        **_amounts(item),
        "reason": item.reason,
        "clauses": item.clauses,
        "adjusts": item.adjusts,
        "law": item.law,
        "points": item.points,
    }
