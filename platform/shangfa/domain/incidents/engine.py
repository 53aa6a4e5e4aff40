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
from shangfa.domain.frozen import NOTHING, FrozenDict, by_place
from shangfa.domain.history import NOTHING_BEFORE, History
from shangfa.domain.incident import Incident, People, Report, Subject
from shangfa.domain.incidents.remembered import Found, Known, Laid, keep, key_of, recall
from shangfa.domain.incidents.scaled import scaled
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import NOWHERE, Due, Line, OpenChoice, Place, Posting, place_of
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.money import apportion
from shangfa.domain.people.lines import read_date
from shangfa.domain.policies.checks import called, check_finding
from shangfa.domain.policies.clause import Clause, Step
from shangfa.domain.policies.faults import OUT_OF_SCOPE
from shangfa.domain.policies.kinds import Part
from shangfa.domain.policies.lanes import DEAF
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
    version, clause, number = policy.plan(report.clause, report.on)
    key = key_of(number, report)
    known = recall(key)
    quantity, facts = clause.read(report) if known is None else known[:2]
    if not version.scope.is_open:
        _check_scope(policy, version, report)
    place = place_of(report.at, report.id) if policy.placed else NOWHERE
    decisions: list[SubjectDecision] = []
    for index, subject in enumerate(report.subjects):
        read = _answered(clause, facts, past, (subject, report.on)) if clause.asks else facts
        incident = by_place(Incident, (subject, report.on, report.at, quantity, read, calendar))
        out = _outside(version, incident)
        found = known[2] if known is not None else None
        if out is not None:
            found = Found((), (), (), ((out, clause.code),))
        elif found is None:
            found = _lay_out(clause, findings(version, clause, incident))
            if key is not None:
                keep(key, Known(quantity, facts, _heard(policy, report.on, found)))
        split = _Split(report.shares, index, version.rounding) if report.shares else None
        decision = _decided(found, incident, place, split)
        if clause.asks and out is None:
            decision.trace[:0] = _said(clause, incident)
        decisions.append(decision)
    if policy.reacts and not (known is not None and known[2].quiet):
        _react(policy, people, book, decisions)
    cited = by_place(Line, (clause.cites, clause.code, ""))
    return Assessment(policy.name, version.number, clause.code, cited, decisions)


def _answered(
    clause: Clause, facts: Mapping[str, Any], past: Mapping[str, History], who: tuple[Subject, date]
) -> Mapping[str, Any]:
    """Return the facts with those that the history of a subject answers on a day."""
    subject, day = who
    before = past.get(subject.code) or NOTHING_BEFORE
    answers = {
        ask.name: ask.answer(before, day, _begun(subject, ask.within.frame.anchor), facts)
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
    for subject in report.subjects:
        why = version.scope.excludes(subject)
        if why:
            raise refused(OUT_OF_SCOPE, "/subject", policy=policy.name, value=subject.code, why=why)


def _outside(version: Version, incident: Incident) -> Note | None:
    """Return why nothing follows for a subject, None when something may."""
    if not incident.subject.employed:
        return _GONE
    applies = version.scope.when
    return None if applies is None or applies(incident) else _OUTSIDE.of(version.title)


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
    if own and clause.extras:
        own = _with_extras(own, version, clause, incident)
    for scale in clause.scales if own else ():
        if scale.when is None or scale.when(incident):
            own = [(part, scaled(finding, scale.percent)) for part, finding in own]
    return own


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


def _lay_out(clause: Clause, found: Sequence[tuple[Part[Any], Finding]]) -> Found:
    """Return what the parts found by what becomes of it."""
    effects: list[Laid] = []
    choices: list[tuple[Choice, str]] = []
    deadlines: list[tuple[Deadline, str]] = []
    said = [] if found else [(_UNMET, clause.code)]
    for part, finding in found:
        code = part.code
        if type(finding) is Effect:
            account, unit, quantity, note, own, since, until = finding
            code = own or code
            if quantity:
                effects.append((account, unit, quantity, code, note, since, until))
        elif type(finding) is Choice:
            choices.append((finding, code))
        elif type(finding) is Deadline:  # pragma: no branch - there is no fourth
            deadlines.append((finding, code))
        if finding.note.zh:
            said.append((finding.note, code))
    return Found(tuple(effects), tuple(choices), tuple(deadlines), tuple(said))


def _heard(policy: Policy, day: date, found: Found) -> Found:
    """Say whether any rule looks at what is posted."""
    heard = any(policy.looks(day, item[0], item[1]) is not DEAF for item in found.effects)
    return found._replace(quiet=not heard)


def _decided(
    found: Found, incident: Incident, place: Place, split: _Split | None
) -> SubjectDecision:
    """Return what was found as what follows for a subject on a day."""
    who, on = incident[0].code, incident[1]
    effects = found[0] if split is None else _shared(found[0], split)
    return SubjectDecision(
        who,
        [
            by_place(
                Posting,
                (who, account, unit, size, code, "clause", on, False, note, place, since, until),
            )
            for account, unit, size, code, note, since, until in effects
        ],
        [OpenChoice(who, choice, code) for choice, code in found[1]] if found[1] else [],
        [Due(who, deadline, code) for deadline, code in found[2]] if found[2] else [],
        [by_place(Line, (note, code, who)) for note, code in found[3]],
    )


def _shared(effects: Iterable[Laid], split: _Split) -> list[Laid]:
    """Return the effects with what one subject has of the money."""
    found = [(*item[:2], _share(item, split), *item[3:]) for item in effects]
    return [item for item in found if item[2]]


def _share(effect: Laid, split: _Split) -> Decimal:
    if effect[1] != MONEY_UNIT:
        return effect[2]
    return apportion(effect[2], split.shares, split.rounding)[split.place]
