"""A clause in force: what it takes and the parts it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from shangfa.domain import text
from shangfa.domain.faults import Fault, RefusedError, refused
from shangfa.domain.history import Ask
from shangfa.domain.incident import Report
from shangfa.domain.policies.conditions import Condition
from shangfa.domain.policies.facts import Fact, read_facts, to_decimal
from shangfa.domain.policies.faults import (
    INCOMPLETE_CLAUSE,
    INVALID_QUANTITY,
    NOT_RECORDABLE,
    SHARES_NEEDED,
)
from shangfa.domain.policies.kinds import (
    TIMES,
    ClauseKind,
    Measure,
    Part,
)
from shangfa.domain.text import Note

_CITES = Note("{}「{}」", "{} “{}”")
_TOO_MUCH = Note(
    "{0}；确有更多时，请分次登记，或由制度在该条款的 quantity 中以 most 放宽",
    "{0}; if there was more, record it in parts or let the policy say a larger `most` in the "
    "clause's `quantity`",
)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a clause with the kind that assesses it and the condition it needs.

    Attributes:
        impartial: whether both look at nothing of an incident but the quantity and the facts.
    """

    part: Part[Any]
    kind: ClauseKind[Any]
    when: Condition | None = None
    impartial: bool = False


class Scale(NamedTuple):
    """Money, pay and points times a percentage where a condition holds.

    Attributes:
        when: None where it always holds.
    """

    when: Condition | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in force.

    Attributes:
        when: the clause gives nothing unless this holds.
        steps: its parts; with `first` only the first whose condition holds counts.
        extras: parts common to many clauses, added when the clause gave something;
            an extra whose `replaces` is true stands instead of the clause's own parts.
        unrecordable: why it cannot be reported, empty when it can.
        missing: parameters the company must fill before the clause can be computed.
        shared: what it gives is split, so several subjects need shares.
        procedure: how its cases move, None for the policy's.
        asks: facts that the subject's history answers.
        wording: the clause in full, as slips print it.
        impartial: whether `when` and the scales look at nothing of an incident but the quantity
            and the facts.
        scales: what makes its consequences heavier or milder, one after the other.
        cites: how an explanation names it.
    """

    code: str
    title: str
    place: str = ""
    measure: Measure = TIMES
    facts: Mapping[str, Fact] = field(default_factory=dict)
    when: Condition | None = None
    steps: tuple[Step, ...] = ()
    first: bool = False
    extras: tuple[tuple[Step, bool], ...] = ()
    unrecordable: str = ""
    missing: tuple[str, ...] = ()
    shared: bool = False
    procedure: str | None = None
    asks: tuple[Ask, ...] = ()
    wording: str = ""
    impartial: bool = True
    scales: tuple[Scale, ...] = ()
    cites: Note = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cites", _CITES.of(self.code, self.title))

    def is_impartial(self) -> bool:
        """Tell whether the same quantity and facts give the same, whoever it is and whenever."""
        parts = [*self.steps, *(step for step, _ in self.extras)]
        return self.impartial and not self.asks and all(step.impartial for step in parts)

    def read(self, report: Report) -> tuple[Decimal, Mapping[str, Any]]:
        """Return the typed quantity and facts of a report.

        Raises:
            RefusedError: with every fault found: `not_recordable`, `incomplete_clause`,
                `shares_needed`, `invalid_quantity`, `missing_fact`, `unknown_fact`,
                `invalid_fact`.
        """
        if self.unrecordable:
            raise refused(NOT_RECORDABLE, "/clause", value=self.code, why=self.unrecordable)
        if self.missing:
            missing = "、".join(self.missing)
            raise refused(INCOMPLETE_CLAUSE, "/clause", value=self.code, missing=missing)
        if self.shared and report.subjects[1:] and not report.shares:
            raise refused(SHARES_NEEDED, "/subjects", value=self.code)
        faults: list[Fault] = []
        try:
            number = self._read_quantity(report)
        except RefusedError as error:
            faults += error.faults
        try:
            values = read_facts(self.facts, report.facts)
        except RefusedError as error:
            faults += error.faults
        if faults:
            raise RefusedError(*faults)
        return number, values

    def _read_quantity(self, report: Report) -> Decimal:
        measure = self.measure
        try:
            given = report.quantity
            number = to_decimal(given)
            broken = measure.whole and type(given) is not int and number != int(number)
            if broken or number < measure.least:
                raise ValueError("range")
            if report.unit is not None and report.unit != measure.unit:
                raise ValueError("unit")
        except ValueError:
            raise self._bad_quantity(report, self.measure.allowed()) from None
        if number > measure.limit:
            raise self._bad_quantity(report, _TOO_MUCH.of(measure.allowed()))
        return number

    def _bad_quantity(self, report: Report, allowed: Note) -> RefusedError:
        measure = self.measure
        values = {
            "value": f"{report.quantity} {report.unit or ''}".strip(),
            "unit": text.note(measure.unit),
            "allowed": allowed,
        }
        return refused(INVALID_QUANTITY, "/quantity", **values)
