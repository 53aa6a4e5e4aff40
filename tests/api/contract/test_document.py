"""The OpenAPI document as a product: complete, readable by any tool, never broken in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from tests.making.breaking import METHODS, Documents, listed
from tests.making.house import ROOT
from tests.making.office import app

from shangfa.api.problems.summaries import summaries

RELEASED = ROOT / "api_specs/released/openapi.json"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SOMETIMES = {
    *(
        "Case.allowed",
        "Case.clocks",
        "Choice.deducts",
        "Choice.one_of",
        "Decision.state",
        "Taken.deducts",
        "Taken.one_of",
    ),
    *("Adjustment.choices", "Adjustment.deadlines", "Shift.grace"),
    *("Effect.from", "Effect.until", "Trace.clause", "Trace.subject", "ProblemItem.place"),
    *("IncidentView.state", "IncidentView.chosen", "IncidentView.reversed_at"),
    *("IncidentView.quantity", "IncidentView.facts", "IncidentView.note"),
    *("IncidentView.evidence", "IncidentView.external_id"),
    *("BatchItem.incident", "BatchItem.problem"),
    *("Lasting.from", "Lasting.until"),
    *("Published.adjustments", "Renamed.adjustments", "Replay.why", "SubjectView.adjustments"),
    *("SubjectView.wages", "Procedure.version", "Told.quantity", "Audience.department"),
    *("AttendanceRule.every", "AttendanceRule.policy", "AttendanceRule.take", "Compliance.rules"),
    *("Notice.case", "Notice.consent", "Notice.reason", "Notice.subject"),
    *("Gate.decided_by", "Union.notified_on", "Union.opinion", "Union.reason"),
}
"""Fields of answers that are not always there: another role, another state of a case."""
BY_ROLE = {"Record", "Slip", "SlipStep", "StatementSaid"}
"""Answers most of whose fields depend on who asks, or on what was done."""
OPEN = {
    # what the company, a policy or a plugin names
    *("Assessment.facts", "Incident.facts", "IncidentView.facts", "Slip.facts"),
    *("Subject.attributes", "SubjectChange.attributes", "SubjectItem.attributes"),
    *("SubjectView.attributes", "DatedValues.attributes", "Tenant.calendars"),
    *("Evaluation.inputs", "EvaluationView.inputs", "Statement.inputs"),
    *("Decision.findings", "IncidentView.findings", "Answered.items"),
    # what a schema of its own describes: of policies, procedures, plugins, events
    *("WholeVersion.document", "ClauseChange.from", "ClauseChange.to", "Task.form"),
    *("PluginSchema.kinds", "Change.data", "Entry.data"),
}
"""Objects whose fields are not this document's to say."""
CLOSED = re.compile(r"role|kind|account|silence|settlement|outcome|mode|language")
OPEN_WORDS = {
    *("Catalogue.account", "Catalogue.kind", "Programme.kind", "Entry.kind", "Entry.role"),
    *("SlipStep.role", "Value.account"),
}
"""Words that a policy or a plugin makes, and those of a catalogue as they are printed."""


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(app().test_client().get("/openapi.json").text)


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def walk(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object of the document with its place."""
    if isinstance(node, dict):
        yield place, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, dict | list):
            yield from walk(value, f"{place}/{key}")


def test_every_operation_says_in_both_languages_what_it_does(document: Any) -> None:
    known = {operation["operationId"] for _, _, operation in operations(document)}
    assert summaries().keys() - known <= {"moveClock"}
    for _, _, operation in operations(document):
        assert operation["summary"], operation
        assert CHINESE.search(operation["description"]), operation["operationId"]
        assert len(operation["tags"]) == 1
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert {tag for _, _, found in operations(document) for tag in found["tags"]} == tags.keys()
    assert all(tags.values())
    assert re.fullmatch(r"[A-Za-z ]+", document["info"]["title"])
    assert document["info"]["contact"]


def test_headers_and_problems_stand_at_every_operation(document: Any) -> None:
    shared = document["components"]["responses"]
    for path, method, operation in operations(document):
        names = {item["name"] for item in operation.get("parameters", ())}
        assert ("Idempotency-Key" in names) == (method == "post"), path
        assert ("If-Match" in names) == ("412" in operation["responses"]), path
        for status, response in operation["responses"].items():
            found = shared[response["$ref"].rsplit("/", 1)[-1]] if "$ref" in response else response
            assert "X-Request-Id" in found["headers"], (path, status)
            if int(status) >= 400:
                assert list(found["content"]) == ["application/problem+json"], (path, status)
            if status in {"409", "503"}:
                assert "Retry-After" in found["headers"], (path, status)


def test_patterns_are_those_of_every_language(document: Any) -> None:
    patterns = [
        node["pattern"] for _, node in walk(document) if isinstance(node.get("pattern"), str)
    ]
    assert patterns
    for pattern in patterns:
        assert not re.search(r"\\[ZzAa]|\(\?[^:]", pattern), pattern


def test_numbers_and_parts_of_addresses_say_what_they_must_be(document: Any) -> None:
    exact = [node for _, node in walk(document) if node.get("type") == ["string", "number"]]
    assert exact
    assert all("pattern" in node for node in exact)
    assert all(node.keys() & {"minimum", "exclusiveMinimum"} for node in exact)
    said = {
        part["name"]: part["schema"].keys() & {"pattern", "format"}
        for item in document["paths"].values()
        for part in item.get("parameters", ())
    }
    assert all(said[name] for name in ("month", "since", "first_day"))


def test_every_example_is_one(document: Any) -> None:
    registry: Registry[Any] = Registry().with_resource(
        "urn:openapi", DRAFT202012.create_resource(document)
    )
    count = 0
    for place, node in walk(document):
        if "example" in node and "/properties" in place.rpartition("/")[0] + "/":
            schema = {"$ref": f"urn:openapi#{place.replace('~', '~0')}"}
            Draft202012Validator(schema, registry=registry).validate(node["example"])
            count += 1
    assert count > 20


def test_components_are_there_and_used(document: Any) -> None:
    text = json.dumps(document)
    used = set(re.findall(r'"#/components/(\w+/[^"]+)"', text))
    there = {
        f"{kind}/{name}"
        for kind, items in document["components"].items()
        if kind != "securitySchemes"
        for name in items
    }
    assert used <= there
    assert {item for item in there - used if item.startswith("schemas/")} == set()


def answered(document: Any) -> set[str]:
    """Return the schemas that answers are made of."""
    found: set[str] = set()

    def follow(node: Any) -> None:
        for _, item in walk(node):
            name = str(item.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in document["components"]["schemas"] and name not in found:
                found.add(name)
                follow(document["components"]["schemas"][name])

    for _, _, operation in operations(document):
        follow(operation["responses"])
    follow(document["components"]["responses"])
    return found


def test_what_is_always_there_is_required(document: Any) -> None:
    schemas = document["components"]["schemas"]
    optional = {
        f"{name}.{field}"
        for name in answered(document) - BY_ROLE
        for field in schemas[name].get("properties", {}).keys()
        - set(schemas[name].get("required", ()))
    }
    assert optional == SOMETIMES & optional
    assert optional <= SOMETIMES


def properties(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each property of a schema by its name, of a list what is in it."""
    for name, schema in document["components"]["schemas"].items():
        for field, found in schema.get("properties", {}).items():
            yield f"{name}.{field}", found.get("items", found)


def is_open(schema: dict[str, Any]) -> bool:
    """Tell whether an object may have any value under any key."""
    if not {"object"} & {*listed(schema.get("type"))} or "properties" in schema:
        return False
    values = schema.get("additionalProperties", {})
    return values in ({}, True) or is_open(values)


def test_an_object_says_what_it_holds(document: Any) -> None:
    assert {name for name, found in properties(document) if is_open(found)} == OPEN
    for place, node in walk(document):  # what is not closed must say so, or nobody may send it
        if node.get("type") == "object" and "allOf" not in node:
            assert node.keys() & {"properties", "additionalProperties"}, place


def test_a_closed_set_of_words_is_an_enum(document: Any) -> None:
    words = {
        name
        for name, found in properties(document)
        if CLOSED.fullmatch(name.partition(".")[2])
        if "enum" not in found and "$ref" not in found and "string" in listed(found.get("type"))
    }
    assert words == OPEN_WORDS


def test_nothing_that_a_client_relies_on_is_taken_away(document: Any) -> None:
    """When it must be: say so in the changelog, and copy the document to `released`."""
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    assert list(Documents(released, document).breaks()) == []


def _without(*path: str) -> Any:
    def change(document: Any) -> None:
        node = document
        for key in path[:-1]:
            node = node[key]
        if isinstance(node, list):
            node.remove(path[-1])
        else:
            del node[path[-1]]

    return change


def _with(value: Any, *path: str) -> Any:
    def change(document: Any) -> None:
        node = document
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value

    return change


INCIDENT = ("components", "schemas", "Incident")
VIEW = ("components", "schemas", "IncidentView")
POST = ("paths", "/v1/incidents", "post")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(_without(*POST), "is gone", id="an operation"),
        pytest.param(_with("other", *POST, "operationId"), "another operationId", id="its id"),
        pytest.param(_without(*POST, "responses", "201"), "answers 201 no more", id="a status"),
        pytest.param(_without(*INCIDENT, "properties", "note"), "/note is gone", id="a field sent"),
        pytest.param(
            _with(["clause", "occurred_at", "note"], *INCIDENT, "required"),
            "/note must be sent",
            id="a field to send",
        ),
        pytest.param(_without(*VIEW, "properties", "case"), "/case is gone", id="a field answered"),
        pytest.param(_without(*VIEW, "required", "case"), "/case may be absent", id="a promise"),
        pytest.param(
            _with("integer", *VIEW, "properties", "clause", "type"), "/clause was", id="a type"
        ),
        pytest.param(
            _with(["a"], *INCIDENT, "properties", "note", "enum"), "takes only", id="a closed set"
        ),
        pytest.param(
            _without("paths", "/v1/changes", "get", "parameters"),
            "takes since no more",
            id="a query",
        ),
    ],
)
def test_what_breaks_a_client_is_found(document: Any, change: Any, said: str) -> None:
    later = deepcopy(document)
    change(later)
    found = list(Documents(document, later).breaks())
    assert any(said in item for item in found), found
    assert list(Documents(document, deepcopy(document)).breaks()) == []


def test_what_is_only_added_breaks_nobody(document: Any) -> None:
    later = deepcopy(document)
    later["paths"]["/v1/new"] = {"get": deepcopy(document["paths"]["/v1/changes"]["get"])}
    later["components"]["schemas"]["Incident"]["properties"]["more"] = {"type": "string"}
    later["components"]["schemas"]["IncidentView"]["properties"]["more"] = {"type": "string"}
    assert list(Documents(document, later).breaks()) == []
