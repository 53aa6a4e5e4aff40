"""The programme `fines.team`: what teams earned or lost, handed to their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    ONE,
    ZERO,
    AttributeName,
    Award,
    Effect,
    Field,
    Note,
    Params,
    ParamsError,
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
_NOBODY = Note(
    "{0} 在 {1} 没有成员；请为成员补登当日起的属性“{2}”",
    "{0} has no members on {1}; say the attribute {2!r} of its members from that day",
)
_NO_WEIGHTS = Note(
    "按属性取成员时只能平均或按天数分；要用权重请不写 attribute",
    "members by attribute share equally or by days; leave attribute out to hand in weights",
)
_LISTED = Note("平均分配时写成员列表", "a list of members is expected when all get the same")


class Team(Params):
    """What teams earned or lost in the period goes to the members that are handed in."""

    account: Literal["reward", "fine"] = "reward"
    by: Literal["equal", "weights", "days"] = Field(
        default="equal",
        description="equal: `members` lists codes; weights, days: it says a number for each",
    )
    period: Literal["month", "quarter", "half_year", "year"] = "month"
    attribute: AttributeName | None = Field(
        default=None,
        description="a dated attribute of subjects that names their team; else `members` is"
        " handed in",
    )

    def model_post_init(self, context: object, /) -> None:
        """Refuse weights that nobody hands in.

        Raises:
            ParamsError: an attribute and weights.
        """
        del context
        if self.attribute is not None and self.by == "weights":
            raise ParamsError((("by",), _NO_WEIGHTS))


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
            if rule.params.attribute is None:
                members = _members(rule.params, code, given, known)
            else:
                members = _of_days(rule.params, code, facts)
            found += _handed(rule.params, code, total, members)
    return found


def _of_days(params: Team, team: str, facts: PeriodFacts) -> dict[str, Decimal]:
    """Return member -> weight: of each day's money, or of the working days in the team."""
    found: dict[str, Decimal] = {}
    for day, money in _shared_days(params, team, facts):
        members = _members_on(params, team, facts, day)
        if not members and params.by == "equal":
            raise invalid_input(f"members/{team}", team, _NOBODY.of(team, day, params.attribute))
        for code in members:
            share = money / len(members) if params.by == "equal" else money
            found[code] = found.get(code, ZERO) + abs(share)
    return found


def _shared_days(params: Team, team: str, facts: PeriodFacts) -> Iterator[tuple[date, Decimal]]:
    """Yield the days with their money, or every working day with one."""
    if params.by == "equal":
        for (code, account, unit, day), money in sorted(facts.daily.items()):
            if (code, account, unit) == (team, params.account, "CNY") and money:
                yield day, money
        return
    day = facts.period.first
    while day <= facts.period.last:
        if facts.calendar.is_working_day(day):
            yield day, ONE
        day += timedelta(1)


def _members_on(params: Team, team: str, facts: PeriodFacts, day: date) -> list[str]:
    """Return the codes of those who belong to a team on a day."""
    people = (facts.on(subject.code, day) for subject in facts.subjects)
    return [
        person.code
        for person in people
        if person is not None
        and person.employed
        and person.attributes.get(params.attribute or "") == team
    ]


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
