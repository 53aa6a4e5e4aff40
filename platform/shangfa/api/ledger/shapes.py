"""What a record, a total and who is near what look like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Month, short
from shangfa.api.shapes import EffectSchema, PageSchema, TraceSchema
from shangfa.db.ledger import Balance
from shangfa.db.months.evaluations import Sum
from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.cases.states import DECISION_KINDS
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.money import amount_text
from shangfa.domain.months.bills import SETTLEMENTS, BillStanding
from shangfa.domain.policies.version import NextStep
from shangfa.services.ledger.in_force import Mark
from shangfa.services.ledger.standing import Doings, HistoryItem, OpenDeadline, Record, TallyView

ACCOUNT = validate.OneOf(tuple(ACCOUNTS))


class NearQuerySchema(PageSchema):
    """How near."""

    gap = fields.Integer(load_default=1)


class SumsQuerySchema(PageSchema):
    """Which sums; months as `2026-03`, both included."""

    first = Month(data_key="from")
    last = Month(data_key="to")
    subject = short()
    account = fields.String(validate=ACCOUNT)
    unit = short()
    policy = short()


class SumSchema(Schema):
    """What was booked in a month on an account of a person."""

    month = fields.String(required=True, metadata={"example": "2026-03"})
    subject = fields.String(required=True)
    name = fields.String(required=True)
    account = fields.String(required=True, validate=ACCOUNT)
    unit = fields.String(required=True)
    quantity = fields.String(required=True, metadata={"example": "-20.00"})


class SumsPageSchema(Schema):
    """A page of sums, by month, person, account and unit."""

    items = fields.List(fields.Nested(SumSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class WhoSchema(Schema):
    """The subject of a record."""

    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(SUBJECT_KINDS))
    name = fields.String(required=True)


class AmountSchema(Schema):
    """An amount of a unit on an account."""

    account = fields.String(required=True, validate=ACCOUNT)
    unit = fields.String(required=True)
    quantity = fields.String(required=True, metadata={"example": "-20.00"})


class BalanceSchema(AmountSchema):
    """All that was ever posted to an account under a policy."""

    policy = fields.String(required=True)


class NextStepSchema(Schema):
    """The nearest change a reaction would bring."""

    gap = fields.String(required=True, metadata={"description": "how many more of the unit"})
    clause = fields.String(required=True)
    title = fields.String(required=True)
    gives = fields.List(fields.Nested(AmountSchema), required=True)


class TallySchema(Schema):
    """A subject's total in a window that runs, with the next steps."""

    subject = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "of the subject"})
    policy = fields.String(required=True)
    account = fields.String(required=True, validate=ACCOUNT)
    unit = fields.String(required=True)
    window = fields.String(required=True, metadata={"example": "2026-03"})
    total = fields.String(required=True)
    next = fields.List(fields.Nested(NextStepSchema), required=True)


class HistorySchema(Schema):
    """A decision, as far as it concerns the subject: of an incident, or of a programme."""

    incident = fields.UUID(required=True, allow_none=True)
    case = fields.UUID(required=True, allow_none=True)
    clause = fields.String(required=True, allow_none=True)
    occurred_on = fields.Date(required=True, allow_none=True)
    programme = fields.String(required=True, allow_none=True)
    period = fields.String(required=True, allow_none=True)
    evaluation = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(DECISION_KINDS))
    decided_at = fields.DateTime(required=True)
    reason = fields.String(required=True)
    effects = fields.List(fields.Nested(EffectSchema), required=True)
    trace = fields.List(fields.Nested(TraceSchema), required=True)


class MarkSchema(AmountSchema):
    """A mark or points in force, with the last day of it; null when it has no end."""

    policy = fields.String(required=True)
    clause = fields.String(required=True)
    day = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    incident = fields.UUID(required=True, allow_none=True)


class OpenDeadlineSchema(Schema):
    """A step that is still to be done, with its last moment and the incident it comes from."""

    incident = fields.UUID(required=True)
    case = fields.UUID(required=True)
    subject = fields.String(required=True)
    step = fields.String(required=True)
    due_at = fields.DateTime(required=True)
    due = fields.String(required=True, metadata={"description": "a local day or time"})
    clause = fields.String(required=True)


class LastingSchema(EffectSchema):
    """An action that lasts, with the incident it comes from."""

    incident = fields.UUID(required=True)


