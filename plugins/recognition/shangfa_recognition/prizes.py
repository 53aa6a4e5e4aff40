"""What is won or forgone, by whom, and what happens when several have the same result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

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
    Row,
    Rule,
    SubjectKind,
    inputs,
)

Ties = Literal["runoff", "all"]
"""`runoff`: a human decides between the tied; `all`: each of them takes the place."""
RUNOFF: Final = "runoff"

_COUNT = Note(
    "counter 与 amount、account、action 只取其一",
    "a counter, or an amount with its account, or an action: one of them",
)
_RUNOFF = Note("共 {0} 人并列，须另行决出", "{0} are tied: a run-off decides")


class Prize(Params):
    """Money, or an action for a named human."""

    amount: Decimal | None = Field(default=None, gt=0, description="CNY")
    account: Literal["reward", "fine", "wage"] = Field(
        default="reward", description="where the money goes; `fine` and `wage` take it"
    )
    action: str = Field(default="award", min_length=1, description="when there is no amount")
    counter: str | None = Field(
        default=None,
        min_length=1,
        description="counts one instead, for a row of periods or a sum of them",
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse two gifts.

        Raises:
            ParamsError: a counter beside an amount or an action.
        """
        del context
        if self.counter is not None and {"amount", "action", "account"} & self.model_fields_set:
            raise ParamsError((("counter",), _COUNT))

    def effect(self, note: Note, amount: Decimal | None = None) -> Effect:
        """Return the effect, of another amount of money when one is given."""
        if self.counter is not None:
            return Effect("count", self.counter, ONE, note)
        money = amount if amount is not None else self.amount
        if money is None:
            return Effect("action", self.action, ONE, note)
        return Effect(self.account, "CNY", money if self.account == "reward" else -money, note)

    def row(self, note: str = "") -> Row:
        """Return what the catalogue prints for it."""
        if self.counter is not None:
            return Row("none", "count", self.counter, ONE, ONE, "", note)
        if self.amount is None:
            return Row("reward", "action", self.action, ONE, ONE, "", note)
        direction: Direction = "reward" if self.account == "reward" else "penalty"
        return Row(direction, self.account, "CNY", self.amount, self.amount, "", note)


class Contest(Params):
    """What every programme here says: whose contest it is and how often it is held."""

    among: SubjectKind = Field(
        default="employee", description="the kind of subject that takes part"
    )
    period: Literal["month", "quarter", "half_year", "year"] = "month"
    ties: Ties = "runoff"


class Scored(Contest):
    """A contest by scores: handed in, or the net of letters of the period."""

    letters: Mapping[str, Decimal] = Field(
        default={},
        max_length=20,
        description="letter -> weight: the scores are points of the period, none are handed in",
    )
    base: Decimal = Field(default=ZERO, description="with `letters`: what everybody begins with")
    per: str | None = Field(
        default=None,
        min_length=1,
        description="with `letters`: a counter; the average for each of it, without any none",
    )

    def scores(self, facts: PeriodFacts) -> dict[str, Decimal]:
        """Return the score of everybody who has one.

        Raises:
            RefusedError: `invalid` for a stranger's score or one that is no number.
        """
        staff = entrants(self, facts)
        if not self.letters:
            return inputs.by_subject(facts, "scores", inputs.read_number, staff)
        if self.per is not None:
            counts = {code: facts.totals.get((code, "count", self.per), ZERO) for code in staff}
            return {
                code: self.base + self._net(facts, code) / count
                for code, count in counts.items()
                if count > 0
            }
        return {code: self.base + self._net(facts, code) for code in staff}

    def _net(self, facts: PeriodFacts, code: str) -> Decimal:
        sizes = (
            weight * facts.totals.get((code, "points", letter), ZERO)
            for letter, weight in self.letters.items()
        )
        return sum(sizes, ZERO)


def period_of(rule: Rule[Any]) -> str:
    """Return how often a contest is held; a month while its params are incomplete."""
    return str(getattr(rule.params, "period", "month"))


def entrants(contest: Contest, facts: PeriodFacts) -> tuple[str, ...]:
    """Return the codes of those who may take part, in code order."""
    return tuple(item.code for item in facts.subjects if item.kind == contest.among)


def letters_of(rule: Rule[Any]) -> list[tuple[AccountName, str]]:
    """Return the letters that scores are taken from, and the counter of an average."""
    found: list[tuple[AccountName, str]] = [("points", letter) for letter in rule.params.letters]
    per = getattr(rule.params, "per", None)
    return [*found, ("count", per)] if per else found


class Group(NamedTuple):
    """Those with one result.

    Attributes:
        first: the place of the best of them, from 1.
        result: what they share, a score or a number of votes.
    """

    first: int
    result: Decimal
    codes: tuple[str, ...]


def groups(results: Mapping[str, Decimal]) -> list[Group]:
    """Return everybody from the best to the last, the tied together in the given order."""
    found: list[Group] = []
    first = 1
    for result in sorted(set(results.values()), reverse=True):
        codes = tuple(code for code, own in results.items() if own == result)
        found.append(Group(first, result, codes))
        first += len(codes)
    return found


def best(results: Mapping[str, Decimal], seats: int, ties: Ties) -> tuple[list[str], list[str]]:
    """Return who takes one of `seats` equal places, and who must contest the last of them."""
    winners: list[str] = []
    for group in groups(results):
        if len(winners) >= seats:
            break
        if ties == "runoff" and len(winners) + len(group.codes) > seats:
            return winners, list(group.codes)
        winners += group.codes
    return winners, []


def runoffs(codes: Iterable[str], clause: str = "") -> list[Award]:
    """Return a run-off for each of the tied."""
    tied = tuple(codes)
    effect = Effect("action", RUNOFF, ONE, _RUNOFF.of(len(tied)))
    return [Award(code, effect, clause) for code in tied]
