"""What is handed in when a period closes, read strictly: no stranger, no second vote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from shangfa.sdk import ZERO, Standing, invalid_input, to_decimal

_BALLOT: Final = {"voter", "candidate", "candidates"}


def by_subject(standing: Standing, name: str, known: Collection[str]) -> dict[str, Any]:
    """Return subject -> value of one input, empty when it was not handed in.

    Args:
        standing: of the period that closes.
        name: of the input.
        known: the codes that may take part.

    Raises:
        RefusedError: `invalid` for no mapping, or for a stranger.
    """
    given = standing.inputs.get(name)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise invalid_input(name, given, "按对象给出 (a value for each subject)")
    for code in given:
        _check_known(f"{name}/{code}", code, known)
    return {str(code): value for code, value in given.items()}


def _check_known(place: str, code: Any, known: Collection[str]) -> str:
    if not isinstance(code, str) or code not in known:
        names = "、".join(known) or "—"
        raise invalid_input(place, code, f"不在参评者之列，只有 {names} (not one of these)")
    return code


def read_number(place: str, value: Any, least: Decimal | None = None) -> Decimal:
    """Read a finite number, of `least` or more when that is given."""
    try:
        number = to_decimal(value)
    except ValueError:
        raise invalid_input(place, value, "须为数字 (a number)") from None
    if least is not None and number < least:
        raise invalid_input(place, value, f"须为不小于 {least} 的数 (a number ≥ {least})")
    return number


def read_scores(standing: Standing, known: Collection[str]) -> dict[str, Decimal]:
    """Return subject -> score; whoever has none is not ranked."""
    given = by_subject(standing, "scores", known)
    return {code: read_number(f"scores/{code}", value) for code, value in given.items()}


def read_line(standing: Standing, name: str) -> Decimal:
    """Return a score line the policy leaves to the company.

    Raises:
        RefusedError: `invalid` when it was not handed in or is no number.
    """
    value = standing.inputs.get(name)
    if value is None:
        raise invalid_input(name, value, "制度未定分数线，须由公司给出 (the company must set it)")
    return read_number(name, value)


def read_votes(standing: Standing, known: Collection[str], per_ballot: int) -> dict[str, Decimal]:
    """Return candidate -> votes, from counts or from the ballots one by one.

    Args:
        standing: of the period that closes. Its input `votes` is a count for each
            candidate, or a list of `{voter, candidate}` or `{voter, candidates}`.
        known: the codes that may be voted for.
        per_ballot: how many candidates one ballot may name.

    Raises:
        RefusedError: `invalid` for a stranger, a voter who votes twice, a ballot that
            names somebody twice or too many, or a count that is no whole number ≥ 0.
    """
    given = standing.inputs.get("votes")
    if isinstance(given, list):
        voters = tuple(item.code for item in standing.subjects)
        return _counted(_ballots(given, voters, known, per_ballot))
    counts = by_subject(standing, "votes", known)
    return {code: _count(f"votes/{code}", value) for code, value in counts.items()}


def _count(place: str, value: Any) -> Decimal:
    number = read_number(place, value, ZERO)
    if number != number.to_integral_value():
        raise invalid_input(place, value, "票数须为整数 (a whole number of votes)")
    return number


def _counted(names: Iterable[str]) -> dict[str, Decimal]:
    votes: dict[str, Decimal] = {}
    for name in names:
        votes[name] = votes.get(name, ZERO) + 1
    return votes


def _ballots(
    given: Iterable[Any], voters: Collection[str], known: Collection[str], per_ballot: int
) -> Iterable[str]:
    seen: set[str] = set()
    for index, ballot in enumerate(given):
        place = f"votes/{index}"
        if not isinstance(ballot, Mapping) or not set(ballot) <= _BALLOT:
            why = "选票须为 {voter, candidate(s)} (a ballot names its voter and candidates)"
            raise invalid_input(place, ballot, why)
        voter = _check_known(f"{place}/voter", ballot.get("voter"), voters)
        if voter in seen:
            raise invalid_input(f"{place}/voter", voter, "每人只投一次 (voted already)")
        seen.add(voter)
        yield from _named(place, ballot, known, per_ballot)


def _named(
    place: str, ballot: Mapping[str, Any], known: Collection[str], per_ballot: int
) -> list[str]:
    if ("candidate" in ballot) == ("candidates" in ballot):
        raise invalid_input(place, ballot, "candidate 与 candidates 取其一 (one of the two)")
    key = "candidate" if "candidate" in ballot else "candidates"
    value = ballot[key]
    names = value if key == "candidates" else [value]
    if not isinstance(names, list) or len(names) > per_ballot:
        why = f"一票至多选 {per_ballot} 人 (at most {per_ballot} on a ballot)"
        raise invalid_input(f"{place}/{key}", value, why)
    for name in names:
        _check_known(f"{place}/{key}", name, known)
        if names.count(name) > 1:
            raise invalid_input(f"{place}/{key}", name, "一票不得重复选同一人 (named twice)")
    return names


def read_steps(
    standing: Standing, name: str, known: Collection[str], steps: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return subject -> the review steps passed.

    Raises:
        RefusedError: `invalid` for a stranger, no list, or an unknown step.
    """
    found: dict[str, frozenset[str]] = {}
    for code, value in by_subject(standing, name, known).items():
        if not isinstance(value, list):
            raise invalid_input(f"{name}/{code}", value, "须为步骤的列表 (a list of steps)")
        for step in value:
            check_key(f"{name}/{code}", step, steps)
        found[code] = frozenset(value)
    return found


def read_days(
    standing: Standing, name: str, known: Collection[str], kinds: Collection[str]
) -> dict[str, dict[str, Decimal]]:
    """Return subject -> kind of leave -> days.

    Raises:
        RefusedError: `invalid` for a stranger, an unknown kind, or days under 0.
    """
    found: dict[str, dict[str, Decimal]] = {}
    for code, value in by_subject(standing, name, known).items():
        place = f"{name}/{code}"
        if not isinstance(value, Mapping):
            raise invalid_input(place, value, "按假别给出天数 (days for each kind of leave)")
        for kind in value:
            check_key(place, kind, kinds)
        found[code] = {
            kind: read_number(f"{place}/{kind}", days, ZERO) for kind, days in value.items()
        }
    return found


def check_key(place: str, key: Any, known: Collection[str]) -> None:
    """Refuse a word that nobody knows."""
    if key not in known:
        why = f"只有 {'、'.join(known) or '—'} (the known ones)"
        raise invalid_input(f"{place}/{key}", key, why)
