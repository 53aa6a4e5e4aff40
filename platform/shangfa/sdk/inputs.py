"""What is handed in when a period closes, read strictly: nothing unknown, nothing guessed.

Every reader takes a place, such as `scores/E1`, which a refusal names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from shangfa.domain.dates.days import read_day
from shangfa.domain.money import ZERO
from shangfa.domain.near import nearest
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.kinds import PeriodFacts
from shangfa.domain.text import Note
from shangfa.sdk.refusals import invalid_input

T = TypeVar("T")

_BY_SUBJECT: Final = Note("须按对象给出", "a value for each subject is expected")
_STRANGER: Final = Note(
    "不在可参加者之列，如 {0}", "it is not one of those who take part, such as {0}"
)
_NUMBER: Final = Note("须为数字", "a number is expected")
_AT_LEAST: Final = Note("须为不小于 {0} 的数", "a number of {0} or more is expected")
_WHOLE: Final = Note("须为整数", "a whole number is expected")
_FLAG: Final = Note("须为 true 或 false", "true or false is expected")
_DATE: Final = Note("须为日期，如 2026-03-02", "a date such as 2026-03-02 is expected")
_LIST: Final = Note("须为列表", "a list is expected")
_OBJECT: Final = Note("须为对象", "an object is expected")
_ONE_OF: Final = Note("只可为 {0}", "it is one of {0}")


def by_subject(
    facts: PeriodFacts,
    name: str,
    read: Callable[[str, Any], T],
    known: Collection[str] | None = None,
) -> dict[str, T]:
    """Return subject -> value of one input; empty when it was not handed in.

    A subject left out, or null, has none.

    Args:
        facts: of the period that closes.
        name: of the input.
        read: (place, value) -> typed value; raises for what cannot be used.
        known: the codes that may take part; everybody the policy covers when None.

    Raises:
        RefusedError: `invalid` for no object, a stranger, or a value that is refused.
    """
    given = facts.inputs.get(name)
    if given is None:
        return {}
    values = read_object(name, given, _BY_SUBJECT)
    codes = {subject.code for subject in facts.subjects} if known is None else set(known)
    for code in values:
        read_code(f"{name}/{code}", code, codes)
    present = {code: value for code, value in values.items() if value is not None}
    return {code: read(f"{name}/{code}", value) for code, value in present.items()}


def read_code(place: str, code: Any, known: Collection[str]) -> str:
    """Read the code of somebody who takes part."""
    if not isinstance(code, str) or code not in known:
        near = "、".join(nearest(str(code), sorted(known))) or "—"
        raise invalid_input(place, code, _STRANGER.of(near))
    return code


def read_number(place: str, value: Any, least: Decimal | None = None) -> Decimal:
    """Read a finite number, of `least` or more when that is given."""
    try:
        number = to_decimal(value)
    except ValueError:
        raise invalid_input(place, value, _NUMBER) from None
    if least is not None and number < least:
        raise invalid_input(place, value, _AT_LEAST.of(least))
    return number


def read_amount(place: str, value: Any) -> Decimal:
    """Read a number of 0 or more."""
    return read_number(place, value, ZERO)


def read_count(place: str, value: Any) -> Decimal:
    """Read a whole number of 0 or more."""
    number = read_amount(place, value)
    if number != number.to_integral_value():
        raise invalid_input(place, value, _WHOLE)
    return number


def read_flag(place: str, value: Any) -> bool:
    """Read a boolean."""
    if not isinstance(value, bool):
        raise invalid_input(place, value, _FLAG)
    return value


def read_date(place: str, value: Any) -> date:
    """Read a local date such as 2026-03-02."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return read_day(value)
    except (TypeError, ValueError):
        raise invalid_input(place, value, _DATE) from None


def read_list(place: str, value: Any) -> Sequence[Any]:
    """Read a list."""
    if not isinstance(value, list | tuple):
        raise invalid_input(place, value, _LIST)
    return value


def read_object(place: str, value: Any, expected: Note = _OBJECT) -> Mapping[str, Any]:
    """Read an object; `expected` says what it should have been."""
    if not isinstance(value, Mapping):
        raise invalid_input(place, value, expected)
    return value


def read_rows(place: str, value: Any) -> Sequence[Mapping[str, Any]]:
    """Read a list of objects."""
    rows = read_list(place, value)
    return [read_object(f"{place}/{index}", row) for index, row in enumerate(rows)]


def read_option(place: str, value: Any, options: Collection[str]) -> str:
    """Read one of some words."""
    if not isinstance(value, str) or value not in options:
        raise invalid_input(place, value, _ONE_OF.of(" / ".join(options) or "—"))
    return value


def check_keys(place: str, row: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a key that nobody reads."""
    for key in row:
        read_option(f"{place}/{key}", key, known)
