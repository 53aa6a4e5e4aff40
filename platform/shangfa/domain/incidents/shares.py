"""Who an incident names and with which shares of responsibility."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from shangfa.domain.faults import refused
from shangfa.domain.incidents.faults import (
    DUPLICATE_SUBJECT,
    INVALID_SHARES,
    NO_SUBJECTS,
    SHARES_NOT_100,
    TOO_MANY_SUBJECTS,
)
from shangfa.domain.policies.facts import to_decimal

WHOLE: Final = Decimal(100)
SUBJECTS: Final = 100
"""That one incident may name."""


def read_shares(given: Any) -> tuple[tuple[str, ...], tuple[Decimal, ...]]:
    """Return subject codes and percentages from `E1`, `[E1, E2]` or `{E1: 60, E2: 40}`.

    A code written as a number is taken as its digits.

    Raises:
        RefusedError: `no_subjects`, `too_many_subjects`, `duplicate_subject`, `invalid_shares`,
            `shares_not_100`.
    """
    if isinstance(given, Mapping):
        codes = tuple(map(str, given))
        return _checked(codes), _percentages(given.values())
    listed = given if isinstance(given, list | tuple) else () if given is None else (given,)
    return _checked(tuple(map(str, listed))), ()


def _checked(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not codes:
        raise refused(NO_SUBJECTS, "/subjects")
    if len(codes) > SUBJECTS:
        raise refused(TOO_MANY_SUBJECTS, "/subjects", value=len(codes), allowed=SUBJECTS)
    twice = next((code for code, count in Counter(codes).items() if count > 1), None)
    if twice is not None:
        raise refused(DUPLICATE_SUBJECT, "/subjects", value=twice)
    return codes


def _percentages(values: Iterable[Any]) -> tuple[Decimal, ...]:
    shares = tuple(_percentage(value) for value in values)
    if sum(shares) != WHOLE:
        raise refused(SHARES_NOT_100, "/subjects", value=sum(shares))
    return shares


def _percentage(value: Any) -> Decimal:
    try:
        share = to_decimal(value)
    except ValueError:
        share = Decimal(-1)
    if not 0 < share <= WHOLE:
        raise refused(INVALID_SHARES, "/subjects", value=value)
    return share
