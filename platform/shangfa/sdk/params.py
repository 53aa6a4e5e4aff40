"""What a policy writes under `params`, typed; and the marks of what must be declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shangfa.domain.dates.windows import WindowError, window_of
from shangfa.domain.frozen import freeze
from shangfa.domain.policies.facts import DIGITS, PLACES, to_decimal
from shangfa.domain.policies.kinds import ParamsError
from shangfa.domain.text import Note


class Params(BaseModel):
    """What a policy writes under `params`: subclass it, one annotated field each.

    Unknown keys and wrong types are refused with their place in the file. Amounts are
    `Decimal`; give bounds with `Field(gt=0)` and say the unit in `description`. Lists become
    tuples and objects cannot be changed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    @model_validator(mode="after")
    def _freeze(self) -> Self:
        """Freeze what a field holds as well: a policy's params are shared by all incidents."""
        self.__dict__.update({name: freeze(value) for name, value in self.__dict__.items()})
        strange = [name for name, value in self.__dict__.items() if _is_strange(value)]
        if strange:
            raise ParamsError(*(((name,), _NUMBER) for name in strange))
        return self


_NUMBER: Final = Note(
    f"数字至多{DIGITS}位整数、{PLACES}位小数",
    f"a number has {DIGITS} digits before and {PLACES} after the point at most",
)


def _is_strange(value: Any) -> bool:
    """Tell whether a number is one that no amount can be made of."""
    if isinstance(value, Mapping):
        return any(_is_strange(item) for pair in value.items() for item in pair)
    if isinstance(value, tuple | frozenset):
        return any(map(_is_strange, value))
    if not isinstance(value, Decimal | int):
        return False
    try:
        return not isinstance(value, bool) and to_decimal(value) is None
    except ValueError:
        return True


class Names:
    """Marks a parameter that names something the policy must declare."""

    def __init__(self, what: Literal["fact", "rung", "attribute"]) -> None:
        self.what = what


FactName = Annotated[str, Names("fact")]
"""The name of a fact the clause declares; another name is refused with its line."""
AttributeName = Annotated[str, Names("attribute")]
"""An attribute of subjects that the policy declares; another is refused with its line."""
RungName = Annotated[str, Names("rung")]
"""A rung of the policy's ladder; another is refused with its line."""


def _window(text: str) -> str:
    try:
        window_of(text)
    except WindowError as error:
        raise ParamsError(((), error.why)) from None
    return text


Window = Annotated[
    str,
    AfterValidator(_window),
    Field(
        description="day, week, month, quarter, half_year, year or ever; `month from 26`, "
        "`week from sunday`, `year from 04-01`; `year since <date attribute>`; `90 days` or "
        "`3 months` back from each entry; `terms <list>`"
    ),
]
"""The window of a total, in a few words."""


_STANDS: Final = Note(
    "周期须为日历上固定的一段：week month quarter half_year year、month from 26、week from sunday、"
    "year from 04-01",
    "a period is a stretch of the calendar: week, month, quarter, half_year or year, "
    "month from 26, week from sunday, year from 04-01",
)
_NO_PERIODS: Final = frozenset({"day", "ever"})


def _stretch(text: str) -> str:
    window = window_of(_window(text))
    is_open = window.anchor or window.back is not None or text.startswith("terms ")
    if is_open or text in _NO_PERIODS:
        raise ParamsError(((), _STANDS))
    return text


Stretch = Annotated[
    str,
    AfterValidator(_stretch),
    Field(
        description="week, month, quarter, half_year or year; `month from 26`, "
        "`week from sunday`, `year from 04-01`"
    ),
]
"""A period of the calendar, the same for everybody, in a few words."""


def stretch_of(stretch: str, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period that a day lies in."""
    span = window_of(stretch).bounds(day, None)
    assert span is not None  # noqa: S101 - the calendar has no gaps
    return span
