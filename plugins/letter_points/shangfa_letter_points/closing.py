"""Programmes over the points of a period: turned into money, and graded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    ZERO,
    AccountName,
    Award,
    Direction,
    Effect,
    Field,
    Note,
    Params,
    ParamsError,
    PeriodFacts,
    ProgrammeKind,
    Row,
    Rule,
    SubjectKind,
    fen,
)

PLACES = 4
"""So many digits of an average are said."""
_MONEY = Note("净分 {0} × {1} 元 = {2} 元", "{0} net points × CNY {1} = CNY {2}")
_LIMITED = Note("{0}；限额 {1} 元", "{0}; limited to CNY {1}")
_GRADED = Note("得分 {0}：{1}", "{0} points: {1}")
_NO_WEIGHT = Note("权重不能为 0，否则什么也不会记", "a weight of 0 counts nothing; leave it out")
_DESCEND = Note(
    "各档自高到低，from 须小于上一档的 {0}", "grades go from high to low: under {0}, the one above"
)
_NO_FROM = Note(
    "只有最低一档和写明 percent 的各档可以没有 from",
    "only the lowest grade, and those with a percent, go without `from`",
)
_ONE_GIFT = Note("gives 与 amount 至多取一", "gives or amount, not both")


class Net(Params):
    """The net of letters of everybody who takes part, in a period."""

    letters: Mapping[str, Decimal] = Field(
        min_length=1, max_length=20, description="letter -> weight, 1 for points as they are"
    )
    base: Decimal = Field(default=ZERO, description="points that everybody begins a period with")
    per: str | None = Field(
        default=None,
        min_length=1,
        description="a counter: the average for each of it; who has none is left out",
    )
    among: SubjectKind = Field(default="employee", description="the kind of subject")
    period: Literal["month", "quarter", "half_year", "year"] = "month"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse weights of nothing.

        Raises:
            ParamsError: naming the letters.
        """
        del context
        faults = [
            (("letters", name), _NO_WEIGHT) for name, size in self.letters.items() if not size
        ]
        if faults:
            raise ParamsError(*faults)

    def scores(self, facts: PeriodFacts) -> dict[str, Decimal]:
        """Return the net of each who takes part and is still employed, in code order."""
        found: dict[str, Decimal] = {}
        for item in facts.subjects:
            if item.kind != self.among or not item.employed:
                continue
            sizes = (
                weight * facts.totals.get((item.code, "points", letter), ZERO)
                for letter, weight in self.letters.items()
            )
            count = ONE
            if self.per is not None:
                count = facts.totals.get((item.code, "count", self.per), ZERO)
            if count > 0:
                found[item.code] = self.base + sum(sizes, ZERO) / count
        return found


class Settle(Net):
    """The net of a period turned into money: given when over 0, taken when under it."""

    amount: Decimal = Field(gt=0, description="CNY for each point")
    taken: Literal["fine", "wage", "nothing"] = Field(
        default="fine", description="where a net under 0 is taken; `nothing` lets it be"
    )
    most_given: Decimal | None = Field(default=None, gt=0, description="CNY at most in a period")
    most_taken: Decimal | None = Field(default=None, gt=0, description="CNY at most in a period")


def evaluate_settle(rule: Rule[Settle], facts: PeriodFacts) -> Sequence[Award]:
    """Give or take the money of each net."""
    awards = []
    for code, net in rule.params.scores(facts).items():
        effect = _money(rule.params, net)
        if effect is not None:
            awards.append(Award(code, effect))
    return awards


def _money(params: Settle, net: Decimal) -> Effect | None:
    total = fen(net * params.amount)
    if not total or (total < 0 and params.taken == "nothing"):
        return None
    note = _MONEY.of(net, params.amount, total)
    most = params.most_given if total > 0 else params.most_taken
    if most is not None and abs(total) > most:
        total = most if total > 0 else -most
        note = _LIMITED.of(note, most)
    account = "reward" if total > 0 else "wage" if params.taken == "wage" else "fine"
    return Effect(account, "CNY", total, note)  # type: ignore[arg-type]


def rows_settle(rule: Rule[Settle]) -> Iterable[tuple[str, Row]]:
    """One row for what is given, one for what is taken."""
    params = rule.params
    note = f"net of {'/'.join(params.letters)} in a {params.period} × {params.amount}"
    yield rule.code, Row("reward", "reward", "CNY", ZERO, params.most_given, "", note)
    if params.taken != "nothing":
        yield rule.code, Row("penalty", params.taken, "CNY", ZERO, params.most_taken, "", note)


