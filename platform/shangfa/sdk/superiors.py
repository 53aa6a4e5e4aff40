"""Params of rules by which superiors bear something: which of them it is."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from shangfa.domain.account import AccountName
from shangfa.domain.dates.days import EACH
from shangfa.domain.people.chain import MOST_LEVELS
from shangfa.domain.policies.kinds import ParamsError, Watch
from shangfa.domain.text import Note
from shangfa.sdk.params import Params

_DIRECT: Final = Note("直属上级", "The direct supervisor")
_LEVEL: Final = Note("上{0}级上级", "The superior {0} levels up")
_POSITION: Final = Note("最近的{0}", "The nearest {0} above")
_EITHER: Final = Note("level 与 superior 只写其一", "say either level or superior")


class Superior(Params):
    """Who bears it: the superior so many levels up, or the nearest in a position."""

    level: int = Field(
        default=1, ge=1, le=MOST_LEVELS, description="1 the direct supervisor, 2 the one above"
    )
    superior: str | tuple[str, ...] = Field(
        default=(), description="a position: the nearest superior in it, whatever the level"
    )

    def model_post_init(self, context: object, /) -> None:
        """Refuse a level beside a position.

        Raises:
            ParamsError: both are said.
        """
        del context
        if self.superior and "level" in self.model_fields_set:
            raise ParamsError((("level",), _EITHER))

    @property
    def positions(self) -> tuple[str, ...]:
        """The positions, none when a level is meant."""
        return (self.superior,) if isinstance(self.superior, str) else tuple(self.superior)

    def watch(self, account: AccountName, unit: str, *, converted: bool = True) -> Watch:
        """Return the watch that answers each posting of a counter on the superior."""
        level, roles = self.level, self.positions
        return Watch(
            account,
            unit,
            EACH,
            of_supervisor=True,
            converted=converted,
            level=level,
            roles=roles,
        )

    def who(self) -> Note:
        """Say who it is."""
        if self.positions:
            return _POSITION.of("/".join(self.positions))
        return _LEVEL.of(self.level) if self.level > 1 else _DIRECT
