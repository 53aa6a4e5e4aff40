"""Evaluate programmes when a period closes."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shangfa.domain.calendar import Calendar
from shangfa.domain.faults import INVALID, PluginFailedError, refused
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ZERO
from shangfa.domain.policies.checks import AWARDS, called, check_effect
from shangfa.domain.policies.faults import INCOMPLETE_CLAUSE
from shangfa.domain.policies.kinds import Award, Period, PeriodFacts
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Programme, Version
from shangfa.domain.text import Note

_MONTH = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])")
_PERIOD = re.compile(r"(?!0000)([0-9]{4})(?:Q([1-4])|-(0[1-9]|1[0-2]))?")
_A_MONTH = Note("须为月份，如 2026-03", "a month such as 2026-03 is expected")
_A_PERIOD = Note(
    "须为 2026-03、2026Q1 或 2026 这样的期间",
    "a period such as 2026-03, 2026Q1 or 2026 is expected",
)
LENGTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def period_closing(month: str, kind: str) -> Period | None:
    """Return the month, quarter or year whose last month is `month`; None when none is.

    Raises:
        RefusedError: `invalid` for anything but `YYYY-MM`.
    """
    match = _MONTH.fullmatch(month)
    if match is None:
        raise refused(INVALID, "/period", value=month, why=_A_MONTH)
    year, number = int(match[1]), int(match[2])
    length = LENGTHS[kind]
    if number % length:
        return None
    last = date(year, number, months.monthrange(year, number)[1])
    return Period(_name(kind, year, number), date(year, number - length + 1, 1), last, kind)


def period_named(name: str) -> Period:
    """Return the period called `2026-03`, `2026Q1` or `2026`.

    Raises:
        RefusedError: `invalid`.
    """
    match = _PERIOD.fullmatch(name)
    if match is None:
        raise refused(INVALID, "/period", value=name, why=_A_PERIOD)
    year, quarter, month = match.groups()
    kind = "month" if month else "quarter" if quarter else "year"
    number = int(month) if month else int(quarter) * 3 if quarter else 12
    found = period_closing(f"{year}-{number:02}", kind)
    assert found is not None  # noqa: S101 - its last month closes every period
    return found


def _name(kind: str, year: int, month: int) -> str:
    names = {"month": f"{year}-{month:02}", "quarter": f"{year}Q{month // 3}", "year": f"{year}"}
    return names[kind]


class World(NamedTuple):
    """What is known when a period closes.

    Attributes:
        subjects: everybody; those out of a policy's scope are left out later.
        postings: of the policy, of any day.
    """

    subjects: Sequence[Subject]
    postings: Sequence[Posting]
    calendar: Calendar


def close_period(
    policy: Policy,
    month: str,
    world: World,
    inputs: Mapping[str, Any],
) -> list[Posting]:
    """Return what every programme whose period ends with `month` gives.

    `inputs` are by name; each programme takes those it reads.

    Raises:
        RefusedError: an input cannot be used, a parameter is missing, a plugin failed.
    """
    found: list[Posting] = []
    for version, programme, period in _closing(policy, month):
        covered = tuple(item for item in world.subjects if not version.scope.excludes(item))
        own = {name: value for name, value in inputs.items() if name in programme.kind.inputs}
        totals = period_totals(world.postings, period)
        standing = PeriodFacts(period, covered, totals, own, world.calendar)
        found += evaluate(programme, version, standing)
    return found


def _closing(policy: Policy, month: str) -> Iterable[tuple[Version, Programme, Period]]:
    end = period_closing(month, "month")
    version = policy.at(end.last) if end else None
    for programme in version.programmes if version else ():
        period = period_closing(month, programme.kind.period(programme.rule))
        if period is not None and version is not None:
            yield version, programme, period


def period_totals(
    postings: Iterable[Posting], period: Period
) -> dict[tuple[str, str, str], Decimal]:
    """Return (subject, account, unit) -> sum of what incidents posted in the period.

    What programmes gave is left out, so that a period closed twice comes out the same.
    """
    totals: dict[tuple[str, str, str], Decimal] = {}
    for item in postings:
        if period.first <= item.day <= period.last and item.cause != "programme":
            key = (item.subject, item.account, item.unit)
            totals[key] = totals.get(key, ZERO) + item.quantity
    return totals


def evaluate(programme: Programme, version: Version, standing: PeriodFacts) -> list[Posting]:
    """Return what one programme gives, dated on the period's last day.

    Raises:
        RefusedError: `incomplete_clause`, an input that cannot be used, `plugin_failed`.
    """
    rule, kind = programme.rule, programme.kind
    if programme.missing:
        missing = "、".join(programme.missing)
        raise refused(INCOMPLETE_CLAUSE, "/programme", value=rule.code, missing=missing)
    awards = called(kind.name, kind.evaluate, rule, standing, most=AWARDS)
    known = {subject.code for subject in standing.subjects}
    return [_posting(award, programme, version, standing.period, known) for award in awards]


def _posting(
    award: Any, programme: Programme, version: Version, period: Period, known: set[str]
) -> Posting:
    if type(award) is not Award or not isinstance(award.clause, str):
        raise PluginFailedError(programme.kind.name, f"returned {award!r}, which is no award")
    if not isinstance(award.subject, str) or award.subject not in known:
        raise PluginFailedError(programme.kind.name, f"stranger: {award.subject!r}")
    effect = check_effect(award.effect, programme.kind.name, version.ladder.rungs)
    code = award.clause or programme.rule.code
    return Posting(
        award.subject,
        effect.account,
        effect.unit,
        effect.quantity,
        code,
        "programme",
        period.last,
        note=effect.note,
    )