class StandingStatementSchema(Schema):
    """A published statement of a partner; `due`: what is still to be paid of it."""

    period = fields.String(required=True, metadata={"example": "2026-03"})
    total = fields.String(required=True, metadata={"example": "-20860.40"})
    due = fields.String(required=True, metadata={"example": "20860.40"})
    settlement = fields.String(required=True, validate=validate.OneOf(SETTLEMENTS))


class RecordSchema(Schema):
    """Balances, totals with their windows and next steps, history and open deadlines.

    Who sees money only is shown balances of money, a partner's statements and nothing else.
    """

    subject = fields.Nested(WhoSchema, required=True)
    balances = fields.List(fields.Nested(BalanceSchema), required=True)
    statements = fields.List(
        fields.Nested(StandingStatementSchema),
        required=True,
        metadata={"description": "those published to a partner, by month"},
    )
    tallies = fields.List(fields.Nested(TallySchema))
    history = fields.List(fields.Nested(HistorySchema))
    deadlines = fields.List(fields.Nested(OpenDeadlineSchema))
    in_force = fields.List(
        fields.Nested(MarkSchema),
        metadata={"description": "of policies whose marks or points lapse"},
    )
    lasting = fields.List(fields.Nested(LastingSchema))


class NearPageSchema(Schema):
    """A page of those near a next step."""

    items = fields.List(fields.Nested(TallySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def record(found: Record) -> dict[str, Any]:
    """Return a record."""
    who = found.subject
    shown: dict[str, Any] = {
        "subject": {"code": who.code, "kind": who.kind, "name": who.name},
        "balances": [_balance(item) for item in found.balances],
        "statements": [_statement(item) for item in found.statements],
    }
    return shown if found.doings is None else shown | _doings(found.doings)


def _balance(item: Balance) -> dict[str, Any]:
    return item._asdict() | {"quantity": amount_text(item.unit, item.quantity)}


def _statement(item: BillStanding) -> dict[str, Any]:
    return {
        "period": item.month,
        "total": amount_text(MONEY_UNIT, item.total),
        "due": amount_text(MONEY_UNIT, item.due),
        "settlement": item.settlement,
    }


def _doings(found: Doings) -> dict[str, Any]:
    return {
        "tallies": [tally(item) for item in found.tallies],
        "history": [_history(item) for item in found.history],
        "deadlines": [_deadline(item) for item in found.deadlines],
        "in_force": [_mark(item) for item in found.in_force],
        "lasting": [{"incident": item.incident, **item.effect} for item in found.lasting],
    }


def _mark(item: Mark) -> dict[str, Any]:
    return {
        "policy": item.policy,
        "account": item.account,
        "unit": item.unit,
        "quantity": amount_text(item.unit, item.quantity),
        "clause": item.clause,
        "day": item.day,
        "until": item.until,
        "incident": item.fact or None,
    }


def tally(view: TallyView) -> dict[str, Any]:
    """Return a total with its next steps."""
    return {
        "subject": view.subject,
        "name": view.name,
        "policy": view.policy,
        "account": view.account,
        "unit": view.unit,
        "window": view.window,
        "total": amount_text("", view.total.total),
        "next": [_step(step) for step in view.next],
    }


def _step(step: NextStep) -> dict[str, Any]:
    return {
        "gap": amount_text("", step.gap),
        "clause": step.code,
        "title": step.title,
        "gives": [
            {"account": account, "unit": unit, "quantity": amount_text(unit, quantity)}
            for account, unit, quantity in step.gives
            if account != "count"
        ],
    }


def _history(item: HistoryItem) -> dict[str, Any]:
    return {
        "incident": item.incident,
        "case": item.case,
        "clause": item.clause,
        "occurred_on": item.occurred_on,
        "programme": item.programme,
        "period": item.period,
        "evaluation": item.evaluation,
        "kind": item.kind,
        "decided_at": item.decided_at,
        "reason": item.reason,
        "effects": item.effects,
        "trace": item.trace,
    }


def _deadline(item: OpenDeadline) -> dict[str, Any]:
    return {"incident": item.incident, "case": item.case, **item.deadline}


def booked(found: Sum) -> dict[str, Any]:
    """Return a sum."""
    return {**found._asdict(), "quantity": amount_text(found.unit, found.quantity)}
