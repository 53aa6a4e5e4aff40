"""/healthz, /readyz and /metrics: for the one on call. No authentication, no content."""

from __future__ import annotations

import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from shangfa.db.tx.encode import to_json
from shangfa.services.running import health

blp = Blueprint("health", __name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Those that are counted by name: an invented one would be a new time series."""
REQUESTS = Counter("shangfa_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("shangfa_request_seconds", "Time to answer", ["route", "method"])
FAILURES = Gauge("shangfa_plugin_failures", "Failures of a plugin in this process", ["plugin"])
CACHED = Gauge("shangfa_cached_tenants", "Tenants held ready in this process")


@blp.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return Response(to_json({"status": "ok"}), content_type="application/json")


@blp.get("/readyz")
def readyz() -> Response:
    """Say whether requests can be served: the database answers, role and schema are right."""
    problem = health.unready()
    status = 503 if problem else 200
    body = {"status": "unavailable" if problem else "ready", "reason": problem}
    return Response(to_json(body), status, content_type="application/json")


@blp.get("/metrics")
def metrics() -> Response:
    """Return this process's metrics in the Prometheus format."""
    for plugin, count in health.plugin_failures().items():
        FAILURES.labels(plugin).set(count)
    CACHED.set(health.cached_tenants())
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def measure(app: Flask) -> None:
    """Count and time every request by its route."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "-"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, response.status_code).inc()
    SECONDS.labels(route, method).observe(time.perf_counter() - g.started)
    return response
