"""What is earned, what was given, and what is left to give."""

from __future__ import annotations

from shangfa.domain.money import ZERO
from shangfa.domain.policies.version import NONE, Sums


def most(one: Sums, other: Sums) -> Sums:
    """Return the larger of each, whichever its sign."""
    if not other or one is other:
        return one
    found = dict(one)
    for key, quantity in other.items():
        if abs(quantity) > abs(found.get(key, ZERO)):
            found[key] = quantity
    return found


def beyond(earned: Sums, given: Sums) -> Sums:
    """Return what is earned beyond what was given, never less than nothing."""
    if not given:
        return earned
    if earned is given:
        return NONE
    found = {key: value - given.get(key, ZERO) for key, value in earned.items()}
    return {key: more for key, more in found.items() if more * earned[key] > 0}


def less(one: Sums, other: Sums) -> Sums:
    """Return what one is more than the other."""
    if not other:
        return one
    return {key: one.get(key, ZERO) - other.get(key, ZERO) for key in {**one, **other}}
