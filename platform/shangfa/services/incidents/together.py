"""Record a row of incidents together: read once, written once, each assessed as if sent by itself.

What one of them moves, those after it see. Whatever cannot be done so is recorded by itself in
its place: under a procedure, by a rule that looks back, or before what counts already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from shangfa.db import incidents as sql
from shangfa.db import ledger, people
from shangfa.db.ledger import TallyLine
from shangfa.db.people import Lock, PersonOfDay
from shangfa.db.tx.attempting import attempting
from shangfa.db.tx.conflicts import TAKEN, UNSTORABLE
from shangfa.db.tx.gathered import Gathered
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.faults import DUPLICATE, RefusedError, refused
from shangfa.domain.ledger.book import BackdatedError, Book, Counter, Total
from shangfa.domain.policies.policy import Policy, choose
from shangfa.services.access.sight import check_not_own
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.incidents import propose
from shangfa.services.incidents.record import record_unless_taken, scope_of, view_of, write
from shangfa.services.incidents.reported import Reported
from shangfa.services.incidents.shown import IncidentView, as_seen
from shangfa.services.ledger import tallies
from shangfa.services.ledger.anew.chronicles import judge
from shangfa.services.ledger.scene import Scene, by_codes, subjects_of
from shangfa.services.tenancy.ready import ReadyTenant, check_status, ready, refresh
from shangfa.services.transaction import StartOverError

MOST: Final = 500
"""Incidents that are recorded together."""
Outcome = IncidentView | RefusedError
"""What became of a report."""
Key = tuple[Counter, str]


class _AloneError(Exception):
    """This incident is to be recorded by itself."""


@dataclass(slots=True)
class _Ground:
    """What some incidents stand on, read once, and what they moved so far.

    Attributes:
        days: day -> who is known of it, by code.
        persons: everybody, by code.
        totals: (policy, subject) -> its totals as they stand now.
        moved: policy -> the keys of those that moved.
        taken: external ids that are used.
    """

    tenant: ReadyTenant
    days: dict[date, dict[str, PersonOfDay]]
    persons: dict[str, PersonOfDay]
    totals: dict[tuple[UUID, str], dict[Key, Total]]
    taken: set[str]
    moved: dict[str, set[Key]] = field(default_factory=dict)

    def scene(self, codes: Sequence[str], day: date) -> Scene:
        """Return the people around some subjects, as they would be read for them alone."""
        known = self.days[day]
        mine = [known[code] for code in codes if code in known]
        around = [*(line.code for line in mine), *(line.supervisor for line in mine)]
        persons = {name: known[name] for name in around if name in known}
        return Scene(self.tenant, persons, [], day, around=codes)

    def book(self, policy: Policy, scene: Scene) -> Book:
        """Return the totals of a scene's people, to be moved by one incident."""
        policy_id = self.tenant.policy_ids[policy.name]
        totals: dict[Key, Total] = {}
        for code in scene.people:
            totals.update(self.totals.get((policy_id, code), {}))
        return Book(totals, days=None, histories=None)

    def keep(self, policy: Policy, book: Book) -> None:
        """Let those after it see what an incident moved."""
        policy_id = self.tenant.policy_ids[policy.name]
        self.moved.setdefault(policy.name, set()).update(book.moved)
        for key in book.moved:
            self.totals.setdefault((policy_id, key[0][0]), {})[key] = book.totals[key]

    def write_totals(self, tx: Tx) -> None:
        """Write down where all totals stand that moved."""
        for name, keys in self.moved.items():
            policy_id = self.tenant.policy_ids[name]
            totals = {key: self.totals[policy_id, key[0][0]][key] for key in keys}
            book = Book(totals, days=None, moved=keys, histories=None)
            found = tallies.moves(self.tenant.policies[name], book, self.persons)
            ledger.move_tallies(tx, policy_id, found)


