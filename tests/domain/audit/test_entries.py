"""The chain of an audit log: whatever is done to it or behind it is found, at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from shangfa.domain.audit.entries import (
    Break,
    Entry,
    Happening,
    beginning,
    chained,
    first_break,
)

COMPANY = UUID(int=7)
BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEEN = [
    Happening(
        source="event",
        id=UUID(int=100 + n),
        kind="incident.recorded",
        at=BEGUN + timedelta(minutes=n),
        actor=UUID(int=1),
        role="hr",
        about=UUID(int=200 + n),
        subject="F002",
        data=f'{{"n": {n}}}',
    )
    for n in range(5)
]
START = beginning(COMPANY)
CHAIN = list(chained(START, 0, SEEN))
SOURCES = {item.id: item for item in SEEN}


def look(entries: list[Entry], sources: dict[UUID, Happening] | None = None) -> Break | None:
    return first_break(START, 0, entries, SOURCES if sources is None else sources)


def test_a_chain_that_nobody_touched_holds_in_whatever_pieces_it_is_looked_at() -> None:
    assert look(CHAIN) is None
    for cut in range(len(CHAIN)):
        before = CHAIN[cut - 1].hash if cut else START
        assert first_break(before, cut, CHAIN[cut:], SOURCES) is None


def test_companies_begin_apart() -> None:
    assert next(chained(beginning(UUID(int=8)), 0, SEEN)).hash != CHAIN[0].hash


@pytest.mark.parametrize(
    ("done", "number", "fault"),
    [
        pytest.param(lambda c: [*c[:2], *c[3:]], 3, "missing", id="one cut out"),
        pytest.param(lambda c: [c[0], c[1], c[1], *c[3:]], 3, "out_of_order", id="one twice"),
        pytest.param(lambda c: [c[1], c[0], *c[2:]], 1, "missing", id="two swapped"),
        pytest.param(
            lambda c: [c[0], replace(c[1], content=c[1].content.replace("F002", "F003")), *c[2:]],
            *(2, "changed"),
            id="one edited",
        ),
        pytest.param(
            lambda c: [*c[:3], replace(c[3], hash=bytes(32)), c[4]], 4, "changed", id="another hash"
        ),
    ],
)
def test_what_is_done_to_entries_is_found(
    done: Callable[[list[Entry]], list[Entry]], number: int, fault: str
) -> None:
    assert look(done(CHAIN)) == Break(number, fault)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"data": '{"n": 9}'}, "source_changed"),
        ({"role": "finance"}, "source_changed"),
        ({"at": BEGUN}, "source_changed"),
        ({"source": "note"}, "source_missing"),
    ],
)
def test_what_is_done_to_what_it_holds_is_found(change: dict[str, object], fault: str) -> None:
    sources = SOURCES | {SEEN[2].id: replace(SEEN[2], **change)}  # type: ignore[arg-type]
    assert look(CHAIN, sources) == Break(3, fault)  # type: ignore[arg-type]
    assert look(CHAIN, {k: v for k, v in SOURCES.items() if k != SEEN[2].id}) == Break(
        3, "source_missing"
    )


def test_a_rewritten_tail_is_another_chain() -> None:
    """It holds by itself; an anchor that somebody keeps is what tells."""
    other = list(chained(CHAIN[2].hash, 3, [replace(SEEN[3], subject="F009"), SEEN[4]]))
    assert other[-1].hash != CHAIN[-1].hash
    assert look([*CHAIN[:3], *other]) == Break(4, "source_changed")


@pytest.mark.parametrize(
    ("left", "fault"),
    [
        pytest.param(sha256(SEEN[2].data.encode()).hexdigest(), None, id="their own hash"),
        pytest.param("0" * 64, Break(3, "source_changed"), id="another hash"),
        pytest.param("", Break(3, "source_changed"), id="nothing"),
    ],
)
def test_details_may_be_erased_when_their_hash_stands_in_their_place(
    left: str, fault: Break | None
) -> None:
    gone = replace(SEEN[2], data=f'{{"erased": "{left}"}}')
    assert first_break(START, 0, CHAIN, SOURCES | {gone.id: gone}) == fault
