"""Places by score: the first ones, the last one, each with its line and its prize."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    Award,
    Field,
    Note,
    ParamsError,
    PeriodFacts,
    Row,
    Rule,
    inputs,
    invalid_input,
)
from shangfa_recognition.prizes import Group, Prize, Scored, groups, runoffs

INPUTS: Final = ("scores", "reward_line", "penalty_line")

_PLACE = Note("得分 {0}，第 {1} 名", "score {0}, place {1}")
_NOBODY = Note("至少须有 first 或 last 之一", "first or last is needed")
_NO_LINE = Note(
    "制度未定分数线，须由公司给出",
    "the policy leaves the score line to the company, which must set it",
)
_LOWEST = Note("得分 {0}，末位", "score {0}, last")
_LAST = Note("得分 {0}，末位且未达 {1} 分", "score {0}, last and under {1}")


class Place(Prize):
    """A place and what it brings."""

    code: str = Field(min_length=1, description="what the effect cites")
    line: Literal["reward_line", "none"] = Field(
        default="none", description="the input with the least score; `none` asks for no line"
    )


class Last(Prize):
    """The last place, for a score under the input `penalty_line`, or whatever the score."""

    code: str = Field(min_length=1, description="what the effect cites")
    line: Literal["penalty_line", "none"] = Field(
        default="penalty_line",
        description="the input it must lie under; `none` asks for no line",
    )


class Ranking(Scored):
    """The first places from the top and, if any, the last one."""

    first: tuple[Place, ...] = Field(default=(), description="place 1, 2, and so on")
    last: Last | None = None

    def model_post_init(self, context: Any, /) -> None:
        """Refuse a ranking that brings nobody anything.

        Raises:
            ParamsError: neither a first place nor the last is named.
        """
        del context
        if not self.first and self.last is None:
            raise ParamsError(((), _NOBODY))


Lines = Mapping[str, Decimal]


def evaluate_ranking(rule: Rule[Ranking], facts: PeriodFacts) -> Sequence[Award]:
    """Give each place its prize; nothing when no scores were handed in.

    Raises:
        RefusedError: `invalid` for a stranger's score, or a line that is needed and missing.
    """
    params = rule.params
    scores = params.scores(facts)
    if not scores:
        return []
    lines = {name: read_line(facts, name) for name in lines_needed(params)}
    ranked = groups(scores)
    awards = [award for group in ranked for award in _first(params, group, lines)]
    return awards + _last(params, ranked[-1], lines)


def lines_needed(params: Ranking) -> list[str]:
    """Return the names of the lines the places ask for."""
    top = {place.line for place in params.first} - {"none"}
    bottom = {params.last.line} - {"none"} if params.last else set()
    return [*sorted(top), *sorted(bottom)]


def read_line(facts: PeriodFacts, name: str) -> Decimal:
    """Return a score line the policy leaves to the company.

    Raises:
        RefusedError: `invalid` when it was not handed in or is no number.
    """
    value = facts.inputs.get(name)
    if value is None:
        raise invalid_input(name, "—", _NO_LINE)
    return inputs.read_number(name, value)


def _first(params: Ranking, group: Group, lines: Lines) -> list[Award]:
    """Return what a group gets for the prized places it covers."""
    size = len(group.codes)
    covered = [
        place
        for place in params.first[group.first - 1 : group.first - 1 + size]
        if place.line == "none" or group.result >= lines[place.line]
    ]
    if not covered:
        return []
    best = covered[0]
    if params.ties == "runoff" and (size > len(covered) or differ(covered)):
        return runoffs(group.codes, best.code)
    note = _PLACE.of(group.result, group.first)
    return [Award(code, best.effect(note), best.code) for code in group.codes]


def differ(places: Iterable[Place]) -> bool:
    """Tell whether it matters who takes which of the places."""
    return len({(place.amount, place.account, place.action, place.counter) for place in places}) > 1


def _last(params: Ranking, group: Group, lines: Lines) -> list[Award]:
    last = params.last
    if last is None or (last.line != "none" and group.result >= lines[last.line]):
        return []
    if len(group.codes) > 1 and params.ties == "runoff":
        return runoffs(group.codes, last.code)
    note = _LOWEST.of(group.result)
    if last.line != "none":
        note = _LAST.of(group.result, lines[last.line])
    return [Award(code, last.effect(note), last.code) for code in group.codes]


def rows_ranking(rule: Rule[Ranking]) -> Iterable[tuple[str, Row]]:
    """One row for each place."""
    for number, place in enumerate(rule.params.first, start=1):
        line = "" if place.line == "none" else f", score ≥ {place.line}"
        yield place.code, place.row(f"place {number}{line}")
    if rule.params.last:
        last = rule.params.last
        line = "" if last.line == "none" else f", score < {last.line}"
        yield last.code, last.row(f"last{line}")
