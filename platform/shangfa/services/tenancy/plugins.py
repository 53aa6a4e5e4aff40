"""What plugins are installed, what they take and how they fare in all processes."""

from __future__ import annotations

from typing import Any, Final

from prometheus_client import Counter
from sqlalchemy import select

from shangfa.db.models import TenantPluginRow
from shangfa.db.session import tenant_session
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.plugins.installed import Plugin, installed
from shangfa.services import counters
from shangfa.services.context import OPERATOR, Context

FAILURES: Final = Counter("shangfa_plugin_failures", "Failures of a plugin", ["plugin"])


def failed(kind: str) -> None:
    """Count a failure of the plugin that provides `kind`."""
    FAILURES.labels(installed().owners.get(kind, kind)).inc()


def failures() -> dict[str, int]:
    """Return how often each plugin failed, in all processes since they were started."""
    return counters.totals(FAILURES, "plugin")


def listing(ctx: Context) -> dict[str, Any]:
    """Return the installed plugins.

    `enabled` tells a tenant whether it has each; only the operator is told how they fare,
    because the failures may be another tenant's.
    """
    enabled: set[str] | None = None
    if ctx.tenant_id is not None:
        with tenant_session(ctx.tenant_id) as session:
            enabled = set(session.scalars(select(TenantPluginRow.name)))
    counts = failures() if ctx.role == OPERATOR else None
    found = installed().plugins.values()
    return {"items": [_view(plugin, enabled, counts) for plugin in found], "next_cursor": None}


def _view(
    plugin: Plugin, enabled: set[str] | None, counts: dict[str, int] | None
) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "version": plugin.version,
        "summary": plugin.summary,
        "enabled": None if enabled is None else plugin.name in enabled,
        "clause_kinds": [kind.name for kind in plugin.clause_kinds],
        "reactions": [kind.name for kind in plugin.reactions],
        "programmes": [kind.name for kind in plugin.programmes],
        "health": {"failures": None if counts is None else counts.get(plugin.name, 0)},
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
