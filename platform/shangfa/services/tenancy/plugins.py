"""What plugins are installed, what they take and how they fare in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shangfa.db.tenancy import enabled_plugins
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.plugins.installed import Plugin, installed
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.transaction import reading

failures: Final[Counter[str]] = Counter()
"""How often each plugin failed in this process."""


@dataclass(frozen=True, slots=True)
class PluginView:
    """An installed plugin.

    Attributes:
        enabled: whether the asker's tenant has it, None for the operator.
        failures: in this process.
    """

    plugin: Plugin
    enabled: bool | None
    failures: int


@dataclass(frozen=True, slots=True)
class PluginSchemas:
    """The JSON Schemas of a plugin's parameters, by kind."""

    name: str
    version: str
    kinds: Mapping[str, Mapping[str, Any]]


def failed(kind: str) -> None:
    """Count a failure of the plugin that provides `kind`."""
    failures[installed().owners.get(kind, kind)] += 1


def listing(ctx: Context) -> Listed[PluginView]:
    """Return the installed plugins."""
    ctx.need("plugins:read")
    enabled = set(reading(ctx, enabled_plugins)) if ctx.tenant_id is not None else None
    return Listed([_view(plugin, enabled) for plugin in installed().plugins.values()])


def _view(plugin: Plugin, enabled: set[str] | None) -> PluginView:
    has = None if enabled is None else plugin.name in enabled
    return PluginView(plugin, has, failures[plugin.name])


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
