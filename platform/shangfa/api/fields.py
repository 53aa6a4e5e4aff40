"""Fields that bound what a request carries, and say their limit in both languages.

Everything here is refused before anything is looked up, stored or handed to a plugin. The
limits stand in the OpenAPI document as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from shangfa.api.problems.words import Message
from shangfa.db.tx.encode import to_json
from shangfa.domain.dates.days import read_day
from shangfa.domain.dates.moments import OTHER_YEAR, OTHER_YEARS, YEARS
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.incidents.shares import SUBJECTS
from shangfa.domain.policies.facts import PLAIN, to_decimal
from shangfa.domain.tenancy import zones
from shangfa.domain.text import Note

LONGEST_CODE: Final = 80
LONGEST_KEY: Final = 200
LONGEST_TEXT: Final = 4000
ENOUGH: Final = 1000
"""Faults of an object after which it is read no further."""

NUMBER: Final = Note(
    "须为数字或十进制文字，如 12.50", "a number or a decimal text is expected, such as 12.50"
)
PLACES: Final = Note("小数最多{0}位", "at most {0} decimal places are kept")
BETWEEN: Final = Note("须在{0}至{1}之间", "it must be {0}..{1}")
MOST_ITEMS: Final = Note("最多{0}项", "at most {0} items may be given")
MOST_LETTERS: Final = Note("文字最多{0}个字符", "a text has at most {0} letters")
KEY_LETTERS: Final = Note("键须有1至{0}个字符", "a key has 1..{0} letters")
MOST_LEVELS: Final = Note("嵌套最多{0}层", "at most {0} levels may be nested")
MOST_BYTES: Final = Note("合计最多{0}字节", "at most {0} bytes in all")
WHOLE: Final = Note(
    "只存整数；小数请写成文字，如 “1.5”",
    'only whole numbers are kept; write others as texts, such as "1.5"',
)
A_MONTH: Final = Note("须为月份，如 2026-03", "a month is expected, as 2026-03")
A_DAY: Final = Note("须为日期，如 2026-03-02", "a day is expected, as 2026-03-02")
OBJECT: Final = Note("须为对象", "an object is expected")
PERIOD: Final = Note(
    "须为月、季、半年或年，如 2026-03、2026Q1、2026H1、2026",
    "a month, quarter, half year or year: 2026-03, 2026Q1, 2026H1, 2026",
)
CODES: Final = Note(
    '须为编号（1至{0}个字符）列表，或编号与百分比，如 ["E1", "E2"]、{{"E1": 60, "E2": 40}}',
    'codes of 1..{0} letters, or codes with percentages: ["E1", "E2"], {{"E1": 60, "E2": 40}}',
    (LONGEST_CODE,),
)
_BLANK = Note("不能只有空白", "blanks alone say nothing")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
A_NUMBER: Final = f"^{PLAIN.pattern}$"
MONTH: Final = f"^{_MONTH.pattern}$"
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])|Q[1-4]|H[12])?", re.ASCII)


class Written(validate.Regexp):
    """Refuses a text of nothing but blanks: no reason is given by them, and nothing is named."""

    def __init__(self) -> None:
        super().__init__(r"\S")

    def __call__(self, value: str) -> str:  # type: ignore[override]
        """Return a text that says something.

        Raises:
            ValidationError: it is blank.
        """
        if value and not value.strip():  # nothing at all is too short, which is said already
            raise ValidationError(Message(_BLANK))
        return value


def text(most: int = LONGEST_TEXT, *, least: int = 0, **options: Any) -> fields.String:
    """Return a text of `least`..`most` letters, which is not blank where there must be any."""
    checks: list[Any] = [validate.Length(min=least or None, max=most)]
    return fields.String(validate=[*checks, *([Written()] if least else [])], **options)


def short(**options: Any) -> fields.String:
    """Return a code or a short name."""
    return text(LONGEST_CODE, least=1, **options)


class Exact(fields.Raw):
    """A `Decimal` from a number or a decimal text, inside its limits, with so many places."""

    def __init__(self, least: str, most: str, places: int, **options: Any) -> None:
        said = options.pop("metadata", {})
        described = f"{said.get('description', '')} {least}..{most}".strip()
        known = {"type": ["string", "number"], "description": described, "pattern": A_NUMBER}
        # The bounds are for numbers, the pattern is for texts.
        bounds = {"minimum": _told(least), "maximum": _told(most)}
        super().__init__(metadata=said | known | bounds, **options)
        self.least, self.most, self.places = Decimal(least), Decimal(most), places

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        try:
            number = to_decimal(value)
        except ValueError:
            raise ValidationError(Message(NUMBER)) from None
        if not self.least <= number <= self.most:
            raise ValidationError(Message(BETWEEN.of(self.least, self.most)))
        if number != round(number, self.places):
            raise ValidationError(Message(PLACES.of(self.places)))
        return number


def _told(bound: str) -> int | float:
    """Return a bound as the document writes it: a number of JSON."""
    number: int | float = json.loads(bound)
    return number


class Listed(fields.List[Any]):
    """A list that is counted before any of its items is read."""

    def __init__(self, inner: Any, *, most: int, least: int = 0, **options: Any) -> None:
        length = validate.Length(min=least or None, max=most)
        super().__init__(inner, validate=length, **options)
        self.most = most

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(Message(MOST_ITEMS.of(self.most)))
        found: list[Any] = super()._deserialize(value, *rest, **more)
        return found


@dataclass(frozen=True, slots=True)
class Limits:
    """What an object of free form may hold.

    Attributes:
        keys: of the object itself and of every object in it.
        entries: of every list.
        letters: of every text.
        depth: objects and lists inside one another, the object itself being the first.
        size: bytes of the whole as JSON, None for no limit of its own.
        fractions: whether numbers need not be whole.
    """

    keys: int
    entries: int
    letters: int
    depth: int
    size: int | None = None
    fractions: bool = True


ATTRIBUTES: Final = Limits(100, 100, LONGEST_TEXT, 3, 10_000, fractions=False)
FACTS: Final = Limits(200, 1000, LONGEST_TEXT, 6)
CALENDARS: Final = Limits(20, 1000, LONGEST_CODE, 4)
INPUTS: Final = Limits(20_000, 20_000, LONGEST_TEXT, 6)
"""What is handed in for a period may name everybody."""


class JsonObject(fields.Raw):
    """An object of free form inside its limits.

    `values`: the JSON schema of what its keys name.
    """

    def __init__(
        self, limits: Limits, *, values: Mapping[str, Any] = MappingProxyType({}), **options: Any
    ) -> None:
        known = {
            "type": "object",
            "maxProperties": limits.keys,
            "additionalProperties": dict(values),
        }
        super().__init__(metadata=known | options.pop("metadata", {}), **options)
        self.limits = limits

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(Message(OBJECT))
        found = list(islice(_beyond(value, (), self.limits), ENOUGH))
        if found:
            raise ValidationError(_by_place(found))
        size = self.limits.size
        if size is not None and len(to_json(value)) > size:
            raise ValidationError(Message(MOST_BYTES.of(size)))
        return value


Path_ = tuple[str | int, ...]


def _beyond(value: Any, path: Path_, limits: Limits) -> Iterator[tuple[Path_, Note]]:
    """Yield every place that is beyond the limits; nothing below such a place is read."""
    if isinstance(value, str) and len(value) > limits.letters:
        yield path, MOST_LETTERS.of(limits.letters)
    elif isinstance(value, Decimal) and not limits.fractions:
        yield path, WHOLE
    elif isinstance(value, dict | list):
        most = limits.keys if isinstance(value, dict) else limits.entries
        if len(path) >= limits.depth:
            yield path, MOST_LEVELS.of(limits.depth)
        elif len(value) > most:
            yield path, MOST_ITEMS.of(most)
        else:
            yield from _items_beyond(value, path, limits)


def _items_beyond(value: Any, path: Path_, limits: Limits) -> Iterator[tuple[Path_, Note]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(key, str) and not 0 < len(key) <= LONGEST_KEY:
            yield (*path, key), KEY_LETTERS.of(LONGEST_KEY)
        else:
            yield from _beyond(item, (*path, key), limits)


def _by_place(found: list[tuple[Path_, Note]]) -> Any:
    """Return messages as marshmallow nests them."""
    if not found[0][0]:
        return [Message(found[0][1])]
    messages: dict[str | int, Any] = {}
    for path, note in found:
        node = messages
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = [Message(note)]
    return messages


class Told(fields.Nested):
    """An object whose shape is told here and which is looked into where it is used."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(Message(OBJECT))
        return value


