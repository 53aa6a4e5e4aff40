"""What it costs to call a plugin: directly, and in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.bench.figures import quantile, say
from tests.making.house import installed_plugin

from shangfa.domain.policies.checks import called, check_finding
from shangfa.domain.policies.kinds import ClauseKind
from shangfa.plugins.installed import installed
from shangfa.testing.makers import make_incident, make_part

ROUNDS: Final = 200
DIRECT: Final = 20_000
GUARDED: Final = 2000
PLUGIN: Final = '''"""One effect, computed from nothing."""

from decimal import Decimal

from shangfa.sdk import ClauseKind, Effect, Params, hookimpl


class Nothing(Params):
    """Nothing to say."""


def assess(part, incident):
    return [Effect("points", "A", Decimal(1))]


@hookimpl
def register_clause_kinds():
    return [ClauseKind("quick.clause", Nothing, assess, lambda part: ())]
'''


def run() -> None:
    """Time the same kind both ways, each beside what its function takes by itself."""
    say("\n9. A call of a plugin")
    with TemporaryDirectory() as folder, installed_plugin(Path(folder), "quick", PLUGIN):
        guarded = installed().plugins["quick"].clause_kinds[0]
        space: dict[str, Any] = {}
        exec(compile(PLUGIN, "quick", "exec"), space)
        (direct,) = space["register_clause_kinds"]()
        part, incident = make_part(direct.params()), make_incident()
        other = make_part(guarded.params.model_validate({}))
        bare = _each(lambda: direct.assess(part, incident), DIRECT)
        ours = _each(lambda: _found(direct, part, incident), DIRECT)
        theirs = _each(lambda: _found(guarded, other, incident), GUARDED)
    say(f"  direct: {ours - bare:.1f} us more than the function's own {bare:.1f}; goal under 5")
    say(f"  through its process: {theirs - bare:.0f} us more; goal under 150")


def _found(kind: ClauseKind[Any], part: Any, incident: Any) -> list[Any]:
    """Take what a kind finds as the engine takes it."""
    found = called(kind.name, kind.assess, part, incident)
    return [check_finding(item, kind.name, ()) for item in found]


def _each(work: Callable[[], object], times: int) -> float:
    """Return the microseconds of one call: of short rounds the tenth that nothing disturbed."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(times // ROUNDS):
            work()
        rounds.append((time.perf_counter() - began) / (times // ROUNDS) * 1e6)
    return quantile(rounds, 0.1)
