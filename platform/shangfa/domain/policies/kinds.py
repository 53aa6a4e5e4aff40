"""What plugins provide: clause kinds, reaction kinds and programme kinds.

Every function here is pure: frozen values in, values out; no clock, no randomness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from shangfa.domain import text
from shangfa.domain.account import MONEY_UNIT, AccountName
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.windows import Term
from shangfa.domain.effect import Direction, Effect, Finding
from shangfa.domain.frozen import FrozenDict, freeze
from shangfa.domain.incident import Incident, Subject
from shangfa.domain.money import ONE
from shangfa.domain.policies.facts import MONEY, Fact
from shangfa.domain.text import NOTHING_TO_SAY, Note

P = TypeVar("P")

MOST: Final = Decimal(100_000)
"""Units of one incident: more is a slip of the pen."""
_WHOLE = Note("为{0}至{1}的整数", "a whole number from {0} to {1}")
_NUMBER = Note("为{0}至{1}的数", "a number from {0} to {1}")


@dataclass(frozen=True, slots=True)
class Ladder:
    """The marks of a policy, low to high, with their titles."""

    rungs: tuple[str, ...] = ()
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "titles", freeze(self.titles))

    def title(self, word: str) -> Note:
        """Return the title of a rung or the everyday word for anything else."""
        titles = self.titles.get(word)
        return Note(*titles) if titles else text.note(word)

    def account(self, unit: str) -> AccountName:
        """Return where `unit` is posted: a rung is a mark, anything else an action."""
        return "marks" if unit in self.rungs else "action"


@dataclass(frozen=True, slots=True)
class Measure:
    """The unit a clause's quantity is in, and what is allowed.

    Attributes:
        least: the smallest quantity allowed.
        whole: only whole numbers.
        most: the largest quantity of one incident, when it is said.
        limit: the largest quantity: `most`, else `MONEY` in CNY and `MOST` in any other unit.
    """

    unit: str = "times"
    least: Decimal = ONE
    whole: bool = True
    most: Decimal | None = None
    limit: Decimal = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        most = MONEY if self.unit == MONEY_UNIT else MOST
        object.__setattr__(self, "limit", most if self.most is None else self.most)

    def allowed(self) -> Note:
        """Say what is allowed."""
        return (_WHOLE if self.whole else _NUMBER).of(self.least, self.limit)


TIMES: Final = Measure()


@dataclass(frozen=True, slots=True)
class Part(Generic[P]):
    """The piece of a clause that one kind assesses.

    Attributes:
        code: what an effect cites: the band's code, or the clause's.
        clause: the code of the whole clause.
        params: what the policy file writes under `params`, typed.
    """

    code: str
    clause: str
    title: str
    params: P
    ladder: Ladder = Ladder()


class ParamsError(ValueError):
    """What is wrong with a kind's params, beyond their types; a `Params` class raises it.

    Attributes:
        places: (path below the params, what is wrong there) for every fault found.
    """

    def __init__(self, *places: tuple[tuple[str | int, ...], Note]) -> None:
        super().__init__("; ".join(why.text("en") for _, why in places))
        self.places = places


class Row(NamedTuple):
    """One catalogue row: amounts unsigned, `maximum` None when open, `per` a unit or empty.

    Attributes:
        code, title: the band's when it has its own, else the part's or the rule's.
    """

    direction: Direction
    account: AccountName | Literal[""]
    unit: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    per: str = ""
    note: str = ""
    code: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ClauseKind(Generic[P]):
    """A way to assess a clause.

    Attributes:
        name: `<prefix>.<word>`, unique over all plugins.
        params: a `Params` class.
        assess: (part, incident) -> effects, choices and deadlines; empty for nothing.
        rows: (part) -> what the catalogue prints for it.
        facts: the facts every clause of this kind takes.
        measure: (params) -> the unit of the quantity unless the clause says otherwise.
        counters: (part) -> the `count` units it may post to, those that begin alike as one
            with `*` at its end; a reaction that watches any other is refused as misspelt.
        impartial: (params) -> whether it looks at nothing of an incident but the quantity and the
            facts. What it found is then remembered and not asked for again.
    """

    name: str
    params: type[P]
    assess: Callable[[Part[P], Incident], Sequence[Finding]]
    rows: Callable[[Part[P]], Iterable[Row]]
    facts: tuple[Fact, ...] = ()
    measure: Callable[[P], Measure] = lambda params: TIMES
    counters: Callable[[Part[P]], Iterable[str]] = lambda part: ()
    impartial: Callable[[P], bool] = lambda params: False


class Watch(NamedTuple):
    """What a reaction looks at.

    Attributes:
        account, unit: the counter; a unit ending in `*` watches each unit with that
            beginning, every one with a total of its own.
        window: a window as `dates.windows` reads it; `each` answers every posting by itself.
        joint: whether marks taken over from a report count in the total.
        of_supervisor: post to a superior of that day instead; what came from such a posting
            is never passed on further.
        level: which superior: 1 the direct one, 2 the one above, up to `MOST_LEVELS`.
        roles: the positions one of which the nearest superior who bears it has, in place of a
            level.
        converted: whether postings that are themselves reactions are answered (`each` only).
        weights: (unit, weight) of the counters of the account that are added up, each times
            its weight, in place of `unit` alone, which then only names the sum.
    """

    account: AccountName
    unit: str
    window: str
    joint: bool = True
    of_supervisor: bool = False
    converted: bool = True
    weights: tuple[tuple[str, Decimal], ...] = ()
    level: int = 1
    roles: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The units it looks at."""
        return tuple(name for name, _ in self.weights) or (self.unit,)

    def matches(self, account: str, unit: str) -> bool:
        """Tell whether a posting on this account and unit is watched."""
        if account != self.account:
            return False
        if self.weights:
            return any(unit == name for name, _ in self.weights)
        if self.unit.endswith("*"):
            return unit.startswith(self.unit[:-1])
        return unit == self.unit


