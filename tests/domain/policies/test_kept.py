"""What a policy answers any number of times, and what it refuses when it is stopped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from tests.making.house import code_of
from tests.making.policies import policy_from

from shangfa.domain.effect import Effect
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.incident import Report
from shangfa.domain.policies.policy import Policies, Policy, Stopped, choose
from shangfa.domain.policies.version import REMEMBERED, Lapse
from shangfa.domain.text import Note
from shangfa.sdk import Params, ReactionKind, Watch
from shangfa.testing import make_reactions, make_subject

DAY = date(2026, 3, 2)
OFFSET = """
policy: offset
title: offset
ladder: [warning, minor, merit]
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: g, title: g, kind: ladder.mark, params: {mark: merit}}
  - code: x
    title: x
    history: {had: {ask: sum, of: {rung: warning}, within: 40 days}}
    kind: fines.fixed
    params: {amount: 10}
    when: {had: 0}
reactions:
"""
UP = """\
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 3, within: ever, gives: minor}}
"""
OFF = "  - {code: off, kind: ladder.offset, params: {of: merit, cancels: [warning]}}\n"


def test_any_counter_is_asked_for_what_looks_back_at_it() -> None:
    policy = policy_from(OFFSET + OFF)
    for number in range(REMEMBERED + 2):
        assert not policy.recalls("count", f"late{number}")
    assert policy.recalls("marks", "warning")


def test_the_next_step_is_found_from_any_total() -> None:
    (version,) = policy_from(OFFSET + UP).versions
    (rule,) = version.reactions
    for total in range(0, 3 * (REMEMBERED + 2), 3):
        step = rule.next_step("warning", Decimal(total))
        assert step is not None
        assert step.gap == 3


@pytest.mark.parametrize(
    ("before", "after", "anew"),
    [
        pytest.param(UP, UP, False, id="totals are enough"),
        pytest.param(UP, UP + OFF, True, id="what is counted may now be cancelled"),
        pytest.param(UP + OFF, UP + OFF, False, id="it was looked back at before"),
    ],
)
def test_a_rule_needs_histories_where_totals_were_enough(
    before: str, after: str, *, anew: bool
) -> None:
    policies = [policy_from(OFFSET + text) for text in (before, after)]
    assert policies[1].looks_back_anew(policies[0]) == anew


def test_how_far_back_history_matters() -> None:
    assert policy_from(OFFSET + OFF).horizon(DAY) == date(2026, 1, 22)
    assert Policy("p", policy_from(OFFSET.partition("  - code: x")[0]).versions).horizon(DAY) == DAY


@pytest.mark.parametrize(
    ("lapse", "last"),
    [
        pytest.param(Lapse(days=30), "2026-04-01", id="days"),
        pytest.param(Lapse(months=3), "2026-06-02", id="months"),
        pytest.param(Lapse(months=120_000), str(date.max), id="months beyond all calendars"),
        pytest.param(Lapse(days=10_000_000), str(date.max), id="days beyond all calendars"),
        pytest.param(Lapse(until="quarter"), "2026-03-31", id="with a window"),
        pytest.param(Lapse(until="year since hired"), str(date.max), id="a window nobody knows"),
    ],
)
def test_the_last_day_in_force(lapse: Lapse, last: str) -> None:
    assert str(lapse.last_day(DAY)) == last


class Nothing(Params):
    """No params."""


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param(-10, "", id="all of it"),
        pytest.param(-11, "gives back -11 of 10", id="more than was taken"),
    ],
)
def test_a_cap_gives_back_no_more_than_was_taken(given: int, why: str) -> None:
    kind = ReactionKind(
        "x.cap",
        Nothing,
        lambda rule: [Watch("fine", "CNY", "month")],
        lambda rule, unit, total: [Effect("fine", "CNY", Decimal(given))],
        lambda rule: [("fine", "CNY")],
        lambda rule: (),
        covers=lambda rule, account, unit, clause: True,
    )
    (reaction,) = make_reactions(kind, Nothing())
    if why:
        with pytest.raises(PluginFailedError, match=why):
            reaction.derive("CNY", Decimal(10))
    else:
        assert reaction.derive("CNY", Decimal(10)) == {("fine", "CNY"): given}


STOPPED = Stopped(frozenset({"w"}), True, "chaos", Note("坏了", "it is broken"))  # noqa: FBT003
SUBJECTS = (make_subject("E"),)


@pytest.mark.parametrize(
    ("clause", "policy", "refused"),
    [
        pytest.param("w", None, "plugin_disabled", id="its clause"),
        pytest.param("g", "house", "plugin_disabled", id="named"),
        pytest.param("g", None, "", id="a clause of others"),
        pytest.param("w", "other", "", id="another that has such a clause"),
    ],
)
def test_what_falls_under_a_stopped_policy(clause: str, policy: str | None, refused: str) -> None:
    missing = "unknown_policy" if policy else "unknown_clause"
    report = Report(clause, SUBJECTS, DAY, None, 1, {}, policy=policy)
    policies = Policies({}, {"house": STOPPED})
    assert code_of(partial(policies.check_reported, report)) == refused
    assert code_of(partial(choose, policies, report)) == (refused or missing)


def test_what_needs_a_stopped_policy_is_refused_and_nothing_else() -> None:
    other = policy_from(OFFSET + OFF)
    policies = Policies({"other": other}, {"house": STOPPED})
    assert policies["other"] is other
    assert code_of(lambda: policies["house"]) == "plugin_disabled"
    with pytest.raises(KeyError):
        policies["nowhere"]
    assert code_of(policies.check_evaluated) == "plugin_disabled"
    gives_nothing = STOPPED._replace(evaluates=False)
    assert code_of(Policies({}, {"house": gives_nothing}).check_evaluated) == ""
