"""One shape for every error: RFC 9457 problem+json with a stable code and a way out.

`detail` is in the language asked for; `detail_zh` and `detail_en` are always there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Flask, Response, request
from psycopg import DataError as DriverDataError
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from shangfa.api.faults import STATUSES
from shangfa.db.tx.encode import to_json
from shangfa.domain.faults import (
    BUSY,
    INTERNAL,
    INVALID,
    MISSING,
    NOT_A_DOCUMENT,
    NOT_FOUND,
    TOO_LARGE,
    UNKNOWN_FIELD,
    Fault,
    RefusedError,
)
from shangfa.services.clock import new_id

log = logging.getLogger("shangfa")

_ROUTER: Final = {400: NOT_A_DOCUMENT, 404: NOT_FOUND, 413: TOO_LARGE}


def problem(status: int, faults: Iterable[Fault]) -> Response:
    """Return the problem document of some faults; the first one gives code and detail."""
    found = list(faults)
    zh = _language() == "zh"
    first = found[0]
    body = {
        "type": f"/docs/errors#{first.code}",
        "title": first.code.replace("_", " "),
        "status": status,
        "code": first.code,
        "detail": first.zh if zh else first.en,
        "detail_zh": first.zh,
        "detail_en": first.en,
        "instance": request.path.replace("\0", "%00"),
        "errors": [_item(fault, zh=zh) for fault in found],
    }
    return Response(to_json(body), status, content_type="application/problem+json")


def _item(fault: Fault, *, zh: bool) -> dict[str, Any]:
    item = {
        "pointer": fault.pointer,
        "code": fault.code,
        "detail": fault.zh if zh else fault.en,
        "detail_zh": fault.zh,
        "detail_en": fault.en,
    }
    return item | ({"place": fault.place} if fault.place else {})


def _language() -> str:
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return "en" if best == "en" else "zh"


def refused_response(error: RefusedError) -> Response:
    """Return the problem of a refusal."""
    if error.code == "plugin_failed":
        log.error("plugin failed: %s", error)
    response = problem(STATUSES[error.kind.refusal], error.faults)
    if error.code in {"busy", "request_in_progress"}:
        response.headers["Retry-After"] = "1"
    if error.code == "unauthorized":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def http_response(error: HTTPException) -> Response:
    """Return the problem of what the router, the parser or a schema refused."""
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    if messages:
        return problem(422, schema_faults(messages))
    status = error.code or 500
    values = {"why": error.description, "allowed": request.max_content_length, "value": ""}
    kind = _ROUTER.get(status, INVALID)
    if kind is INVALID:
        values |= {"value": f"{request.method} {request.path}"}
    response = problem(status, [Fault(kind, "", values)])
    allow = error.get_headers()
    response.headers.extend(header for header in allow if header[0] == "Allow")
    return response


def schema_faults(messages: Mapping[str, Any]) -> list[Fault]:
    """Return marshmallow's messages as faults with JSON pointers into the body."""
    faults: list[Fault] = []
    for place, found in messages.items():
        base = "" if place in {"json", "query", "headers"} else f"/{place}"
        faults += _walk(found, base)
    return faults


def _walk(found: Any, pointer: str) -> list[Fault]:
    if isinstance(found, Mapping):
        return [fault for key, item in found.items() for fault in _walk(item, f"{pointer}/{key}")]
    texts = found if isinstance(found, list) else [found]
    return [_schema_fault(str(text), pointer) for text in texts]


def _schema_fault(text: str, pointer: str) -> Fault:
    name = pointer.rsplit("/", 1)[-1]
    if text.startswith("Missing data"):
        return Fault(MISSING, pointer, {"value": name})
    if text.startswith("Unknown field"):
        return Fault(UNKNOWN_FIELD, pointer, {"value": name, "allowed": "/openapi.json"})
    return Fault(INVALID, pointer, {"value": name, "why": text})


def busy_response(error: Exception) -> Response:
    """Return 503 when the database cannot be reached or no connection is free."""
    log.warning("busy: %s: %s", type(error).__name__, error)
    response = problem(503, [Fault(BUSY)])
    response.headers["Retry-After"] = "1"
    return response


def unstorable_response(_: Exception) -> Response:
    """Return 422 for a value that no column holds: a NUL in a path, a number too large."""
    asked = request.full_path.rstrip("?").replace("\0", "%00")
    values = {"value": asked, "why": "U+0000 | > 10^14"}
    return problem(422, [Fault(INVALID, "", values)])


def crash_response(error: Exception) -> Response:
    """Return 500 with a number that is in the log; nothing of the error goes out."""
    number = str(new_id())
    log.error("internal error %s", number, exc_info=error)
    return problem(500, [Fault(INTERNAL, "", {"value": number})])


def register(app: Flask) -> None:
    """Make these the only ways an error leaves."""
    app.register_error_handler(RefusedError, refused_response)
    app.register_error_handler(HTTPException, http_response)
    app.register_error_handler(OperationalError, busy_response)
    app.register_error_handler(PoolTimeout, busy_response)
    app.register_error_handler(DriverError, busy_response)
    app.register_error_handler(DataError, unstorable_response)
    app.register_error_handler(DriverDataError, unstorable_response)
    app.register_error_handler(Exception, crash_response)
