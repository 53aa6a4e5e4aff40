"""The clauses that may be recorded on a day, found by words of their titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from shangfa.db.incidents import uses
from shangfa.db.people import PersonOfDay, ask_people
from shangfa.db.tx.transaction import Tx
from shangfa.domain.policies.clause import Clause
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import ReadyTenant, ready
from shangfa.services.transaction import reading

FOUND: Final = 30
"""How many are shown; who looks for one types more."""
LATELY: Final = 500
"""The last incidents by which clauses are put in order."""


@dataclass(frozen=True, slots=True)
class ClauseFound:
    """A clause in force, with the policy it stands in."""

    policy: str
    title: str
    clause: Clause


def search(
    ctx: Context, words: str, day: date, limit: int = FOUND, subject: str | None = None
) -> list[ClauseFound]:
    """Return clauses whose code is the words, or whose title holds each of them.

    First the one that is called so, then those used most of late, in the department of the
    subject before all others. No words mean every clause.
    """
    ctx.need("policies:read")
    wanted = words.split()
    found = [item for item in _in_force(ready(ctx.tenant), day) if _is(item, words.strip(), wanted)]
    if not found[1:]:
        return found
    used = _uses(ctx, subject, day)

    def place(item: ClauseFound) -> tuple[bool, int, int]:
        own, whole = used.get((item.policy, item.clause.code), (0, 0))
        return item.clause.code != words.strip(), -own, -whole

    return sorted(found, key=place)[:limit]


def _uses(ctx: Context, subject: str | None, day: date) -> dict[tuple[str, str], tuple[int, int]]:
    def work(tx: Tx) -> dict[tuple[str, str], tuple[int, int]]:
        people = ask_people(tx, [subject], day).fetchall() if subject else []
        department = PersonOfDay(*people[0]).department if people else None
        return uses(tx, department, LATELY)

    return reading(ctx, work)


def find(ctx: Context, code: str, day: date, policy: str | None = None) -> list[ClauseFound]:
    """Return the clauses of a code on a day: one, unless several policies have it."""
    ctx.need("policies:read")
    return [
        item
        for item in _in_force(ready(ctx.tenant), day)
        if item.clause.code == code and policy in {None, "", item.policy}
    ]


def _in_force(tenant: ReadyTenant, day: date) -> Iterator[ClauseFound]:
    for policy in tenant.policies.values():
        version = policy.at(day)
        for clause in version.clauses.values() if version is not None else ():
            if not clause.unrecordable:
                yield ClauseFound(policy.name, version.title if version else "", clause)


def _is(item: ClauseFound, code: str, words: list[str]) -> bool:
    text = f"{item.clause.code} {item.clause.title}".lower()
    return item.clause.code == code or all(word.lower() in text for word in words)
