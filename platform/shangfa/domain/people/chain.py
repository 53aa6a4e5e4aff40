"""The superiors of a day: who stands so many levels above somebody, or above him in a position."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from shangfa.domain.incident import People

MOST_LEVELS: Final = 20
"""So far up anybody is looked for."""


def above(people: People, subject: str, day: date) -> Iterator[str]:
    """Yield the superiors of a day, the direct one first; a line that comes round ends there."""
    seen, boss = {subject}, people.supervisor(subject, day)
    while boss is not None and boss not in seen and len(seen) <= MOST_LEVELS:
        yield boss
        seen.add(boss)
        boss = people.supervisor(boss, day)


def superior(
    people: People, subject: str, day: date, level: int, roles: Collection[str]
) -> str | None:
    """Return who bears something for a subject on a day, None when there is nobody.

    `roles`: the nearest superior in one of these positions is meant; none for that at `level`.
    """
    if level == 1 and not roles:
        return people.supervisor(subject, day)
    for number, boss in enumerate(above(people, subject, day), 1):
        if people.position(boss, day) in roles if roles else number == level:
            return boss
    return None
