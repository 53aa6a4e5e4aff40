"""/v1/clock: move the test clock; there only when the deployment runs on it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema

from shangfa.api.fields import Moment
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.config import CLOCK_YEARS
from shangfa.services.running import clock

blp = Blueprint("clock", __name__, url_prefix="/v1/clock", description="The test clock")


class ClockSchema(Schema):
    """A moment."""

    now = Moment(
        years=CLOCK_YEARS, required=True, metadata={"example": "2026-10-10T00:00:01+08:00"}
    )


@blp.route("", methods=["PUT"])
@blp.doc(operationId="moveClock")
@blp.arguments(ClockSchema)
@blp.response(200, ClockSchema)
def move(body: dict[str, Any]) -> Response:
    """Move the test clock forward; it stands still afterwards."""
    return answer(lambda ctx: clock.move(ctx, body["now"]), lambda now: {"now": now})