class Grade(Params):
    """A grade, from a score on, and what it brings; nothing when nothing is said."""

    start: Decimal | None = Field(default=None, alias="from", description="the least score")
    name: str = Field(min_length=1, max_length=80, description="what it is called")
    gives: str | None = Field(default=None, min_length=1, description="a rung or an action")
    amount: Decimal | None = Field(default=None, gt=0, description="CNY instead")
    account: Literal["reward", "fine", "wage"] = "reward"
    code: str | None = Field(default=None, min_length=1, description="what the effect cites")
    percent: Decimal | None = Field(
        default=None,
        gt=0,
        le=100,
        description="of all who are graded, so many at most, rounded down",
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse two gifts.

        Raises:
            ParamsError: both an amount and a rung or action.
        """
        del context
        if self.gives is not None and self.amount is not None:
            raise ParamsError((("amount",), _ONE_GIFT))


class Grades(Net):
    """Everybody's grade of a period by the net of letters, from high to low."""

    grades: tuple[Grade, ...] = Field(min_length=1, max_length=20)
    ties: Literal["down", "all"] = Field(
        default="down",
        description="who is tied for the last places of a grade: goes down, or all take it",
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse grades that do not go down.

        Raises:
            ParamsError: every fault, with its grade.
        """
        super().model_post_init(context)
        faults = list(_climbs(self.grades))
        if faults:
            raise ParamsError(*faults)


def _climbs(grades: Sequence[Grade]) -> Iterator[tuple[tuple[str | int, ...], Note]]:
    """Yield the grades that are not below the one above; under a full one the same is enough."""
    for index, (above, grade) in enumerate(pairwise(grades), start=1):
        if above.start is None and above.percent is None:
            yield ("grades", index - 1), _NO_FROM
        elif grade.start is None:
            continue
        elif (
            above.start is None
            or grade.start > above.start
            or (grade.start == above.start and above.percent is None)
        ):
            yield ("grades", index, "from"), _DESCEND.of(above.start)


def evaluate_grades(rule: Rule[Grades], facts: PeriodFacts) -> Sequence[Award]:
    """Give each what the grade brings; who finds a grade full goes down to the next."""
    params, scores = rule.params, rule.params.scores(facts)
    left, awards = dict(scores), list[Award]()
    for grade in params.grades:
        reached = {c: s for c, s in left.items() if grade.start is None or s >= grade.start}
        for code in _seated(params, grade, reached, len(scores)):
            effect = _gift(rule, grade, left.pop(code))
            if effect is not None:
                awards.append(Award(code, effect, grade.code or ""))
    return sorted(awards, key=lambda award: award.subject)


def _seated(params: Grades, grade: Grade, reached: Mapping[str, Decimal], people: int) -> list[str]:
    """Return who gets a grade of those that reach it, at most its share of all people."""
    if grade.percent is None:
        return list(reached)
    places = int(people * grade.percent // 100)
    if len(reached) <= places:
        return list(reached)
    ranked = sorted(reached.values(), reverse=True)
    if params.ties == "all":
        return [code for code, score in reached.items() if places and score >= ranked[places - 1]]
    return [code for code, score in reached.items() if score > ranked[places]]


def _gift(rule: Rule[Grades], grade: Grade, score: Decimal) -> Effect | None:
    said = score if rule.params.per is None else round(score, PLACES)
    note = _GRADED.of(said, grade.name)
    if grade.gives is not None:
        return Effect(rule.ladder.account(grade.gives), grade.gives, ONE, note)
    if grade.amount is None:
        return None
    size = grade.amount if grade.account == "reward" else -grade.amount
    return Effect(grade.account, "CNY", fen(size), note)


def rows_grades(rule: Rule[Grades]) -> Iterable[tuple[str, Row]]:
    """One row for each grade that brings something."""
    for grade in rule.params.grades:
        note = f"{grade.name} from {grade.start}" if grade.start is not None else grade.name
        code = grade.code or rule.code
        if grade.gives is not None:
            account = rule.ladder.account(grade.gives)
            yield code, Row("none", account, grade.gives, ONE, ONE, "", note)
        elif grade.amount is not None:
            kind: Direction = "reward" if grade.account == "reward" else "penalty"
            size = grade.amount
            yield code, Row(kind, grade.account, "CNY", size, size, "", note)


def _period(rule: Rule[Any]) -> str:
    return str(getattr(rule.params, "period", "month"))


def _reads(rule: Rule[Any]) -> list[tuple[AccountName, str]]:
    found: list[tuple[AccountName, str]] = [("points", letter) for letter in rule.params.letters]
    return [*found, ("count", rule.params.per)] if rule.params.per else found


PROGRAMMES: list[ProgrammeKind[Any]] = [
    ProgrammeKind("points.settle", Settle, evaluate_settle, (), rows_settle, _period, reads=_reads),
    ProgrammeKind("points.grade", Grades, evaluate_grades, (), rows_grades, _period, reads=_reads),
]
