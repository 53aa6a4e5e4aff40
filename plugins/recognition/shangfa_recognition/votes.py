"""Votes handed in when a period closes: no stranger, no second vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from shangfa.sdk import Note, PeriodFacts, inputs, invalid_input

_BALLOT: Final = ("voter", "candidate", "candidates")
_TWICE = Note("每人只投一次", "everybody votes once")
_EITHER = Note("candidate 与 candidates 取其一", "one of candidate and candidates is expected")
_TOO_MANY = Note("一票至多选 {0} 人", "a ballot names {0} at most")
_REPEATED = Note("一票不得重复选同一人", "a ballot names nobody twice")


def read_votes(facts: PeriodFacts, known: Collection[str], per_ballot: int) -> dict[str, Decimal]:
    """Return candidate -> votes, from counts or from the ballots one by one.

    Args:
        facts: of the period that closes. Its input `votes` is a count for each candidate,
            or a list of `{voter, candidate}` or `{voter, candidates}`.
        known: the codes that may be voted for.
        per_ballot: how many candidates one ballot may name.

    Raises:
        RefusedError: `invalid` for a stranger, a voter who votes twice, a ballot that
            names somebody twice or too many, or a count that is no whole number ≥ 0.
    """
    given = facts.inputs.get("votes")
    candidates = frozenset(known)
    if isinstance(given, list | tuple):
        voters = frozenset(subject.code for subject in facts.subjects)
        votes = Counter(_ballots(inputs.read_rows("votes", given), voters, candidates, per_ballot))
        return {code: Decimal(number) for code, number in votes.items()}
    return inputs.by_subject(facts, "votes", inputs.read_count, candidates)


def _ballots(
    given: Iterable[Any], voters: Collection[str], known: Collection[str], per_ballot: int
) -> Iterable[str]:
    seen: set[str] = set()
    for index, ballot in enumerate(given):
        place = f"votes/{index}"
        inputs.check_keys(place, ballot, _BALLOT)
        voter = inputs.read_code(f"{place}/voter", ballot.get("voter"), voters)
        if voter in seen:
            raise invalid_input(f"{place}/voter", voter, _TWICE)
        seen.add(voter)
        yield from _named(place, ballot, known, per_ballot)


def _named(place: str, ballot: Any, known: Collection[str], per_ballot: int) -> Sequence[str]:
    if ("candidate" in ballot) == ("candidates" in ballot):
        raise invalid_input(place, dict(ballot), _EITHER)
    if "candidate" in ballot:
        return [inputs.read_code(f"{place}/candidate", ballot["candidate"], known)]
    place = f"{place}/candidates"
    names = inputs.read_list(place, ballot["candidates"])
    if len(names) > per_ballot:
        raise invalid_input(place, len(names), _TOO_MANY.of(per_ballot))
    seen: set[str] = set()
    for name in names:
        if inputs.read_code(place, name, known) in seen:
            raise invalid_input(place, name, _REPEATED)
        seen.add(name)
    return names
