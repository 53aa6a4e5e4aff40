"""Rows to be written, collected and sent as one statement that runs whole or not at all.

Each table gets one INSERT of several rows, each a part of one WITH. The statement divides
by nothing when a part wrote fewer rows than it was given, so that no row is lost in silence
whatever lies between us and the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

TENANT: Final = "tenant_id"


@dataclass(frozen=True, slots=True, eq=False)  # found by itself, not by all its columns
class Table:
    """Where rows go.

    Attributes:
        columns: of a tenant's table the first is `tenant_id`.
        tail: what follows the values, as ON CONFLICT.
        named: how many of its first columns name a row that is changed where it is there; 0
            when rows are only added.
    """

    name: str
    columns: tuple[str, ...]
    tail: str = ""
    named: int = 0


@dataclass(slots=True)
class Writes:
    """Parts of one statement, in order; all for one tenant, whose id is sent once."""

    tenant: Any = None
    parts: list[tuple[str, int]] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    @property
    def waiting(self) -> bool:
        """Whether there is anything to be sent."""
        return bool(self.parts)

    @property
    def once(self) -> bool:
        """Whether nobody will send the same statement again."""
        return False

    def insert(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows of a table, each with its columns in order; none is no statement."""
        if rows:
            self.change(_insert(table, len(rows)), (), len(rows))
            self._fill(table, rows)

    def change(self, statement: str, values: Sequence[Any], count: int) -> None:
        """Add an UPDATE ... RETURNING 1 of exactly `count` rows."""
        self.parts.append((statement, count))
        self.values += values

    def _fill(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        owned = table.columns[0] == TENANT
        for row in rows:
            if owned:
                self.tenant = row[0]
            self.values += row[1:] if owned else row

    def take(self) -> tuple[bytes, list[Any]]:
        """Return one statement for all of them, its placeholders numbered, and start over."""
        return self._taken(_whole(tuple(self.parts), owned=self.tenant is not None))

    def _taken(self, statement: bytes) -> tuple[bytes, list[Any]]:
        values = self.values if self.tenant is None else [self.tenant, *self.values]
        self.parts, self.values, self.tenant = [], [], None
        return statement, values


@dataclass(slots=True)
class Gathered(Writes):
    """Rows of many, those of one table together; of a row that is changed twice the last.

    So many rows seldom come again: what is said of them is not kept.
    """

    rows: dict[Table, dict[Any, Sequence[Any]]] = field(default_factory=dict)

    @property
    def waiting(self) -> bool:
        """Whether there is anything to be sent."""
        return bool(self.rows or self.parts)

    @property
    def once(self) -> bool:
        """Whether nobody will send the same statement again."""
        return True

    def insert(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows of a table, each with its columns in order."""
        if rows:
            kept = self.rows.setdefault(table, {})
            for row in rows:
                kept[row[: table.named] if table.named else len(kept)] = row

    def gather(self, other: Gathered) -> None:
        """Add what another one gathered."""
        for table, kept in other.rows.items():
            self.insert(table, list(kept.values()))

    def take(self) -> tuple[bytes, list[Any]]:
        """Return one statement for all of them, its placeholders numbered, and start over."""
        for table, kept in self.rows.items():
            self.change(_insert.__wrapped__(table, len(kept)), (), len(kept))
            self._fill(table, kept.values())
        self.rows = {}
        parts = tuple(self.parts)
        return self._taken(_whole.__wrapped__(parts, owned=self.tenant is not None))


@cache
def _insert(table: Table, count: int) -> str:
    columns = ", ".join(table.columns)
    marks = ["$1" if table.columns[0] == TENANT else "%s", *["%s"] * (len(table.columns) - 1)]
    row = f"({', '.join(marks)})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO {table.name} ({columns}) VALUES {rows} {table.tail} RETURNING 1"  # noqa: S608 - constants


@lru_cache(2000)
def _whole(parts: tuple[tuple[str, int], ...], *, owned: bool) -> bytes:
    named = ", ".join(f"w{index} AS ({statement})" for index, (statement, _) in enumerate(parts))
    counted = " AND ".join(
        f"(SELECT {'1' if count == 1 else 'count(*)'} FROM w{index}) = {count}"  # noqa: S608 - numbers
        for index, (_, count) in enumerate(parts)
    )
    text = f"WITH {named} SELECT 1 / CASE WHEN {counted} THEN 1 ELSE 0 END"
    first, *rest = text.split("%s")
    return (first + "".join(f"${n}{piece}" for n, piece in enumerate(rest, 1 + owned))).encode()
