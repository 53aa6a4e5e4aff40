"""Whom a version with some clauses said differently can concern: of others nothing changes.

Two people hang together when an incident names both, and, where superiors bear something, when one
was ever above the other: what is decided of one then moves totals that the other's rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from shangfa.db import facts
from shangfa.db.facts import Touched
from shangfa.db.tx.transaction import Tx
from shangfa.domain.policies.policy import Policy
from shangfa.services.ledger.anew.cast import Cast

MOST: Final = 0.6
"""The part of all people from which on it is quicker to look at everybody."""


def concerned(
    tx: Tx, meant: Touched, clauses: Iterable[str], policies: Sequence[Policy], cast: Cast
) -> list[UUID] | None:
    """Return the ids of those whom clauses can concern, None for everybody.

    `policies`: as it is and as it is tried.
    """
    found = facts.named_under(tx, meant, clauses)
    groups = facts.named_together(tx, meant)
    if any(policy.levels for policy in policies):
        groups += _lines(cast)
    ids = _closed(found, groups)
    return sorted(ids) if len(ids) <= MOST * len(cast.lives) else None


def _lines(cast: Cast) -> list[list[UUID]]:
    """Return (subject, superior) of every line there ever was."""
    ids = {code: life.past.id for code, life in cast.lives.items()}
    return [
        [life.past.id, ids[line.supervisor]]
        for life in cast.lives.values()
        for line in life.lines
        if line.supervisor is not None
    ]


def _closed(found: Iterable[UUID], groups: Iterable[Sequence[UUID]]) -> set[UUID]:
    """Return all who hang together with those found."""
    of: dict[UUID, list[Sequence[UUID]]] = {}
    for group in groups:
        for one in group:
            of.setdefault(one, []).append(group)
    closed, left = set(found), list(found)
    while left:
        for group in of.pop(left.pop(), ()):
            left += [one for one in group if one not in closed]
            closed.update(group)
    return closed
