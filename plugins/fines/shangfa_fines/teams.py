"""The programme `fines.team`: what teams earned or lost, handed to their members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    ZERO,
    Award,
    Effect,
    Field,
    Note,
    Params,
    PeriodFacts,
    Row,
    Rule,
    fen,
    inputs,
    invalid_input,
)
from shangfa_fines.money import direction

FEN: Final = Decimal("0.01")
_HANDED = Note("{0} 的 {1} 元按{2}分得 {3} 元", "CNY {3} of CNY {1} of {0}, by {4}")
_HOW: Final = {"equal": "人数", "weights": "权重", "days": "出勤天数"}
_NO_MEMBERS = Note("{0} 有待分的金额，请给出其成员", "{0} has money to hand on; name its members")
_NO_TEAM = Note("{0} 不是班组", "{0} is no team")
_LISTED = Note("平均分配时写成员列表", "a list of members is expected when all get the same")


class Team(Params):
    """What teams earned or lost in the period goes to the members that are handed in."""

    account: Literal["reward", "fine"] = "reward"
    by: Literal["equal", "weights", "days"] = Field(
        default="equal",
        description="equal: `members` lists codes; weights, days: it says a number for each",
    )
    period: Literal["month", "quarter", "year"] = "month"


def evaluate_team(rule: Rule[Team], facts: PeriodFacts) -> Sequence[Award]:
    """Hand each team's money to its members; largest remainder to the fen."""
    given = inputs.read_object("members", facts.inputs.get("members", {}))
    known = {subject.code: subject.kind for subject in facts.subjects}
    for code in given:
        if known.get(code) != "team":
            raise invalid_input(f"members/{code}", code, _NO_TEAM.of(code))
    found: list[Award] = []
    for code, kind in known.items():
        total = facts.totals.get((code, rule.params.account, "CNY"), ZERO)
        if kind == "team" and total:
            found += _handed(rule.params, code, total, _members(rule.params, code, given, known))
    return found


def _members(
    params: Team, team: str, given: Mapping[str, Any], known: Mapping[str, str]
) -> dict[str, Decimal]:
    """Return member -> weight, in the order given."""
    place = f"members/{team}"
    if not given.get(team):
        raise invalid_input(place, team, _NO_MEMBERS.of(team))
    said = given[team]
    if params.by == "equal":
        if isinstance(said, Mapping):
            raise invalid_input(place, team, _LISTED)
        return {inputs.read_code(place, code, known): Decimal(1) for code in said}
    weights = inputs.read_object(place, said)
    return {
        inputs.read_code(f"{place}/{code}", code, known): inputs.read_amount(
            f"{place}/{code}", weight
        )
        for code, weight in weights.items()
    }


def _handed(params: Team, team: str, total: Decimal, members: Mapping[str, Decimal]) -> list[Award]:
    if not any(members.values()):
        raise invalid_input(f"members/{team}", team, _NO_MEMBERS.of(team))
    parts = split(total, list(members.values()))
    return [
        Award(
            code,
            Effect(
                params.account,
                "CNY",
                part,
                _HANDED.of(team, total, _HOW[params.by], part, params.by),
            ),
        )
        for code, part in zip(members, parts, strict=True)
        if part
    ]


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split money by weights, the fen left over to the largest fractions, ties to the first."""
    whole = sum(weights, ZERO)
    exact = [total * weight / whole for weight in weights]
    parts = [share.quantize(FEN, ROUND_DOWN) for share in exact]
    left = int((fen(total) - sum(parts, ZERO)) / FEN)
    step = FEN if left >= 0 else -FEN
    order = sorted(range(len(parts)), key=lambda i: (-abs(exact[i] - parts[i]), i))
    for index in order[: abs(left)]:
        parts[index] += step
    return parts


def rows_team(rule: Rule[Team]) -> Iterable[tuple[str, Row]]:
    """One row: open, because what the team earned decides."""
    params = rule.params
    note = f"what a team earned, to its members by {params.by}"
    yield rule.code, Row(direction(params.account), params.account, "CNY", ZERO, None, "", note)
