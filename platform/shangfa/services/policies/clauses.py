"""The clauses that may be recorded on a day, found by words of their titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from shangfa.domain.policies.clause import Clause
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import ReadyTenant, ready

FOUND: Final = 30
"""How many are shown; who looks for one types more."""


@dataclass(frozen=True, slots=True)
class ClauseFound:
    """A clause in force, with the policy it stands in."""

    policy: str
    title: str
    clause: Clause


def search(ctx: Context, words: str, day: date, limit: int = FOUND) -> list[ClauseFound]:
    """Return clauses whose code is the words, or whose title holds each of them."""
    ctx.need("policies:read")
    wanted = words.split()
    found = [item for item in _in_force(ready(ctx.tenant), day) if _is(item, words.strip(), wanted)]
    return sorted(found, key=lambda item: item.clause.code != words.strip())[:limit]


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
