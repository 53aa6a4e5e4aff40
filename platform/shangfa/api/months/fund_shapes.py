"""What funds look like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Exact, Listed, short, text
from shangfa.db.months.funds import FundLine, FundRecord
from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.money import amount_text
from shangfa.domain.months.funds import FEEDING, FUND_ENTRY_KINDS, PURSES
from shangfa.services.funds.ledgers import Agreed, NewRule, Spending

AMOUNT = {"example": "120.00"}
MOST: int = 200


class FundRuleSchema(Schema):
    """What feeds a fund; no clauses or departments mean all of them."""

    title = short(required=True, metadata={"example": "客服部基金"})
    accounts = Listed(
        fields.String(validate=validate.OneOf(FEEDING)),
        least=1,
        most=len(FEEDING),
        load_default=("fine",),
    )
    clauses = Listed(short(), most=MOST, load_default=())
    departments = Listed(short(), most=MOST, load_default=())


class WaitingSpendSchema(Schema):
    """A spending that waits for a second person."""

    amount = fields.String(required=True, metadata=AMOUNT)
    purpose = fields.String(required=True)
    reason = fields.String(required=True)
    signed_by = fields.List(fields.String(), required=True)


class FundSchema(Schema):
    """A fund: what feeds it, what is in it, and what the company laid out for it, CNY."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    accounts = fields.List(fields.String(), required=True)
    clauses = fields.List(fields.String(), required=True)
    departments = fields.List(fields.String(), required=True)
    balance = fields.String(required=True, metadata=AMOUNT)
    owed = fields.String(required=True, metadata=AMOUNT)
    entries = fields.Integer(required=True)
    waiting = fields.Nested(WaitingSpendSchema, required=True, allow_none=True)


class FundPageSchema(Schema):
    """The funds by code."""

    items = fields.List(fields.Nested(FundSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FundEntrySchema(Schema):
    """Money out of one purse into another, CNY; `balance` and `owed` are the fund's after it."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(FUND_ENTRY_KINDS))
    source = fields.String(required=True, validate=validate.OneOf(PURSES))
    target = fields.String(required=True, validate=validate.OneOf(PURSES))
    amount = fields.String(required=True, metadata=AMOUNT)
    balance = fields.String(required=True, metadata=AMOUNT)
    owed = fields.String(required=True, metadata=AMOUNT)
    month = fields.String(required=True, allow_none=True, metadata={"example": "2026-03"})
    version = fields.Integer(required=True, allow_none=True)
    purpose = fields.String(required=True)
    reason = fields.String(required=True)
    signed = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "role -> who agreed in it"},
    )
    by = fields.UUID(required=True)
    at = fields.DateTime(required=True)


class FundEntryPageSchema(Schema):
    """Entries of a fund, the first one first."""

    items = fields.List(fields.Nested(FundEntrySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class SpendSchema(Schema):
    """Money that is to leave a fund, CNY, for what and why."""

    amount = Exact("0.01", "99999999.99", 2, required=True, metadata={"example": "120.00"})
    purpose = text(200, least=1, required=True, metadata={"example": "小额奖励"})
    reason = text(least=1, required=True, metadata={"example": "三月服务之星两名"})


class AgreedSchema(Schema):
    """A spending: waiting for a second person, or booked."""

    state = fields.String(required=True, validate=validate.OneOf(("pending", "booked")))
    signed_by = fields.List(fields.String(), required=True)
    amount = fields.String(required=True, metadata=AMOUNT)
    purpose = fields.String(required=True)
    reason = fields.String(required=True)
    entry = fields.Nested(FundEntrySchema, required=True, allow_none=True)
    fund = fields.Nested(FundSchema, required=True)


def new_rule(body: dict[str, Any]) -> NewRule:
    """Return what is to feed a fund, each thing once and in order."""
    lists = (sorted(set(body[name])) for name in ("accounts", "clauses", "departments"))
    return NewRule(body["title"], *map(tuple, lists))


def spending(body: dict[str, Any]) -> Spending:
    """Return a spending."""
    return Spending(**body)


def _text(amount: Any) -> str:
    return amount_text(MONEY_UNIT, amount)


def fund(found: FundRecord) -> dict[str, Any]:
    """Return a fund."""
    return {
        "code": found.code,
        "title": found.title,
        "accounts": found.accounts,
        "clauses": found.clauses,
        "departments": found.departments,
        "balance": _text(found.balance),
        "owed": _text(found.owed),
        "entries": found.number,
        "waiting": _waiting(found.signed) if found.signed else None,
    }


def _waiting(signed: dict[str, Any]) -> dict[str, Any]:
    said = {name: signed[name] for name in ("amount", "purpose", "reason")}
    return {**said, "signed_by": sorted(signed["by"])}


def entry(line: FundLine) -> dict[str, Any]:
    """Return an entry of a fund."""
    return {
        "number": line.number,
        "kind": line.kind,
        "source": line.source,
        "target": line.target,
        "amount": _text(line.amount),
        "balance": _text(line.balance),
        "owed": _text(line.owed),
        "month": line.month,
        "version": line.version,
        "purpose": line.purpose,
        "reason": line.reason,
        "signed": line.signed,
        "by": line.actor_id,
        "at": line.at,
    }


def agreed(found: Agreed) -> dict[str, Any]:
    """Return a spending with who has agreed to it."""
    said = found.spending
    return {
        "state": "booked" if found.entry else "pending",
        "signed_by": found.signed_by,
        "amount": _text(said.amount),
        "purpose": said.purpose,
        "reason": said.reason,
        "entry": entry(found.entry) if found.entry else None,
        "fund": fund(found.fund),
    }
