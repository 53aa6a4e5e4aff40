"""What is handed in when a month closes, read strictly: nothing unknown, nothing negative.

Every input maps a partner's code to its value; a partner left out, or null, has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from shangfa.sdk import ZERO, Field, Params, Standing, invalid_input, to_decimal
from shangfa_sp_credit.determination import SERVICES

T = TypeVar("T")

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


def handed_in(standing: Standing, name: str, read: Callable[[str, Any], T]) -> dict[str, T]:
    """Return partner -> value of one input.

    Args:
        standing: of the period that closes.
        name: of the input.
        read: (place, value) -> typed value; raises for what cannot be used.

    Raises:
        RefusedError: `invalid` for no mapping, an unknown partner, or a bad value.
    """
    given = standing.inputs.get(name)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise invalid_input(name, given, "按合作方给出 (a value for each partner)")
    known = [subject.code for subject in standing.subjects]
    for code in given:
        if code not in known:
            why = f"合作方只有 {'、'.join(known) or '—'} (the known partners)"
            raise invalid_input(f"{name}/{code}", code, why)
    present = {code: value for code, value in given.items() if value is not None}
    return {code: read(f"{name}/{code}", value) for code, value in present.items()}


def read_number(place: str, value: Any) -> Decimal:
    """Read a number of 0 or more."""
    try:
        number = to_decimal(value)
    except ValueError:
        number = Decimal(-1)
    if number < 0:
        raise invalid_input(place, value, "须为不小于 0 的数 (a number of 0 or more)")
    return number


def read_flag(place: str, value: Any) -> bool:
    """Read a boolean."""
    if not isinstance(value, bool):
        raise invalid_input(place, value, "须为 true 或 false (true or false)")
    return value


def read_date(place: str, value: Any) -> date:
    """Read a local date such as 2026-03-02."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise invalid_input(
            place, value, "须为日期，如 2026-03-02 (a date such as 2026-03-02)"
        ) from None


def read_rows(place: str, value: Any) -> list[Mapping[str, Any]]:
    """Read a list of objects."""
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise invalid_input(place, value, "须为对象的列表 (a list of objects)")
    return value


def read_lines(place: str, value: Any) -> list[Line]:
    """Read the complaint lines of one partner."""
    rows = read_rows(place, value)
    return [_line(f"{place}/{index}", row) for index, row in enumerate(rows)]


def _line(place: str, row: Mapping[str, Any]) -> Line:
    refuse_unknown_keys(place, row, _KEYS)
    category = _one_of(place, "category", row.get("category"), CATEGORIES)
    service = _one_of(place, "service", row.get("service", "other"), SERVICES)
    counts = {name: _count(f"{place}/{name}", row.get(name, ZERO)) for name in _COUNTS}
    for part, whole in _WITHIN.items():
        if counts[part] > counts[whole]:
            raise invalid_input(f"{place}/{part}", counts[part], f"≤ {whole}: {counts[whole]}")
    return Line(category, service, **counts)


def refuse_unknown_keys(place: str, row: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a key that nobody reads."""
    for key in row:
        if key not in known:
            why = f"只有 {'、'.join(known)} (the known keys)"
            raise invalid_input(f"{place}/{key}", key, why)


def _one_of(place: str, key: str, value: Any, options: tuple[str, ...]) -> str:
    if value not in options:
        why = f"须为 {' / '.join(options)} 之一 (one of these)"
        raise invalid_input(f"{place}/{key}", value, why)
    return str(value)


def _count(place: str, value: Any) -> Decimal:
    number = read_number(place, value)
    if number != number.to_integral_value():
        raise invalid_input(place, value, "须为整数 (a whole number)")
    return number
