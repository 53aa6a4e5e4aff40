"""Evaluate programmes when a period closes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import PluginFailedError, refused
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ZERO
from shangfa.domain.months.period import period_closing
from shangfa.domain.policies.checks import AWARDS, called, check_effect
from shangfa.domain.policies.faults import INCOMPLETE_CLAUSE
from shangfa.domain.policies.kinds import Award, Period, PeriodFacts
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Programme, Version


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
    dated: Callable[[str, date], Subject | None] | None = None,
) -> list[Posting]:
    """Return what every programme whose period ends with `month` gives.

    `inputs` are by name; each programme takes those it reads. `dated`: (code, day) -> a subject as
    of that day; those of the world on every day when it is not said.

    Raises:
        RefusedError: an input cannot be used, a parameter is missing, a plugin failed.
    """
    found: list[Posting] = []
    for version, programme, period in closing(policy, month):
        covered = tuple(item for item in world.subjects if not version.scope.excludes(item))
        own = {name: value for name, value in inputs.items() if name in programme.kind.inputs}
        totals = period_totals(world.postings, period)
        daily = daily_totals(world.postings, period)
        known = {item.code: item for item in covered}

        def on(code: str, day: date, known: Mapping[str, Subject] = known) -> Subject | None:
            if code not in known or dated is None:
                return known.get(code)
            return dated(code, day)

        standing = PeriodFacts(period, covered, totals, own, world.calendar, daily, on)
        found += evaluate(programme, version, standing)
    return found


def closing(policy: Policy, month: str) -> Iterator[tuple[Version, Programme, Period]]:
    """Yield the programmes in force on a month's last day whose period ends with it."""
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
    for (subject, account, unit, _), quantity in daily_totals(postings, period).items():
        key = (subject, account, unit)
        totals[key] = totals.get(key, ZERO) + quantity
    return totals


def daily_totals(
    postings: Iterable[Posting], period: Period
) -> dict[tuple[str, str, str, date], Decimal]:
    """Return the same by day."""
    totals: dict[tuple[str, str, str, date], Decimal] = {}
    for item in postings:
        if period.first <= item.day <= period.last and item.cause != "programme":
            key = (item.subject, item.account, item.unit, item.day)
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
