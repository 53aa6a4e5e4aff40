"""One rule through all versions of a policy, and whether its totals tell all about it.

A rule keeps its code. Where only a growing total in a window that stands still matters, the
total before and after an entry is enough, with the totals at the ends of earlier versions.
Every other rule is a fold over the subject's dated entries: its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from shangfa.domain.dates.days import EACH
from shangfa.domain.dates.windows import Window, cut
from shangfa.domain.policies.kinds import Watch
from shangfa.domain.policies.version import Reaction, Sums, Version
from shangfa.domain.text import Note

Key = tuple[str, str, str, str, int]
"""code, kind, account and unit watched, which of several alike"""


class Stretch(NamedTuple):
    """The same rule, or none, from a day on."""

    since: date
    reaction: Reaction | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A rule with its stretches, oldest first; the first begins before every day."""

    key: Key
    stretches: tuple[Stretch, ...]

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.key[0]

    @property
    def name(self) -> str:
        """What tells it apart among the rules of its code."""
        return "/".join(map(str, self.key[1:]))

    def at(self, day: date) -> Reaction | None:
        """Return the rule as it is in force on a day."""
        found = None
        for since, reaction in self.stretches:
            if since > day:
                break
            found = reaction
        return found

    @property
    def of_supervisor(self) -> bool:
        """Whether the supervisor of the day bears what it gives, in any wording."""
        return any(reaction.watch.of_supervisor for reaction in self.reactions)

    @property
    def is_cap(self) -> bool:
        """Whether it gives back what goes beyond a cap."""
        return any(reaction.kind.covers is not None for reaction in self.reactions)

    @property
    def reactions(self) -> list[Reaction]:
        """Every wording of the rule."""
        return [item.reaction for item in self.stretches if item.reaction is not None]


class Cut(NamedTuple):
    """An earlier stretch, with the part of a span that lies before its end."""

    window: Window
    end: date
    stretch: Stretch


class Held(NamedTuple):
    """A rule in force whose totals are enough.

    Attributes:
        since: the first day of its wording.
        cuts: the stretches before it, oldest first.
        title: how an explanation names what is counted.
        steps: totals before and after -> what that gives without joint marks and by them alone,
            as far as it is known.
    """

    key: Key
    reaction: Reaction
    since: date
    cuts: tuple[Cut, ...]
    title: Note | str
    steps: dict[tuple[Any, ...], tuple[Sums, Sums]]


STEPS: Final = 200
"""So many are kept of each rule."""


class Kept(NamedTuple):
    """The windows of a counter.

    Attributes:
        followed: in so many of them, the first ones, a growing total is followed.
        every: those in which a total is kept.
    """

    followed: int
    every: tuple[Window, ...]


Counts = tuple[tuple[Window, tuple[Held, ...] | None], ...]
"""The windows of a counter; None for one in which no rule follows its growing total."""


class Looks(NamedTuple):
    """All that looks at the postings of a counter under a version.

    Attributes:
        answers: the reactions that answer each posting by itself.
        caps: those that may cover it.
        recalled: whether its dated entries are needed.
        sign: of its account.
    """

    answers: tuple[Reaction, ...]
    caps: tuple[Reaction, ...]
    counts: Counts
    recalled: bool
    sign: int


DEAF: Final = Looks((), (), (), recalled=False, sign=0)
"""Nothing looks."""


def lanes_of(versions: Sequence[Version]) -> list[Lane]:
    """Return every rule that counts within a window, in the order of their wording."""
    found: dict[Key, list[Stretch]] = {}
    for number, version in enumerate(versions):
        since = version.effective_from
        stated = dict(_keyed(version.reactions))
        for key, reaction in stated.items():
            first = [Stretch(date.min, None)] if number else []
            _extend(found.setdefault(key, first), Stretch(since, reaction))
        for key, stretches in found.items():
            if key not in stated:
                _extend(stretches, Stretch(since, None))
    return [Lane(key, tuple(stretches)) for key, stretches in found.items()]


