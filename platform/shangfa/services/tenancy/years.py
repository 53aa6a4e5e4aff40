"""The years of working days that an operator loaded: everybody counts by them."""

from __future__ import annotations

from collections.abc import Sequence

from shangfa.db import tenancy as sql
from shangfa.db.server.years import YearLine, add_year, newest_years
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.documents.tenant.workdays import YearOfDays
from shangfa.services.clock import now
from shangfa.services.command import COMMAND
from shangfa.services.transaction import transact


def loaded_years(tx: Tx) -> tuple[YearOfDays, ...]:
    """Return the years that were loaded, each in its newest version."""
    return tuple(
        YearOfDays(item.year, item.off, item.worked, item.source) for item in newest_years(tx)
    )


def load_years(years: Sequence[YearOfDays]) -> list[tuple[int, int]]:
    """Keep whole years and return (year, version) of each; what is the same stays as it is.

    Every tenant is told, so that all processes count by them from the next request on.
    """

    def work(tx: Tx) -> list[tuple[int, int]]:
        known = {item.year: item for item in newest_years(tx)}
        lines = [_line(item, known.get(item.year)) for item in years]
        fresh = [line for line in lines if line != known.get(line.year)]
        for line in fresh:
            add_year(tx, line, now())
        for tenant_id, _ in sql.tenants_after(tx, "") if fresh else ():
            tx.enter(tenant_id)
            sql.bump_revision(tx)
        return [(line.year, line.version) for line in lines]

    return transact(COMMAND, work, Kind.LARGE)


def _line(said: YearOfDays, known: YearLine | None) -> YearLine:
    if known is not None and known[2:] == (said.off, said.worked, said.source):
        return known
    return YearLine(
        said.year, known.version + 1 if known else 1, said.off, said.worked, said.source
    )
