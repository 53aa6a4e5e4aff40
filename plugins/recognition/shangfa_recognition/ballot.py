"""The most votes: who may be elected, who is, and who has passed every review since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    ZERO,
    AccountName,
    Award,
    Field,
    Note,
    Params,
    ParamsError,
    PeriodFacts,
    Row,
    Rule,
    Subject,
    apportion,
    inputs,
)
from shangfa_recognition.prizes import Contest, Prize, best, entrants, groups, runoffs
from shangfa_recognition.votes import read_votes

INPUTS: Final = ("votes", "leave_days", "approvals")

_BOTH = Note("{0} 不能既排除又不排除", "{0} cannot both bar and not bar")
_NOTHING_TO_SHARE = Note("没有金额可分", "there is no amount to share")
_ELECTED = Note("得票 {0}，候选并通过全部审核", "{0} votes, elected and approved")


class Eligibility(Params):
    """What bars from being elected."""

    attributes: dict[str, Any] = Field(
        default={}, description="an attribute of the subject -> the value that bars"
    )
    leave: tuple[str, ...] = Field(default=(), description="kinds of leave of which a day bars")
    other_leave: tuple[str, ...] = Field(default=(), description="kinds that do not bar")
    accounts: tuple[AccountName, ...] = Field(
        default=(), description="accounts on which anything of the period bars"
    )


class Ballot(Contest):
    """So many seats for those with the most votes."""

    seats: int | None = Field(
        default=None, ge=1, description="empty when everybody with enough votes is elected"
    )
    least: int = Field(default=1, ge=1, description="votes needed to be elected")
    per_ballot: int | None = Field(
        default=None, ge=1, description="candidates on a ballot; as many as seats when empty"
    )
    barred: Eligibility = Eligibility()
    next_moves_up: bool = Field(
        default=False, description="a seat a barred candidate would have goes to the next"
    )
    approvals: tuple[str, ...] = Field(default=(), description="reviews needed after the vote")
    prize: Prize = Prize()
    split: Literal["each", "shared"] = Field(
        default="each", description="shared: the winners divide the amount"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse what contradicts itself.

        Raises:
            ParamsError: leave that both bars and does not; nothing to share.
        """
        del context
        both = sorted({*self.barred.leave} & {*self.barred.other_leave})
        if both:
            raise ParamsError((("barred", "other_leave"), _BOTH.of("、".join(both))))
        if self.split == "shared" and self.prize.amount is None:
            raise ParamsError((("split",), _NOTHING_TO_SHARE))


def evaluate_ballot(rule: Rule[Ballot], facts: PeriodFacts) -> Sequence[Award]:
    """Give the prize to those elected and approved; a run-off to those tied for a seat.

    Raises:
        RefusedError: `invalid` for a stranger, a vote, a step or days that cannot be used.
    """
    params = rule.params
    known = entrants(params, facts)
    votes = read_votes(facts, known, params.per_ballot or params.seats or len(known))
    barred = barred_from(params, facts, known)
    passed = steps_passed(params, facts, known)
    elected, tied = elect(params, votes, barred)
    needed = set(params.approvals)
    winners = [code for code in elected if needed <= passed.get(code, frozenset())]
    return _prizes(params, winners, votes) + runoffs(tied)


def barred_from(params: Ballot, facts: PeriodFacts, known: Sequence[str]) -> set[str]:
    """Return who cannot be elected."""
    barred = params.barred
    days = leave_taken(barred, facts, known)
    marked = {
        code
        for (code, account, _), total in facts.totals.items()
        if total and account in barred.accounts
    }
    return {
        subject.code
        for subject in facts.subjects
        if subject.code in marked
        or _has_attribute(subject, barred)
        or any(days.get(subject.code, {}).get(kind) for kind in barred.leave)
    }


def steps_passed(
    params: Ballot, facts: PeriodFacts, known: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Return candidate -> the reviews passed.

    Raises:
        RefusedError: `invalid` for a stranger, no list, or an unknown review.
    """

    def read(place: str, value: Any) -> frozenset[str]:
        steps = inputs.read_list(place, value)
        return frozenset(
            inputs.read_option(f"{place}/{step}", step, params.approvals) for step in steps
        )

    return inputs.by_subject(facts, "approvals", read, known)


def leave_taken(
    barred: Eligibility, facts: PeriodFacts, known: Sequence[str]
) -> dict[str, dict[str, Decimal]]:
    """Return candidate -> kind of leave -> days.

    Raises:
        RefusedError: `invalid` for a stranger, an unknown kind, or days under 0.
    """
    kinds = (*barred.leave, *barred.other_leave)

    def read(place: str, value: Any) -> dict[str, Decimal]:
        days = inputs.read_object(place, value)
        inputs.check_keys(place, days, kinds)
        return {kind: inputs.read_amount(f"{place}/{kind}", days[kind]) for kind in days}

    return inputs.by_subject(facts, "leave_days", read, known)


def _has_attribute(subject: Subject, barred: Eligibility) -> bool:
    own = subject.attributes
    return any(name in own and own[name] == value for name, value in barred.attributes.items())


def elect(
    params: Ballot, votes: Mapping[str, Decimal], barred: set[str]
) -> tuple[list[str], list[str]]:
    """Return who is elected, and who is tied for the last seat.

    Unless the next moves up, a barred candidate keeps the seat from everybody with fewer
    votes, though not from those with as many.
    """
    counted = {code: number for code, number in votes.items() if number >= params.least}
    fit = {code: number for code, number in counted.items() if code not in barred}
    if params.seats is None:
        return list(fit), []
    if params.next_moves_up:
        return best(fit, params.seats, params.ties)
    taken = [group for group in groups(counted) if group.first <= params.seats]
    least = taken[-1].result if taken else ZERO
    above = sum(code in barred and number > least for code, number in counted.items())
    near = {code: number for code, number in fit.items() if number >= least}
    return best(near, params.seats - above, params.ties)


def _prizes(params: Ballot, winners: Sequence[str], votes: Mapping[str, Decimal]) -> list[Award]:
    amounts = _amounts(params, len(winners))
    return [
        Award(code, params.prize.effect(_ELECTED.of(votes[code]), amount))
        for code, amount in zip(winners, amounts, strict=True)
    ]


def _amounts(params: Ballot, number: int) -> Sequence[Decimal | None]:
    amount = params.prize.amount
    if amount is None or params.split == "each" or not number:
        return [amount] * number
    return apportion(amount, (Decimal(100) / number,) * number, "largest_remainder")


def rows_ballot(rule: Rule[Ballot]) -> Iterable[tuple[str, Row]]:
    """One row under the programme's code."""
    params = rule.params
    seats = f"the {params.seats} with the most votes" if params.seats else "by votes"
    yield rule.code, params.prize.row(f"{seats}, {params.split}")
