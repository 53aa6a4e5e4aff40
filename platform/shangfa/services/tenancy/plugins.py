"""What plugins are installed, what they take and how they fare in all processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import Counter

from shangfa.db.tenancy import enabled_plugins
from shangfa.domain.access.roles import OPERATOR
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.plugins.broken import Broken
from shangfa.plugins.installed import Plugin, installed
from shangfa.services import counters
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.transaction import reading

FAILURES: Final = Counter("shangfa_plugin_failures", "Failures of a plugin", ["plugin"])


@dataclass(frozen=True, slots=True)
class PluginView:
    """An installed plugin, in use or disabled.

    Attributes:
        enabled: whether the asker's tenant has it, None for the operator.
        failures: in all processes since they were started; None for who is not told.
        broken: why it is disabled, None when it is not.
    """

    plugin: Plugin
    enabled: bool | None
    failures: int | None
    broken: Broken | None = None


@dataclass(frozen=True, slots=True)
class PluginSchemas:
    """The JSON Schemas of a plugin's parameters, by kind."""

    name: str
    version: str
    kinds: Mapping[str, Mapping[str, Any]]


def failed(kind: str) -> None:
    """Count a failure of the plugin that provides `kind`."""
    FAILURES.labels(installed().owners.get(kind, kind)).inc()


def failures() -> dict[str, int]:
    """Return how often each plugin failed, in all processes since they were started."""
    return counters.totals(FAILURES, "plugin")


def listing(ctx: Context) -> Listed[PluginView]:
    """Return the installed plugins; only the operator is told how they fare."""
    ctx.need("plugins:read")
    enabled = set(reading(ctx, enabled_plugins)) if ctx.tenant_id is not None else None
    counts = failures() if ctx.role == OPERATOR else None
    have = installed()
    sound = [_view(plugin, enabled, counts) for plugin in have.plugins.values()]
    faulty = [_view(_shell(item), enabled, counts, item) for item in have.broken]
    return Listed(sorted([*sound, *faulty], key=lambda view: view.plugin.name))


def disabled() -> list[dict[str, Any]]:
    """Return the plugins that disabled themselves, with the exception and its place."""
    return [
        {"name": item.name, "error": item.error, "file": item.file, "line": item.line}
        for item in installed().broken
    ]


def _shell(broken: Broken) -> Plugin:
    return Plugin(broken.name, broken.version, broken.summary, trusted=broken.trusted)


def _view(
    plugin: Plugin,
    enabled: set[str] | None,
    counts: Mapping[str, int] | None,
    broken: Broken | None = None,
) -> PluginView:
    has = None if enabled is None else plugin.name in enabled
    return PluginView(plugin, has, None if counts is None else counts.get(plugin.name, 0), broken)


def read_schemas(ctx: Context, name: str) -> PluginSchemas:
    """Return the JSON Schemas of a plugin's parameters.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("plugins:read")
    plugin = installed().plugins.get(name)
    if plugin is None:
        raise refused(NOT_FOUND, "")
    return schemas(plugin)


def schemas(plugin: Plugin) -> PluginSchemas:
    """Return the JSON Schemas of an installed plugin's parameters."""
    kinds = {kind.name: kind.params.model_json_schema() for kind in plugin.kinds()}
    return PluginSchemas(plugin.name, plugin.version, kinds)
