"""What a batch of incidents and its answer look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from shangfa.api.fields import Listed
from shangfa.api.incidents.shapes import IncidentSchema, IncidentViewSchema, incident, report
from shangfa.api.problems.errors import schema_faults, shown
from shangfa.api.problems.faults import STATUSES
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.faults import INVALID, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.incidents.together import Outcome

MOST: Final = 500
CREATED: Final = 201
NO_OBJECT: Final = Note("须为 JSON 对象", "a JSON object is expected")
_ITEM: Final = IncidentSchema()


class Unread(Listed):
    """A list whose items are read one by one later, so that a faulty one is only itself."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> list[Any]:
        if isinstance(value, list) and len(value) <= self.most:
            return value
        return super()._deserialize(value, *rest, **more)


class BatchSchema(Schema):
    """Incidents, in the order in which they count."""

    items = Unread(fields.Nested(IncidentSchema), least=1, most=MOST, required=True)


class BatchItemSchema(Schema):
    """The incident, or the problem because of which it was not recorded, as if sent by itself."""

    status = fields.Integer(required=True, metadata={"example": 201})
    incident = fields.Nested(IncidentViewSchema)
    problem = fields.Nested(
        ProblemSchema, metadata={"description": "its pointers lead into the item"}
    )


class BatchAnswerSchema(Schema):
    """An answer for each item, in the same order."""

    recorded = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    items = fields.List(fields.Nested(BatchItemSchema), required=True)


def said(item: Any) -> IncidentReport | RefusedError:
    """Return what an item reports, or what is wrong with it."""
    if not isinstance(item, dict):
        return refused(INVALID, "", value=item, why=NO_OBJECT)
    try:
        return report(_ITEM.load(item))
    except ValidationError as error:
        return RefusedError(*schema_faults({"json": error.messages}, _ITEM))
    except RefusedError as error:
        return error


def outcomes(done: list[Outcome]) -> dict[str, Any]:
    """Return what became of each item."""
    items = [_outcome(item) for item in done]
    recorded = sum(item["status"] == CREATED for item in items)
    return {"recorded": recorded, "refused": len(items) - recorded, "items": items}


def _outcome(item: Outcome) -> dict[str, Any]:
    if isinstance(item, RefusedError):
        status = STATUSES[item.kind.refusal]
        return {"status": status, "problem": shown(list(item.faults))}
    return {"status": CREATED, "incident": incident(item)}
