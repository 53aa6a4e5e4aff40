"""Assess an incident: what follows, for whom, from which words, by which totals.

Pure: no clock, no storage. Totals come in as a `Book` and are moved in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.effect import Choice, Deadline, Effect, Finding
from shangfa.domain.faults import refused
from shangfa.domain.frozen import NOTHING, FrozenDict
from shangfa.domain.history import NOTHING_BEFORE, History
from shangfa.domain.incident import Incident, People, Report, Subject
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Due, Line, OpenChoice, Posting, place_of
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.money import apportion
from shangfa.domain.people.lines import read_date
from shangfa.domain.policies.checks import called, check_finding
from shangfa.domain.policies.clause import Clause, Step
from shangfa.domain.policies.faults import OUT_OF_SCOPE
from shangfa.domain.policies.kinds import Part
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Version
from shangfa.domain.text import Note


@dataclass(slots=True)
class SubjectDecision:
    """What follows for one subject, with what others bear because of it.

    Attributes:
        adjusted: what changes in what later facts gave, when this one became known late.
    """

    subject: str
    postings: list[Posting] = field(default_factory=list)
    choices: list[OpenChoice] = field(default_factory=list)
    deadlines: list[Due] = field(default_factory=list)
    trace: list[Line] = field(default_factory=list)
    adjusted: Sequence[Posting] = ()


@dataclass(slots=True)
class Assessment:
    """What follows from one incident.

    Attributes:
        cited: the words it rests on.
        decisions: one for each subject, in the order reported.
    """

    policy: str
    version: int
    clause: str
    cited: Line
    decisions: list[SubjectDecision] = field(default_factory=list)

    @property
    def postings(self) -> list[Posting]:
        """Everything that is posted."""
        if len(self.decisions) == 1:
            return self.decisions[0].postings
        return [item for decision in self.decisions for item in decision.postings]

    @property
    def moved(self) -> list[Posting]:
        """Everything that is posted, and what changes in what later facts gave."""
        adjusted = [item for decision in self.decisions for item in decision.adjusted]
        return self.postings + adjusted if adjusted else self.postings

    @property
    def choices(self) -> list[OpenChoice]:
        """Everything a human must still decide."""
        return [item for decision in self.decisions for item in decision.choices]

    @property
    def deadlines(self) -> list[Due]:
        """Every deadline that begins."""
        return [item for decision in self.decisions for item in decision.deadlines]

    @property
    def trace(self) -> list[Line]:
        """The whole explanation."""
        return [self.cited, *(line for decision in self.decisions for line in decision.trace)]


_OUTSIDE = Note("本制度不适用于该对象：{}。", "The policy does not apply to this subject: {}.")
_GONE = Note("当日不在职，无后果。", "Not employed that day: nothing follows.")
_UNMET = Note("未满足本条的条件，无后果。", "The clause's conditions are not met: nothing follows.")


def assess(  # noqa: PLR0913 - all that a fact is judged by
    policy: Policy,
    report: Report,
    people: People,
    book: Book,
    calendar: Calendar,
    *,
    past: Mapping[str, History] = NOTHING,
) -> Assessment:
    """Return all that follows from `report`, and move `book` accordingly.

    `past`: subject -> what came before, for a policy that asks for it.

    Raises:
        RefusedError: the report does not fit the clause, or a plugin failed.
        BackdatedError: the book was given without its days and they are needed.
    """
    version, clause = policy.clause(report.clause, report.on)
    quantity, facts = clause.read(report)
    _check_scope(policy, version, report)
    cited = Line(clause.cites, clause.code, "")
    decisions: list[SubjectDecision] = []
    for index, subject in enumerate(report.subjects):
        known = _answered(clause, facts, past, (subject, report.on)) if clause.asks else facts
        incident = Incident(subject, report.on, report.at, quantity, known, calendar)
        split = _Split(report.shares, index, version.rounding) if report.shares else None
        decisions.append(_assess_subject(version, clause, incident, split))
    if policy.folds:
        _place(report, decisions)
    if policy.reacts:
        _react(policy, people, book, decisions)
    return Assessment(policy.name, version.number, clause.code, cited, decisions)


def _place(report: Report, decisions: Iterable[SubjectDecision]) -> None:
    """Say where in its day each posting stands, for the rules that look back."""
    place = place_of(report.at, report.id)
    for decision in decisions:
        decision.postings = [item._replace(place=place) for item in decision.postings]


def _answered(
    clause: Clause, facts: Mapping[str, Any], past: Mapping[str, History], who: tuple[Subject, date]
) -> Mapping[str, Any]:
    """Return the facts with those that the history of a subject answers on a day."""
    subject, day = who
    before = past.get(subject.code) or NOTHING_BEFORE
    answers = {
        ask.name: ask.answer(before, day, _begun(subject, ask.within.frame.anchor))
        for ask in clause.asks
    }
    return FrozenDict({**facts, **answers})


def _begun(subject: Subject, attribute: str) -> date | None:
    return read_date(subject.attributes.get(attribute)) if attribute else None


def _react(
    policy: Policy, people: People, book: Book, decisions: Sequence[SubjectDecision]
) -> None:
    batches = [(decision.postings, decision.trace) for decision in decisions]
    for index, more in enumerate(react_in_turn(policy, people, book, batches)):
        decisions[index].postings += more


def _check_scope(policy: Policy, version: Version, report: Report) -> None:
    if version.scope.is_open:
        return
    for subject in report.subjects:
        why = version.scope.excludes(subject)
        if why:
            raise refused(OUT_OF_SCOPE, "/subject", policy=policy.name, value=subject.code, why=why)


def _assess_subject(
    version: Version, clause: Clause, incident: Incident, split: _Split | None
) -> SubjectDecision:
    decision = SubjectDecision(incident.subject.code, [], [], [], [])
    if not incident.subject.employed:
        decision.trace.append(Line(_GONE, clause.code, incident.subject.code))
        return decision
    applies = version.scope.when
    if applies is not None and not applies(incident):
        note = _OUTSIDE.of(version.title)
        decision.trace.append(Line(note, clause.code, incident.subject.code))
        return decision
    if clause.asks:
        decision.trace += _said(clause, incident)
    found = findings(version, clause, incident)
    if not found:
        decision.trace.append(Line(_UNMET, clause.code, incident.subject.code))
    for part, finding in found:
        _take(decision, part, finding, incident, split)
    return decision


def _said(clause: Clause, incident: Incident) -> list[Line]:
    """Return what the subject's history answered."""
    facts, code = incident.facts, incident.subject.code
    return [Line(ask.said(facts[ask.name]), clause.code, code) for ask in clause.asks]