def _keyed(reactions: Iterable[Reaction]) -> Iterator[tuple[Key, Reaction]]:
    seen: dict[tuple[str, str, str, str], int] = {}
    for reaction in reactions:
        watch = reaction.watch
        if watch.window != EACH:
            name = (reaction.rule.code, reaction.kind.name, watch.account, watch.unit)
            seen[name] = seen.get(name, 0) + 1
            yield (*name, seen[name]), reaction


def _extend(stretches: list[Stretch], more: Stretch) -> None:
    if not stretches or not _is_same(stretches[-1].reaction, more.reaction):
        stretches.append(more)


def _is_same(one: Reaction | None, other: Reaction | None) -> bool:
    if one is None or other is None:
        return one is other
    a, b = one.rule, other.rule
    same = one.watch == other.watch and one.terms == other.terms
    return same and (a.params, a.ladder) == (b.params, b.ladder)


def matching(lanes: Iterable[Lane], account: str, unit: str) -> list[Lane]:
    """Return the rules that watch a counter in any wording."""
    return [
        lane
        for lane in lanes
        if any(reaction.watch.matches(account, unit) for reaction in lane.reactions)
    ]


def folded(lanes: Sequence[Lane], versions: Sequence[Version]) -> list[Lane]:
    """Return the lanes that need histories: by themselves, or because they feed such a one."""
    lapsing = {unit for version in versions for unit in version.lapses}
    hooked = [item.watch for lane in lanes for item in lane.reactions if item.kind.fold]
    found = [
        lane
        for lane in lanes
        if not _grows(lane, lapsing) or _shares(lane, hooked) or _gives(lane, lapsing)
    ]
    while True:
        more = [lane for lane in lanes if lane not in found and _feeds(lane, found)]
        if not more:
            return [lane for lane in lanes if lane in found]
        found += more


def _grows(lane: Lane, lapsing: Iterable[str]) -> bool:
    first, *others = lane.reactions
    if any(other.watch != first.watch or other.terms != first.terms for other in others):
        return False
    if any(first.watch.matches(first.watch.account, unit) for unit in lapsing):
        return False
    return all(reaction.grows() for reaction in lane.reactions)


def _gives(lane: Lane, units: Iterable[str]) -> bool:
    """Tell whether it gives what lapses: who lifts that names the fact it came of."""
    given = {unit for reaction in lane.reactions for _, unit in reaction.gives}
    return not given.isdisjoint(units)


def _shares(lane: Lane, hooked: Iterable[Watch]) -> bool:
    """Tell whether a fold looks at the same counter: it may cancel entries of it."""
    watches = [reaction.watch for reaction in lane.reactions]
    units = [(watch.account, unit) for watch in hooked for unit in watch.units]
    return any(watch.matches(*pair) for watch in watches for pair in units)


def _feeds(lane: Lane, others: Iterable[Lane]) -> bool:
    gives = {pair for reaction in lane.reactions for pair in reaction.gives}
    watches = [reaction.watch for other in others for reaction in other.reactions]
    return any(watch.matches(*pair) for watch in watches for pair in gives)


def held_on(lane: Lane, day: date, unit: str) -> Held | None:
    """Return a rule as it is held on a day for a unit, None when no version says it that day."""
    passed = [item for item in lane.stretches if item.since <= day]
    if not passed or passed[-1].reaction is None:
        return None
    _, reaction = now = passed.pop()
    assert reaction is not None  # noqa: S101 - narrows for mypy
    cuts = tuple(_cuts(reaction, passed, now.since))
    return Held(lane.key, reaction, now.since, cuts, reaction.title(unit), {})


def _cuts(reaction: Reaction, passed: Sequence[Stretch], end: date) -> Iterator[Cut]:
    window = reaction.window
    ends = [*(item.since for item in passed), end][1:]
    for stretch, until in zip(passed, ends, strict=True):
        if stretch.reaction is not None and window is not None:
            yield Cut(cut(window, until), until, stretch)
