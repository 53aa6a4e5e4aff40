"""Departments and positions that were renamed: the same thing, called otherwise from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple, get_args

Named = Literal["department", "position"]
NAMED: Final[tuple[str, ...]] = get_args(Named)


class Rename(NamedTuple):
    """From `since` on `old` is called `new`; `what` is one of `NAMED`."""

    what: str
    old: str
    new: str
    since: date


def name_on(renames: Sequence[Rename], what: str, name: str | None, day: date) -> str | None:
    """Return what a department or position that was called `name` is called on a day.

    `renames`: in the order of their days; a new name was never used before, so no chain comes
    back to where it began.
    """
    for item in renames:
        if item.old == name and item.what == what and item.since <= day:
            name = item.new
    return name


def with_later_names(renames: Sequence[Rename], what: str, names: Iterable[str]) -> list[str]:
    """Return names with all that those things are called later: what a scope means by them."""
    found = dict.fromkeys(names)
    for item in renames:
        if item.what == what and item.old in found:
            found[item.new] = None
    return list(found)


def with_earlier_names(renames: Sequence[Rename], what: str, name: str) -> list[str]:
    """Return a name with all that the same thing was called before."""
    found = dict.fromkeys([name])
    for item in reversed(renames):
        if item.what == what and item.new in found:
            found[item.old] = None
    return list(found)
