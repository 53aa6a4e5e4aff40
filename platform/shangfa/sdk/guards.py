"""Guards: what a plugin has to say about a draft before it is in force or paid.

A guard reviews one `Draft`, a version of a policy or what one subject is to be charged in a
month, and answers with findings; for a month it also says how much of each line may be
taken. It is pure: the rules it goes by are frozen values that it brings along, the day it
judges by stands in the draft, and the same draft gives the same answer.

The types stand here and not in `shangfa.sdk` itself, where `Finding` means what a clause
gives: `from shangfa.sdk import guards`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeVar, get_args

from shangfa.domain.account import AccountName
from shangfa.domain.frozen import NOTHING, freeze
from shangfa.domain.money import ZERO
from shangfa.domain.policies.kinds import Row
from shangfa.domain.text import NOTHING_TO_SAY, Note

D = TypeVar("D")

Mode = Literal["off", "info", "warn", "convert", "block"]
"""What becomes of what a rule finds, from loose to strict."""
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
Severity = Literal["info", "warn", "block"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
Certainty = Literal["read", "secondary", "inferred"]
"""Whether the text of the law was read, is known from others, or was concluded from texts."""
CERTAINTIES: Final[tuple[Certainty, ...]] = get_args(Certainty)
Origin = Literal["clause", "reaction", "programme"]
Basis = Literal["gross", "after_statutory"]


def strictest(*modes: Mode) -> Mode:
    """Return the strictest of some modes."""
    return max(modes, key=MODES.index)


@dataclass(frozen=True, slots=True)
class DraftClause:
    """One clause, reaction or programme of a version under review.

    Attributes:
        kinds: the kinds of its parts, none for a clause that is only a text.
        rows: what it may give, as the catalogue says it.
        note: the text of a clause that is not reported.
        labels: what its facts are called.
        params: the params of each of its parts; frozen.
    """

    code: str
    title: str
    origin: Origin = "clause"
    kinds: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    note: str = ""
    labels: tuple[str, ...] = ()
    params: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", freeze(self.params))


@dataclass(frozen=True, slots=True)
class Line:
    """What a subject is to be charged for one matter in a month, unsigned CNY.

    Attributes:
        ref: how the caller names it; a settled line has the same.
        requested: of this month; for time not worked the price the policy puts on it.
        carried_in: left over from earlier months.
        notice: the subject was told reason and amount in writing before the payday.
        consent: the subject agreed to this set-off.
        days, hours: the time not worked that a `wage` line stands for.
        notice_amount, consent_amount: up to which amount it was told, or agreed to; None for
            the whole.
    """

    ref: str
    account: AccountName
    requested: Decimal
    carried_in: Decimal = ZERO
    notice: bool = False
    consent: bool = False
    days: Decimal = ZERO
    hours: Decimal = ZERO
    notice_amount: Decimal | None = None
    consent_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MonthDraft:
    """What one subject is to be charged in one month.

    Attributes:
        month: its first day.
        wage: the month wage, CNY.
        lines: oldest first; in this order what may be taken is given out.
        region: where the work is done, GB/T 2260 (`440300`) or a name the guard knows.
        tier: of the minimum wage there, None when not known.
        kind: the subject's.
        contract_basis: the contract lets a loss be deducted.
        statutory: what law withholds first (tax, own insurance), CNY.
        floor_basis: whether the minimum wage must remain before or after that.
        minimum: the month's minimum wage the company vouches for; the higher one holds.
    """

    month: date
    wage: Decimal
    lines: tuple[Line, ...]
    region: str = ""
    tier: int | None = None
    kind: str = "employee"
    contract_basis: bool = False
    statutory: Decimal = ZERO
    floor_basis: Basis = "gross"
    minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is reviewed: a version of a policy (`clauses`), or a month of a subject (`month`).

    Attributes:
        on: the local day whose law holds.
        regions: where the company works, as it names them.
        kinds: the kinds of subjects a policy covers; empty for all.
        ladder: the marks of the policy, low to high.
        modes: rule code -> the mode the company chose for it; a locked rule is never loosened.
    """

    on: date
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    modes: Mapping[str, Mode] = field(default_factory=lambda: NOTHING)
    clauses: tuple[DraftClause, ...] = ()
    month: MonthDraft | None = None
    ladder: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "modes", freeze(self.modes))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        clause: its code, or the `ref` of a line; empty for the whole.
        law_ref: the law it goes by.
        rule: the rule that found it, whose mode a company may change.
    """

    code: str
    severity: Severity
    clause: str
    law_ref: str
    text: Note
    certainty: Certainty
    suggestion: Note = NOTHING_TO_SAY
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a line: `allowed + carried + dropped = requested + carried_in`.

    Attributes:
        allowed: taken this month.
        carried: left for later months; a loss is never given up.
        dropped: a fine that may not be taken, now or later.
        reason: `full` or what limited it.
        points: what a converted fine becomes instead; never the amount again.
    """

    ref: str
    requested: Decimal
    carried_in: Decimal
    allowed: Decimal
    carried: Decimal
    dropped: Decimal
    reason: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class GuardRule:
    """A rule of a guard, in the region and mode it begins with.

    Attributes:
        locked: a company may make it stricter and never looser.
    """

    code: str
    region: str
    mode: Mode
    locked: bool


@dataclass(frozen=True, slots=True)
class Guard(Generic[D]):
    """What a plugin reviews drafts with.

    Attributes:
        name: unique over all plugins.
        data: the rules it goes by: frozen, read once when the plugin is found.
        rules: what a company may change the mode of.
        review: (draft, data) -> findings.
        settle: (draft, data) -> what becomes of each line of the draft's month, in order.
        place: (word, data) -> the six digits of GB/T 2260 of a place that is named by them or
            by its name, None for one it does not know.
    """

    name: str
    data: D
    rules: tuple[GuardRule, ...]
    review: Callable[[Draft, D], Sequence[Finding]]
    settle: Callable[[Draft, D], Sequence[Settled]]
    place: Callable[[str, D], str | None] | None = None