class Subjects(fields.Raw):
    """Whom an incident names: codes, or codes with percentages; their sum is not for here."""

    def __init__(self, **options: Any) -> None:
        one = {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE}
        listed = {"type": "array", "items": one, "maxItems": SUBJECTS}
        shared = {
            "type": "object",
            "propertyNames": one,
            "maxProperties": SUBJECTS,
            "additionalProperties": {
                "type": ["string", "number"],
                "pattern": A_NUMBER,
                "exclusiveMinimum": 0,
                "maximum": 100,
            },
        }
        known = {"oneOf": [listed, shared]}
        super().__init__(metadata=known | options.pop("metadata", {}), **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any] | Mapping[str, Any]:
        if not isinstance(value, list | dict):
            raise ValidationError(Message(CODES))
        if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_CODE for one in value):
            raise ValidationError(Message(CODES))
        return value


class Day(fields.Date):
    """A day as `2026-03-02` and in no other form."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.make_error("invalid")
        day: date = super()._deserialize(value, *rest, **more)
        if day.year not in YEARS:
            raise ValidationError(Message(OTHER_YEAR))
        return day


class Moment(fields.AwareDateTime):
    """A moment with its offset, in one of some years as UTC counts them."""

    def __init__(self, *, years: range = YEARS, **options: Any) -> None:
        super().__init__(**options)
        self.years = years

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> datetime:
        moment: datetime = super()._deserialize(value, *rest, **more)
        try:
            year = moment.astimezone(UTC).year
        except OverflowError:
            year = 0
        if year not in self.years:
            raise ValidationError(Message(OTHER_YEARS.of(self.years[0], self.years[-1])))
        return moment


class Bound(fields.Raw):
    """In an address: a moment with its offset, or a day, which stands for its beginning.

    A plus that was not escaped has come as a blank.
    """

    def __init__(self, **options: Any) -> None:
        forms = [{"type": "string", "format": form} for form in ("date-time", "date")]
        known = {"anyOf": forms, "example": "2026-03-02T10:00:00+08:00"}
        super().__init__(metadata=known | options.pop("metadata", {}), **options)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> datetime | date:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return Day()._deserialize(value, *rest, **more)
        written = value.replace(" ", "+") if isinstance(value, str) else value
        return Moment()._deserialize(written, *rest, **more)


def read_path_day(text: str) -> date:
    """Return the day that an address names.

    Raises:
        RefusedError: `invalid`.
    """
    try:
        day = read_day(text)
    except ValueError:
        raise refused(INVALID, "", value=text, why=A_DAY) from None
    if day.year not in YEARS:
        raise refused(INVALID, "", value=text, why=OTHER_YEAR)
    return day


class Period(fields.String):
    """A month, a quarter or a year."""

    def __init__(self, **options: Any) -> None:
        known = {"pattern": f"^{_PERIOD.pattern}$", "example": "2026-03"}
        super().__init__(metadata=known | options.pop("metadata", {}), **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or not _PERIOD.fullmatch(value):
            raise ValidationError(Message(PERIOD))
        if int(value[:4]) not in YEARS:
            raise ValidationError(Message(OTHER_YEAR))
        return value


class Month(Period):
    """A month."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"pattern": MONTH}, **options)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        found = super()._deserialize(value, *rest, **more)
        if not _MONTH.fullmatch(found):
            raise ValidationError(Message(A_MONTH))
        return found


class Zone(fields.String):
    """The name of a time zone."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or value not in zones.zones():
            raise ValidationError(Message(zones.ALLOWED))
        return value
