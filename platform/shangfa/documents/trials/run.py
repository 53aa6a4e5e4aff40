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

from shangfa.documents.trials.cast import Cast, cast_of
from shangfa.documents.trials.shape import (
    CaseDoc,
    ChoiceDoc,
    EffectDoc,
    EventDoc,
    ThenDoc,
    split_moment,
)
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.moments import read_moment
from shangfa.domain.effect import Choice
from shangfa.domain.faults import INVALID, PLUGIN_FAILED, Fault, RefusedError, refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.incidents.memory import Memory
from shangfa.domain.incidents.shares import read_shares
from shangfa.domain.ledger.posting import Line, Posting, visible
from shangfa.domain.money import ZERO, amount_text
from shangfa.domain.months.period import period_named
from shangfa.domain.months.programme import World, close_period
from shangfa.domain.people.past import Past, Stint, not_employed
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import Note


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
    cast: Cast
    trace: list[Line] = field(default_factory=list)

    def record(self, event: EventDoc) -> Assessment:
        """Record one incident of the case and return what follows.

        Raises:
            RefusedError: as the platform refuses it.
        """
        found = self._recorded(event)
        chosen: list[Posting] = []
        if event.chosen is not None:
            chosen = [_chosen(found, event.chosen, event.local[0])]
            self.memory.follow(found.policy, *chosen)
        if event.reversed:
            self.memory.reverse(found)
            back = [item._replace(quantity=-item.quantity) for item in chosen]
            self.memory.follow(found.policy, *back)
        return found

    def _recorded(self, event: EventDoc) -> Assessment:
        on, at = event.local
        zone = self.memory.calendar.zone
        if at is not None and isinstance(zone, ZoneInfo):
            read_moment(at.isoformat(), zone)  # that never was, or was twice
        codes, shares = read_shares(event.subjects or event.subject)
        subjects = tuple(self._subject(code, on) for code in codes)
        facts, policy = event.facts or {}, event.policy or self.case.policy
        report = Report(
            event.clause, subjects, on, at, event.quantity, facts, shares, policy, event.unit
        )
        if not event.lifted:
            return self.memory.record(report)
        days = {unit: split_moment(moment)[0] for unit, moment in event.lifted.items()}
        return self.memory.record_lifted(report, days)

    def _subject(self, code: str, day: date) -> Subject:
        subject = self.cast.subject(code, day)
        if subject.employed:
            return subject
        person = self.cast.known[code]
        past = Past(stints=[Stint(person.since or date.min, person.until)])
        raise not_employed(code, past, day, "/subject")

    def close(self, period: str) -> list[Posting]:
        """Return what every programme gives for a period, what follows, and what ends with it."""
        last = period_named(period).last
        month, ledgers = f"{last:%Y-%m}", self.memory.ledgers or {}
        found: list[Posting] = []
        for name, policy in self.memory.policies.items():
            passed = self.memory.pass_time(name, self.cast.known, last + timedelta(1))
            found += [item for item in passed if f"{item.day:%Y-%m}" == month]
            world = World(self.cast.everybody(last), ledgers.get(name, []), self.memory.calendar)
            given = close_period(policy, month, world, self.case.inputs or {}, self._on)
            found += self.memory.follow(name, *given) if given else []
        return found

    def _on(self, code: str, day: date) -> Subject | None:
        return self.cast.subject(code, day) if code in self.cast.known else None


_ONE_CHOICE = Note(
    "chosen 用于恰有一项选择的事件；此事件有 {0} 项",
    "chosen is for an incident with one choice; this one has {0}",
)


def _chosen(found: Assessment, number: Decimal, day: date) -> Posting:
    """Return what is posted for the only choice of an incident.

    Raises:
        RefusedError: `invalid`, there is none or more than one.
    """
    if len(found.choices) != 1:
        raise refused(INVALID, "/chosen", value=number, why=_ONE_CHOICE.of(len(found.choices)))
    (item,) = found.choices
    takes = item.choice.deducts or ACCOUNTS[item.choice.account].sign < 0
    quantity = -number if takes else number
    where = (item.choice.account, item.choice.unit, quantity, item.clause, "clause")
    return Posting(item.subject, *where, day)


def trial_of(case: CaseDoc, policies: Mapping[str, Policy], calendar: Calendar) -> Trial:
    """Return a trial with the people of a case; `E` is an employee when not named."""
    cast = cast_of(case)
    return Trial(case, Memory(policies, calendar, cast), cast)


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
    months = sorted(case.closed)
    for event in sorted(case.given or (), key=_order):
        while months and period_named(months[0]).last < event.local[0]:
            trial.close(months.pop(0))
        try:
            trial.record(event)
        except RefusedError as error:
            when = " ".join(str(event.at).split("T"))
            return {"given refused": f"{when} {event.clause}: {error.code}"}
    for month in months:
        trial.close(month)
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
    if "adjustments" in expected:
        got["adjustments"] = _effects(trial.memory.adjusted)
    return {key: got[key] for key in expected if key in got} or got


_MORNING: Final = time()


def _order(event: EventDoc) -> datetime:
    on, at = event.local
    return at or datetime.combine(on, _MORNING)


def _effects(postings: Iterable[Posting]) -> Tally[tuple[str, str, str, str]]:
    return _summed(item[:4] for item in visible(postings))


def _summed(
    lines: Iterable[tuple[str, str, str, Decimal]],
) -> Tally[tuple[str, str, str, str]]:
    """Add up what goes the same way: whether it is said in one line or in two is the same."""
    sums: dict[tuple[str, str, str, bool], Decimal] = {}
    for subject, account, unit, quantity in lines:
        key = (subject, account, unit, quantity < 0)
        sums[key] = sums.get(key, ZERO) + quantity
    return Tally((*key[:3], amount_text(key[2], size)) for key, size in sums.items())


def _expected(then: ThenDoc) -> dict[str, Any]:
    if then.refused:
        return {"refused": then.refused}
    found: dict[str, Any] = {"effects": _summed(map(_said, then.effects or ()))}
    if _named(then, "adjustments"):
        found["adjustments"] = _summed(map(_said, then.adjustments or ()))
    if _named(then, "choices"):
        found["choices"] = Tally(map(_expected_choice, then.choices or ()))
    if _named(then, "deadlines"):
        due: Sequence[Any] = then.deadlines or ()
        found["deadlines"] = Tally((item.step, _moment(item.due)) for item in due)
    return found


def _named(then: ThenDoc, name: str) -> bool:
    return name in then.model_fields_set


def _said(item: EffectDoc) -> tuple[str, str, str, Decimal]:
    return item.subject, item.account, item.unit, item.quantity


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
