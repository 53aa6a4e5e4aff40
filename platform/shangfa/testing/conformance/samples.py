"""Valid values for a plugin to answer to, made by chance that is the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from shangfa.domain.policies.clause import Clause
from shangfa.sdk import (
    ZERO,
    Dated,
    Fact,
    Incident,
    Measure,
    Period,
    PeriodFacts,
    Seen,
    Watch,
)
from shangfa.testing.makers import DAY, START, WEEKDAYS, make_incident, make_subject

TOTALS: Final = (*range(13), 20, 50, 100)
_DAYS: Final = 60
_WORDS: Final = ("a", "字", "迟到早退", " ", "x" * 80)
_HUNDREDTHS: Final = 100


def incident(random: Random, clause: Clause) -> Incident:
    """Return a valid incident of a clause."""
    day = DAY + timedelta(days=random.randrange(_DAYS))
    facts = {name: _fact(random, fact) for name, fact in clause.facts.items()}
    facts |= {ask.name: _fact(random, ask.fact()) for ask in clause.asks}
    at = datetime.combine(day, time(random.randrange(24), random.randrange(60)))
    who = make_subject(
        random.choice(("E", "M")),
        position=random.choice((None, "clerk")),
        department=random.choice((None, "仓库")),
    )
    quantity = _quantity(random, clause.measure)
    when = random.choice((day, at))
    made = make_incident(quantity, subject=who, at=when, calendar=WEEKDAYS)
    return made._replace(facts=type(made.facts)(facts))  # type: ignore[call-arg]


def plain_incident(clause: Clause) -> Incident:
    """Return the least that can be reported: a quantity of one, only the facts that must be."""
    random = Random(0)  # noqa: S311 - chance for tests
    facts = {
        name: _fact(random, fact) if fact.required else fact.default
        for name, fact in clause.facts.items()
    }
    facts |= {ask.name: _fact(random, replace(ask.fact(), required=True)) for ask in clause.asks}
    made = make_incident(max(clause.measure.least, Decimal(1)))
    return made._replace(facts=type(made.facts)(facts))  # type: ignore[call-arg]


def _quantity(random: Random, measure: Measure) -> Decimal:
    least, most = measure.least, min(measure.limit, measure.least + 20)
    if measure.whole:
        return Decimal(random.randint(int(least), max(int(least), int(most))))
    span = int((most - least) * _HUNDREDTHS)
    return least + Decimal(random.randint(0, max(span, 0))) / _HUNDREDTHS


def _fact(random: Random, fact: Fact) -> Any:
    if not fact.required and random.random() < 0.3:  # noqa: PLR2004 - now and then
        return fact.default
    return _FACTS[fact.type](random, fact)


def _number(random: Random, fact: Fact) -> Decimal:
    least = int(fact.least) if fact.least is not None else (0 if fact.type == "money" else -5)
    most = int(fact.most) if fact.most is not None else least + 5000
    return Decimal(random.randint(least, max(least, min(most, least + 5000))))


def _moment(random: Random, _: Fact) -> date | datetime:
    day = DAY + timedelta(days=random.randrange(-5, _DAYS))
    return random.choice((day, datetime.combine(day, time(random.randrange(24)))))


_FACTS: Final[Mapping[str, Callable[[Random, Fact], Any]]] = {
    "bool": lambda random, _: random.random() < 0.5,  # noqa: PLR2004 - a coin
    "int": lambda random, fact: int(_number(random, fact)),
    "number": _number,
    "money": _number,
    "text": lambda random, _: random.choice(_WORDS),
    "choice": lambda random, fact: random.choice(fact.values),
    "date": lambda random, _: DAY + timedelta(days=random.randrange(-5, _DAYS)),
    "month": lambda random, _: f"2026-{random.randint(1, 12):02}",
    "time": lambda random, _: time(random.randrange(24), random.randrange(60)),
    "moment": _moment,
    "table": lambda random, _: (),
}


def seen(random: Random, watch: Watch) -> Seen:
    """Return a span of a history for a reaction that looks at dated entries."""
    days = sorted(random.randrange(_DAYS) for _ in range(random.randrange(7)))
    entries = tuple(
        Dated(
            DAY + timedelta(days=day),
            watch.account,
            random.choice(watch.units).rstrip("*") or "A",
            Decimal(random.choice((1, 1, 2, 3))),
            joint=False,
            until=date.max,
            number=number,
        )
        for number, day in enumerate(days)
    )
    last = DAY + timedelta(days=_DAYS)
    return Seen("E", DAY, last, START, entries, last)


def standings(random: Random, period: str) -> PeriodFacts:
    """Return what a programme looks at, with nothing handed in."""
    people = tuple(make_subject(f"E{number}") for number in range(random.randrange(1, 6)))
    totals = {
        (who.code, account, unit): Decimal(random.randint(-9, 9))
        for who in people
        for account, unit in (("points", "A"), ("count", "late"))
    }
    name, last = {
        "month": ("2026-03", date(2026, 3, 31)),
        "quarter": ("2026Q1", date(2026, 3, 31)),
        "half_year": ("2026H1", date(2026, 6, 30)),
    }.get(period, ("2026", date(2026, 12, 31)))
    first = last.replace(month=3 if period == "month" else 1, day=1)
    known = {who.code: who for who in people}
    return PeriodFacts(
        Period(name, first, last, period),
        people,
        totals,
        {},
        WEEKDAYS,
        on=lambda code, day: known.get(code),
    )


def totals() -> Iterator[Decimal]:
    """Yield totals for a reaction to derive from."""
    yield from (ZERO + total for total in TOTALS)
