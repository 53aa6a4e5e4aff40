"""Run the benchmarks named on the command line, all of them when none is named."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import time
from collections.abc import Callable
from types import FrameType

from tests.bench import engine, history, http, memory
from tests.bench.figures import say
from tests.bench.stage import stage

ON_STAGE: dict[str, Callable[..., None]] = {
    "http": http.run,
    "history": history.run,
    "memory": memory.run,
}


def main() -> None:
    """Run what was asked for, in one process tree and one temporary folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help="engine, http, history, memory; default: all")
    asked = parser.parse_args().parts or ["engine", *ON_STAGE]
    unknown = set(asked) - {"engine", *ON_STAGE}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    load, python = os.getloadavg()[0], platform.python_version()
    say(f"{os.cpu_count()} cores, load {load:.2f} at the start, Python {python}")
    if "engine" in asked:
        engine.run()
    for part in (part for part in ON_STAGE if part in asked):
        with stage() as where:
            ON_STAGE[part](where)
    say(f"\nDone in {time.monotonic() - started:.0f} s, load {os.getloadavg()[0]:.2f} at the end.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
