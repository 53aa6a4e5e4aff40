"""What is done with every request, whatever it asks: a number, a gate, a count, a line.

The line names the route's pattern, never the path: the log does not tell whose record was
looked at.
"""

from __future__ import annotations

import logging
import re
import time
from functools import cache, lru_cache
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import Counter, Gauge, Histogram
from uuid_utils import uuid4

from shangfa.domain.faults import BUSY, refused
from shangfa.services.running import health
from shangfa.services.running.probes import PROBES
from shangfa.services.running.process import logs
from shangfa.services.running.process.tracing import Tracing, tracing
from shangfa.services.tenancy import ready

log = logging.getLogger("shangfa.requests")

HEADER: Final = "X-Request-Id"
SANE: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter("shangfa_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("shangfa_request_seconds", "Time to answer", ["route", "method"])
CACHED = Gauge(
    "shangfa_cached_tenants", "Tenants held ready, each process's own", multiprocess_mode="livesum"
)


def follow_requests(app: Flask) -> None:
    """Number, gate, count, time and log every request of an application."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
    spans = tracing()
    if spans is not None:
        _follow_spans(app, spans)


def _follow_spans(app: Flask, spans: Tracing) -> None:
    """Tell a collector of every request but probes."""

    def begin() -> None:
        if request.path not in PROBES:
            g.span = spans.begin(dict(request.headers))

    def end(response: Response) -> Response:
        span = g.pop("span", None)
        if span is not None:
            route, method = _what()
            numbers = {
                "http.response.status_code": response.status_code,
                "shangfa.answer_bytes": response.content_length or 0,
            }
            spans.end(span, f"{method} {route}", numbers)
        return response

    app.before_request(begin)
    app.after_request(end)


def _what() -> tuple[str, str]:
    """Return a request's route, as its pattern, and its method."""
    route = request.url_rule.rule if request.url_rule else "-"
    return route, request.method if request.method in METHODS else "other"


def _begin() -> None:
    g.started = time.perf_counter()
    sent = request.headers.get(HEADER, "")
    logs.request_id.set(sent if SANE.fullmatch(sent) else str(uuid4()))
    if request.path.startswith("/v1/") and health.is_closed():
        raise refused(BUSY)


def _end(response: Response) -> Response:
    route, method = _what()
    seconds = time.perf_counter() - g.started
    answered, took = _meters(route, method, response.status_code)
    answered.inc()
    took.observe(seconds)
    _show_cached(ready.cached())
    response.headers[HEADER] = logs.request_id.get() or ""
    _tell(route, method, response.status_code, round(seconds * 1000))
    return response


@cache  # routes, methods and statuses are few, finding their meters is not cheap
def _meters(route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(route, method, status), SECONDS.labels(route, method)


@lru_cache(1)  # the file that processes share is written to when the number is another one
def _show_cached(count: int) -> None:
    CACHED.set(count)


def _tell(route: str, method: str, status: int, duration: int) -> None:
    level = logging.WARNING if status >= 500 else logging.INFO  # noqa: PLR2004 our fault
    if route in PROBES and level == logging.INFO:
        level = logging.DEBUG
    if not log.isEnabledFor(level):
        return
    found = {"method": method, "route": route, "status": status, "duration_ms": duration}
    log.log(level, "answered", extra=found)


def _forget(_: BaseException | None) -> None:
    logs.request_id.set(None)
