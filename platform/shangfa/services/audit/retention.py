"""Retention: who left longer ago than the company keeps, listed first, agreed to, then done.

HR agrees person by person; the owner of the schema does it (`services.running.keeping`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangfa.db.keeping import retention as sql
from shangfa.db.people import subject_ids
from shangfa.db.people.restrictions import restricted
from shangfa.db.tx.transaction import Tx
from shangfa.documents.law.rows import in_force, retention_law
from shangfa.domain.audit.faults import RETENTION_HELD, RETENTION_SHORT
from shangfa.domain.audit.retention import Due, Gone, Least, Unit, due_of, strictest
from shangfa.domain.faults import refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.text import Note
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

_NOT_GONE = Note("仍在职，或已匿名", "still here, or nameless already")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the company keeps, what the law wants, and who left, as of a day."""

    years: int
    least: Least
    today: date
    people: Sequence[Due]


def least_of(day: date, regions: Sequence[str], unit: Unit = "years") -> Least:
    """Return the longest that the law wants at some places on a day.

    `unit`: records are kept for years, logs for months.
    """
    rows = in_force(retention_law(), day, regions, ["retention"])
    return strictest(Least(row.value or 0, row.law) for row in rows if row.unit == unit)


def due(found: Gone, years: int, day: date, regions: Sequence[str]) -> Due:
    """Return from when somebody's things may go; where he worked counts besides the company's."""
    places = [*regions, found.region] if found.region else regions
    return due_of(found, years, least_of(day, places))


def read(ctx: Context) -> Retention:
    """Return who left, and from when what is kept about each may go: a dry run."""
    ctx.need("retention:read")
    return reading(ctx, _read)


def _read(tx: Tx) -> Retention:
    tenant = current(tx)
    day, years = today(tenant.zone), sql.retention_years(tx)
    found = sql.gone(tx.raw, tx.tenant, day)
    hidden = restricted(tx) if tx.kept_out else {}
    people = [due(one, years, day, tenant.regions) for one in found if one.code not in hidden]
    return Retention(years, least_of(day, tenant.regions), day, people)


def set_years(ctx: Context, years: int) -> Retention:
    """Set how many years what is about those who left is kept.

    Raises:
        RefusedError: `retention_short` of what the law wants.
    """
    ctx.need("retention:agree")

    def work(tx: Tx) -> Retention:
        tenant = current(tx)
        least = least_of(today(tenant.zone), tenant.regions)
        if years < least.term:
            raise refused(RETENTION_SHORT, "/years", value=years, allowed=least.term, law=least.law)
        sql.set_retention_years(tx, years)
        note(tx, ctx, Noted("retention.set", data={"years": years}))
        return _read(tx)

    return transact(ctx, work)


def agree(ctx: Context, codes: Sequence[str]) -> Retention:
    """Agree that people who left long enough ago are made nameless; again changes nothing.

    Raises:
        RefusedError: `unknown_subject`, `retention_held` also for who is still here or nameless.
    """
    ctx.need("retention:agree")

    def work(tx: Tx) -> Retention:
        said = _read(tx)
        known = {one.gone.code: one for one in said.people}
        for number, code in enumerate(codes):
            found = known.get(code)
            if found is None and code in subject_ids(tx, [code]):
                raise refused(RETENTION_HELD, f"/subjects/{number}", value=code, why=_NOT_GONE)
            if found is None:
                raise refused(UNKNOWN_SUBJECT, f"/subjects/{number}", value=code)
            if not found.is_due(said.today):
                why = "、".join(found.gone.holds) or str(found.on)
                raise refused(RETENTION_HELD, f"/subjects/{number}", value=code, why=why)
            if sql.agree(tx, new_id(), found.gone.id, ctx.actor_id, now()):
                note(tx, ctx, Noted("retention.agreed", code))
        tx.flush()
        return _read(tx)

    return transact(ctx, work)
