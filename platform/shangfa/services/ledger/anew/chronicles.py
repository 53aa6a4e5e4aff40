"""For policies whose conditions ask for history: what came before, and what changes after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.facts import Happened, Touched, happened_at_once
from shangfa.db.history import facts as sql
from shangfa.db.tx.transaction import Tx
from shangfa.domain.incident import Report
from shangfa.domain.incidents.chronicle import (
    Chronicle,
    Key,
    Recorded,
    Settled,
    first_key,
    recorded,
)
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import Note
from shangfa.services.context import Context
from shangfa.services.ledger.anew.cast import Cast, named_in
from shangfa.services.ledger.left.after import After
from shangfa.services.ledger.places import from_stored
from shangfa.services.ledger.posting import Batch, post
from shangfa.services.ledger.scene import Scene
from shangfa.services.tenancy.ready import ReadyTenant

_ADJUSTED: Final = Note(
    "{0}的「{1}」因此重新评定。", "“{1}” of {0} is assessed again because of this."
)


class Known(NamedTuple):
    """All facts in their order, and the totals."""

    chronicle: Chronicle
    book: Book


@dataclass(slots=True)
class Changes:
    """What a fact that became known changes for those after it.

    Attributes:
        decisions: (incident, subject) -> the decision it is posted with.
        known: what it was found from; None where nothing could change.
    """

    settled: Sequence[Settled] = ()
    decisions: dict[tuple[str, str], UUID] = field(default_factory=dict)
    known: Known | None = None

    def write(self, tx: Tx, ctx: Context, scene: Scene, at: datetime) -> None:
        """Post the changes, each with the decision of the fact it belongs to.

        What those facts leave open follows; what was chosen and is taken back for it changes
        those after them in its turn.
        """
        if self.known is None:
            return
        chronicle, book = self.known
        _post(tx, scene, self, at)
        while chronicle.again:
            taken = After(tx, ctx, scene, chronicle, book, at).follow()
            if taken:
                tx.flush()  # what was just written is read again
                _post(tx, scene, settle(tx, scene, book, chronicle, first_key(taken)), at)

    def told(self) -> tuple[list[Posting], list[Line]]:
        """Return all that changes, and the sentences that say why."""
        postings = [p for item in self.settled for p in (*item.direct, *item.following)]
        lines: list[Line] = []
        for item in self.settled:
            report = item.fact.report
            note = _ADJUSTED.of(report.on, report.clause)
            lines += [Line(note, report.clause, item.subject), *item.trace]
        return postings, lines


NONE: Final = Changes()


def _post(tx: Tx, scene: Scene, changes: Changes, at: datetime) -> None:
    if changes.known is None or not changes.settled:
        return
    policy_id = scene.tenant.policy_ids[changes.known.chronicle.policy.name]
    batches = [
        Batch(
            changes.decisions[item.fact.order, item.subject],
            policy_id,
            at,
            [*item.direct, *item.following],
        )
        for item in changes.settled
    ]
    post(tx, scene, batches)


def judge(
    tx: Tx, scene: Scene, policy: Policy, report: Report, book: Book
) -> tuple[Assessment, Chronicle | None]:
    """Return what follows from a report; with the chronicle when the policy asks for one."""
    calendar = scene.tenant.calendar
    if not policy.asks:
        return assess(policy, report, scene, book, calendar), None
    chronicle = read_chronicle(tx, scene, policy, report.on)
    past = chronicle.past(report)
    return assess(policy, report, scene, book, calendar, past=past), chronicle


def let_in(tx: Tx, scene: Scene, book: Book, chronicle: Chronicle, fact: Recorded) -> Changes:
    """Put a new fact in its place and return what changes after it.

    Raises:
        BackdatedError: something may change, and the book was given without its days.
    """
    chronicle.add(fact)
    found = fact.handle.postings if isinstance(fact.handle, Assessment) else []
    chronicle.others += [item for item in found if item.cause != "clause"]
    return settle(tx, scene, book, chronicle, fact.key)


def settle(tx: Tx, scene: Scene, book: Book, chronicle: Chronicle, key: Key) -> Changes:
    """Return what changes after a place.

    Raises:
        BackdatedError: something may, and the book was given without its days.
    """
    later = list(chronicle.later(key))
    if not later:
        return NONE
    if book.days is None:
        raise BackdatedError
    settled = chronicle.settle(key, scene, book, scene.tenant.calendar)
    ids = [UUID(item.fact.order) for item in settled]
    decisions = sql.sanctions_of(tx, ids) if ids else {}
    return Changes(settled, decisions, Known(chronicle, book))


def explain(found: Assessment, changes: Changes) -> None:
    """Let an assessment say what changes because of it."""
    postings, lines = changes.told()
    own = {item.subject: item for item in found.decisions}
    for posting in postings:
        decision = own.get(posting.subject, found.decisions[0])
        decision.adjusted = [*decision.adjusted, posting]
    for line in lines:
        own.get(line.subject, found.decisions[0]).trace.append(line)


def fact_of(incident_id: UUID, report: Report, found: Assessment) -> Recorded:
    """Return an assessed report as a fact among others."""
    return recorded(str(incident_id), report, found)


def read_chronicle(tx: Tx, scene: Scene, policy: Policy, day: date) -> Chronicle:
    """Return the history that may matter from a day on, of all people of the scene."""
    ids = {code: person.id for code, person in scene.people.items()}
    return chronicle_of(tx, scene.tenant, policy, ids, day)


def chronicle_of(
    tx: Tx, tenant: ReadyTenant, policy: Policy, ids: Mapping[str, UUID], day: date
) -> Chronicle:
    """Return the history of some subjects that may matter from a day on.

    `ids`: code -> id.
    """
    codes, since = sorted(ids), policy.horizon(day)
    policy_id = tenant.policy_ids[policy.name]
    chronicle = Chronicle(policy, lifted=lifted(tx, codes) if policy.lapses else {})
    direct: dict[tuple[str, str], list[Posting]] = {}
    meant = Touched(since, subjects=list(ids.values()), policy_id=policy_id)
    incidents = happened_at_once(tx, meant)
    cast = named_in(tx, incidents, tenant.renames)
    for incident in incidents:
        order = str(incident.id)
        own = {
            code: direct.setdefault((order, code), [])
            for part in incident.parts
            if part.stands and (code := cast.codes[part.subject]) in ids
        }
        chronicle.facts += _as_decided(incident, cast, (policy.name, tenant.zone), own)
    chronicle.facts.sort(key=lambda fact: fact.key)
    terms = terms_of(tx, codes, since)
    for entry in sql.entries_of(tx, policy_id, codes, since):
        place = direct.get((str(entry.incident_id), entry.subject)) if entry.own else None
        posting = _posting(entry)
        if place is None:
            chronicle.others.append(posting)
            continue
        key = (str(entry.incident_id), entry.subject, entry.unit, entry.clause)
        term = terms.get(key, NO_TERM) if entry.account == "action" else NO_TERM
        place.append(posting._replace(since=term[0], until=term[1]))
    return chronicle


def _as_decided(
    incident: Happened,
    cast: Cast,
    where: tuple[str, ZoneInfo],
    own: Mapping[str, list[Posting]],
) -> Iterator[Recorded]:
    """Yield an incident as its parts stand: apart from the others one that an appeal varied."""
    order = str(incident.id)
    varied: dict[str, Mapping[str, Any]] = {}
    for part in incident.parts:
        if part.varied is not None and (code := cast.codes[part.subject]) in own:
            varied[code] = part.varied
    left = {code: items for code, items in own.items() if code not in varied}
    if left or not varied:
        yield Recorded(order, cast.report(incident, *where), left)
    for code, said in varied.items():
        yield Recorded(order, cast.report(incident, *where, said), {code: own[code]})


def _posting(entry: sql.HistoryEntry) -> Posting:
    cause = "clause" if entry.own else "reaction"
    place = NOWHERE if entry.own or entry.place is None else from_stored(entry.place)
    line = (entry.subject, entry.account, entry.unit, entry.quantity, entry.clause)
    return Posting(*line, cause, entry.day, place=place)


Term = tuple[date | None, date | None]
NO_TERM: Final[Term] = (None, None)


def terms_of(tx: Tx, codes: Sequence[str], since: date) -> dict[tuple[str, ...], Term]:
    """Return (incident, subject, unit, clause) -> from when until when an action lasts."""
    found: dict[tuple[str, ...], Term] = {}
    for item in sql.lasting_of(tx, codes, since):
        effect, until = item.effect, item.effect.get("until")
        key = (str(item.incident_id), item.subject, effect["unit"], effect["clause"])
        last = date.fromisoformat(until) if until else None
        found[key] = (date.fromisoformat(effect["from"]), last)
    return found


def facts_of(chronicle: Chronicle, incident_id: UUID) -> list[Recorded]:
    """Return the facts that an incident is, as far as it stands: one for each that it came to."""
    return [fact for fact in chronicle.facts if fact.order == str(incident_id)]
