"""What notifications and mailboxes look like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shangfa.api.fields import Listed
from shangfa.api.problems.words import Message
from shangfa.api.shapes import PageSchema
from shangfa.config import ADDRESS
from shangfa.db.notifications.stored import Mailbox, NotificationRecord
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.notifications.notification import NOTIFICATION_KINDS, SAID
from shangfa.domain.text import Note

AN_ADDRESS = Note("须为邮箱地址，如 a@example.com", "a mail address is expected: a@example.com")


class Email(fields.String):
    """A mail address with nothing beside it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or not value.isascii() or not ADDRESS.fullmatch(value):
            raise ValidationError(Message(AN_ADDRESS))
        return value


class NotificationQuerySchema(PageSchema):
    """Which notifications."""

    unread = fields.Boolean(load_default=False)


class NotificationSchema(Schema):
    """That something waits or has moved; what it is about is read at its case."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(NOTIFICATION_KINDS))
    case = fields.UUID(required=True)
    step = fields.String(required=True, metadata={"description": "what waits, or was done"})
    due_at = fields.DateTime(required=True, allow_none=True)
    at = fields.DateTime(required=True)
    read_at = fields.DateTime(required=True, allow_none=True)
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)


class NotificationPageSchema(Schema):
    """A page of notifications, newest first."""

    items = fields.List(fields.Nested(NotificationSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ReadSchema(Schema):
    """Which notifications were read."""

    ids = Listed(fields.UUID(), most=200, required=True)


class MarkedSchema(Schema):
    """How many of them were unread."""

    marked = fields.Integer(required=True)


class AddressSchema(Schema):
    """Where mail goes; null: nowhere."""

    email = Email(required=True, allow_none=True, metadata={"example": "hr@example.com"})


class MailboxSchema(Schema):
    """Where the mail of an office or a person goes."""

    role = fields.String(required=True, allow_none=True, validate=validate.OneOf(TENANT_ROLES))
    subject = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)


class MailboxPageSchema(Schema):
    """A page of mailboxes, offices first."""

    items = fields.List(fields.Nested(MailboxSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def notification(item: NotificationRecord) -> dict[str, Any]:
    """Return a notification."""
    said = SAID[item.kind]
    return {
        "id": item.id,
        "kind": item.kind,
        "case": item.case_id,
        "step": item.step,
        "due_at": item.due_at,
        "at": item.at,
        "read_at": item.read_at,
        "text_zh": said.text("zh"),
        "text_en": said.text("en"),
    }


def mailbox(item: Mailbox) -> dict[str, Any]:
    """Return a mailbox."""
    return item._asdict()