@dataclass(frozen=True, slots=True)
class Rule(Generic[P]):
    """A reaction as a policy states it."""

    code: str
    title: str
    params: P
    ladder: Ladder = Ladder()


@dataclass(frozen=True, slots=True)
class ReactionKind(Generic[P]):
    """A function from a total to derived totals.

    Attributes:
        watch: (rule) -> the counters it looks at.
        derive: (rule, unit, total) -> all that follows from that total, from nothing.
            The platform posts the difference between two totals.
        gives: (rule) -> (account, unit) pairs `derive` may post to.
        rows: (rule) -> what the catalogue prints for it.
        note: (rule) -> the sentence of the trace, without the totals.
        fold: (rule, seen) -> what follows from the dated entries of one span, in place of
            `derive`, which is then not asked; it has one watch, with weights for several units.
        timed: whether a fold gives at the end of days on which nothing need have happened.
        covers: only of a cap: (rule, account, unit, clause) -> whether it counts what is posted
            so. That is added, unsigned, to the counter it watches, and what it derives is
            given back on the account: against its sign, never more than was taken.
        cancels: only of a fold: (rule) -> (unit, unit it may cancel) pairs.
    """

    name: str
    params: type[P]
    watch: Callable[[Rule[P]], Sequence[Watch]]
    derive: Callable[[Rule[P], str, Decimal], Sequence[Effect]]
    gives: Callable[[Rule[P]], Sequence[tuple[AccountName, str]]]
    rows: Callable[[Rule[P]], Iterable[Row]]
    note: Callable[[Rule[P]], Note] = lambda rule: NOTHING_TO_SAY
    fold: Callable[[Rule[P], Seen], Iterable[Given | Cancelled]] | None = None
    timed: bool = False
    covers: Callable[[Rule[P], str, str, str], bool] | None = None
    cancels: Callable[[Rule[P]], Sequence[tuple[str, str]]] = lambda rule: ()


