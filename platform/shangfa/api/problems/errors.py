"""One shape for every error: RFC 9457 problem+json with a stable code and a way out.

`detail` is in the language asked for; `detail_zh` and `detail_en` are always there. What
somebody sent is shown cut, and no more than a hundred faults are told at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from flask import Flask, Response, request
from marshmallow import Schema
from marshmallow.fields import Dict, Field, List, Nested
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from shangfa.api.problems.faults import STATUSES
from shangfa.api.problems.words import REQUIRED, UNKNOWN, known_names, said
from shangfa.db.tx.conflicts import LOST, UNSTORABLE
from shangfa.db.tx.encode import to_json
from shangfa.domain.faults import (
    BUSY,
    INTERNAL,
    INVALID,
    MALFORMED_REQUEST,
    METHOD_NOT_ALLOWED,
    MISSING,
    NOT_FOUND,
    TOO_LARGE,
    UNKNOWN_FIELD,
    Fault,
    Refusal,
    RefusedError,
    inside,
    told,
)
from shangfa.domain.text import Note
from shangfa.services.clock import new_id

log = logging.getLogger("shangfa")

TYPE: Final = "application/problem+json"
LONGEST_POINTER: Final = 300
BAD_REQUEST: Final = Note(
    "请求行、请求头或正文不合 HTTP 规范", "its line, headers or body are not what HTTP wants"
)
NOT_STORABLE: Final = Note(
    "含有 U+0000，或数字超过 10^14", "it holds U+0000 or a number over 10^14"
)


def problem(faults: Iterable[Fault]) -> Response:
    """Return the problem document of some faults; the first one gives status, code and detail."""
    found = list(faults)
    return Response(to_json(shown(found)), STATUSES[found[0].kind.refusal], content_type=TYPE)


def shown(faults: list[Fault]) -> dict[str, Any]:
    """Return the problem of some faults in the language asked for, ready for JSON."""
    return _document(faults, request.path.replace("\0", "%00"), zh=_language() == "zh")


def document(faults: list[Fault], path: str, *, zh: bool) -> bytes:
    """Return the problem document as JSON, `path` being what was asked for."""
    return to_json(_document(faults, path, zh=zh))


def _document(faults: list[Fault], path: str, *, zh: bool) -> dict[str, Any]:
    first = faults[0]
    return {
        "type": f"/docs/errors#{first.code}",
        "title": first.code.replace("_", " "),
        "status": STATUSES[first.kind.refusal],
        "code": first.code,
        "detail": first.zh if zh else first.en,
        "detail_zh": first.zh,
        "detail_en": first.en,
        "instance": path,
        "errors": [_item(fault, zh=zh) for fault in told(faults)],
    }


def _item(fault: Fault, *, zh: bool) -> dict[str, Any]:
    long = len(fault.pointer) > LONGEST_POINTER
    item = {
        "pointer": f"{fault.pointer[:LONGEST_POINTER]}…" if long else fault.pointer,
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
    response = problem(error.faults)
    if error.code in {"busy", "request_in_progress"}:
        response.headers["Retry-After"] = "1"
    if error.kind.refusal is Refusal.TOO_MANY:
        response.headers["Retry-After"] = str(error.faults[0].values["seconds"])
    if error.kind.refusal is Refusal.UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def http_response(error: HTTPException) -> Response:
    """Return the problem of what the router, the parser or a schema refused."""
    data = getattr(error, "data", {})
    if (error.code or 500) >= 500:  # noqa: PLR2004 - a fault of ours
        return crash_response(error)
    if data.get("messages"):
        return problem(schema_faults(data["messages"], data.get("schema")))
    response = problem([_http_fault(error)])
    response.headers.extend(item for item in error.get_headers() if item[0] == "Allow")
    return response


def _http_fault(error: HTTPException) -> Fault:
    if isinstance(error, MethodNotAllowed):
        allowed = "、".join(sorted(error.valid_methods or ())) or "—"
        return Fault(METHOD_NOT_ALLOWED, "", {"value": request.method, "allowed": allowed})
    if error.code == STATUSES[TOO_LARGE.refusal]:
        return Fault(TOO_LARGE, "", {"allowed": request.max_content_length})
    if error.code == STATUSES[NOT_FOUND.refusal]:
        return Fault(NOT_FOUND)
    return Fault(MALFORMED_REQUEST, "", {"why": BAD_REQUEST})


def schema_faults(messages: Mapping[str, Any], schema: Schema | None = None) -> list[Fault]:
    """Return marshmallow's messages as faults with JSON pointers into the body.

    `messages`: part of the request -> what was found in it.
    `schema`: what found it, to name what a place takes.
    """
    found = (fault for part in messages.values() for fault in _walk(part, "", schema))
    # Unknown fields come last and in no order.
    return sorted(found, key=lambda fault: fault.pointer if fault.kind is UNKNOWN_FIELD else "")


Place = Field[Any] | Schema | None


def _walk(found: Any, pointer: str, place: Place) -> Iterator[Fault]:
    if isinstance(found, Mapping):
        for key, item in found.items():
            if key == "_schema":
                yield from _walk(item, pointer, place)
            else:
                yield from _below(key, item, pointer, place)
    else:
        for text in found if isinstance(found, list) else [found]:
            yield _schema_fault(str(text) if not isinstance(text, str) else text, pointer, place)


def _below(key: Any, found: Any, pointer: str, place: Place) -> Iterator[Fault]:
    """Yield what was found inside a place; of an object's items, in their keys or values."""
    deeper = inside(pointer, key)
    if isinstance(place, Dict) and isinstance(found, Mapping):
        for part in found.values():
            yield from _walk(part, deeper, place.value_field)
    elif UNKNOWN in found:
        allowed = "、".join(known_names(_object(place))) or "—"
        yield Fault(UNKNOWN_FIELD, deeper, {"value": key, "allowed": allowed})
    else:
        yield from _walk(found, deeper, _place_in(place, key))


