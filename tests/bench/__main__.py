"""Run the benchmarks named on the command line, all of them when none is named."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tests.bench import (
    batch,
    calls,
    closing,
    engine,
    history,
    hooks,
    http,
    imports,
    memory,
    pages,
    what_if,
)
from tests.bench.figures import say
from tests.bench.old import VARIABLE, checkout_at
from tests.bench.stage import Stage, stage

ON_STAGE: dict[str, Callable[[Stage, Path | None], None]] = {
    "http": http.run,
    "history": lambda stage, _: history.run(stage),
    "memory": lambda stage, _: memory.run(stage),
    "closing": lambda stage, _: closing.run(stage),
    "what-if": lambda stage, _: what_if.run(stage),
    "batch": lambda stage, _: batch.run(stage),
    "imports": lambda stage, _: imports.run(stage),
    "pages": lambda stage, _: pages.run(stage),
    "hooks": lambda stage, _: hooks.run(stage),
}


def main() -> None:
    """Run what was asked for, in one process tree and one temporary folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        help=(
            "engine, calls, http, history, memory, closing, what-if, batch, imports, pages, hooks;"
            " default: all"
        ),
    )
    parser.add_argument(
        "--old",
        default=os.environ.get(VARIABLE),
        help=f"another checkout to run engine and http beside, in turns; also {VARIABLE}",
    )
    options = parser.parse_args()
    asked = options.parts or ["engine", "calls", *ON_STAGE]
    unknown = set(asked) - {"engine", "calls", *ON_STAGE}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    try:
        old = checkout_at(options.old) if options.old else None
    except ValueError as error:
        parser.error(str(error))
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    load, python = os.getloadavg()[0], platform.python_version()
    say(f"{os.cpu_count()} cores, load {load:.2f} at the start, Python {python}")
    if "engine" in asked:
        engine.run(old)
    if "calls" in asked:
        calls.run()
    for part in (part for part in ON_STAGE if part in asked):
        with stage() as where:
            ON_STAGE[part](where, old)
    say(f"\nDone in {time.monotonic() - started:.0f} s, load {os.getloadavg()[0]:.2f} at the end.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
