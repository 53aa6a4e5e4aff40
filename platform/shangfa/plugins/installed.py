"""Find the installed plugins, check them, and hand out what they provide.

Loaded once per process through pluggy. Which of them a tenant may use is decided per
request from its own selection; an empty selection means none. One that cannot be used
disables itself and nobody else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from itertools import chain
from typing import Any, Final, TypeVar

import pluggy

from shangfa import hookspecs
from shangfa.config import settings
from shangfa.domain.faults import PLUGIN_DISABLED, refused
from shangfa.domain.policies.kinds import Kinds
from shangfa.domain.tenancy.faults import UNKNOWN_PLUGIN
from shangfa.plugins.broken import UNUSABLE, Broken, PluginError, place_of, said
from shangfa.plugins.guarded.asking import Budget
from shangfa.plugins.guarded.process import BAD_ANSWER, Pool
from shangfa.plugins.guarded.proxies import kinds_of
from shangfa.plugins.kinds import check_guard, check_kind
from shangfa.sdk import SDK_VERSION, ClauseKind, ProgrammeKind, ReactionKind, hookimpl
from shangfa.sdk.guards import Guard

log = logging.getLogger("shangfa.plugins")

GROUP: Final = "shangfa.plugins"
HOOKS: Final = tuple(name for name in vars(hookspecs) if name.startswith("register_"))
Kind = ClauseKind[Any] | ReactionKind[Any] | ProgrammeKind[Any]
K = TypeVar("K", ClauseKind[Any], ReactionKind[Any], ProgrammeKind[Any])


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed plugin and what it provides.

    Attributes:
        name: the entry point's name, what tenants enable.
        version: of its distribution; policies pin it when they are published.
        at: file and line where it begins.
        trusted: whether it is called directly.
    """

    name: str
    version: str
    summary: str = ""
    clause_kinds: tuple[ClauseKind[Any], ...] = ()
    reactions: tuple[ReactionKind[Any], ...] = ()
    programmes: tuple[ProgrammeKind[Any], ...] = ()
    guards: tuple[Guard[Any], ...] = ()
    at: tuple[str, int] = ("", 0)
    trusted: bool = True

    def kinds(self) -> tuple[Kind, ...]:
        """Return everything it provides."""
        return (*self.clause_kinds, *self.reactions, *self.programmes)


@dataclass(frozen=True, slots=True)
class Installed:
    """Every installed plugin that can be used, by name, and those that cannot."""

    plugins: Mapping[str, Plugin]
    owners: Mapping[str, str]
    broken: Sequence[Broken] = ()

    def kinds(self, names: Iterable[str]) -> Kinds:
        """Return what the named plugins provide.

        Raises:
            RefusedError: `unknown_plugin` for a name that is not installed,
                `plugin_disabled` for one that cannot be used.
        """
        return self._kinds([self.plugin(name) for name in names])

    def usable_kinds(self, names: Iterable[str]) -> Kinds:
        """Return what those of the named plugins provide that can be used."""
        return self._kinds([self.plugins[name] for name in names if name in self.plugins])

    def _kinds(self, chosen: Sequence[Plugin]) -> Kinds:
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
            RefusedError: `unknown_plugin`, `plugin_disabled`.
        """
        if name in self.plugins:
            return self.plugins[name]
        for item in self.broken:
            if item.name == name:
                raise refused(PLUGIN_DISABLED, "/plugins", plugin=name, why=item.why())
        allowed = "、".join(self.plugins)
        raise refused(UNKNOWN_PLUGIN, "/plugins", value=name, allowed=allowed)


def collect(plugins: Iterable[Plugin], broken: Iterable[Broken] = ()) -> Installed:
    """Return these plugins as a set; one that clashes with an earlier one disables itself."""
    found: dict[str, Plugin] = {}
    owners: dict[str, str] = {}
    guards: dict[str, str] = {}
    faulty = list(broken)
    for plugin in plugins:
        why = _clash(found, owners, guards, plugin)
        if why:
            said_of = (plugin.name, plugin.version, plugin.summary, why)
            faulty.append(Broken(*said_of, *plugin.at, trusted=plugin.trusted))
            continue
        found[plugin.name] = plugin
        owners |= {kind.name: plugin.name for kind in plugin.kinds()}
        guards |= {guard.name: plugin.name for guard in plugin.guards}
    return Installed(dict(sorted(found.items())), owners, tuple(faulty))


def _clash(
    found: Mapping[str, Plugin],
    owners: Mapping[str, str],
    guards: Mapping[str, str],
    plugin: Plugin,
) -> str:
    """Return why a plugin cannot be used beside those before it, "" when it can."""
    if plugin.name in found:
        return f"two distributions call themselves {plugin.name}"
    for known, provided in ((owners, plugin.kinds()), (guards, plugin.guards)):
        seen = dict(known)
        for item in provided:
            if item.name in seen:
                return f"{item.name} is provided by both {seen[item.name]} and {plugin.name}"
            seen[item.name] = plugin.name
    return ""


def describe(name: str, module: object, version: str = "0", summary: str = "") -> Plugin:
    """Return a plugin from its module or object, with its hooks called.

    Raises:
        PluginError: it is written for another SDK; a hook is misspelt, lacks its mark, takes
            other arguments, raises, or returns what is no kind.
    """
    _check_sdk(name, module)
    for hook in HOOKS:
        if callable(getattr(module, hook, None)) and not _is_marked(module, hook):
            why = f"plugin {name}: {hook} is not marked with @hookimpl"
            raise PluginError(why, _begins(module, hook))
    manager = pluggy.PluginManager("shangfa")
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, name)
        manager.check_pending()
    except UNUSABLE as error:
        raise PluginError(f"plugin {name}: {error}", _begins(module)) from error
    said_to = partial(_answered, name, module, manager)
    return Plugin(
        name,
        version,
        summary,
        said_to("register_clause_kinds"),
        said_to("register_reactions"),
        said_to("register_programmes"),
        said_to("register_guards"),
        _begins(module),
    )


_SORTS: Final[Mapping[str, Any]] = {
    "register_clause_kinds": ClauseKind,
    "register_reactions": ReactionKind,
    "register_programmes": ProgrammeKind,
}


def _answered(name: str, module: object, manager: pluggy.PluginManager, hook: str) -> Any:
    """Return what a plugin answers to one hook, checked."""
    try:
        answers = chain.from_iterable(getattr(manager.hook, hook)())
        if hook not in _SORTS:
            return tuple(map(check_guard, answers))
        return tuple(_checked(item, _SORTS[hook]) for item in answers)
    except UNUSABLE as error:
        why = f"plugin {name}: {hook}: {said(error)}"
        raise PluginError(why, _begins(module, hook)) from error


def _check_sdk(name: str, module: object) -> None:
    wanted = getattr(module, "SDK", SDK_VERSION)
    if not isinstance(wanted, str) or wanted.partition(".")[0] != SDK_VERSION.partition(".")[0]:
        why = f"plugin {name}: written for SDK {wanted}, this is SDK {SDK_VERSION}"
        raise PluginError(why, _begins(module))


def _begins(module: object, hook: str = "") -> tuple[str, int]:
    """Return where a hook begins, or a module, in the plugin's own source."""
    code = getattr(getattr(module, hook, None), "__code__", None)
    if code is not None:
        return code.co_filename, code.co_firstlineno
    return str(getattr(module, "__file__", None) or ""), 1


