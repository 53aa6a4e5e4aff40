"""Record many incidents with one look and one statement, as if one after the other.

All people and totals that the reports may need are read at once. Each report is then assessed
as the ones before it left the totals, and what all of them write goes out together. What cannot
be done so is done by itself, and the rest looked at again: what falls under a procedure, what asks
for history, what has something counted after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from shangfa.db.incidents import taken_among
from shangfa.db.ledger import TallyLine
from shangfa.db.people import Lock
from shangfa.db.tx.attempting import attempting
from shangfa.db.tx.conflicts import TAKEN
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Gathered, Writes
from shangfa.domain.faults import DUPLICATE, RefusedError, refused
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.services.context import Context
from shangfa.services.incidents.record import (
    Asked,
    decide,
    open_report,
    record_unless_taken,
    scope_of,
)
from shangfa.services.incidents.reported import IncidentReport, Reported, read_report
from shangfa.services.incidents.shown import IncidentView
from shangfa.services.ledger.scene import Scene, look_at_days, quick_book
from shangfa.services.tenancy.ready import ReadyTenant, ready

AT_ONCE: Final = 100
"""Reports whose rows go out in one statement; it may have 65,535 values."""
FEWEST: Final = 3
"""Reports for which a look at all is worth it."""

Outcome = IncidentView | RefusedError


class _AloneError(Exception):
    """A report that cannot be recorded together with others."""


@dataclass(slots=True)
class _Table:
    """What several reports are assessed with: everybody by day, and where the totals stand.

    Attributes:
        lines: subject -> (policy, account, unit, span) -> the total as it is by now.
        taken: external ids that are there already.
    """

    tenant: ReadyTenant
    scenes: dict[date, Scene]
    taken: set[str]
    lines: dict[str, dict[tuple[object, ...], TallyLine]] = field(default_factory=dict)

    def keep(self, lines: Iterable[TallyLine]) -> None:
        """Note where totals stand."""
        for line in lines:
            self.lines.setdefault(line.subject, {})[line[1:5]] = line

    def scene(self, reported: Reported) -> Scene:
        """Return the scene of a report, with the totals of its people as they stand."""
        scene = self.scenes[reported.on]
        codes = reported.said.codes
        bosses = {person.supervisor for code in codes if (person := scene.people.get(code))}
        scene.lines = [
            line
            for code in {*codes, *bosses}
            if code is not None
            for line in self.lines.get(code, {}).values()
        ]
        scene.around = codes
        return scene

    def moved(self, asked: Asked, book: Book) -> None:
        """Note the totals that a report moved."""
        policy_id = self.tenant.policy_ids[asked.policy.name]
        for (subject, account, unit), span in book.moved:
            now = book.total((subject, account, unit), span)
            place = (subject, policy_id, account, unit, span)
            self.keep([TallyLine(*place, now.total, now.own, now.last_day)])


def record_together(
    tx: Tx, ctx: Context, said: Sequence[IncidentReport | RefusedError]
) -> Iterator[Outcome]:
    """Record reports in their order and yield what became of each; a refusal passes through.

    What was recorded is in the transaction when its outcome is there.

    Raises:
        StartOverError: the tenant changed since it was made ready.
    """
    tenant = ready(ctx.tenant)
    start, size = 0, AT_ONCE
    while start < len(said):
        part = said[start : start + size]
        done = _group(tx, ctx, tenant, part)
        # Where few go together, few are looked at the next time.
        size = min(AT_ONCE, 2 * size) if len(done) == len(part) else max(2, len(done))
        if not done:
            done = [_alone(tx, ctx, said[start])]
        yield from done
        start += len(done)


def _group(
    tx: Tx, ctx: Context, tenant: ReadyTenant, said: Sequence[IncidentReport | RefusedError]
) -> list[Outcome]:
    """Record as many as go together; none when the first must be recorded by itself."""
    reports = [item for item in said if isinstance(item, IncidentReport)]
    if len(reports) < FEWEST or tenant.levels > 1:
        return []
    try:
        with attempting(tx):
            gathered = Gathered()
            table = _look(tx, ctx, tenant, reports)
            done = list(_recorded(tx, ctx, table, said, gathered))
            tx.writes = gathered
    except TAKEN:  # an external id, since they were looked at
        return [_alone(tx, ctx, item) for item in said]
    finally:
        tx.writes = Writes()
    return done


def _look(tx: Tx, ctx: Context, tenant: ReadyTenant, reports: Sequence[IncidentReport]) -> _Table:
    days: dict[date, set[str]] = {}
    for item in reports:
        try:
            reported = read_report(item, tenant.zone)
        except RefusedError:
            continue  # said when its turn comes
        days.setdefault(reported.on, set()).update(item.codes)
    lock = Lock.DAY if tenant.reacts else Lock.TENANT
    named = [item.external_id for item in reports if item.external_id is not None]
    taken = taken_among(tx, scope_of(ctx), named) if named else set()
    scenes = look_at_days(tx, tenant, days, lock)
    table = _Table(tenant, scenes, taken)
    for scene in scenes.values():
        table.keep(scene.lines)
    return table


def _recorded(
    tx: Tx,
    ctx: Context,
    table: _Table,
    said: Sequence[IncidentReport | RefusedError],
    gathered: Gathered,
) -> Iterator[Outcome]:
    """Yield what becomes of each up to the first that must be recorded by itself."""
    for item in said:
        try:
            yield item if isinstance(item, RefusedError) else _one(tx, ctx, table, item, gathered)
        except RefusedError as error:
            yield error
        except (BackdatedError, _AloneError):
            return


def _one(
    tx: Tx, ctx: Context, table: _Table, said: IncidentReport, gathered: Gathered
) -> IncidentView:
    reported = read_report(said, table.tenant.zone)
    scene = table.scene(reported)
    asked = open_report(ctx, scene, reported)
    if asked.is_proposed or asked.policy.asks:
        raise _AloneError
    book = quick_book(scene, asked.policy)
    own = tx.writes = Gathered()
    view = decide(tx, ctx, scene, asked, book)
    if said.external_id in table.taken:
        raise refused(DUPLICATE, "/external_id", value=said.external_id)
    if said.external_id is not None:
        table.taken.add(said.external_id)
    gathered.gather(own)
    table.moved(asked, book)
    return view


def _alone(tx: Tx, ctx: Context, item: IncidentReport | RefusedError) -> Outcome:
    if isinstance(item, RefusedError):
        return item
    try:
        with attempting(tx):
            return record_unless_taken(tx, ctx, item)
    except RefusedError as error:
        return error