@dataclass(slots=True)
class Recorder:
    """Records incidents of one file or request, in their order.

    Attributes:
        alone: clauses of which one had to be recorded by itself.
        most: how many are tried together: no more than came through where one had to be recorded
            by itself, then twice as many each time, so that little is read in vain.
    """

    alone: set[str] = field(default_factory=set)
    most: int = MOST

    def record(self, tx: Tx, ctx: Context, said: Sequence[Reported]) -> Iterator[Outcome]:
        """Record incidents in an open transaction, and yield what became of each.

        Raises:
            StartOverError: the tenant changed since it was made ready.
        """
        left = list(said)
        while left:
            run = self._together(ctx, left)
            done = self._run(tx, ctx, run) if run else []
            yield from done
            left = left[len(done) :]
            if run:
                whole = len(done) == len(run)
                self.most = min(MOST, 2 * self.most) if whole else max(1, len(done))
            if len(done) < len(run) or not run:
                yield _by_itself(tx, ctx, left.pop(0))

    def _together(self, ctx: Context, said: Sequence[Reported]) -> list[Reported]:
        """Return the first of some incidents that may be recorded together."""
        if ready(ctx.tenant).levels > 1:
            return []
        stops = (place for place, item in enumerate(said) if item.said.clause in self.alone)
        return list(said[: min(next(stops, self.most), self.most)])

    def _run(self, tx: Tx, ctx: Context, said: Sequence[Reported]) -> list[Outcome]:
        """Record incidents together, and return what became of all, or of the first ones."""
        try:
            with attempting(tx):
                return self._gathered(tx, ctx, said)
        except (TAKEN, *UNSTORABLE):  # somebody else was faster, or one cannot be kept
            return [_by_itself(tx, ctx, item) for item in said]

    def _gathered(self, tx: Tx, ctx: Context, said: Sequence[Reported]) -> list[Outcome]:
        ground = _ground(tx, ctx, said)
        found: list[Outcome] = []
        gathered = Gathered()
        tx.writes = gathered
        for item in said:
            try:
                found.append(_record(tx, ctx, ground, item))
            except (_AloneError, BackdatedError) as error:
                if isinstance(error, _AloneError):
                    self.alone.add(str(error))
                break
        ground.write_totals(tx)
        gathered.send(tx)
        return found


def _ground(tx: Tx, ctx: Context, reported: Sequence[Reported]) -> _Ground:
    """Read what incidents stand on, holding it until the transaction ends."""
    tenant = ready(ctx.tenant)
    lock = Lock.DAY if tenant.reacts else Lock.TENANT
    head = people.ask_tenant(tx, lock, "").fetchone()
    if head is None or head[0] != tenant.revision:
        raise StartOverError(lambda: refresh(tenant.id, tenant))
    check_status(tenant.slug, head[1])
    by_day: dict[date, set[str]] = {}
    for item in reported:
        by_day.setdefault(item.on, set()).update(item.said.codes)
    asked = []
    for day, codes in sorted(by_day.items()):
        spans = tallies.spans_of(tenant.policies.values(), day) if tenant.reacts else None
        found = people.ask_people(tx, sorted(codes), day, lock)
        totals = ledger.ask_tallies(tx, sorted(codes), day, spans) if spans else None
        asked.append((day, found, totals))
    names = [item.said.external_id for item in reported if item.said.external_id]
    ground = _Ground(tenant, {}, {}, {}, sql.taken_ids(tx, scope_of(ctx), names))
    for day, found, totals in asked:
        persons = ground.days[day] = {line[1]: PersonOfDay(*line) for line in found.fetchall()}
        ground.persons |= persons
        for line in by_codes(totals.fetchall(), persons) if totals else ():
            _keep(ground, line)
    return ground


def _keep(ground: _Ground, line: TallyLine) -> None:
    key = ((line.subject, line.account, line.unit), line.span)
    total = Total(line.total, line.own, line.last_day)
    ground.totals.setdefault((line.policy_id, line.subject), {})[key] = total


def _record(tx: Tx, ctx: Context, ground: _Ground, item: Reported) -> Outcome:
    """Record one incident, or return what is wrong with it.

    Raises:
        _AloneError, BackdatedError: it is to be recorded by itself.
    """
    try:
        return _assess(tx, ctx, ground, item)
    except RefusedError as error:
        return error


def _assess(tx: Tx, ctx: Context, ground: _Ground, item: Reported) -> IncidentView:
    said, tenant = item.said, ground.tenant
    scene = ground.scene(said.codes, item.on)
    identity = new_id()
    told = item.report(subjects_of(ctx, scene, said.codes, item.on), tenant.zone)
    report = replace(told, id=str(identity))
    policy = choose(tenant.policies, report)
    name = propose.procedure_of(policy, report, said.procedure)
    if policy.asks or name != IMMEDIATE or said.draft or said.handlers:
        raise _AloneError(said.clause)
    check_not_own(ctx, said.codes, "record")
    book = ground.book(policy, scene)
    result, _ = judge(tx, scene, policy, report, book)
    if said.external_id in ground.taken:
        raise refused(DUPLICATE, "/external_id", value=said.external_id)
    view = view_of(identity, item, report, (result, tenant))
    write(tx, ctx, scene, view, (item, report, result))
    ground.keep(policy, book)
    if said.external_id:
        ground.taken.add(said.external_id)
    return as_seen(ctx, view, frozenset(said.codes))


def _by_itself(tx: Tx, ctx: Context, item: Reported) -> Outcome:
    try:
        with attempting(tx):
            return record_unless_taken(tx, ctx, item.said)
    except RefusedError as error:
        return error
