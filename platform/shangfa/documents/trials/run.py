"""Run policy tests: given these incidents, when this one, then exactly these effects.

No database and no clock: the incidents of a case are recorded in memory, in date order.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from shangfa.documents.trials.shape import (
    ANYBODY,
    CaseDoc,
    ChoiceDoc,
    EffectDoc,
    EventDoc,
    ThenDoc,
    split_moment,
)
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.moments import read_moment
from shangfa.domain.effect import Choice
from shangfa.domain.faults import PLUGIN_FAILED, Fault, RefusedError, refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.incidents.memory import Memory
from shangfa.domain.incidents.shares import read_shares
from shangfa.domain.ledger.posting import Line, Posting, visible
from shangfa.domain.money import amount_text
from shangfa.domain.months.period import period_named
from shangfa.domain.months.programme import World, close_period
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.people.lines import Lines
from shangfa.domain.policies.policy import Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one case; all but `id` is empty when it passed.

    Attributes:
        why: the refusal in words, when it was not expected.
        faults: why the case could not be run at all.
        trace: what led to it, passed or not.
    """

    id: str
    passed: bool
    expected: Any = None
    got: Any = None
    why: str = ""
    faults: tuple[Fault, ...] = ()
    trace: tuple[Line, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """A case with its people and a tenant in memory."""

    case: CaseDoc
    memory: Memory
    people: Mapping[str, Subject] = field(default_factory=dict)
    trace: list[Line] = field(default_factory=list)

    def record(self, event: EventDoc) -> Assessment:
        """Record one incident of the case and return what follows.

        Raises:
            RefusedError: as the platform refuses it.
        """
        on, at = event.local
        zone = self.memory.calendar.zone
        if at is not None and isinstance(zone, ZoneInfo):
            read_moment(at.isoformat(), zone)  # that never was, or was twice
        codes, shares = read_shares(event.subjects or event.subject)
        subjects = tuple(self._subject(code) for code in codes)
        facts, policy = event.facts or {}, event.policy or self.case.policy
        report = Report(
            event.clause, subjects, on, at, event.quantity, facts, shares, policy, event.unit
        )
        if not event.lifted:
            return self.memory.record(report)
        days = {unit: split_moment(moment)[0] for unit, moment in event.lifted.items()}
        return self.memory.record_lifted(report, days)

    def _subject(self, code: str) -> Subject:
        if code not in self.people:
            raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
        return self.people[code]

    def close(self, period: str) -> list[Posting]:
        """Return what every programme gives for a period, and those that end with it."""
        month = f"{period_named(period).last:%Y-%m}"
        subjects, ledgers = tuple(self.people.values()), self.memory.ledgers or {}
        found: list[Posting] = []
        last = period_named(period).last
        for policy in self.memory.policies.values():
            passed = self.memory.pass_time(policy.name, self.people, last + timedelta(1))
            found += [item for item in passed if f"{item.day:%Y-%m}" == month]
            world = World(subjects, ledgers.get(policy.name, []), self.memory.calendar)
            found += close_period(policy, month, world, self.case.inputs or {})
        return found


def trial_of(case: CaseDoc, policies: Mapping[str, Policy], calendar: Calendar) -> Trial:
    """Return a trial with the people of a case; `E` is an employee when not named."""
    people = {} if ANYBODY in case.people else {ANYBODY: Subject(ANYBODY)}
    lines = Lines()
    for code, item in case.people.items():
        people[code] = Subject(code)
        if item is not None:
            people[code] = Subject(code, item.kind, item.department, item.position, item.attributes)
            lines.attributes[code] = item.attributes
            lines.add(code, item.supervisor)
            if item.position is not None:
                lines.positions[code] = item.position
    if case.close is not None and case.people:
        people = {code: people[code] for code in case.people}
    return Trial(case, Memory(policies, calendar, lines), people)


def run_trial(trial: Trial) -> Verdict:
    """Run one case."""
    name, expected, why = trial.case.id, _expected(trial.case.then or ThenDoc()), ""
    try:
        got = _outcome(trial, expected)
    except RefusedError as error:
        got, why = {"refused": error.code}, _reason(error)
    if got == expected:
        return Verdict(name, passed=True, trace=tuple(trial.trace))
    trace = tuple(trial.trace)
    return Verdict(name, False, _plain(expected), _plain(got), why, trace=trace)  # noqa: FBT003


def _reason(error: RefusedError) -> str:
    """Return the refusal in words; for a plugin with the exception behind it."""
    cause = error.__cause__ if error.kind is PLUGIN_FAILED else None
    where = _where(cause) if cause is not None else ""
    return "; ".join(map(str, error.faults)) + where


def _where(error: BaseException) -> str:
    """Return the file and line of a plugin where it raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""


def _outcome(trial: Trial, expected: Mapping[str, Any]) -> dict[str, Any]:
    case = trial.case
    for event in sorted(case.given or (), key=_order):
        try:
            trial.record(event)
        except RefusedError as error:
            when = " ".join(str(event.at).split("T"))
            return {"given refused": f"{when} {event.clause}: {error.code}"}
    if case.when is None:
        return {"effects": _effects(trial.close(case.close or ""))}
    result = trial.record(case.when)
    trial.trace.extend(result.trace)
    got: dict[str, Any] = {
        "effects": _effects(result.postings),
        "choices": Tally(_choice_key(item.subject, item.choice) for item in result.choices),
        "deadlines": Tally(
            (item.deadline.step, _moment(item.deadline.due)) for item in result.deadlines
        ),
    }
    return {key: got[key] for key in expected if key in got} or got


_MORNING: Final = time()


def _order(event: EventDoc) -> datetime:
    on, at = event.local
    return at or datetime.combine(on, _MORNING)


def _effects(postings: Iterable[Posting]) -> Tally[tuple[str, str, str, str]]:
    return Tally(
        (item.subject, item.account, item.unit, amount_text(item.unit, item.quantity))
        for item in visible(postings)
    )


def _expected(then: ThenDoc) -> dict[str, Any]:
    if then.refused:
        return {"refused": then.refused}
    found: dict[str, Any] = {"effects": Tally(map(_effect_key, then.effects or ()))}
    if _named(then, "choices"):
        found["choices"] = Tally(map(_expected_choice, then.choices or ()))
    if _named(then, "deadlines"):
        due: Sequence[Any] = then.deadlines or ()
        found["deadlines"] = Tally((item.step, _moment(item.due)) for item in due)
    return found


def _named(then: ThenDoc, name: str) -> bool:
    return name in then.model_fields_set


def _effect_key(item: EffectDoc) -> tuple[str, str, str, str]:
    return item.subject, item.account, item.unit, amount_text(item.unit, item.quantity)


def _choice_key(subject: str, choice: Choice) -> tuple[str, ...]:
    return (subject, choice.account, choice.unit, *_span(choice.minimum, choice.maximum))


def _expected_choice(item: ChoiceDoc) -> tuple[str, ...]:
    return (item.subject, item.account, item.unit, *_span(item.min, item.max))


def _span(least: Decimal, most: Decimal | None) -> tuple[str, str]:
    return amount_text("", least), "open" if most is None else amount_text("", most)


def _moment(value: date | datetime) -> str:
    on, at = split_moment(value)
    return at.isoformat(timespec="seconds") if at else on.isoformat()


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: sorted(" ".join(map(str, entry)) for entry in item.elements())
        if isinstance(item, Tally)
        else item
        for key, item in value.items()
    }
