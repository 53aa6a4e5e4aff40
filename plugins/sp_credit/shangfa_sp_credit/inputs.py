"""The complaints handed in when a month closes, line by line.

Every input maps a partner's code to its value; a partner left out, or null, has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shangfa.sdk import ZERO, Field, Note, Params, inputs, invalid_input
from shangfa_sp_credit.determination import SERVICES

REDUCIBLE: Final = "order_denied"
"""The one category whose complaints can be reduced (article 26)."""
CATEGORIES: Final = (
    REDUCIBLE,
    "order_failed",
    "cancel_system_failed",
    "cancel_customer_failed",
    "number_reused",
    "charged_free",
    "charged_without_order",
    "content_missing",
    "content_mismatch",
)
"""Articles 3-8, in the order of the text."""
_COUNTS: Final = ("complaints", "upgraded", "double_confirmed", "objected", "unclear")
_KEYS: Final = ("category", "service", *_COUNTS)
_WITHIN: Final = {
    "upgraded": "complaints",
    "double_confirmed": "complaints",
    "objected": "complaints",
    "unclear": "objected",
}
"""A count -> the count it is part of."""
_PART: Final = Note("不得多于 {0}（{1}）", "it is at most {0}, which is {1}")


class Counters(Params):
    """The names of the `count` units that clauses of the policy post to."""

    upgraded: str = Field(default="upgraded", description="upgraded complaints (article 20)")
    liable: str = Field(default="upgraded_liable", description="those the partner answers for")
    found: str = Field(default="breach_found", description="breaches found (article 9)")


class Line(NamedTuple):
    """Complaints of one category about one service in the closed month.

    Attributes:
        upgraded: of the complaints, those already recorded as upgraded complaints.
        double_confirmed: of the complaints, those from after double confirmation opened.
        objected: of the complaints, those objected to one by one.
        unclear: of the objected ones, those whose reason is not clear.
    """

    category: str
    service: str
    complaints: Decimal
    upgraded: Decimal
    double_confirmed: Decimal
    objected: Decimal
    unclear: Decimal


def read_lines(place: str, value: Any) -> list[Line]:
    """Read the complaint lines of one partner."""
    rows = inputs.read_rows(place, value)
    return [_line(f"{place}/{index}", row) for index, row in enumerate(rows)]


def _line(place: str, row: Mapping[str, Any]) -> Line:
    inputs.check_keys(place, row, _KEYS)
    category = inputs.read_option(f"{place}/category", row.get("category"), CATEGORIES)
    service = inputs.read_option(f"{place}/service", row.get("service", "other"), SERVICES)
    counts = {name: inputs.read_count(f"{place}/{name}", row.get(name, ZERO)) for name in _COUNTS}
    for part, whole in _WITHIN.items():
        if counts[part] > counts[whole]:
            raise invalid_input(f"{place}/{part}", counts[part], _PART.of(whole, counts[whole]))
    return Line(category, service, **counts)
