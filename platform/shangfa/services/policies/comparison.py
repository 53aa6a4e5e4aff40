"""Two versions of a policy side by side, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NumberedDocument = tuple[int, Mapping[str, Any]]
"""A version's number and its document."""


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that both versions have, as each says it."""

    code: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version to another.

    Attributes:
        added, removed: codes of clauses.
        other: the other parts of the document that differ.
    """

    old: int
    new: int
    added: list[str]
    removed: list[str]
    changed: list[ClauseChange]
    other: list[str]


def compare(old: NumberedDocument, new: NumberedDocument) -> Comparison:
    """Return added, removed and changed clauses, and the other parts that differ."""
    before = {clause["code"]: clause for clause in old[1]["clauses"]}
    after = {clause["code"]: clause for clause in new[1]["clauses"]}
    return Comparison(
        old[0],
        new[0],
        [code for code in after if code not in before],
        [code for code in before if code not in after],
        [
            ClauseChange(code, before[code], after[code])
            for code in after
            if code in before and before[code] != after[code]
        ],
        [name for name in new[1] if name != "clauses" and new[1][name] != old[1].get(name)],
    )
