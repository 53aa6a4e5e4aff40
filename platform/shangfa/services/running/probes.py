"""What a deployment tells the one on call: health, readiness, metrics. No content of anybody's.

Health says that a process can run, readiness that the database answers and may be served.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shangfa.db.tx.encode import to_json
from shangfa.services import counters
from shangfa.services.running import health
from shangfa.services.tenancy import plugins

JSON: Final = "application/json"


class Told(NamedTuple):
    """An answer for HTTP."""

    status: int
    kind: str
    body: bytes


def healthz() -> Told:
    """Say that the process answers."""
    return Told(200, JSON, to_json({"status": "ok"}))


def readyz() -> Told:
    """Say whether requests can be served: the database answers, role and schema are right.

    A plugin that disabled itself is named; what does not use it is served all the same.
    """
    problem = health.unready()
    found: dict[str, Any] = {"status": "unavailable" if problem else "ready", "reason": problem}
    if plugins.disabled():
        found["disabled_plugins"] = plugins.disabled()
    if health.clock() is not None:
        found["clock"] = health.clock()
    return Told(503 if problem else 200, JSON, to_json(found))


def metrics() -> Told:
    """Return the metrics of all processes in the Prometheus format."""
    return Told(200, CONTENT_TYPE_LATEST, generate_latest(counters.registry()))


PROBES: Final[dict[str, Callable[[], Told]]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
