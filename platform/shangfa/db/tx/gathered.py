"""Rows of many writers, gathered by table and sent as few statements of many rows each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table, Writes

SIZES: Final = (256, 64, 16, 4, 1)
"""Rows of a statement: few sizes, so that each is prepared once."""


@dataclass(slots=True)
class Gathered(Writes):
    """Rows by table, the tables in the order in which they first came."""

    rows: dict[Table, list[Sequence[Any]]] = field(default_factory=dict)

    def insert(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows of a table."""
        if rows:
            self.rows.setdefault(table, []).extend(rows)

    def change(self, statement: str, values: Sequence[Any], count: int) -> None:
        """Refuse: only what is added is gathered.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"{count} rows are changed, not added: {statement}, {values}")

    def send(self, tx: Tx) -> None:
        """Queue all of it, and let the transaction collect as before."""
        tx.writes = Writes()
        for table, rows in self.rows.items():
            place = 0
            while place < len(rows):
                size = next(size for size in SIZES if size <= len(rows) - place)
                part = Writes()
                part.insert(table, rows[place : place + size])
                tx.pipe.ask(*part.take())
                place += size
