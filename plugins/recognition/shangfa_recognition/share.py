"""A share of the staff, the best by score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final, Literal

from shangfa.sdk import ONE, Award, Field, Note, PeriodFacts, Row, Rule
from shangfa_recognition.prizes import Prize, Scored, best, entrants, runoffs

INPUTS: Final = ("scores",)

_AMONG = Note("得分 {0}，列 {1} 人中的前 {2} 名", "score {0}, among the best {2} of {1}")
_ROUNDINGS: Final = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}


class Share(Scored):
    """So many percent of all who could take part, scored or not."""

    percent: Decimal = Field(gt=0, le=100, description="of the headcount")
    rounding: Literal["half_up", "up", "down"] = "half_up"
    prize: Prize = Prize()


def places(params: Share, headcount: int) -> int:
    """Return how many places there are."""
    exact = params.percent * headcount / 100
    return int(exact.quantize(ONE, _ROUNDINGS[params.rounding]))


def evaluate_share(rule: Rule[Share], facts: PeriodFacts) -> Sequence[Award]:
    """Give the prize to the best; nothing when no scores were handed in.

    Raises:
        RefusedError: `invalid` for a stranger's score or one that is no number.
    """
    params = rule.params
    staff = entrants(params, facts)
    scores = params.scores(facts)
    number = places(params, len(staff))
    winners, tied = best(scores, number, params.ties)
    awards = [
        Award(code, params.prize.effect(_AMONG.of(scores[code], len(staff), number)))
        for code in winners
    ]
    return awards + runoffs(tied)


def rows_share(rule: Rule[Share]) -> Iterable[tuple[str, Row]]:
    """One row under the programme's code."""
    params = rule.params
    note = f"best {params.percent}% of the staff in a {params.period}"
    yield rule.code, params.prize.row(note)
