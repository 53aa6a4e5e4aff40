"""An award for an event is an action for a named human."""

from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import ClauseKind
from shangfa.testing import amounts, found, make_incident, make_part, make_subject
from shangfa_recognition import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
AWARD = KINDS["recognition.award"]


@pytest.mark.parametrize(
    ("params", "action", "number"),
    [
        ({}, "award", 1),
        ({"action": "nomination"}, "nomination", 1),
        ({"per": "quantity"}, "award", 3),
    ],
)
def test_an_event_award(params: dict[str, str], action: str, number: int) -> None:
    part = make_part(AWARD.params.model_validate(params))
    incident = make_incident(3, subject=make_subject("T", "team"))
    assert amounts(found(AWARD, part, incident)) == [("action", action, Decimal(number))]
    (row,) = AWARD.rows(part)
    assert (row.direction, row.unit) == ("reward", action)
