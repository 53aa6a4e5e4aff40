"""Servers under the same load in turns, so that what disturbs one disturbs the others."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from statistics import median
from typing import Final, Protocol

from tests.bench.figures import quantile, ratio_line, say
from tests.bench.load import CONNECTIONS, Job, Outcome, fire
from tests.bench.stage import Cpu, Server

_rounds = itertools.count()


class Host(Protocol):
    """Who runs a server: our own stage, or another checkout's."""

    def cpu(self, server: Server) -> Cpu:
        """Return what a server's processes and their database connections have used."""
        ...

    def analyze(self, server: Server) -> None:
        """Tell the planner how large the tables of a server's database are by now."""
        ...


@dataclass(slots=True)
class Side:
    """A server and what was measured of it.

    Attributes:
        rates: requests a second, by round.
        costs: seconds of processor for each request, by round.
    """

    name: str
    host: Host
    server: Server
    token: str
    bodies: tuple[bytes, ...]
    rates: list[float] = field(default_factory=list)
    costs: list[Cpu] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def fire(self, executor: Executor, seconds: float, connections: int, turn: int) -> Outcome:
        """Send one round; each turn starts at another place of the bodies.

        Raises:
            RuntimeError: an answer was not 201, or did not come.
        """
        start = turn * 997 % len(self.bodies)
        bodies = self.bodies[start:] + self.bodies[:start]
        name = f"{self.name}-{next(_rounds)}"
        job = Job(name, self.server.port, self.token, bodies, connections, 0.0, seconds)
        outcome = fire(executor, job)
        if outcome.faults:
            raise RuntimeError(f"{self.name} answered {dict(outcome.faults)}")
        return outcome

    def measure(self, executor: Executor, seconds: float, connections: int, turn: int) -> None:
        """Send one round and keep its figures."""
        before = self.host.cpu(self.server)
        outcome = self.fire(executor, seconds, connections, turn)
        after = self.host.cpu(self.server)
        number = len(outcome.latencies)
        self.rates.append(number / seconds)
        self.latencies += outcome.latencies
        # those still on their way at the end have used the processor too
        every = number + connections
        self.costs.append(
            Cpu((after.web - before.web) / every, (after.database - before.database) / every)
        )


WARM_UP: Final = 1.5
"""Seconds, not measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure, with how many connections, and what is hoped for."""

    rounds: int
    seconds: float
    connections: int = CONNECTIONS
    goal: str = ""


def duel(executor: Executor, sides: Sequence[Side], plan: Plan) -> None:
    """Measure A B C, B C A … and print the figures and the ratio of every two.

    The plan's goal is that of the first to the last.

    Raises:
        RuntimeError: a request was not answered with 201.
    """
    for side in sides:
        side.fire(executor, WARM_UP, plan.connections, -1)
        # what autovacuum would do by and by: plans made for empty tables are made anew
        side.host.analyze(side.server)
    for turn in range(plan.rounds):
        first = turn % len(sides)
        for side in (*sides[first:], *sides[:first]):
            side.measure(executor, plan.seconds, plan.connections, turn)
    say(
        f"  {plan.connections} connection{'s' if plan.connections > 1 else ''},"
        f" {plan.rounds} rounds of {plan.seconds:g} s each, in turns"
    )
    for side in sides:
        say(_line(side))
    for one, other in itertools.combinations(sides, 2):
        goal = plan.goal if (one, other) == (sides[0], sides[-1]) else ""
        _compare(one, other, goal)


def _compare(one: Side, other: Side, goal: str) -> None:
    pairs = list(zip(one.rates, other.rates, strict=True))
    say(ratio_line(f"requests/s, {one.name} / {other.name}", pairs) + goal)
    used = [(sum(a), sum(b)) for a, b in zip(one.costs, other.costs, strict=True)]
    say(ratio_line(f"processor, {one.name} / {other.name}", used))


def _line(side: Side) -> str:
    rate = median(side.rates)
    p50, p99 = (quantile(side.latencies, share) * 1000 for share in (0.5, 0.99))
    web, database = (median(cost[place] for cost in side.costs) * 1000 for place in (0, 1))
    return (
        f"  {side.name:<22}{rate:>8.1f} requests/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms"
        f"  processor {web:.2f} ms web + {database:.2f} ms database"
    )
