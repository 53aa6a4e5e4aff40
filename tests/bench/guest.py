"""Runs inside another checkout, with its own packages first, and does what it is asked.

A line of JSON on standard input is (what to do, values …), a line on standard output what
came of it. Of the checkout only what every revision since 72c464e has is used: `stage()` and
the methods of its `Stage`, `past.fill`, `http.SHANGFA`, and the engine's rounds.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from contextlib import ExitStack
from functools import cache
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.bench import engine, http, past, traffic
from tests.bench.stage import Server, Stage, stage


class Guest:
    """What can be asked, by name."""

    def __init__(self, whole: ExitStack) -> None:
        self._whole = whole
        self._serving = ExitStack()
        self._server: Server | None = None

    @cache  # noqa: B019 - there is one, for as long as the process lives
    def _stage(self) -> Stage:
        return self._whole.enter_context(stage())

    def serve(self, slug: str, people: int, each: int) -> dict[str, Any]:
        """Make a company with a past, serve it, and return where."""
        where = self._stage()
        company = where.company(slug, people, traffic.moment().date())
        with where.owner() as owner:
            past.fill(owner, company, people, each)
        database = where.copy(f"guest_{slug}")
        self._whole.push(self._serving)
        self._server = self._serving.enter_context(where.gunicorn(http.SHANGFA, database))
        server = {"database": database, "port": self._server.port, "pid": self._server.pid}
        return {"server": server, "token": company.token, "codes": company.codes}

    def cpu(self) -> tuple[float, float]:
        """Return what the server and its database have used, seconds."""
        assert self._server is not None  # it serves
        web, database = self._stage().cpu(self._server)
        return web, database

    def analyze(self) -> None:
        """Tell the planner how large the tables are by now."""
        assert self._server is not None  # it serves
        self._stage().analyze(self._server)

    def stop(self) -> None:
        """Serve no longer."""
        self._serving.close()

    @cache  # noqa: B019 - there is one, for as long as the process lives
    def _stream(self, name: str) -> engine.Stream:
        return engine._stream(name, traffic.MIXES[name])

    def rate(self, names: list[str], written: bool) -> float:  # noqa: FBT001 - from JSON
        """Return the engine's assessments a second of processor time in one round."""
        engine.ROUNDS = 1
        streams = [self._stream(name) for name in names]
        return engine._best(streams, engine.Line(), written=written)[0]


def _is_here(distribution: Distribution) -> bool:
    """Tell whether a distribution is no plugin, or one whose code is this checkout's."""
    points = distribution.entry_points.select(group="shangfa.plugins")
    found = [find_spec(point.module) for point in points]
    return all(spec and Path(spec.origin or "").is_relative_to(Path.cwd()) for spec in found)


def main() -> None:
    """Answer until nobody asks any more."""
    # the plugins that are installed are those of another checkout, with other interfaces
    every = list(filter(_is_here, distributions()))
    importlib.metadata.distributions = lambda **_: iter(every)
    # whatever else is printed must not look like an answer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with ExitStack() as whole:
        guest = Guest(whole)
        for line in sys.stdin:
            what, *values = json.loads(line)
            answers.write(json.dumps(getattr(guest, what)(*values), default=str) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
