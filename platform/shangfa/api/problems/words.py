"""What marshmallow says of a field, in two languages.

Marshmallow has its sentences in English only. Each of them stands here with what we say
instead; a field of our own raises a `Message`, which carries both languages with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from marshmallow import Schema
from marshmallow.fields import Field

from shangfa.domain.text import Note

REQUIRED: Final = "Missing data for required field."
UNKNOWN: Final = "Unknown field."
PATTERN: Final = "String does not match expected pattern."
_HOLE: Final = re.compile(r"\{(\w+)(?:!r)?\}")


class Message(str):
    """A fault of a field in both languages; a text for marshmallow, which keeps only texts."""

    __slots__ = ("note",)
    note: Note

    def __new__(cls, note: Note) -> Message:
        """Return the message for a note."""
        made = super().__new__(cls, note.text("en"))
        made.note = note
        return made


WORDS: Final[dict[str, tuple[str, str]]] = {
    "Field may not be null.": ("不能为 null", "it must not be null"),
    "Invalid value.": ("不能用这个值", "the value cannot be used"),
    "Invalid input.": ("不能用这个值", "the value cannot be used"),
    "Invalid type.": ("须为列表", "a list is expected"),
    "Invalid input type.": ("须为对象", "an object is expected"),
    "Not a valid string.": ("须为文字", "a text is expected"),
    "Not a valid utf-8 string.": ("须为 UTF-8 文字", "a text in UTF-8 is expected"),
    "Not a valid list.": ("须为列表", "a list is expected"),
    "Not a valid tuple.": ("须为列表", "a list is expected"),
    "Not a valid mapping type.": ("须为对象", "an object is expected"),
    "Not a valid number.": ("须为数字", "a number is expected"),
    "Number too large.": ("数字过大", "the number is too large"),
    "Not a valid integer.": ("须为整数", "a whole number is expected"),
    "Special numeric values (nan or infinity) are not permitted.": (
        "须为有限的数字",
        "a finite number is expected",
    ),
    "Not a valid boolean.": ("须为 true 或 false", "true or false is expected"),
    "Not a valid UUID.": (
        "须为 UUID，如 018f2f6e-0000-7000-8000-000000000000",
        "a UUID is expected, such as 018f2f6e-0000-7000-8000-000000000000",
    ),
    "Not a valid {awareness} {obj_type}.": (
        "须为 RFC 3339 时间，如 2026-03-02T10:00:00+08:00",
        "an RFC 3339 time is expected, such as 2026-03-02T10:00:00+08:00",
    ),
    "Not a valid {obj_type}.": (
        "须为时间，如 2026-03-02T10:00:00+08:00",
        "a time is expected, such as 2026-03-02T10:00:00+08:00",
    ),
    '"{input}" cannot be formatted as a {obj_type}.': (
        "须为时间，如 2026-03-02T10:00:00+08:00",
        "a time is expected, such as 2026-03-02T10:00:00+08:00",
    ),
    "Not a valid date.": ("须为日期，如 2026-03-02", "a day is expected, such as 2026-03-02"),
    '"{input}" cannot be formatted as a date.': (
        "须为日期，如 2026-03-02",
        "a day is expected, such as 2026-03-02",
    ),
    "Not a valid period of time.": ("须为秒数", "a number of seconds is expected"),
    "{input!r} cannot be formatted as a timedelta.": (
        "须为秒数",
        "a number of seconds is expected",
    ),
    "Not a valid URL.": ("须为网址，如 https://example.com/a", "a URL is expected"),
    "Not a valid email address.": ("须为邮箱地址", "an e-mail address is expected"),
    "Not a valid IP address.": ("须为 IP 地址", "an IP address is expected"),
    "Not a valid IPv4 address.": ("须为 IPv4 地址", "an IPv4 address is expected"),
    "Not a valid IPv6 address.": ("须为 IPv6 地址", "an IPv6 address is expected"),
    "Not a valid IP interface.": ("须为 IP 接口", "an IP interface is expected"),
    "Not a valid IPv4 interface.": ("须为 IPv4 接口", "an IPv4 interface is expected"),
    "Not a valid IPv6 interface.": ("须为 IPv6 接口", "an IPv6 interface is expected"),
    "Must be one of: {choices}.": ("须为其中之一：{choices}", "it must be one of: {choices}"),
    "One or more of the choices you made was not in: {choices}.": (
        "每一项须为其中之一：{choices}",
        "every item must be one of: {choices}",
    ),
    "One or more of the choices you made was in: {values}.": (
        "不能含有：{values}",
        "it must not hold: {values}",
    ),
    "Shorter than minimum length {min}.": ("长度至少为{min}", "its length must be at least {min}"),
    "Longer than maximum length {max}.": ("长度最多为{max}", "its length must be at most {max}"),
    "Length must be between {min} and {max}.": (
        "长度须在{min}至{max}之间",
        "its length must be {min}..{max}",
    ),
    "Length must be {equal}.": ("长度须为{equal}", "its length must be {equal}"),
    "Must be equal to {other}.": ("须等于{other}", "it must be equal to {other}"),
    "Must be greater than or equal to {min}.": ("须≥{min}", "it must be at least {min}"),
    "Must be greater than {min}.": ("须>{min}", "it must be more than {min}"),
    "Must be less than or equal to {max}.": ("须≤{max}", "it must be at most {max}"),
    "Must be less than {max}.": ("须<{max}", "it must be less than {max}"),
    "Must be greater than or equal to {min} and less than or equal to {max}.": (
        "须≥{min}且≤{max}",
        "it must be at least {min} and at most {max}",
    ),
    "Must be greater than or equal to {min} and less than {max}.": (
        "须≥{min}且<{max}",
        "it must be at least {min} and less than {max}",
    ),
    "Must be greater than {min} and less than or equal to {max}.": (
        "须>{min}且≤{max}",
        "it must be more than {min} and at most {max}",
    ),
    "Must be greater than {min} and less than {max}.": (
        "须>{min}且<{max}",
        "it must be more than {min} and less than {max}",
    ),
    PATTERN: ("格式不对，须如{example}", "it has another form than {example}"),
}
"""Marshmallow's sentence -> ours in Chinese and English."""


