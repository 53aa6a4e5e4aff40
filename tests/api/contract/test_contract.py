"""The OpenAPI document says what is refused, and which headers go both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.making.office import Caller, Office
from tests.making.operations import OPERATIONS

from shangfa.api.problems.contract import with_problems
from shangfa.api.problems.faults import STATUSES, declared

ANYBODY = Caller(None)


@pytest.fixture(scope="module")
def spec() -> Any:
    return ANYBODY("GET", "/openapi.json").get_json()


@pytest.fixture(scope="module")
def operations(spec: Any) -> dict[str, Any]:
    """Operation id -> what the document says."""
    items = (item for path in spec["paths"].values() for item in path.values())
    return {item["operationId"]: item for item in items if isinstance(item, dict)}


def problems(spec: Any, operation: Any) -> Iterator[tuple[int, Any]]:
    """Yield status and description of what an operation refuses, references followed."""
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            answer = spec["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]  # noqa: PLW2901
        if int(status) >= 400:
            yield int(status), answer


def test_the_title_makes_a_name_of_a_package(spec: Any) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]*", spec["info"]["title"])


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_every_refusal_is_a_problem_document(
    spec: Any, operations: dict[str, Any], name: str
) -> None:
    found = dict(problems(spec, operations[name]))
    assert {401, 403, 500, 503} <= set(found)
    assert "default" not in operations[name]["responses"]
    for status, answer in found.items():
        assert answer["description"]
        assert list(answer["content"]) == ["application/problem+json"]
        schema = answer["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
        assert ("Retry-After" in answer["headers"]) == (status in {409, 429, 503})
        assert ("WWW-Authenticate" in answer["headers"]) == (status == 401)


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_what_follows_from_the_kind_of_an_operation(
    spec: Any, operations: dict[str, Any], name: str
) -> None:
    asked, operation = OPERATIONS[name], operations[name]
    found = {status for status, _ in problems(spec, operation)}
    headers = {item["name"] for item in operation["parameters"] if item["in"] == "header"}
    assert ("Idempotency-Key" in headers) == (asked.method == "POST")
    assert ("If-Match" in headers) == (412 in found) == (428 in found)
    assert (415 in found) == ("requestBody" in operation)
    assert ({409, 413} <= found) or asked.method != "POST"
    assert 404 in found or "{" not in asked.route


def test_updates_ask_for_the_state_that_was_read(operations: dict[str, Any]) -> None:
    for name in ("changeSubject", "setTenantPlugins"):
        [item] = [item for item in operations[name]["parameters"] if item["name"] == "If-Match"]
        assert item["required"]


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_headers_that_are_declared_are_sent(
    office: Office, operations: dict[str, Any], name: str
) -> None:
    operation = OPERATIONS[name]
    asked = operation.ask(office)
    caller = office.by(operation.roles[0])
    response = caller(operation.method, asked.path, asked.body, **asked.headers)
    assert response.status_code == operation.status
    declared_headers = set(operations[name]["responses"][str(operation.status)]["headers"])
    declared_headers -= {"Idempotent-Replayed"}
    known = ("Content-Disposition", "ETag", "X-Manifest-SHA256", "X-Request-Id")
    declared_headers -= {"X-Next-After"}  # only where more is to come
    sent = {header for header in known if header in response.headers}
    assert sent == declared_headers


def test_the_codes_of_every_status_are_told(spec: Any) -> None:
    for name, answer in spec["components"]["responses"].items():
        status = int(name.removeprefix("Problem"))
        listed = set(re.findall(r"`(\w+)`", answer["description"]))
        assert listed == {
            code for code, kind in declared().items() if STATUSES[kind.refusal] == status
        }


def test_what_was_told_once_is_told_again(spec: Any) -> None:
    assert ANYBODY("GET", "/openapi.json").get_json() == spec


def test_what_a_route_says_itself_stays() -> None:
    own = {"description": "Mine.", "content": {"application/json": {"schema": {}}}}
    asks = {"name": "If-Match", "in": "header", "schema": {"type": "integer"}}
    operation = {"responses": {"409": own, "412": own, "200": {"description": "OK"}}}
    item = {"post": operation | {"parameters": [asks]}}
    made = with_problems({"paths": {"/x": item}, "components": {"schemas": {}}})["paths"]["/x"]
    assert made["post"]["responses"]["409"]["description"] == "Mine."
    assert list(made["post"]["responses"]["409"]["content"]) == ["application/problem+json"]
    assert [p["name"] for p in made["post"]["parameters"]] == ["If-Match", "Idempotency-Key"]
    assert made["post"]["parameters"][0] == asks
    assert item["post"]["parameters"] == [asks]
