"""What plugins are installed, what they take and how they fare in this process."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from sqlalchemy import select

from shangfa.db.models import TenantPluginRow
from shangfa.db.session import tenant_session
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.plugins.installed import Plugin, installed
from shangfa.services.context import Context

failures: Final[Counter[str]] = Counter()
"""How often each plugin failed in this process."""


def failed(kind: str) -> None:
    """Count a failure of the plugin that provides `kind`."""
    failures[installed().owners.get(kind, kind)] += 1


def listing(ctx: Context) -> dict[str, Any]:
    """Return the installed plugins; `enabled` tells a tenant whether it has each."""
    enabled: set[str] | None = None
    if ctx.tenant_id is not None:
        with tenant_session(ctx.tenant_id) as session:
            enabled = set(session.scalars(select(TenantPluginRow.name)))
    found = installed().plugins.values()
    return {"items": [_view(plugin, enabled) for plugin in found], "next_cursor": None}


def _view(plugin: Plugin, enabled: set[str] | None) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "version": plugin.version,
        "summary": plugin.summary,
        "enabled": None if enabled is None else plugin.name in enabled,
        "clause_kinds": [kind.name for kind in plugin.clause_kinds],
        "reactions": [kind.name for kind in plugin.reactions],
        "programmes": [kind.name for kind in plugin.programmes],
        "health": {"failures": failures[plugin.name]},
    }


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schemas of a plugin's parameters, by kind.

    Raises:
        RefusedError: `not_found`.
    """
    plugin = installed().plugins.get(name)
    if plugin is None:
        raise refused(NOT_FOUND, "")
    kinds = {kind.name: kind.params.model_json_schema() for kind in plugin.kinds()}
    return {"name": plugin.name, "version": plugin.version, "kinds": kinds}


def names() -> list[str]:
    """Return the names of the installed plugins."""
    return list(installed().plugins)
