"""What a corrected table changes: only what it says stands, but for what hands took back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.exchange.replacing import (
    Replacing,
    Stored,
    Wanted,
    compare,
    key_of,
    named,
    used,
)

DAYS = (date(2026, 3, 2), date(2026, 3, 3))
CODES = ("E1", "E/1", "@2")


def want(day: int, quantity: int, code: str = "E1", number: int = 1) -> Wanted:
    key = key_of(code, DAYS[day], ("迟到", "late"), number)
    return Wanted(key, code, DAYS[day], "late", None, Decimal(quantity), number, "迟到")


def made(said: Wanted, external_id: str = "", *, by: str = "") -> Stored:
    """Return what a table made; `by`: who took it back, `table` or `hand`."""
    name = external_id or said.key
    stands, replaced = not by, by == "table"
    at = (name, said.code, said.day, "late", said.quantity, stands, replaced)
    return Stored(UUID(int=len(name)), *at)


def told(found: Replacing) -> tuple[list[str], list[str]]:
    """Return the external ids that go, and those that come."""
    return [item.external_id for item in found.removed], [name for _, name in found.added]


LATE = want(0, 20)
AGAIN = f"{LATE.key}/@1"


@pytest.mark.parametrize(
    ("wanted", "stored", "removed", "added"),
    [
        pytest.param([LATE], [], [], [LATE.key], id="new"),
        pytest.param([LATE], [made(LATE)], [], [], id="the same"),
        pytest.param([], [made(LATE)], [LATE.key], [], id="no more"),
        pytest.param([want(0, 5)], [made(LATE)], [LATE.key], [AGAIN], id="another number"),
        pytest.param([LATE], [made(LATE, by="hand")], [], [], id="somebody took it back"),
        pytest.param([want(0, 5)], [made(LATE, by="hand")], [], [AGAIN], id="and it is another"),
        pytest.param([LATE], [made(LATE, by="table")], [], [AGAIN], id="a table took it back"),
        pytest.param([], [made(LATE, by="table")], [], [], id="gone already"),
        pytest.param(
            [want(0, 5)],
            [made(want(0, 5), AGAIN), made(LATE, by="table")],
            *([], []),
            id="the newest of a key counts, in whatever order",
        ),
        pytest.param(
            [],
            [made(LATE, f"{LATE.key}/@10"), made(LATE, f"{LATE.key}/@9", by="table")],
            *([f"{LATE.key}/@10"], []),
            id="tenth after ninth",
        ),
    ],
)
def test_what_a_corrected_table_changes(
    wanted: list[Wanted], stored: list[Stored], removed: list[str], added: list[str]
) -> None:
    assert told(compare({item.key: item for item in wanted}, stored)) == (removed, added)


def test_what_changes_is_told_by_day() -> None:
    first, second = want(0, 1), want(1, 1)
    found = compare({item.key: item for item in (second, first)}, [])
    assert [item.day for item, _ in found.added] == list(DAYS)
    found = compare({}, [made(second), made(first)])
    assert [item.day for item in found.removed] == list(DAYS)


@given(st.sampled_from(CODES), st.sampled_from(CODES), st.integers(1, 30), st.integers(0, 30))
def test_a_name_gives_its_key_back(code: str, column: str, number: int, before: int) -> None:
    key = key_of(code, DAYS[0], (column, "late"), number)
    assert used(named(key, before)) == (key, before)


TABLES = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.integers(0, 1), st.integers(1, 2)),
    st.integers(1, 3),
    max_size=6,
)


@given(st.lists(TABLES, max_size=5))
def test_after_any_tables_only_the_last_stands(
    tables: list[dict[tuple[str, int, int], int]],
) -> None:
    stored: dict[str, Stored] = {}
    for table in tables:
        wants = [want(day, size, code, no) for (code, day, no), size in table.items()]
        wanted = {item.key: item for item in wants}
        found = compare(wanted, stored.values())
        for gone in found.removed:
            stored[gone.external_id] = gone._replace(stands=False, replaced=True)
        for item, name in found.added:
            assert name not in stored
            stored[name] = made(item, name)
        standing = {used(name)[0]: old.quantity for name, old in stored.items() if old.stands}
        assert standing == {key: item.quantity for key, item in wanted.items()}
        assert told(compare(wanted, stored.values())) == ([], [])
