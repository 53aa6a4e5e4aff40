"""/v1/cases/{id}/final-pay: what is to be settled with somebody who is dismissed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.money import amount_text
from shangfa.services.cases.paper import final_pay
from shangfa.services.cases.paper.final_pay import FinalPay

blp = Blueprint("final pay", __name__, url_prefix="/v1/cases", description="What leavers get")


class OpenLineSchema(Schema):
    """One kind of money that no locked month has settled."""

    money = fields.String(required=True, metadata={"example": "compensation"})
    unit = fields.String(
        required=True, metadata={"description": "CNY, or what a settlement values first"}
    )
    quantity = fields.String(required=True, metadata={"example": "-200.00"})
    months = fields.List(
        fields.String(), required=True, metadata={"description": "none: carried over"}
    )


class LeaverSchema(Schema):
    """Somebody who is dismissed, with what is open of him."""

    subject = fields.String(required=True)
    lines = fields.List(fields.Nested(OpenLineSchema), required=True)
    total = fields.String(required=True, metadata={"description": "of the lines in CNY"})


class FinalPaySchema(Schema):
    """What is to be settled with those whom a case dismisses, and by when."""

    due_on = fields.Date(required=True, allow_none=True)
    people = fields.List(fields.Nested(LeaverSchema), required=True)


@blp.route("/<uuid:case_id>/final-pay", methods=["GET"])
@blp.doc(operationId="getFinalPay")
@blp.response(200, FinalPaySchema)
@blp.alt_response(404, schema=ProblemSchema, description="No case that you may see.")
def read(case_id: UUID) -> Response:
    """Get what the ledger has open of whom a case dismisses; his wages are payroll's."""
    return answer(lambda ctx: final_pay.final_pay(ctx, case_id), _shown)


def _shown(found: FinalPay) -> dict[str, Any]:
    return {
        "due_on": found.due_on,
        "people": [
            {
                "subject": code,
                "lines": [
                    {
                        "money": line.money,
                        "unit": line.unit,
                        "quantity": amount_text(line.unit, line.quantity),
                        "months": line.months,
                    }
                    for line in found.lines
                    if line.subject == code
                ],
                "total": amount_text("CNY", found.total(code)),
            }
            for code in found.people
        ],
    }
