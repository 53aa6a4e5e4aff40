"""Rules that fold a history themselves: what one gives stands, and a failing one is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.making.policies import kinds_of, policy_from, version_from

from shangfa.domain.effect import Effect
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.policies.kinds import Cancelled, Dated, Given, Seen
from shangfa.domain.policies.lanes import STEPS
from shangfa.domain.policies.policy import Policy
from shangfa.sdk import Params, ReactionKind, Watch
from shangfa.testing import MemoryTenant, make_clause, make_policy, make_reactions

DAY, OVER = date(2026, 3, 2), date(2026, 3, 3)
ONE = Decimal(1)
TRAINING = Effect("action", "training", ONE)
LADDER = ("warning", "minor")
MARK = kinds_of("demerit_ladder").clause_kinds["ladder.mark"]


class Nothing(Params):
    """No params."""


def folding(fold: Callable[[Seen], Any]) -> ReactionKind[Nothing]:
    """A kind that folds the warnings of a month."""
    return ReactionKind(
        "x.fold",
        Nothing,
        lambda rule: [Watch("marks", "warning", "month")],
        lambda rule, unit, total: (),
        lambda rule: [("action", "training")],
        lambda rule: (),
        fold=lambda rule, seen: fold(seen),
    )


def tenant(fold: Callable[[Seen], Any]) -> MemoryTenant:
    clause = make_clause(MARK, MARK.params(mark="warning"), ladder=LADDER)
    rules = make_reactions(folding(fold), Nothing(), ladder=LADDER)
    return MemoryTenant(make_policy([clause], rules, ladder=LADDER))


def stray(entry: Dated) -> Dated:
    return entry._replace(number=7)


@pytest.mark.parametrize(
    ("fold", "why"),
    [
        pytest.param(lambda seen: ["x"], "folded to 'x'", id="garbage"),
        pytest.param(
            lambda seen: [Given(seen.entries[0], Effect("action", "exile", ONE))],
            "did not say so",
            id="what it did not name",
        ),
        pytest.param(
            lambda seen: [Cancelled(seen.entries[0], seen.entries[0], Decimal(2))],
            "cancels Decimal.*2.* of 1",
            id="more than there is",
        ),
        pytest.param(
            lambda seen: [Cancelled(seen.entries[0], seen.entries[0], 1)],
            "cancels 1 of 1",
            id="a number of another type",
        ),
        pytest.param(
            lambda seen: [Given(date(2026, 3, 31), TRAINING)], "is not over", id="a day to come"
        ),
        pytest.param(lambda seen: [Given("today", TRAINING)], "is not over", id="no day"),
        pytest.param(
            lambda seen: [Given(stray(seen.entries[0]), TRAINING)],
            "which is no entry",
            id="an entry there is not",
        ),
    ],
)
def test_a_fold_that_fails_is_named_and_nothing_is_moved(
    fold: Callable[[Seen], Any], why: str
) -> None:
    company = tenant(fold)
    with pytest.raises(PluginFailedError, match=why) as caught:
        company.record("1", at=DAY)
    assert caught.value.plugin == "x.fold"
    assert company.ledger == []


def test_what_a_fold_gives_and_cancels_stands() -> None:
    def fold(seen: Seen) -> list[Any]:
        first, *more = seen.entries
        return [Given(first, TRAINING), *(Cancelled(entry, first, ONE) for entry in more[:1])]

    company = tenant(fold)
    for day, warnings in ((DAY, 1), (OVER, 1), (date(2026, 3, 4), 2)):
        company.record("1", at=day)
        assert company.balance("E", "marks", "warning") == warnings
        assert company.balance("E", "action", "training") == 1


OFFSET = """
policy: offset
title: offset
effective_from: SINCE
ladder: [warning, merit]
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: g, title: g, kind: ladder.mark, params: {mark: merit}}
reactions:
  - {code: off, kind: ladder.offset, params: {of: merit, cancels: [warning], takes: TAKES}}
"""


def test_a_new_wording_cancels_nothing_that_an_earlier_one_cancelled() -> None:
    """Two merits of March cancel one warning; one merit of April cancels the other."""
    versions = [
        version_from(OFFSET.replace("SINCE", since).replace("TAKES", takes))
        for since, takes in (("2026-01-01", "2"), ("2026-04-01", "1"))
    ]
    company = MemoryTenant(Policy("policy", versions))
    for clause, day in (("w", 1), ("w", 2), ("g", 3), ("g", 4)):
        company.record(clause, at=date(2026, 3, day))
    assert company.balance("E", "marks", "warning") == 1
    late = [company.record("g", at=date(2026, 4, day)) for day in (1, 2)]
    assert company.balance("E", "marks", "warning") == 0
    for found in late:
        company.reverse(found)
    assert company.balance("E", "marks", "warning") == 1


GROWING = """
policy: p
title: p
ladder: [warning, minor]
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 3, within: ever, gives: minor}}
"""


def test_any_number_of_totals_is_answered_though_few_are_kept() -> None:
    company = MemoryTenant(policy_from(GROWING))
    for number in range(1, STEPS + 4):
        company.record("w")
        assert company.balance("E", "marks", "minor") == number // 3
