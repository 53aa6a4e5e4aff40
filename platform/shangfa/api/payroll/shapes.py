"""What payroll is told looks like in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shangfa.api.fields import Day, Exact, Listed, Month, short, text
from shangfa.api.problems.words import Message
from shangfa.db.payroll.papers import PaperRecord
from shangfa.domain.money import amount_text
from shangfa.domain.payroll.papers import BASES, PAPERS, Floor, MonthPay, Paper
from shangfa.domain.payroll.setting import (
    LAST_CUT_OFF,
    REWARDS,
    SHEETS,
    Column,
    PayrollSetting,
    Template,
)
from shangfa.domain.text import Note
from shangfa.services.payroll.papers import MonthPayView
from shangfa.services.payroll.settings import SettingView

AMOUNT: Final = ("0", "999999999999.99", 2)
WAGE: Final = ("0.01", "999999999999.99", 2)
SHOWN: Final = {"example": "1200.00"}
MOST_COLUMNS: Final = 100
MOST_TEMPLATES: Final = 20
SOME: Final = Note("至少给出一项", "at least one is expected")


class ColumnSchema(Schema):
    """A column of ours, by its name or its header, and what it is called in this template."""

    column = short(required=True, metadata={"example": "employee_no"})
    header = short(metadata={"example": "职员代码"})


class TemplateSchema(Schema):
    """What a payroll system reads; a sheet without columns is handed out as it is."""

    summary = Listed(fields.Nested(ColumnSchema), most=MOST_COLUMNS, load_default=list)
    detail = Listed(fields.Nested(ColumnSchema), most=MOST_COLUMNS, load_default=list)


class PayrollSchema(Schema):
    """How a month is handed to payroll: when rewards are paid, and a template per system."""

    rewards = fields.String(load_default="same_month", validate=validate.OneOf(REWARDS))
    policies = fields.Dict(
        keys=short(),
        values=fields.String(validate=validate.OneOf(REWARDS)),
        load_default=dict,
        metadata={"description": "policy -> when its rewards are paid, where that differs"},
    )
    cut_off_day = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, LAST_CUT_OFF),
        metadata={"description": "what happens later is paid with the next month; null: none"},
    )
    templates = fields.Dict(
        keys=short(),
        values=fields.Nested(TemplateSchema),
        load_default=dict,
        validate=validate.Length(max=MOST_TEMPLATES),
    )


class ColumnViewSchema(Schema):
    """A column of ours, and what it is called in this template."""

    column = fields.String(required=True, metadata={"example": "employee_no"})
    header = fields.String(required=True, metadata={"example": "职员代码"})


class TemplateViewSchema(Schema):
    """What a payroll system reads; a sheet without columns is handed out as it is."""

    summary = fields.List(fields.Nested(ColumnViewSchema), required=True)
    detail = fields.List(fields.Nested(ColumnViewSchema), required=True)


class PayrollViewSchema(Schema):
    """The setting in force."""

    rewards = fields.String(required=True, validate=validate.OneOf(REWARDS))
    policies = fields.Dict(
        keys=short(), values=fields.String(validate=validate.OneOf(REWARDS)), required=True
    )
    cut_off_day = fields.Integer(required=True, allow_none=True)
    templates = fields.Dict(keys=short(), values=fields.Nested(TemplateViewSchema), required=True)
    revision = fields.Integer(required=True)
    set_at = fields.DateTime(required=True, allow_none=True)


class MonthPaySchema(Schema):
    """What payroll says of somebody's month, CNY: the whole bonus, what law withholds first."""

    bonus = Exact(*AMOUNT, allow_none=True)
    statutory = Exact(*AMOUNT, allow_none=True)

    @validates_schema
    def check_some(self, body: dict[str, Any], **_: Any) -> None:
        """Let pass what says anything."""
        if not body:
            raise ValidationError(Message(SOME), "bonus")


class MonthPayViewSchema(Schema):
    """What payroll says of somebody's month."""

    month = fields.String(required=True, metadata={"example": "2026-03"})
    bonus = fields.String(required=True, allow_none=True, metadata=SHOWN)
    statutory = fields.String(required=True, allow_none=True, metadata=SHOWN)


