"""A prize for everybody of whom nothing was posted in a period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    AccountName,
    Award,
    Effect,
    Field,
    Note,
    ParamsError,
    PeriodFacts,
    Row,
    Rule,
)
from shangfa_recognition.prizes import Contest, Prize

_CLEAN = Note("{0} 内无所列记录", "nothing of what is listed in {0}")
_NOTHING = Note(
    "须有 accounts、counters 或 letters 之一，否则人人都算",
    "accounts, counters or letters are needed, else everybody would be clean",
)
_COUNT = Note("counter 与 prize 只取其一", "counter or prize, not both")


class Clean(Contest):
    """Whoever has nothing on some accounts, counters and letters when a period closes."""

    accounts: tuple[
        Literal["fine", "compensation", "wage", "bonus", "marks", "points", "breach"], ...
    ] = Field(default=(), description="anything on them bars")
    counters: tuple[str, ...] = Field(default=(), description="counts of these bar")
    letters: tuple[str, ...] = Field(default=(), description="points of these letters bar")
    whole: bool = Field(
        default=True, description="only who is in the company since the period's first day"
    )
    prize: Prize = Prize()
    counter: str | None = Field(
        default=None, min_length=1, description="counts one instead, for a row of periods"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse what bars nobody, and two gifts.

        Raises:
            ParamsError: saying which.
        """
        del context
        if not (self.accounts or self.counters or self.letters):
            raise ParamsError(((), _NOTHING))
        if self.counter is not None and "prize" in self.model_fields_set:
            raise ParamsError((("counter",), _COUNT))

    def bars(self, account: str, unit: str) -> bool:
        """Tell whether something posted there bars."""
        if account in self.accounts:
            return True
        named = {"count": self.counters, "points": self.letters}.get(account, ())
        return unit in named


def reads_clean(rule: Rule[Clean]) -> list[tuple[AccountName, str]]:
    """Return the counters and letters that bar."""
    params = rule.params
    counted: list[tuple[AccountName, str]] = [("count", name) for name in params.counters]
    return [*counted, *(("points", name) for name in params.letters)]


def evaluate_clean(rule: Rule[Clean], facts: PeriodFacts) -> Sequence[Award]:
    """Give each who is clean the prize, or count one."""
    params = rule.params
    barred = {
        code
        for (code, account, unit), total in facts.totals.items()
        if total and params.bars(account, unit)
    }
    return [
        Award(item.code, _gift(params, facts.period.name))
        for item in facts.subjects
        if item.kind == params.among and item.employed and item.code not in barred
        if not params.whole or item.since is None or item.since <= facts.period.first
    ]


def _gift(params: Clean, period: str) -> Effect:
    note = _CLEAN.of(period)
    if params.counter is not None:
        return Effect("count", params.counter, ONE, note)
    return params.prize.effect(note)


def rows_clean(rule: Rule[Clean]) -> Iterable[tuple[str, Row]]:
    """One row under the programme's code."""
    params = rule.params
    if params.counter is not None:
        yield rule.code, Row("none", "count", params.counter, ONE, ONE)
        return
    yield rule.code, params.prize.row(f"clean in a {params.period}")
