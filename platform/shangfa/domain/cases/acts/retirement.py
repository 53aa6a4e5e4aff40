"""When somebody retires by the phased delay of 2025, and who is close to it (劳动合同法 42(5)).

全国人大常委会关于实施渐进式延迟法定退休年龄的决定 (2024-09-13, since 2025-01-01): what was 60 or 55
goes up by one month for each four months, what was 50 for each two, until 63, 58 and 55.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from shangfa.domain.dates.days import add_months
from shangfa.domain.incident import Subject
from shangfa.domain.people.lines import read_date

BORN: Final = "birth_date"
RETIRES_AS: Final = "retires_as"
"""Attributes that a company may declare; without them nothing is known of somebody's age."""
LONG_SERVICE: Final = 15 * 12
CLOSE: Final = 5 * 12
"""Months in the company, and months to the retirement age, that protect together."""
SINCE: Final = date(2025, 1, 1)


class Age(NamedTuple):
    """The age before the delay in months, the months for one of delay, and the longest delay."""

    before: int
    step: int
    most: int


AGES: Final[Mapping[str, Age]] = {
    "man": Age(60 * 12, 4, 36),
    "woman_55": Age(55 * 12, 4, 36),
    "woman_50": Age(50 * 12, 2, 60),
}


def retirement_day(born: date, retires_as: str) -> date:
    """Return the day on which somebody reaches the statutory age.

    Raises:
        KeyError: no way to retire that is known.
    """
    age = AGES[retires_as]
    once = add_months(born, age.before)
    months = (once.year - SINCE.year) * 12 + once.month - SINCE.month
    delay = 0 if months < 0 else min(age.most, months // age.step + 1)
    return add_months(born, age.before + delay)


def is_near_retirement(subject: Subject, day: date) -> bool:
    """Tell whether what is known of somebody says that article 42(5) protects him on a day."""
    more: Mapping[str, Any] = subject.attributes
    born, retires_as = read_date(more.get(BORN)), str(more.get(RETIRES_AS))
    if born is None or subject.since is None or retires_as not in AGES:
        return False
    last = retirement_day(born, retires_as)
    long = add_months(subject.since, LONG_SERVICE) <= day
    return long and add_months(last, -CLOSE) < day <= last