@cache
def _forms() -> tuple[tuple[re.Pattern[str], tuple[str, str]], ...]:
    """Return our words beside what finds marshmallow's, those that say most first."""
    forms = sorted(WORDS, key=lambda sentence: -len(_HOLE.sub("", sentence)))
    return tuple((re.compile(_form(sentence), re.DOTALL), WORDS[sentence]) for sentence in forms)


def _form(sentence: str) -> str:
    pieces = _HOLE.split(sentence)
    return "".join(
        f"(?P<{piece}>.*)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


def said(message: str, field: Field[Any] | Schema | None = None) -> Note:
    """Return a message of marshmallow or of our own in both languages.

    `field`: whose it is; its example shows what a pattern wants.
    """
    if isinstance(message, Message):
        return message.note
    for form, (zh, en) in _forms():
        found = form.fullmatch(message)
        if found:
            values = found.groupdict() | {"example": example_of(field)}
            return Note("{0}", "{1}", (zh.format(**values), en.format(**values)))
    return Note("{0}", "{0}", (message,))


def example_of(field: Field[Any] | Schema | None) -> str:
    """Return a field's example, or the pattern it has to follow."""
    if not isinstance(field, Field):
        return "—"
    patterns = (getattr(check, "regex", None) for check in field.validators)
    pattern = next((regex.pattern for regex in patterns if regex is not None), "—")
    return str(field.metadata.get("example", pattern))


def known_names(place: Field[Any] | Schema | None) -> Iterator[str]:
    """Yield the names of the fields of an object."""
    if isinstance(place, Schema):
        for name, field in place.load_fields.items():
            yield field.data_key or name
