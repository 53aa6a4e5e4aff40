"""Reactions that would feed themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shangfa.domain.policies.version import Reaction


def circles(reactions: Iterable[Reaction]) -> tuple[str, ...]:
    """Return the units on a loop of reactions of one subject, empty when there is none.

    What a supervisor bears for a report goes no further up, so it closes no loop.
    """
    own = [reaction for reaction in reactions if not reaction.watch.of_supervisor]
    feeds = {
        index: [
            (unit, fed)
            for account, unit in sorted(reaction.gives)
            for fed, other in enumerate(own)
            if other.watch.matches(account, unit)
        ]
        for index, reaction in enumerate(own)
    }
    return next((loop for start in feeds if (loop := _loop(start, feeds))), ())


def _loop(start: int, feeds: Mapping[int, list[tuple[str, int]]]) -> tuple[str, ...]:
    """Return the units passed on the way from a reaction back to itself."""
    ways: list[tuple[tuple[str, ...], int]] = [((), start)]
    seen: set[int] = set()
    while ways:
        units, at = ways.pop()
        for unit, fed in feeds[at]:
            if fed == start:
                return (unit, *units, unit) if units else (unit, unit)
            if fed not in seen:
                seen.add(fed)
                ways.append(((*units, unit), fed))
    return ()
