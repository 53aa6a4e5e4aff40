"""The life of a month: which steps its states have, and where they lead."""

from __future__ import annotations

from shangfa.domain.months.states import (
    PERIOD_STATES,
    PERIOD_STEPS,
    is_allowed,
    state_after,
    steps_from,
)

STEPS = {
    "open": ("cut-off",),
    "cut_off": ("reconcile", "reopen"),
    "reconciled": ("reconcile", "lock", "reopen"),
    "locked": ("export", "reopen"),
    "exported": ("export", "pay", "reopen"),
    "paid": (),
}


def test_each_state_has_its_steps_and_no_other() -> None:
    assert {state: steps_from(state) for state in PERIOD_STATES} == STEPS
    for state in PERIOD_STATES:
        allowed = tuple(step for step in PERIOD_STEPS if is_allowed(step, state))
        assert allowed == STEPS[state]


def test_every_state_is_reached_and_only_what_is_paid_stays() -> None:
    assert {state_after(step) for step in PERIOD_STEPS} == set(PERIOD_STATES)
    assert [state for state in PERIOD_STATES if not steps_from(state)] == ["paid"]