class MonthPaysSchema(Schema):
    """What payroll said, month by month."""

    items = fields.List(fields.Nested(MonthPayViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DeductionPaperSchema(Schema):
    """A written notice of a loss that is deducted, or the consent to a fine, for one month.

    `amount`: up to which it may be taken of the month's wage; 0 takes the paper back.
    """

    month = Month(required=True)
    paper = fields.String(required=True, validate=validate.OneOf(PAPERS))
    money = short(required=True, metadata={"example": "compensation"})
    amount = Exact(*AMOUNT, required=True)
    told_on = Day(required=True)
    reason = text(least=1, required=True)


class PaperViewSchema(Schema):
    """A paper as it was kept."""

    id = fields.UUID(required=True)
    month = fields.String(required=True)
    paper = fields.String(required=True)
    money = fields.String(required=True)
    amount = fields.String(required=True, metadata=SHOWN)
    told_on = fields.Date(required=True)
    reason = fields.String(required=True)
    kept_at = fields.DateTime(required=True)


class PapersSchema(Schema):
    """All papers of somebody, oldest first; the last of a month and money counts."""

    items = fields.List(fields.Nested(PaperViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FloorSchema(Schema):
    """The minimum wage the company goes by in a place; the law's holds where it is higher.

    `tier`: which of the law's rows is the place's. `basis`: whether it must remain before or
    after what law withholds.
    """

    monthly = Exact(*WAGE, allow_none=True)
    tier = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 20))
    basis = fields.String(load_default=BASES[0], validate=validate.OneOf(BASES))
    source = text(least=1, required=True, metadata={"example": "粤府函〔2026〕188号"})

    @validates_schema
    def check_some(self, body: dict[str, Any], **_: Any) -> None:
        """Let pass what says anything of the place."""
        said = (body.get("monthly"), body.get("tier"))
        if said == (None, None) and body["basis"] == BASES[0]:
            raise ValidationError(Message(SOME), "monthly")


class FloorViewSchema(Schema):
    """A minimum wage of the company's own."""

    region = fields.String(required=True, metadata={"example": "440100"})
    since = fields.Date(required=True)
    monthly = fields.String(required=True, allow_none=True, metadata=SHOWN)
    tier = fields.Integer(required=True, allow_none=True)
    basis = fields.String(required=True)
    source = fields.String(required=True)


class FloorsSchema(Schema):
    """All of them, by place."""

    items = fields.List(fields.Nested(FloorViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def setting(body: Mapping[str, Any]) -> PayrollSetting:
    """Return the setting that a body makes."""
    templates = {
        name: Template(*(tuple(Column(**item) for item in said[sheet]) for sheet in SHEETS))
        for name, said in body["templates"].items()
    }
    said = (body["rewards"], templates, body["policies"], body["cut_off_day"])
    return PayrollSetting(*said)


def view(found: SettingView) -> dict[str, Any]:
    """Return the setting in force."""
    templates = {
        name: {sheet: [item._asdict() for item in getattr(said, sheet)] for sheet in SHEETS}
        for name, said in found.setting.templates.items()
    }
    setting = found.setting
    said: dict[str, Any] = {"rewards": setting.rewards, "policies": dict(setting.policies)}
    said |= {"cut_off_day": setting.cut_off_day, "templates": templates}
    return {**said, "revision": found.revision, "set_at": found.at}


def month_pay(found: MonthPayView) -> dict[str, Any]:
    """Return what payroll says of a month."""
    return {"month": found.month, **{name: _money(item) for name, item in _named(found.pay)}}


def _named(pay: MonthPay) -> list[tuple[str, Any]]:
    return list(pay._asdict().items())


def _money(amount: Any) -> str | None:
    return None if amount is None else amount_text("CNY", amount)


def paper(body: Mapping[str, Any]) -> Paper:
    """Return the paper that a body describes."""
    return Paper(**body)


def paper_item(found: PaperRecord) -> dict[str, Any]:
    """Return a paper."""
    said = {**found.said._asdict(), "amount": _money(found.said.amount)}
    return {"id": found.id, **said, "kept_at": found.at}


def floor(region: str, since: date, body: Mapping[str, Any]) -> Floor:
    """Return the minimum wage that a body describes."""
    said = (body.get("monthly"), body.get("tier"), body["basis"], body["source"])
    return Floor(region, since, *said)


def floor_item(found: Floor) -> dict[str, Any]:
    """Return a minimum wage."""
    return {**found._asdict(), "monthly": _money(found.monthly)}
