"""What is read before an incident is assessed: the people of the day and their totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from shangfa.db import ledger, people
from shangfa.db.access import KeptReply
from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.ledger import TallyLine
from shangfa.db.people import DatedLine, Lock, PersonOfDay
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import may_report
from shangfa.domain.faults import refused
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.book import Book
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.people.lines import read_date
from shangfa.domain.people.past import not_employed
from shangfa.domain.people.person import Person
from shangfa.domain.people.renames import name_on
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.ledger import tallies
from shangfa.services.ledger.places import histories
from shangfa.services.tenancy.ready import ReadyTenant, check_status, refresh
from shangfa.services.transaction import StartOverError, check_remembered, key_of

LATELY: Final = timedelta(40)
"""What follows by time alone is looked at again so far back: longer than a month."""


@dataclass(slots=True)
class Scene:
    """The people and totals around an incident; it answers who supervises whom.

    Attributes:
        people: by code, as of the incident's day.
        lines: tallies of the spans the day falls in.
        history: every reporting line of the subjects and of those who were ever above them as
            far as rules look, when later days matter.
        around: codes of the subjects and, where rules look further up than one level, of all
            who were ever above them.
    """

    tenant: ReadyTenant
    people: dict[str, PersonOfDay]
    lines: list[TallyLine]
    day: date
    history: list[DatedLine] | None = None
    around: Sequence[str] = ()

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return who supervises on that day; without history only one day is known."""
        if self.history is None:
            return self.people[subject].supervisor if subject in self.people else None
        line = self._line(subject, day)
        return line.supervisor if line else None

    def position(self, subject: str, day: date) -> str | None:
        """Return what a position is called on that day."""
        line = self._line(subject, day) if self.history is not None else self.people.get(subject)
        if line is None:
            return None
        return name_on(self.tenant.renames, "position", line.position, day)

    def _line(self, subject: str, day: date) -> DatedLine | None:
        lines = self.history or ()
        since = [item for item in lines if item.code == subject and item.since <= day]
        return since[-1] if since else None

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return a date attribute of somebody of the scene as of a day, None if not known."""
        person = self.people.get(subject)
        return None if person is None else read_date(person.past.attributes(day).get(attribute))


def look(tx: Tx, tenant: ReadyTenant, codes: Sequence[str], on: date, lock: Lock) -> Scene:
    """Read the scene, holding the lock until the transaction ends.

    Raises:
        StartOverError: the tenant changed since it was made ready.
        RefusedError: `suspended`; what the request's Idempotency-Key says.
        RememberedError: the request was answered before.
    """
    spans = tallies.spans_of(tenant.policies.values(), on) if tenant.reacts else None
    asked = people.ask_tenant(tx, lock, key_of(tx))
    around = codes if tenant.levels < 2 else people.all_above(tx, codes)  # noqa: PLR2004 - one is read anyway
    found = people.ask_people(tx, around, on, lock)
    totals = ledger.ask_tallies(tx, around, on, spans) if spans else None
    head = asked.fetchone()
    check_remembered(tx, KeptReply(*head[2:]) if head and head[2] is not None else None)
    if head is None or head[0] != tenant.revision:
        raise StartOverError(lambda: refresh(tenant.id, tenant))
    check_status(tenant.slug, head[1])
    persons = {line[1]: PersonOfDay(*line) for line in found.fetchall()}
    lines = by_codes(totals.fetchall(), persons) if totals else []
    return Scene(tenant, persons, lines, on, around=around)


def by_codes(
    rows: Iterable[tuple[Any, ...]], persons: Mapping[str, PersonOfDay]
) -> list[TallyLine]:
    """Return tallies by their subjects' codes."""
    codes = {person.id: code for code, person in persons.items()}
    return [TallyLine(codes[row[0]], *row[1:]) for row in rows if row[0] in codes]


def subjects_of(ctx: Context, scene: Scene, codes: Sequence[str], day: date) -> tuple[Subject, ...]:
    """Return the subjects in order, as of a day; their lines are those of the scene's.

    Raises:
        RefusedError: `unknown_subject`, also for somebody the asker may not see; `not_employed`.
    """
    pointers = [f"/subjects/{i}" for i in range(len(codes))] if codes[1:] else ["/subject"]
    named = zip(codes, pointers, strict=True)
    return tuple(_subject(ctx, scene, (code, where), day) for code, where in named)


def _subject(ctx: Context, scene: Scene, named: tuple[str, str], day: date) -> Subject:
    code, pointer = named
    person = scene.people.get(code)
    if person is None or not may_report(ctx.role, ctx.subject, code, person.supervisor):
        raise refused(UNKNOWN_SUBJECT, pointer, value=code)
    past = person.past
    if past.stints and not past.employed(day):
        raise not_employed(code, past, day, pointer)
    whole = Person(code, person.kind, past, person.department, person.position)
    return whole.on(day, scene.tenant.renames)


def quick_book(scene: Scene, policy: Policy) -> Book:
    """Return the totals of the day; enough unless something counted lies later."""
    return tallies.book_of(scene.lines, scene.tenant.policy_ids[policy.name])


def full_book(tx: Tx, scene: Scene, policy: Policy, codes: Sequence[str], on: date) -> Book:
    """Return everything ever posted to the subjects and to all who may bear something for them.

    Their histories are read as far back from `on` as some rule looks.

    To move these totals, the scene must have been looked at with `Lock.EVER`.
    """
    tenant = scene.tenant
    if tenant.levels > 1:
        codes = people.all_above(tx, codes)
    scene.history = people.reporting_lines(tx, codes)
    bosses = {item.supervisor for item in scene.history if item.supervisor}
    everybody = sorted({*codes, *bosses})
    for line in people.ask_people(tx, everybody, date.max).fetchall():
        scene.people.setdefault(line[1], PersonOfDay(*line))
    policy_id = tenant.policy_ids[policy.name]
    days = ledger.days_of(tx, policy_id, everybody)
    book = tallies.book_of_history(policy, scene, days)
    book.as_of = today(tenant.zone) if policy.timed else date.min
    if policy.lapses:
        book.lifted = lifted(tx, everybody)
    if policy.folds:
        since = min(policy.reach(on, _begun(scene, code, on)) for code in everybody)
        lines = ledger.history_of(tx, policy_id, everybody, since)
        book.histories = histories(policy, lines, tenant.zone)
    return book


def _begun(scene: Scene, code: str, on: date) -> Callable[[str], date | None]:
    return lambda name: scene.dated(code, name, on) if name else None