class Dated(NamedTuple):
    """An entry of a subject's history.

    Attributes:
        until: the last day it is in force.
        number: its place among the entries of the span.
        spot: the same for what happened at once; what a rule listed above cancels then too.
    """

    day: date
    account: str
    unit: str
    quantity: Decimal
    joint: bool
    until: date
    number: int
    spot: int = 0


class Seen(NamedTuple):
    """One span of a subject's history, all that a fold may look at.

    Attributes:
        first, last: the days of the span.
        since: the first day of the rule's wording; what it gives before is not kept.
        entries: in their order, without what the rule gave itself in this wording.
        as_of: only the days before this one are over.
    """

    subject: str
    first: date
    last: date
    since: date
    entries: tuple[Dated, ...]
    as_of: date


class Given(NamedTuple):
    """What a fold gives: at an entry, or at the end of a day that is over."""

    at: Dated | date
    effect: Effect


class Cancelled(NamedTuple):
    """So much of an earlier entry counts no longer, from another entry on."""

    at: Dated
    entry: Dated
    quantity: Decimal


class Period(NamedTuple):
    """A closed period: its name (`2026-03`, `2026Q1`, `2026`), first and last local day.

    Attributes:
        kind: `month`, `quarter`, `half_year` or `year`.
    """

    name: str
    first: date
    last: date
    kind: str = "month"


class Award(NamedTuple):
    """An effect a programme gives to one subject."""

    subject: str
    effect: Effect
    clause: str = ""


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """All a programme may look at when a period closes; frozen, whatever was given.

    Attributes:
        subjects: those the policy covers, in code order.
        totals: (subject, account, unit) -> sum of the period's postings, `count` included.
        inputs: what was handed in for the period, by input name, numbers as `Decimal`.
        daily: (subject, account, unit, day) -> the same by day, for a kind that says `daily`.
        on: (code, day) -> a subject with the attributes of that day, for such a kind.
    """

    period: Period
    subjects: tuple[Subject, ...]
    totals: Mapping[tuple[str, str, str], Decimal]
    inputs: Mapping[str, Any]
    calendar: Calendar
    daily: Mapping[tuple[str, str, str, date], Decimal] = field(default_factory=FrozenDict)
    on: Callable[[str, date], Subject | None] = lambda code, day: None

    def __post_init__(self) -> None:
        object.__setattr__(self, "totals", FrozenDict(self.totals))
        object.__setattr__(self, "daily", FrozenDict(self.daily))
        object.__setattr__(self, "inputs", freeze(self.inputs))


@dataclass(frozen=True, slots=True)
class ProgrammeKind(Generic[P]):
    """A function evaluated over everybody when a period closes.

    Attributes:
        evaluate: (rule, facts) -> awards, one per effect.
        inputs: the inputs it reads; others are refused.
        period: (rule) -> `month`, `quarter`, `half_year` or `year`.
        rows: (rule) -> catalogue rows as (code, row).
        daily: (rule) -> whether it asks for totals and subjects by day.
        reads: (rule) -> (account, unit) pairs that its params name; one that nothing posts to is
            refused as misspelt.
    """

    name: str
    params: type[P]
    evaluate: Callable[[Rule[P], PeriodFacts], Sequence[Award]]
    inputs: tuple[str, ...]
    rows: Callable[[Rule[P]], Iterable[tuple[str, Row]]]
    period: Callable[[Rule[P]], str] = lambda rule: "month"
    daily: Callable[[Rule[P]], bool] = lambda rule: False
    reads: Callable[[Rule[P]], Iterable[tuple[AccountName, str]]] = lambda rule: ()


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a tenant's enabled plugins provide, by kind name.

    Attributes:
        owners: every installed kind -> its plugin, enabled or not.
        enabled: the names of the enabled plugins.
        terms: the named terms of the tenant's calendar.
    """

    clause_kinds: Mapping[str, ClauseKind[Any]] = field(default_factory=dict)
    reactions: Mapping[str, ReactionKind[Any]] = field(default_factory=dict)
    programmes: Mapping[str, ProgrammeKind[Any]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    enabled: tuple[str, ...] = ()
    terms: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)