def _is_marked(module: object, hook: str) -> bool:
    return getattr(getattr(module, hook), f"{hookimpl.project_name}_impl", None) is not None


def _checked(item: Any, kind: type[K]) -> K:
    if not isinstance(item, kind):
        raise TypeError(f"{item!r} is no {kind.__name__}")
    check_kind(item)
    return item


@cache
def installed() -> Installed:
    """Return what every installed plugin provides; found once per process."""
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    found: list[Plugin] = []
    broken: list[Broken] = []
    for point in points:
        plugin = load(point)
        (broken if isinstance(plugin, Broken) else found).append(plugin)  # type: ignore[arg-type]
    for item in broken:
        log.error("plugin %s is disabled: %s", item.name, item.why())
    return collect(found, broken)


def load(point: EntryPoint) -> Plugin | Broken:
    """Return the plugin of an entry point, or why it cannot be used.

    One that is not trusted is imported in a process of its own.
    """
    version = point.dist.version if point.dist else "0"
    summary = str(point.dist.metadata["Summary"]) if point.dist else ""
    if not settings().trusts(point.name):
        return _guarded(point, version, summary)
    try:
        return describe(point.name, point.load(), version, summary)
    except UNUSABLE as error:
        where = place_of(error, point.module.partition(".")[0])
        return Broken(point.name, version, summary, said(error), *where, trusted=True)


def _guarded(point: EntryPoint, version: str, summary: str) -> Plugin | Broken:
    conf = settings()
    budget = Budget(conf.plugin_ms / 1000, conf.plugin_memory_mb * 2**20)
    pool = Pool(point.name, point.module, budget)
    try:
        word, *told = pool.first()
        if word == "broken":
            return Broken(point.name, version, summary, *told)
        kinds = kinds_of(pool, told[0])
        return Plugin(
            point.name,
            version,
            summary,
            _of(ClauseKind, kinds),
            _of(ReactionKind, kinds),
            _of(ProgrammeKind, kinds),
            at=(str(told[1]), 1),
            trusted=False,
        )
    except BAD_ANSWER as error:
        return Broken(point.name, version, summary, f"what it told cannot be read: {error}")


def _of(sort: type[K], kinds: Sequence[Any]) -> tuple[K, ...]:
    return tuple(_checked(kind, sort) for kind in kinds if isinstance(kind, sort))
