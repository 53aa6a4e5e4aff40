"""What reports look like in JSON, and what may be asked of them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Month, short
from shangfa.domain.policies.version import FARTHEST
from shangfa.domain.reports.catalogue import Report
from shangfa.services.reports.reports import Answered, Asking


class ReportQuerySchema(Schema):
    """What a report is about; what is left out is about today."""

    month = Month()
    year = fields.Integer(validate=validate.Range(1900, 2200))
    subject = short()
    region = fields.String(
        validate=validate.Regexp(r"^[1-9][0-9]{5}\Z"), metadata={"description": "GB/T 2260"}
    )
    days = fields.Integer(validate=validate.Range(0, 366))
    policy = short(metadata={"description": "its name"})
    step = short(metadata={"description": "what comes next: minor_demerit, dismissal"})
    gap = fields.Integer(
        validate=validate.Range(1, FARTHEST),
        load_default=1,
        metadata={"description": "at most so many away"},
    )
    case = fields.UUID(metadata={"description": "its id"})


class ReportSchema(Schema):
    """A report that there is."""

    name = fields.String(required=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(required=True)
    asks = fields.List(fields.String(), required=True)
    columns = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "key -> header"},
    )


class ReportPageSchema(Schema):
    """The reports that you may read."""

    items = fields.List(fields.Nested(ReportSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class AnsweredSchema(ReportSchema):
    """A report with its rows, each by the keys of its columns."""

    items = fields.List(fields.Dict(), required=True)
    more = fields.Boolean(required=True, metadata={"description": "there are more rows than shown"})


def asking(query: dict[str, Any]) -> Asking:
    """Return what a query asks."""
    return Asking(**query)


def report(found: Report) -> dict[str, Any]:
    """Return a report that there is."""
    return {
        "name": found.name,
        "title_zh": found.zh,
        "title_en": found.en,
        "asks": found.asks,
        "columns": dict(found.columns),
    }


def answered(found: Answered) -> dict[str, Any]:
    """Return a report with its rows."""
    keys = tuple(found.report.columns)
    rows = [dict(zip(keys, row, strict=True)) for row in found.rows]
    return {**report(found.report), "items": rows, "more": found.more}