class _Split(NamedTuple):
    shares: tuple[Decimal, ...]
    place: int
    rounding: str


def findings(
    version: Version, clause: Clause, incident: Incident
) -> list[tuple[Part[Any], Finding]]:
    """Return what the clause's parts find, each with the part it comes from."""
    if clause.when is not None and not clause.when(incident):
        return []
    own: list[tuple[Part[Any], Finding]] = []
    for step in clause.steps:
        if step.when is not None and not step.when(incident):
            continue
        own += _run(step, version, incident)
        if clause.first:
            break
    if not own or not clause.extras:
        return own
    return _with_extras(own, version, clause, incident)


def _with_extras(
    own: list[tuple[Part[Any], Finding]], version: Version, clause: Clause, incident: Incident
) -> list[tuple[Part[Any], Finding]]:
    more: list[tuple[Part[Any], Finding]] = []
    for step, replaces in clause.extras:
        if step.when is None or step.when(incident):
            more += _run(step, version, incident)
            own = [] if replaces else own
    return own + more


def _run(step: Step, version: Version, incident: Incident) -> list[tuple[Part[Any], Finding]]:
    part, kind = step.part, step.kind
    name, rungs = kind.name, version.ladder.rungs
    return [
        (part, check_finding(finding, name, rungs))
        for finding in called(name, kind.assess, part, incident)
    ]


def _take(
    decision: SubjectDecision,
    part: Part[Any],
    finding: Finding,
    incident: Incident,
    split: _Split | None,
) -> None:
    subject, code = incident.subject.code, part.code
    if type(finding) is Effect:
        code = finding.clause or code
        account, unit, quantity, note, _, since, until = finding
        if split is not None:
            quantity = _share(finding, split)
        if quantity:
            decision.postings.append(
                Posting(
                    subject,
                    account,
                    unit,
                    quantity,
                    code,
                    "clause",
                    incident.on,
                    False,  # noqa: FBT003 - by place: this is the busiest line
                    note,
                    NOWHERE,
                    since,
                    until,
                )
            )
    elif type(finding) is Choice:
        decision.choices.append(OpenChoice(subject, finding, code))
    elif type(finding) is Deadline:  # pragma: no branch - there is no fourth
        decision.deadlines.append(Due(subject, finding, code))
    if finding.note.zh:
        decision.trace.append(Line(finding.note, code, subject))


def _share(effect: Effect, split: _Split) -> Decimal:
    if effect.unit != MONEY_UNIT:
        return effect.quantity
    return apportion(effect.quantity, split.shares, split.rounding)[split.place]
