"""What the tenant calls things: its attributes, and departments and positions renamed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shangfa.db import people as sql
from shangfa.db.facts import Touched
from shangfa.db.tenancy import bump_revision, hold_tenant
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.faults import refused
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import NAME_TAKEN, UNKNOWN_NAME
from shangfa.domain.people.renames import Rename
from shangfa.domain.tenancy.attributes import Attribute, check_name
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.ledger.anew import late
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.pages import Listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import attempt, reading, transact


@dataclass(frozen=True, slots=True)
class Renamed:
    """A rename, and what it changes of the past."""

    rename: Rename
    adjustments: Adjustments


def attributes(ctx: Context) -> Listed[Attribute]:
    """Return the declared attributes by name."""
    ctx.need("subjects:read")
    tenant = reading(ctx, current)
    return Listed(list(tenant.attributes.values()))


def declare(ctx: Context, said: Attribute) -> Attribute:
    """Declare an attribute, or say its type and label anew.

    Raises:
        RefusedError: `invalid` for a name that means something by itself.
    """
    ctx.need("subjects:write")
    check_name(said.name)

    def work(tx: Tx) -> Attribute:
        hold_tenant(tx)
        current(tx)
        sql.declare_attributes(tx, [(new_id(), said)])
        tx.flush()
        bump_revision(tx)
        return said

    return transact(ctx, work)


def renames(ctx: Context) -> Listed[Rename]:
    """Return what was renamed, by day."""
    ctx.need("subjects:read")
    return Listed(list(reading(ctx, current).renames))


def rename(ctx: Context, said: Rename, *, dry_run: bool = False) -> Renamed:
    """Let a department or position be called otherwise from a day on; scopes go on meaning it.

    Raises:
        RefusedError: `unknown_name`, `name_taken`, `too_many_incidents`.
    """
    ctx.need("subjects:write")

    def work(tx: Tx) -> Renamed:
        hold_tenant(tx)
        tenant = current(tx)
        _check(tx, said)

        def write() -> None:
            sql.add_rename(tx, new_id(), said)
            tx.flush()
            bump_revision(tx)

        return Renamed(said, late.adjust(tx, ctx, tenant, Touched(said.since), write))

    return attempt(ctx, work, Kind.LARGE, dry_run=dry_run)


def _check(tx: Tx, said: Rename) -> None:
    known = [item for item in sql.renames(tx) if item.what == said.what]
    used = sql.names_used(tx, said.what)
    taken = used | {name for item in known for name in (item.old, item.new)}
    if said.new in taken:
        raise refused(NAME_TAKEN, "/to", value=said.new)
    present = _present(used | {item.new for item in known}, known, said.since)
    if said.old not in present:
        near = "、".join(nearest(said.old, sorted(present))) or "—"
        raise refused(UNKNOWN_NAME, "/from", value=said.old, near=near)


def _present(names: set[str], known: list[Rename], day: date) -> set[str]:
    """Return the names that nothing took the place of by a day."""
    return names - {item.old for item in known if item.since <= day}