def _object(place: Place) -> Place:
    """Return the schema of the objects that stand at a place."""
    return place.schema if isinstance(place, Nested) else place


def _place_in(place: Place, key: Any) -> Place:
    if isinstance(place, List):
        return place.inner
    schema = _object(place)
    if isinstance(schema, Schema):
        fields = {field.data_key or name: field for name, field in schema.load_fields.items()}
        return fields.get(key)
    return None


def _schema_fault(text: str, pointer: str, place: Place) -> Fault:
    name = _called(pointer)
    if text == REQUIRED:
        return Fault(MISSING, pointer, {"value": name})
    return Fault(INVALID, pointer, {"value": name, "why": said(text, place)})


def _called(pointer: str) -> str:
    """Return what a place is called: an item of a list by the list and its number."""
    above, _, name = pointer.rpartition("/")
    within = above.rpartition("/")[2]
    return f"{within}[{name}]" if within and name.isdigit() else name


def busy_response(error: Exception) -> Response:
    """Return 503 when the database cannot be reached or no connection is free."""
    log.warning("busy: %s: %s", type(error).__name__, error)
    response = problem([Fault(BUSY)])
    response.headers["Retry-After"] = "1"
    return response


def unstorable_response(_: Exception) -> Response:
    """Return 422 for a value that no column holds: a NUL in a path, a number too large."""
    asked = request.full_path.rstrip("?").replace("\0", "%00")
    return problem([Fault(INVALID, "", {"value": asked, "why": NOT_STORABLE})])


def crash_response(error: Exception) -> Response:
    """Return 500 with a number that is in the log; nothing of the error goes out."""
    number = str(new_id())
    log.error("internal error %s", number, exc_info=error)
    return problem([Fault(INTERNAL, "", {"value": number})])


def register(app: Flask) -> None:
    """Make these the only ways an error leaves."""
    app.register_error_handler(RefusedError, refused_response)
    app.register_error_handler(HTTPException, http_response)
    for lost in LOST:
        app.register_error_handler(lost, busy_response)
    for unstorable in UNSTORABLE:
        app.register_error_handler(unstorable, unstorable_response)
    app.register_error_handler(Exception, crash_response)
