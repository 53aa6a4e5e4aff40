"""The chain of the audit log: sealed by whoever comes, read, and verified from its beginning."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shangfa.db import audit as sql
from shangfa.db.audit import EntryRecord, Head, Opening
from shangfa.db.exchange.events import number_events
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.audit.entries import Break, Entry, beginning, chained, first_break
from shangfa.domain.faults import OUT_OF_RANGE, refused
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.transaction import reading

MOST: Final = 500
"""Entries of one answer."""
ROUNDS: Final = 20
"""Goes in which a reader seals what is new; the rest is left to the job."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found; `broken` is None when the chain holds."""

    entries: int
    head: bytes
    broken: Break | None


@dataclass(frozen=True, slots=True)
class Entries:
    """Some entries, and the number to ask for those after them."""

    items: list[EntryRecord]
    last: int


def seal(tenant_id: UUID, rounds: int | None = None) -> int:
    """Bring what happened into the chain and return how many entries that made.

    `rounds`: goes at most; until nothing is left without it.
    """
    made = 0
    while rounds is None or rounds > 0:
        with begin(tenant_id) as tx:
            done = _seal(tx)
        made += done
        rounds = None if rounds is None else rounds - 1
        if not done:
            break
    return made


def _seal(tx: Tx) -> int:
    sql.hold_chain(tx)
    known = sql.head_of(tx)
    head = known or Head(0, 0, beginning(tx.tenant), now())
    number_events(tx)
    events, notes = sql.events_after(tx, head.events), sql.loose_notes(tx)
    fresh = sorted([event for _, event in events] + notes, key=lambda item: (item.at, item.id))
    if not fresh:
        return 0
    entries = list(chained(head.hash, head.entries, fresh))
    sql.add_entries(tx, [(new_id(), entry) for entry in entries])
    last = events[-1][0] if events else head.events
    after = Head(entries[-1].number, last, entries[-1].hash, now())
    sql.set_head(tx, after, first=known is None)
    return len(entries)


def entries(ctx: Context, since: int, limit: int) -> Entries:
    """Return entries after a number, oldest first, what happened just now included.

    Raises:
        RefusedError: `out_of_range` limit or number.
    """
    ctx.need("audit:read")
    if not 1 <= limit <= MOST:
        raise refused(OUT_OF_RANGE, "/limit", value=limit, allowed=f"1..{MOST}")
    if since < 0:
        raise refused(OUT_OF_RANGE, "/since", value=since, allowed="0..")
    seal(ctx.tenant, ROUNDS)
    found = reading(ctx, lambda tx: sql.shown_after(tx, since, limit))
    return Entries(found, found[-1].entry.number if found else since)


def verify(ctx: Context, anchor: tuple[int, bytes] | None = None) -> Verdict:
    """Return whether the chain holds from its beginning to its end.

    `anchor`: (number, hash) of an entry as it was noted outside; a chain that was cut or
    written anew does not have it any more.
    """
    ctx.need("audit:read")
    seal(ctx.tenant, ROUNDS)
    return verified(ctx.tenant, anchor)


def verified(tenant_id: UUID, anchor: tuple[int, bytes] | None = None) -> Verdict:
    """Return whether a company's chain holds, as of one moment."""
    with begin(tenant_id, Kind.SNAPSHOT) as tx:
        head = sql.head_of(tx)
        last, broken, anchored = _walk(tx, anchor)
        if broken is None:
            broken = _ends_well(tx, head, last)
    if broken is None and not anchored:
        broken = Break(anchor[0] if anchor else 0, "cut")
    return Verdict(last.number, last.hash, broken)


def _walk(tx: Tx, anchor: tuple[int, bytes] | None) -> tuple[Entry, Break | None, bool]:
    """Return the last entry, the first that does not hold, and whether the anchor was met."""
    last, anchored = Entry(0, "", tx.tenant, "", beginning(tx.tenant)), anchor is None
    for part in _parts(tx):
        sources = sql.sources_of(tx, [entry.about for entry in part])
        broken = first_break(last.hash, last.number, part, sources)
        if broken is not None:
            return last, broken, True
        anchored = anchored or any(_is(entry, anchor) for entry in part)
        last = part[-1]
    return last, None, anchored


def _parts(tx: Tx) -> Iterator[list[Entry]]:
    number = -1
    while part := sql.entries_after(tx, number):
        yield part
        number = part[-1].number


def _is(entry: Entry, anchor: tuple[int, bytes] | None) -> bool:
    return (
        anchor is not None
        and entry.number == anchor[0]
        and hmac.compare_digest(entry.hash, anchor[1])
    )


def _ends_well(tx: Tx, head: Head | None, last: Entry) -> Break | None:
    """Return what is wrong with the end: cut off, or something slipped in before it."""
    if head is None:
        return Break(1, "cut") if last.number else None
    if (head.entries, head.hash) != (last.number, last.hash):
        return Break(min(head.entries, last.number) + 1, "cut")
    if sql.sealed_sources(tx, head.events) != head.entries:
        return Break(last.number, "source_missing")
    return None


def openings(ctx: Context, asked: Page) -> Listed[Opening]:
    """Return who opened what is kept about the asker, newest first; nobody for an office."""
    ctx.need("self:data")
    before = UUID(asked.cursor) if asked.cursor else None
    code = ctx.subject
    if code is None:
        return Listed([])
    found = reading(ctx, lambda tx: sql.openings_of(tx, code, before, asked.limit + 1))
    return listed(asked, found, lambda item: str(item.id))
