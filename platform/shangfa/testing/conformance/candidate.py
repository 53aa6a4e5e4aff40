"""A plugin to be checked, with the example policies that use its kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Final, NamedTuple

from shangfa.documents.tenant.folder import TenantFolder, read_tenant
from shangfa.domain.policies.clause import Clause
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.policies.version import Version
from shangfa.plugins.guarded.asking import Budget
from shangfa.plugins.guarded.process import Pool
from shangfa.plugins.installed import GROUP, Installed, Plugin, collect, describe, installed
from shangfa.sdk import ReactionKind
from shangfa.testing.conformance import samples

SAMPLES: Final = 20
"""Incidents that each use is tried with."""
BUDGET: Final = Budget(5.0, 512 * 2**20)
"""What one call may take."""


class Call(NamedTuple):
    """One call of a kind: the number of the kind in its plugin, a function, its arguments."""

    number: int
    function: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Use:
    """A kind as an example policy uses it.

    Attributes:
        where: policy and code, for messages.
        stated: the part, or the rule.
        clause: of a part; None of a rule.
        codes: those it may cite.
    """

    number: int
    kind: Any
    stated: Any
    where: str
    rungs: tuple[str, ...]
    clause: Clause | None = None
    codes: frozenset[str] = frozenset()

    def calls(self, seed: int = 1) -> Iterator[Call]:
        """Yield calls with valid values, the same each time."""
        random = Random(seed)  # noqa: S311 - chance for tests
        if self.clause is not None:
            yield self._assess(samples.plain_incident(self.clause))
            for _ in range(SAMPLES):
                yield self._assess(samples.incident(random, self.clause))
        elif isinstance(self.kind, ReactionKind):
            yield from self._reaction(random)
        else:
            for _ in range(SAMPLES):
                facts = samples.standings(random, self.kind.period(self.stated))
                yield Call(self.number, "evaluate", (self.stated, facts))

    def drawn(self, random: Random) -> Call | None:
        """Return a call of chance; None of a rule."""
        return self._assess(samples.incident(random, self.clause)) if self.clause else None

    def _assess(self, incident: Any) -> Call:
        return Call(self.number, "assess", (self.stated, incident))

    def _reaction(self, random: Random) -> Iterator[Call]:
        for watch in self.kind.watch(self.stated):
            if self.kind.fold is not None:
                for _ in range(SAMPLES):
                    yield Call(self.number, "fold", (self.stated, samples.seen(random, watch)))
                continue
            unit = watch.unit.rstrip("*") or "A"
            for total in samples.totals():
                yield Call(self.number, "derive", (self.stated, unit, total))


@dataclass(eq=False)
class Candidate:
    """A plugin to be checked.

    Attributes:
        name: of its entry point.
        module: that the entry point names.
        folders: of the examples, each like a tenant's.
        have: it among the other installed plugins, called directly.
    """

    name: str
    module: ModuleType
    plugin: Plugin
    folders: Sequence[Path]
    have: Installed

    @cached_property
    def tenants(self) -> list[TenantFolder]:
        """The example folders."""
        return [read_tenant(folder) for folder in self.folders]

    def kinds(self, tenant: TenantFolder) -> Kinds:
        """Return what an example folder may use."""
        return self.have.kinds(tenant.doc.plugins)

    @cached_property
    def uses(self) -> list[Use]:
        """Every use of its kinds in the examples."""
        numbers = {kind.name: number for number, kind in enumerate(self.plugin.kinds())}
        found: list[Use] = []
        for tenant in self.tenants:
            for name, version, _ in tenant.versions(self.kinds(tenant)):
                found += _uses(name, version, numbers)
        return found

    def pool(self) -> Pool:
        """Return processes that ask the plugin with a budget for each call."""
        return Pool(self.name, self.module.__name__, BUDGET)


def candidate(name: str, folders: Iterable[Path]) -> Candidate:
    """Return an installed plugin with its examples.

    Raises:
        LookupError: no such plugin is installed.
        PluginError: it cannot be used at all.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        raise LookupError(f"no plugin {name!r} is installed; there are {', '.join(points)}")
    module = import_module(points[name].module)
    plugin = describe(name, module)
    others = [item for item in installed().plugins.values() if item.name != name]
    return Candidate(name, module, plugin, list(folders), collect([*others, plugin]))


def _uses(policy: str, version: Version, numbers: Mapping[str, int]) -> Iterator[Use]:
    rungs = version.ladder.rungs
    for clause in version.clauses.values():
        for step in (*clause.steps, *(step for step, _ in clause.extras)):
            if step.kind.name in numbers and step.part.params is not None:
                rows = step.kind.rows(step.part)
                codes = {row.code for row in rows} | {"", step.part.code, clause.code}
                number = numbers[step.kind.name]
                where = f"{policy} {step.part.code}"
                yield Use(number, step.kind, step.part, where, rungs, clause, frozenset(codes))
    rules: list[Any] = [*{id(item.rule): item for item in version.reactions}.values()]
    for rule in (*rules, *version.programmes):
        if rule.kind.name in numbers and rule.rule.params is not None:
            where = f"{policy} {rule.rule.code}"
            yield Use(numbers[rule.kind.name], rule.kind, rule.rule, where, rungs)
