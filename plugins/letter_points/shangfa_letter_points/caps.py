"""The reaction `points.cap`: points of a letter are capped within a window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from shangfa.sdk import (
    ONE,
    AccountName,
    Effect,
    Field,
    Note,
    Params,
    ParamsError,
    ReactionKind,
    Row,
    Rule,
    Watch,
    Window,
)

_CAPPED = Note(
    "封顶：{0} 在 {1} 内净值限于 {2}，超出部分不再计（{3}）。",
    "Capped: the net of {0} within {1} stays at {2}, the rest does not count ({3}).",
)
_NO_END = Note("least 与 most 至少写一项", "least or most is needed")


class Cap(Params):
    """Points of one letter within a window: their net goes no further than this.

    What goes beyond is given back at once and comes not back later: who reached 100 and lost
    10 has 90, however much was given back before.
    """

    letter: str = Field(min_length=1, max_length=8)
    within: Window
    most: Decimal | None = Field(default=None, ge=0, description="the net at most")
    least: Decimal | None = Field(
        default=None, le=0, description="the net at least: -10 takes ten points at most"
    )
    clauses: tuple[str, ...] = Field(
        default=(), description="patterns of the codes it covers; all when empty"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse a cap that caps nothing.

        Raises:
            ParamsError: neither end is said.
        """
        del context
        if self.most is None and self.least is None:
            raise ParamsError(((), _NO_END))

    def ends(self) -> str:
        """Return the ends in a few letters, as `-10..` or `0..6`."""
        return (
            f"{'' if self.least is None else self.least}..{'' if self.most is None else self.most}"
        )


def watch_cap(rule: Rule[Cap]) -> Sequence[Watch]:
    """Watch the net before it is capped."""
    counter = f"cap:{rule.code}"
    return [Watch("count", counter, rule.params.within, weights=((counter, ONE),))]


def covers(rule: Rule[Cap], account: str, unit: str, clause: str) -> bool:
    """Tell whether something posted counts for the cap."""
    params = rule.params
    if (account, unit) != ("points", params.letter):
        return False
    return not params.clauses or any(fnmatchcase(clause, glob) for glob in params.clauses)


def derive_cap(rule: Rule[Cap], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give back what goes beyond an end."""
    del unit
    params = rule.params
    for end, is_beyond in ((params.most, 1), (params.least, -1)):
        if end is not None and (total - end) * is_beyond > 0:
            return [Effect("points", params.letter, end - total)]
    return []


def rows_cap(rule: Rule[Cap]) -> Iterable[Row]:
    """One row: the cap."""
    params = rule.params
    note = f"net {params.ends()} within {params.within}"
    yield Row("none", "points", params.letter, None, None, "", note)


def note_cap(rule: Rule[Cap]) -> Note:
    """Say the cap and its clause."""
    params = rule.params
    return _CAPPED.of(params.letter, params.within, params.ends(), rule.code)


def gives_cap(rule: Rule[Cap]) -> Sequence[tuple[AccountName, str]]:
    """One letter."""
    return [("points", rule.params.letter)]


CAP: ReactionKind[Any] = ReactionKind(
    "points.cap", Cap, watch_cap, derive_cap, gives_cap, rows_cap, note_cap, covers=covers
)
