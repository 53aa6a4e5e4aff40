"""What is served without a key: health, readiness, metrics, pages that need no other host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import make_url
from tests.making.house import serving
from tests.making.office import Caller, Office, app
from tests.making.operations import OPERATIONS

ELSEWHERE = "postgresql+psycopg://shangfa_app@/shangfa?host=%2Fnowhere"
ANYBODY = Caller(None)
TAGS = re.compile(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')]+)""")


@pytest.fixture(scope="module")
def spec() -> Any:
    return ANYBODY("GET", "/openapi.json").get_json()


def test_the_process_answers_without_its_database() -> None:
    with serving(ELSEWHERE):
        response = ANYBODY("GET", "/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_requests_can_be_served() -> None:
    response = ANYBODY("GET", "/readyz")
    assert (response.status_code, response.get_json()["status"]) == (200, "ready")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"host": "/nowhere"}, "the database does not answer", id="no database"),
        pytest.param({"user": "shangfa_owner"}, "is a superuser", id="a superuser"),
        pytest.param({"database": "postgres"}, "at schema revision none", id="an empty database"),
    ],
)
def test_requests_cannot_be_served(app_url: str, change: dict[str, str], reason: str) -> None:
    url = make_url(app_url)
    if "host" in change:
        url = url.update_query_dict(change)
    else:
        url = url.set(
            username=change.get("user", url.username),
            database=change.get("database", url.database),
        )
    with serving(url.render_as_string(hide_password=False)):
        response = ANYBODY("GET", "/readyz")
    found = response.get_json()
    assert (response.status_code, found["status"]) == (503, "unavailable")
    assert reason in found["reason"]


def test_metrics_count_requests_by_route_and_tell_nothing_of_anybody(office: Office) -> None:
    path = "/v1/subjects/没有此人"
    route = 'route="/v1/subjects/<string:code>"'
    before = counted(route)
    assert office.hr("GET", path).status_code == 404
    assert counted(route) == before + 1
    text = ANYBODY("GET", "/metrics").text
    assert "没有此人" not in text
    assert office.slug not in text
    assert "shangfa_cached_tenants 1.0" in text
    assert 'shangfa_request_seconds_count{method="GET",route="/v1/subjects/<string:code>"}' in text


def counted(route: str) -> int:
    text = ANYBODY("GET", "/metrics").text
    lines = re.findall(rf'^shangfa_requests_total{{.*{re.escape(route)}.*"404"}} (\d+)', text, re.M)
    return sum(map(int, lines))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/docs", id="the page"),
        pytest.param("/docs/start.js", id="its script"),
        pytest.param("/docs/errors", id="the errors"),
        pytest.param("/docs/assets/swagger-ui.css", id="its style"),
    ],
)
def test_a_page_asks_no_other_host(path: str) -> None:
    response = ANYBODY("GET", path)
    assert response.status_code == 200
    links = ["".join(found) for found in TAGS.findall(response.text)]
    assert not [link for link in links if re.match("(https?:)?//", link)]
    own = [link for link in links if link.startswith("/")]
    assert {ANYBODY("GET", link).status_code for link in own} <= {200}
    assert "http" not in response.text or path == "/docs/assets/swagger-ui.css"


def test_the_page_shows_our_document_and_sends_it_nowhere() -> None:
    script = ANYBODY("GET", "/docs/start.js").text
    assert "'/openapi.json'" in script
    assert "validatorUrl: null" in script
    assert ANYBODY("GET", "/docs/assets/swagger-ui-bundle.js").status_code == 200
    assert ANYBODY("GET", "/docs/assets/../../../../etc/passwd").status_code == 404
    assert ANYBODY("GET", "/docs/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd").status_code == 404


@pytest.mark.parametrize(
    ("path", "header", "value"),
    [
        pytest.param("/docs", "X-Frame-Options", "DENY", id="no frame"),
        pytest.param("/docs", "X-Content-Type-Options", "nosniff", id="no guessing of types"),
        pytest.param("/v1/subjects", "Cache-Control", "no-store", id="no copy of answers"),
        pytest.param("/v1/nothing", "Cache-Control", "no-store", id="no copy of refusals"),
    ],
)
def test_a_header_keeps_browsers_careful(
    office: Office, path: str, header: str, value: str
) -> None:
    assert office.hr("GET", path).headers[header] == value


def test_the_document_is_openapi_3_1(spec: Any) -> None:
    assert spec["openapi"] == "3.1.0"
    assert {"title", "version", "license"} <= set(spec["info"])
    assert spec["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert spec["security"] == [{"key": []}]
    assert '"nullable"' not in ANYBODY("GET", "/openapi.json").text


def test_every_route_of_the_application_is_documented(spec: Any) -> None:
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/")
    }
    documented = {
        (method.upper(), path)
        for path, item in spec["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert served == documented


def operations(spec: Any) -> Iterator[tuple[str, str, Any, list[Any]]]:
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                both = [*item.get("parameters", ()), *operation.get("parameters", ())]
                yield method, path, operation, both


def test_every_operation_has_an_id_a_summary_and_a_description_of_each_answer(spec: Any) -> None:
    found = [operation for _, _, operation, _ in operations(spec)]
    ids = [operation["operationId"] for operation in found]
    assert sorted(ids) == sorted(set(ids)) == sorted(OPERATIONS)
    assert all(operation["summary"] and operation["responses"] for operation in found)
    answers = [answer for operation in found for answer in operation["responses"].values()]
    assert all("$ref" in answer or answer["description"] for answer in answers)
    assert not any("default" in operation["responses"] for operation in found)


def test_every_parameter_of_a_path_is_declared_once_and_required(spec: Any) -> None:
    for _, path, _, parameters in operations(spec):
        declared = [item for item in parameters if item["in"] == "path"]
        assert sorted(item["name"] for item in declared) == sorted(re.findall(r"{(\w+)}", path))
        assert all(item["required"] and item["schema"] for item in declared)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_reference_leads_somewhere_in_the_document(spec: Any) -> None:
    for reference in set(references(spec)):
        assert reference.startswith("#/components/")
        place = spec
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert place


def test_every_body_is_documented(spec: Any) -> None:
    bodies = {
        operation["operationId"]: set(operation["requestBody"]["content"])
        for _, _, operation, _ in operations(spec)
        if "requestBody" in operation
    }
    assert bodies["recordIncident"] == {"application/json"}
    assert bodies["uploadPolicy"] == {"application/yaml", "application/json"}
    bodiless = {"suspendTenant", "resumeTenant", "publishVersion"}
    changing = {
        name for name, item in OPERATIONS.items() if item.method in {"POST", "PUT", "PATCH"}
    }
    assert changing - set(bodies) == bodiless
