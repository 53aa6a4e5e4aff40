"""Find the installed plugins, check them, and hand out what they provide.

Loaded once per process through pluggy. Which of them a tenant may use is decided per
request from its own selection; an empty selection means none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from itertools import chain
from typing import Any, Final, TypeVar

import pluggy

from shangfa import hookspecs
from shangfa.domain.faults import refused
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.tenancy.faults import UNKNOWN_PLUGIN
from shangfa.plugins.kinds import check_guard, check_kind
from shangfa.sdk import ClauseKind, ProgrammeKind, ReactionKind, hookimpl
from shangfa.sdk.guards import Guard

GROUP: Final = "shangfa.plugins"
HOOKS: Final = tuple(name for name in vars(hookspecs) if name.startswith("register_"))
Kind = ClauseKind[Any] | ReactionKind[Any] | ProgrammeKind[Any]
K = TypeVar("K", ClauseKind[Any], ReactionKind[Any], ProgrammeKind[Any])


class PluginError(Exception):
    """An installed plugin cannot be used; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed plugin and what it provides.

    Attributes:
        name: the entry point's name, what tenants enable.
        version: of its distribution; policies pin it when they are published.
    """

    name: str
    version: str
    summary: str = ""
    clause_kinds: tuple[ClauseKind[Any], ...] = ()
    reactions: tuple[ReactionKind[Any], ...] = ()
    programmes: tuple[ProgrammeKind[Any], ...] = ()
    guards: tuple[Guard[Any], ...] = ()

    def kinds(self) -> tuple[Kind, ...]:
        """Return everything it provides."""
        return (*self.clause_kinds, *self.reactions, *self.programmes)


@dataclass(frozen=True, slots=True)
class Installed:
    """Every installed plugin, by name."""

    plugins: Mapping[str, Plugin]
    owners: Mapping[str, str]

    def kinds(self, names: Iterable[str]) -> Kinds:
        """Return what the named plugins provide.

        Raises:
            RefusedError: `unknown_plugin` for a name that is not installed.
        """
        chosen = [self.plugin(name) for name in names]
        return Kinds(
            {kind.name: kind for plugin in chosen for kind in plugin.clause_kinds},
            {kind.name: kind for plugin in chosen for kind in plugin.reactions},
            {kind.name: kind for plugin in chosen for kind in plugin.programmes},
            self.owners,
            tuple(plugin.name for plugin in chosen),
        )

    def guards(self) -> tuple[Guard[Any], ...]:
        """Return every guard: the law does not ask who enabled it."""
        return tuple(guard for plugin in self.plugins.values() for guard in plugin.guards)

    def plugin(self, name: str) -> Plugin:
        """Return one plugin.

        Raises:
            RefusedError: `unknown_plugin`.
        """
        if name not in self.plugins:
            allowed = "、".join(self.plugins)
            raise refused(UNKNOWN_PLUGIN, "/plugins", value=name, allowed=allowed)
        return self.plugins[name]


def collect(plugins: Iterable[Plugin]) -> Installed:
    """Return these plugins as a set.

    Raises:
        PluginError: two have the same name or provide the same kind name.
    """
    found: dict[str, Plugin] = {}
    owners: dict[str, str] = {}
    guards: dict[str, str] = {}
    for plugin in plugins:
        if plugin.name in found:
            raise PluginError(f"two distributions call themselves {plugin.name}")
        found[plugin.name] = plugin
        _own(owners, plugin, plugin.kinds())
        _own(guards, plugin, plugin.guards)
    return Installed(found, owners)


def _own(owners: dict[str, str], plugin: Plugin, provided: Iterable[Kind | Guard[Any]]) -> None:
    for item in provided:
        if item.name in owners:
            raise PluginError(
                f"{item.name} is provided by both {owners[item.name]} and {plugin.name}"
            )
        owners[item.name] = plugin.name


def describe(name: str, module: object, version: str = "0", summary: str = "") -> Plugin:
    """Return a plugin from its module or object, with its hooks called.

    Raises:
        PluginError: a hook is misspelt, lacks its mark, takes other arguments, raises, or
            returns what is no kind.
    """
    for hook_name in HOOKS:
        if callable(getattr(module, hook_name, None)) and not _is_marked(module, hook_name):
            raise PluginError(f"plugin {name}: {hook_name} is not marked with @hookimpl")
    manager = pluggy.PluginManager("shangfa")
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, name)
        manager.check_pending()
        hook = manager.hook
        return Plugin(
            name,
            version,
            summary,
            _checked(hook.register_clause_kinds(), ClauseKind),
            _checked(hook.register_reactions(), ReactionKind),
            _checked(hook.register_programmes(), ProgrammeKind),
            tuple(map(check_guard, chain.from_iterable(hook.register_guards()))),
        )
    except Exception as error:
        raise PluginError(f"plugin {name}: {error}") from error


def _is_marked(module: object, hook: str) -> bool:
    return getattr(getattr(module, hook), f"{hookimpl.project_name}_impl", None) is not None


def _checked(answers: Iterable[Iterable[Any]], kind: type[K]) -> tuple[K, ...]:
    found = tuple(item for answer in answers for item in answer)
    for item in found:
        if not isinstance(item, kind):
            raise TypeError(f"{item!r} is no {kind.__name__}")
        check_kind(item)
    return found


@cache
def installed() -> Installed:
    """Return what every installed plugin provides; found once per process."""
    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        version = point.dist.version if point.dist else "0"
        summary = str(point.dist.metadata["Summary"]) if point.dist else ""
        try:
            module = point.load()
        except Exception as error:
            raise PluginError(f"plugin {point.name} cannot be imported: {error}") from error
        found.append(describe(point.name, module, version, summary))
    return collect(found)
