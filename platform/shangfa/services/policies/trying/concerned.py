"""Whom a version with some rules said differently can concern: of others nothing changes.

A clause concerns whom it was reported of, a reaction who has anything on a counter it watches. Two
people hang together when an incident names both, and, where superiors bear something, when one
was ever above the other: what is decided of one then moves totals that the other's rest on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db import facts
from shangfa.db.facts import Touched
from shangfa.db.tx.transaction import Tx
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction
from shangfa.services.ledger.anew.cast import Cast

MOST: Final = 0.6
"""The part of all people from which on it is quicker to look at everybody."""


class Differs(NamedTuple):
    """The codes of the clauses and of the reactions that two documents say differently."""

    clauses: frozenset[str]
    reactions: frozenset[str]


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Differs | None:
    """Return what two documents say differently; None when more than clauses and reactions."""
    said = {"title", "source", "effective_from", "clauses", "reactions", "programmes", "procedure"}
    if any(old.get(name) != new.get(name) for name in (old.keys() | new.keys()) - said):
        return None
    rules = [_by_code(item.get("reactions") or ()) for item in (old, new)]
    common = rules[0].keys() & rules[1].keys()
    if [code for code in rules[0] if code in common] != [
        code for code in rules[1] if code in common
    ]:
        return None  # which of them comes first may tell in what order things follow
    return Differs(_apart(_by_code(old["clauses"]), _by_code(new["clauses"])), _apart(*rules))


def _by_code(items: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(item["code"], []).append(item)
    return found


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(code for code in {**one, **other} if one.get(code) != other.get(code))


def concerned(
    tx: Tx, meant: Touched, differs: Differs, policies: Sequence[Policy], cast: Cast
) -> list[UUID] | None:
    """Return the ids of those whom rules that differ can concern, None for everybody.

    `policies`: as it is and as it is tried.
    """
    found = set(facts.named_under(tx, meant, differs.clauses))
    if differs.reactions:
        found |= _watched(tx, meant, differs.reactions, policies)
    groups = facts.named_together(tx, meant)
    if any(policy.levels for policy in policies):
        groups += _lines(cast)
    ids = _closed(found, groups)
    return sorted(ids) if len(ids) <= MOST * len(cast.lives) else None


def _watched(
    tx: Tx, meant: Touched, codes: Collection[str], policies: Iterable[Policy]
) -> set[UUID]:
    """Return who has anything that a rule of these codes counts, in any wording."""
    rules = [
        item
        for policy in policies
        for version in policy.versions
        for item in version.reactions
        if item.rule.code in codes
    ]
    return {
        who
        for who, account, unit in facts.has_posted(tx, meant)
        if any(_counts(rule, account, unit) for rule in rules)
    }


def _counts(rule: Reaction, account: str, unit: str) -> bool:
    """Tell whether a rule may count something; a cap counts what is on the account it caps."""
    return rule.watch.matches(account, unit) or (
        rule.kind.covers is not None and (account, unit) in rule.gives
    )


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
