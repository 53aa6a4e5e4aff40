"""The life of a month: its states, its steps, and who must agree to them."""

from __future__ import annotations

from typing import Final, Literal, get_args

from shangfa.domain.access.roles import FINANCE, HR

PeriodState = Literal["open", "cut_off", "reconciled", "locked", "exported", "paid"]
PERIOD_STATES: Final[tuple[str, ...]] = get_args(PeriodState)
PeriodStep = Literal["cut-off", "reconcile", "lock", "export", "pay", "reopen"]
PERIOD_STEPS: Final[tuple[str, ...]] = get_args(PeriodStep)

LOCKED: Final = frozenset({"locked", "exported", "paid"})
"""States of a month that receives nothing more."""
SIGNERS: Final = (HR, FINANCE)
"""Roles that must both agree to lock a month, and to reopen it."""

_FROM: Final[dict[str, tuple[str, ...]]] = {
    "cut-off": ("open",),
    "reconcile": ("cut_off", "reconciled"),
    "lock": ("reconciled",),
    "export": ("locked", "exported"),
    "pay": ("exported",),
    "reopen": ("cut_off", "reconciled", "locked", "exported"),
}
_TO: Final[dict[str, PeriodState]] = {
    "cut-off": "cut_off",
    "reconcile": "reconciled",
    "lock": "locked",
    "export": "exported",
    "pay": "paid",
    "reopen": "open",
}
"""What is paid stays: a mistake in it is mended in the month that is open."""


def state_after(step: str) -> PeriodState:
    """Return the state that a step brings, once everybody has agreed who must."""
    return _TO[step]


def is_allowed(step: str, state: str) -> bool:
    """Tell whether a month in a state may take a step."""
    return state in _FROM[step]


def steps_from(state: str) -> tuple[str, ...]:
    """Return the steps that a month in a state may take."""
    return tuple(step for step, states in _FROM.items() if state in states)
