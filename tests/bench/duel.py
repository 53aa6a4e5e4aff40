"""Two servers under the same load in turns, so that what disturbs one disturbs the other."""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

from tests.bench.figures import quantile, ratio_line, say
from tests.bench.load import CONNECTIONS, Job, Outcome, fire

_rounds = itertools.count()


@dataclass(slots=True)
class Side:
    """A server and what was measured of it.

    Attributes:
        rates: requests a second, by round.
    """

    name: str
    port: int
    token: str
    bodies: tuple[bytes, ...]
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def fire(self, executor: Executor, seconds: float, connections: int, turn: int) -> Outcome:
        """Send one round; each turn starts at another place of the bodies."""
        start = turn * 997 % len(self.bodies)
        bodies = self.bodies[start:] + self.bodies[:start]
        name = f"{self.name}-{next(_rounds)}"
        return fire(executor, Job(name, self.port, self.token, bodies, connections, 0.0, seconds))


WARM_UP: Final = 2.0
"""Seconds, not measured."""


def duel(
    executor: Executor,
    sides: tuple[Side, Side],
    rounds: int,
    seconds: float,
    connections: int = CONNECTIONS,
) -> bool:
    """Measure A B A B …, print the figures and tell whether every request was answered."""
    for side in sides:
        side.fire(executor, WARM_UP, connections, -1)
    for turn in range(rounds):
        for side in sides:
            outcome = side.fire(executor, seconds, connections, turn)
            side.rates.append(len(outcome.latencies) / seconds)
            side.latencies += outcome.latencies
            side.faults += outcome.faults
    say(f"  {connections} connections, {rounds} rounds of {seconds:g} s each, in turns")
    for side in sides:
        say(_line(side))
    first, second = sides
    pairs = list(zip(first.rates, second.rates, strict=True))
    say(ratio_line(f"ratio {first.name} / {second.name}", pairs))
    return not any(side.faults for side in sides)


def _line(side: Side) -> str:
    rate = sum(side.rates) / len(side.rates)
    p50, p99 = (quantile(side.latencies, share) * 1000 for share in (0.5, 0.99))
    faults = f"  FAULTS {dict(side.faults)}" if side.faults else ""
    return f"  {side.name:<22}{rate:>8.1f} requests/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms{faults}"
