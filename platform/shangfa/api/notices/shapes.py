"""What notices look like in JSON: to who publishes them, and to their audience."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, short, text
from shangfa.db.notices.stored import NoticeRecord
from shangfa.domain.account import ACCOUNT_NAMES
from shangfa.domain.notices.notice import NOTICE_KINDS
from shangfa.services.cases.paper.published import Publication
from shangfa.services.context import Context
from shangfa.services.notices.seen import is_publisher


class AudienceSchema(Schema):
    """Who is told: one department, or the whole company when none is named."""

    department = text(200, least=1, allow_none=True)


class PublicationSchema(Schema):
    """What is to be published."""

    case = fields.UUID(required=True)
    subject = short(allow_none=True, metadata={"description": "when the case concerns several"})
    audience = fields.Nested(AudienceSchema)
    until = Day(required=True, metadata={"description": "the last day, at most a year from now"})
    consent = text(
        500,
        least=1,
        allow_none=True,
        metadata={"description": "where the person's consent to be named is kept; none masks him"},
    )


class WithdrawalSchema(Schema):
    """Why a notice is taken back."""

    reason = text(least=1, required=True)


class ToldSchema(Schema):
    """A consequence; `quantity` only where the person agreed to be named."""

    account = fields.String(required=True, validate=validate.OneOf(ACCOUNT_NAMES))
    unit = fields.String(required=True)
    title = fields.String(required=True)
    quantity = fields.String()


class NoticeSchema(Schema):
    """A notice. Its audience does not read `case`, `subject`, `consent` and `reason`."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(NOTICE_KINDS))
    audience = fields.Nested(AudienceSchema, required=True)
    person = fields.String(required=True, metadata={"example": "张*"})
    department = fields.String(required=True, allow_none=True)
    policy_title = fields.String(required=True)
    clause_title = fields.String(required=True)
    decided_on = fields.Date(required=True)
    effects = fields.List(fields.Nested(ToldSchema), required=True)
    published_at = fields.DateTime(required=True)
    until = fields.Date(required=True)
    corrects = fields.UUID(required=True, allow_none=True)
    corrected = fields.Boolean(required=True, metadata={"description": "a later one says so"})
    case = fields.UUID()
    subject = fields.String()
    consent = fields.String(allow_none=True)
    reason = fields.String()


class NoticePageSchema(Schema):
    """A page of notices, newest first."""

    items = fields.List(fields.Nested(NoticeSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def publication(body: Mapping[str, Any]) -> Publication:
    """Return what a body wants published."""
    department = body.get("audience", {}).get("department")
    said = (body["case"], body.get("subject"), department, body["until"], body.get("consent"))
    return Publication(*said)


def shown(ctx: Context) -> Callable[[NoticeRecord], dict[str, Any]]:
    """Return how a notice is shown to somebody."""
    return _whole if is_publisher(ctx) else _told


def _told(item: NoticeRecord) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "audience": {"department": item.department},
        **item.body,
        "published_at": item.at,
        "until": item.until,
        "corrects": item.corrects_id,
        "corrected": item.followed,
    }


def _whole(item: NoticeRecord) -> dict[str, Any]:
    own = {name: getattr(item, name) for name in ("subject", "consent", "reason")}
    return {**_told(item), "case": item.case_id, **own}
