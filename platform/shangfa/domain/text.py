"""Sentences and words in two languages, filled when they are read.

A policy's ladder titles come before the everyday words here; a word that is not here is
shown as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

LONGEST: Final = 2_000
"""Letters of a sentence: what reporters write may fill it."""


class Note(NamedTuple):
    """A sentence or a word in two languages, filled when it is read; values may be notes."""

    zh: str
    en: str
    values: tuple[Any, ...] = ()

    def of(self, *values: Any) -> Note:
        """Return this sentence filled with `values`."""
        return Note(self[0], self[1], values)

    def text(self, language: str) -> str:
        """Return the sentence in `zh` or `en`, cut at `LONGEST`; unfilled if values misfit."""
        sentence = self.zh if language == "zh" else self.en
        words = [value.text(language) if type(value) is Note else value for value in self.values]
        try:
            return sentence.format(*words)[:LONGEST]
        except (LookupError, ValueError, TypeError, AttributeError):
            return sentence[:LONGEST]


NOTHING_TO_SAY: Final = Note("", "")


WORDS: Final[dict[str, tuple[str, str]]] = {
    "times": ("次", "times"),
    "day": ("天", "days"),
    "days": ("天", "days"),
    "hours": ("小时", "hours"),
    "hour": ("小时", "hours"),
    "minutes": ("分钟", "minutes"),
    "tables": ("桌", "tables"),
    "reviews": ("条评价", "reviews"),
    "messages": ("条消息", "messages"),
    "month": ("当月", "the month"),
    "quarter": ("当季", "the quarter"),
    "year": ("当年", "the year"),
    "ever": ("至今", "all time"),
    "CNY": ("元", "CNY"),
    "wage": ("月工资", "month's wage"),
    "dismissal": ("解除劳动合同", "dismissal"),
    "dismissal_option": ("可予免职", "option to dismiss"),
    "escalation_option": ("可升级处分", "option to escalate"),
    "training_or_transfer": ("培训或调岗", "training or transfer"),
    "legal_action": ("追究法律责任", "legal action"),
    "legal_action_option": ("保留追诉权", "right to sue reserved"),
    "personal_liability": ("责任自负", "personal liability"),
    "persuaded_exit": ("劝离", "persuaded exit"),
    "promotion": ("晋升", "promotion"),
    "nomination": ("推优", "nomination"),
    "award": ("表彰", "award"),
    "suspension": ("暂停业务", "suspension"),
    "termination": ("终止合作", "termination"),
    "warning": ("警告", "warning"),
    "written_warning": ("书面警告", "written warning"),
    "minor_demerit": ("小过", "minor demerit"),
    "demerit": ("记过", "demerit"),
    "major_demerit": ("大过", "major demerit"),
    "commendation": ("嘉奖", "commendation"),
    "minor_merit": ("小功", "minor merit"),
    "merit": ("记功", "merit"),
    "major_merit": ("大功", "major merit"),
}


def note(word: str) -> Note:
    """Return a word in both languages; braces are kept from being filled."""
    zh, en = WORDS.get(word, (word, word))
    return Note("{}", "{}", (zh,)) if zh == en else Note(zh, en)


YES: Final = Note("是", "Yes")
NO: Final = Note("否", "No")
UNSAID: Final = "—"
_BETWEEN: Final = {"zh": ("、", "；", "：", "（{}）"), "en": (", ", "; ", ": ", "({})")}
"""What stands between values, between named ones, after a name, and around those inside."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?")


def in_words(value: object, language: str, name: Callable[[str], str] = str) -> str:
    """Return a value as people read it, whatever it is: never as Python or JSON writes it.

    `name`: what the key of an object is called.
    """
    if isinstance(value, bool):
        return (YES if value else NO).text(language)
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)), "f")
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return str(value)[:16].replace("T", " ")
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return _many(value, language, name)
    return UNSAID if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _many(value: Any, language: str, name: Callable[[str], str]) -> str:
    def inside(item: object) -> str:
        said = in_words(item, language, name)
        return around.format(said) if isinstance(item, Mapping | list | tuple) and item else said

    between, after, colon, around = _BETWEEN[language]
    if isinstance(value, Mapping):
        said = [f"{name(str(key))}{colon}{inside(item)}" for key, item in value.items()]
        return after.join(said) or UNSAID
    items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
    return between.join(map(inside, items)) or UNSAID
