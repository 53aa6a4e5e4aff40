"""What the OpenAPI document says of problems and headers, added to what the routes say.

A route names the refusals that are its own; those that follow from its method, its body,
its address and its conditions are the same everywhere and are added here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from shangfa.api.auth import LONGEST_KEY
from shangfa.api.fields import MONTH
from shangfa.api.problems.errors import TYPE
from shangfa.api.problems.faults import STATUSES, declared
from shangfa.api.problems.summaries import summaries

Operation = dict[str, Any]
METHODS: Final = frozenset({"get", "put", "post", "patch", "delete"})
ALWAYS: Final = frozenset({401, 403, 429, 500, 503})
ADDRESSED: Final = frozenset({404, 422})
ASKED: Final = frozenset({422})
CARRYING: Final = frozenset({400, 413, 415, 422})
ONCE: Final = frozenset({409, 413, 422})
STALE: Final = 412
CONDITIONAL: Final = frozenset({STALE, 428})
FIRST_PROBLEM: Final = 400

TEXT: Final = {"type": "string"}
HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "The state that was read; send it in If-Match.", "schema": TEXT},
    "Idempotent-Replayed": {
        "description": "`true` when the Idempotency-Key had been answered before.",
        "schema": TEXT,
    },
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {"description": "How to ask.", "schema": TEXT},
    "X-Request-Id": {
        "description": "The number of the request: the one sent, or a new one.",
        "schema": TEXT,
    },
}
OF_STATUS: Final = {
    401: ["WWW-Authenticate"],
    409: ["Retry-After"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}
PARAMETERS: Final[dict[str, Any]] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes the request safe to repeat: the same key and body are done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of what was read, or * for any state.",
        "schema": TEXT,
    },
}
ADDRESSES: Final[dict[str, Any]] = {
    "first_day": {"type": "string", "format": "date"},
    "month": {"type": "string", "pattern": MONTH, "example": "2026-03"},
    "since": {"type": "string", "format": "date"},
}
"""Parts of an address that are more than texts; the services read them and say what is wrong."""


def with_problems(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with every operation's problems and headers."""
    spec = deepcopy(dict(spec))
    operations = list(_operations(spec))
    tagged = {_view(operation) for _, _, operation in operations if _conditional(operation)}
    used: set[int] = set()
    for _, _, operation in operations:
        operation["description"] = summaries().get(operation.get("operationId", ""), "")
    for item in spec["paths"].values():
        for part in item.get("parameters", ()):
            part["schema"] = ADDRESSES.get(part["name"], part["schema"])
    for path, method, operation in operations:
        _add_parameters(method, operation)
        used |= _add_problems(path, method, operation)
        _add_headers(method, operation, etag=_view(operation) in tagged - {""})
    components = {
        "responses": {f"Problem{status}": _shared(status) for status in sorted(used)},
        "headers": HEADERS,
    }
    found: dict[str, Any] = _plain({**spec, "components": {**spec["components"], **components}})
    found["components"]["schemas"].pop("PaginationMetadata", None)
    return found


def _plain(node: Any) -> Any:
    """Return a document whose patterns end with what every language knows as the end."""
    if isinstance(node, dict):
        return {
            key: value.removesuffix(r"\Z") + "$"
            if key == "pattern" and isinstance(value, str) and value.endswith(r"\Z")
            else _plain(value)
            for key, value in node.items()
        }
    return [_plain(item) for item in node] if isinstance(node, list) else node


def _operations(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, item in spec["paths"].items():
        for method in item.keys() & METHODS:
            yield path, method, item[method]


def _conditional(operation: Operation) -> bool:
    return str(STALE) in operation["responses"]


def _view(operation: Operation) -> str:
    """Return the schema of an operation's success, "" when it has none."""
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            content = response.get("content", {}).get("application/json", {})
            return str(content.get("schema", {}).get("$ref", ""))
    return ""


def _add_parameters(method: str, operation: Operation) -> None:
    parameters = operation.setdefault("parameters", [])
    present = {parameter["name"] for parameter in parameters}
    wanted = ["Idempotency-Key"] if method == "post" else []
    wanted += ["If-Match"] if _conditional(operation) else []
    parameters += [PARAMETERS[name] for name in wanted if name not in present]


def _add_problems(path: str, method: str, operation: Operation) -> set[int]:
    """Give an operation its problems; return the statuses told in the shared words."""
    responses = operation["responses"]
    responses.pop("default", None)
    statuses = _statuses(path, method, operation)
    own = {int(status) for status, found in responses.items() if "description" in found}
    for status in own:
        if status >= FIRST_PROBLEM:
            responses[str(status)] = _problem(status, responses[str(status)]["description"])
    for status in statuses - own:
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = dict(sorted(responses.items()))
    return statuses - own


def _statuses(path: str, method: str, operation: Operation) -> set[int]:
    """Return the statuses of the problems that an operation of this kind can have."""
    asks = any(parameter["in"] == "query" for parameter in operation["parameters"])
    kinds = (
        (True, ALWAYS),
        ("{" in path, ADDRESSED),
        (asks, ASKED),
        ("requestBody" in operation, CARRYING),
        (method == "post", ONCE),
        (_conditional(operation), CONDITIONAL),
    )
    return {status for holds, statuses in kinds if holds for status in statuses}


def _shared(status: int) -> dict[str, Any]:
    codes = [f"`{code}`" for code, kind in declared().items() if STATUSES[kind.refusal] == status]
    return _problem(status, f"Refused: {', '.join(codes)}.")


def _problem(status: int, description: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": _headers(*OF_STATUS.get(status, ())),
        "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, "X-Request-Id")}


def _add_headers(method: str, operation: Operation, *, etag: bool) -> None:
    names = ["ETag"] if etag else []
    names += ["Idempotent-Replayed"] if method == "post" else []
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            response["headers"] = {**_headers(*names), **response.get("headers", {})}
