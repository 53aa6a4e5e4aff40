"""Let every guard say how much of a subject's month may be taken.

What is missing is never made up. Without a wage no share of it is known, without a place no
minimum wage: under `warn` all is taken then and the reason says what is missing; under `block`
only what holds all the same, and the rest waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final, NamedTuple, cast

from shangfa.domain.account import AccountName
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.money import FEN, ZERO
from shangfa.domain.months.settlement import (
    FULL,
    MIN_WAGE_UNKNOWN,
    WAGE_UNKNOWN,
    DraftItem,
    Pay,
    Ruling,
    SettlementDraft,
)
from shangfa.domain.months.worth import DAYS
from shangfa.domain.policies.checks import called
from shangfa.domain.tenancy.compliance import BLOCK
from shangfa.plugins.guards import asked
from shangfa.plugins.installed import installed
from shangfa.sdk.guards import Basis, Draft, Guard, Line, Mode, MonthDraft, Settled

_OF_ANY_WAGE: Final = frozenset({"fine_not_allowed", "converted", "notice_missing"})
"""Reasons that hold whatever somebody earns."""
_OF_ANY_PLACE: Final = frozenset({"no_contract_basis", "unworked_time"})
"""Reasons that hold wherever somebody works."""
_MISSING: Final = frozenset({"no_contract_basis", "notice_missing", MIN_WAGE_UNKNOWN})
"""Reasons that name what is missing by themselves."""


class _Answer(NamedTuple):
    """What becomes of a line, and by which law."""

    settled: Settled
    law: str


@dataclass(frozen=True, slots=True)
class MonthGuard:
    """All guards as one, for a company.

    Attributes:
        place: where people work of whom nothing else is said, "" when not known.
        mode: of the company: `warn` takes whole what cannot be judged, `block` nothing of it.
        modes: rule code -> the mode the company chose for it.
        laws: what was found by which law; people of one place are cut by the same.
    """

    place: str
    mode: str
    modes: Mapping[str, Mode]
    laws: dict[tuple[object, ...], str] = field(default_factory=dict)

    def __call__(self, draft: SettlementDraft) -> Sequence[Ruling]:
        """Return how much of each item may be settled.

        Raises:
            PluginFailedError: a guard failed, or its answer does not add up.
        """
        wage, region = month_wage(draft.pay), draft.pay.work_region or self.place
        lines = tuple(_line(item) for item in draft.items if item.due < 0)
        month = _month(draft, wage or ZERO, region, lines)
        said = Draft(draft.last, modes=self.modes, month=month)
        answers = self._answers(said, month) if lines else {}
        return [
            self._ruling(item, answers[item.money], wage, region)
            if item.money in answers
            else Ruling(item.due)
            for item in draft.items
        ]

    def _answers(self, draft: Draft, month: MonthDraft) -> dict[str, _Answer]:
        """Return money -> what becomes of it by the guard that lets the least of it be taken."""
        strictest: dict[str, _Answer] = {}
        for guard in installed().guards():
            for settled in _checked(guard, draft, month.lines):
                known = strictest.get(settled.ref)
                if known is None or settled.allowed < known.settled.allowed:
                    law = self._law(guard, draft, settled, month)
                    strictest[settled.ref] = _Answer(settled, law)
        return strictest

    def _law(self, guard: Guard[Any], draft: Draft, settled: Settled, month: MonthDraft) -> str:
        if settled.reason == FULL:
            return ""
        by = (guard.name, draft.on, month.region, month.kind)
        if (*by, settled.ref, settled.reason) not in self.laws:
            for finding in asked(guard, draft):
                self.laws.setdefault((*by, finding.clause, finding.code), finding.law_ref)
        return self.laws.setdefault((*by, settled.ref, settled.reason), "")

    def _ruling(
        self, item: DraftItem, answer: _Answer, wage: Decimal | None, region: str
    ) -> Ruling:
        settled, law = answer
        reason = settled.reason
        if reason == FULL or (wage is not None and region) or self._holds(reason, wage, region):
            return Ruling(-settled.allowed, reason, -settled.dropped, law, settled.points)
        if reason not in _MISSING:
            reason = WAGE_UNKNOWN if region else MIN_WAGE_UNKNOWN
        return Ruling(ZERO if self.mode == BLOCK else item.due, reason, law=law)

    def _holds(self, reason: str, wage: Decimal | None, region: str) -> bool:
        """Tell whether a reason stands although the wage or the place is not known."""
        if self.mode != BLOCK:
            return False
        return (wage is not None or reason in _OF_ANY_WAGE) and (
            bool(region) or reason in _OF_ANY_PLACE
        )


def _month(
    draft: SettlementDraft, wage: Decimal, region: str, lines: tuple[Line, ...]
) -> MonthDraft:
    """Return the month as guards see it, with what the company says of the place."""
    first = draft.last.replace(day=1)
    own = draft.floors.of(region, first)
    return MonthDraft(
        first,
        wage,
        lines,
        region,
        tier=own.tier if own else None,
        kind=draft.kind,
        contract_basis=draft.pay.loss_contract_basis,
        statutory=draft.pay.statutory or ZERO,
        floor_basis=cast("Basis", own.basis) if own else "gross",
        minimum=own.monthly if own else None,
    )


def month_wage(pay: Pay) -> Decimal | None:
    """Return what somebody earns in a month, None when nobody told."""
    if pay.month_wage is not None or pay.day_wage is None:
        return pay.month_wage
    return (pay.day_wage * DAYS).quantize(FEN, ROUND_DOWN)


def _line(item: DraftItem) -> Line:
    """Return what somebody is to pay, unsigned: what this month gives back pays old debts first."""
    due = -item.due
    carried = max(ZERO, min(due, -item.carried_in))
    days, hours = max(ZERO, -item.days), max(ZERO, -item.hours)
    account = cast("AccountName", item.money)
    told, agreed = item.noticed, item.consented
    return Line(
        item.money,
        account,
        due - carried,
        carried,
        notice=told is not None,
        consent=agreed is not None,
        days=days,
        hours=hours,
        notice_amount=told,
        consent_amount=agreed,
    )


def _checked(guard: Guard[Any], draft: Draft, lines: Sequence[Line]) -> Sequence[Settled]:
    """Return what one guard says of each line of a draft."""
    said = called(guard.name, guard.settle, draft, guard.data, most=len(lines))
    if len(said) != len(lines):
        raise PluginFailedError(guard.name, f"{len(said)} answers for {len(lines)} lines")
    for line, settled in zip(lines, said, strict=True):
        if not _fits(line, settled):
            raise PluginFailedError(guard.name, f"{settled!r:.200} for {line!r:.200}")
    return said


def _fits(line: Line, settled: Any) -> bool:
    """Tell whether an answer is one, of this line, and every fen of it is somewhere."""
    if type(settled) is not Settled or settled.ref != line.ref:
        return False
    allowed, carried, dropped = settled.allowed, settled.carried, settled.dropped
    due = line.requested + line.carried_in
    if settled.reason == FULL:
        return allowed == due and not carried and not dropped
    whole = all(part >= 0 and part == part.quantize(FEN) for part in (allowed, carried, dropped))
    return whole and allowed + carried + dropped == due
