"""Many incidents in one transaction: each is recorded as if sent by itself, or answered why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shangfa.db.access import kept_reply
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.services.context import Context
from shangfa.services.incidents.reported import IncidentReport, Reported, read_report
from shangfa.services.incidents.together import Outcome, Recorder
from shangfa.services.tenancy import plugins
from shangfa.services.tenancy.ready import current, ready
from shangfa.services.transaction import check_remembered, key_of, transact


def record_all(ctx: Context, said: Sequence[IncidentReport | RefusedError]) -> list[Outcome]:
    """Record incidents in order; what is wrong with one leaves out that one alone.

    `said`: a report, or what is wrong with the item that was to be one.
    All that are recorded commit together with the answer, so that the same request sent again
    records none twice.
    """
    ctx.need("incidents:record")

    def work(tx: Tx) -> list[Outcome]:
        key = key_of(tx)
        check_remembered(tx, kept_reply(tx, key) if key else None)
        current(tx)
        read = [_read(ctx, item) for item in said]
        good = [item for item in read if isinstance(item, Reported)]
        return list(_in_place(read, Recorder().record(tx, ctx, good)))

    done = transact(ctx, work, Kind.BUSY)
    for item in done:
        if isinstance(item, PluginFailedError):
            plugins.failed(item.plugin)
    return done


def _read(ctx: Context, item: IncidentReport | RefusedError) -> Reported | RefusedError:
    if isinstance(item, RefusedError):
        return item
    try:
        return read_report(item, ready(ctx.tenant).zone)
    except RefusedError as error:
        return error


def _in_place(
    read: Sequence[Reported | RefusedError], recorded: Iterator[Outcome]
) -> Iterator[Outcome]:
    """Yield what became of each, refused ones in their places."""
    for item in read:
        yield item if isinstance(item, RefusedError) else next(recorded)
