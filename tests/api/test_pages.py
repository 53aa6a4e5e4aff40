"""What is served without a key: health, readiness, metrics, pages that need no other host."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from threading import Thread
from threading import enumerate as enumerate_threads
from time import monotonic, sleep
from typing import Any

import pytest
from tests.making.house import owning, serving
from tests.making.office import Caller, Office, app
from tests.making.operations import OPERATIONS

from shangfa.db.server import schema
from shangfa.db.server.embedded import APP, OWNER, Embedded
from shangfa.services.running import health

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
    assert response.status_code == 200
    assert response.get_json() == {"status": "ready", "reason": None}


def test_a_clock_that_the_operator_moves_is_told(app_url: str) -> None:
    with serving(app_url, clock="test:2030-01-01T00:00:00Z"):
        assert ANYBODY("GET", "/readyz").get_json()["clock"] == "test"


Change = Callable[[Embedded, str], str]


def as_owner(server: Embedded, database: str) -> str:
    return server.url(OWNER, database)


def in_an_empty_database(server: Embedded, database: str) -> str:
    del database
    return server.url(APP, "postgres")


def nowhere(server: Embedded, database: str) -> str:
    del server, database
    return ELSEWHERE


WRONG = [
    pytest.param(nowhere, "the database does not answer", id="no database"),
    pytest.param(as_owner, "is a superuser", id="a superuser"),
    pytest.param(in_an_empty_database, "at schema revision none", id="an empty database"),
]


@pytest.mark.parametrize(("change", "reason"), WRONG)
def test_requests_cannot_be_served(
    server: Embedded, database: str, change: Change, reason: str
) -> None:
    with serving(change(server, database)):
        response = ANYBODY("GET", "/readyz")
    found = response.get_json()
    assert (response.status_code, found["status"]) == (503, "unavailable")
    assert reason in found["reason"]


@pytest.mark.parametrize(("change", "reason"), WRONG)
def test_nothing_is_answered_from_a_database_that_is_not_known_to_be_safe(
    office: Office, server: Embedded, database: str, change: Change, reason: str
) -> None:
    del reason
    with serving(change(server, database)):
        response = office.hr("GET", "/v1/subjects")
        assert (response.status_code, response.get_json()["code"]) == (503, "busy")
        assert response.headers["Retry-After"]
        for path in ("/docs", "/openapi.json", "/healthz"):
            assert ANYBODY("GET", path).status_code == 200
    assert office.hr("GET", "/v1/subjects").status_code == 200


def test_a_schema_that_turns_wrong_closes_the_service_until_it_is_right(
    office: Office, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FRESH", 0.0)
    monkeypatch.setattr(health, "STALE", 0.0)
    with owning(owner_url) as owner:
        for revision, status in (("0000", 503), (schema.head(), 200)):
            owner.execute("UPDATE alembic_version SET version_num = %s", [revision])
            assert ANYBODY("GET", "/readyz").status_code == status
            assert office.hr("GET", "/v1/subjects").status_code == status


LET_IN = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"
"""AuthenticationOk, ReadyForQuery."""


@contextmanager
def silent_server(first: bytes) -> Iterator[str]:
    """A server that takes connections, says something first and then nothing more."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/.s.PGSQL.5432")
        listening.listen(8)
        taken = []

        def take() -> None:
            with suppress(OSError):
                while True:
                    taken.append(listening.accept()[0])
                    taken[-1].recv(1000)
                    taken[-1].sendall(first)

        thread = Thread(target=take)
        thread.start()
        try:
            yield f"postgresql+psycopg://shangfa_app@/shangfa?host={folder}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for each in taken:
                each.close()


@pytest.mark.parametrize(
    "first", [pytest.param(b"", id="at once"), pytest.param(LET_IN, id="after it let us in")]
)
def test_readiness_has_a_deadline_when_the_database_answers_nothing(first: bytes) -> None:
    with silent_server(first) as url, serving(url):
        begun = monotonic()
        response = ANYBODY("GET", "/readyz")
        assert (response.status_code, monotonic() - begun < 3) == (503, True)
        assert ANYBODY("GET", "/healthz").status_code == 200
        while [thread for thread in enumerate_threads() if thread.name == "health"]:
            assert monotonic() - begun < 8
            sleep(0.1)
    assert ANYBODY("GET", "/readyz").status_code == 200


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


def test_invented_methods_and_paths_do_not_grow_the_metrics(office: Office) -> None:
    ANYBODY("BREW", "/healthz")
    office.hr("GET", "/v1/nowhere")
    before = len(ANYBODY("GET", "/metrics").text.splitlines())
    for number in range(30):
        ANYBODY(f"BREW{number}", "/healthz")
        office.hr(f"TEA{number}", "/v1/subjects")
        office.hr("GET", f"/v1/nowhere/{number}")
    text = ANYBODY("GET", "/metrics").text
    assert len(text.splitlines()) <= before + 2
    assert "BREW" not in text
    assert 'method="other",route="-",status="405"' in text
    assert "nowhere" not in text


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        pytest.param("abc-123_4.5:6", True, id="a token"),
        pytest.param("a" * 100, True, id="the longest"),
        pytest.param("a" * 101, False, id="too long"),
        pytest.param("", False, id="none"),
        pytest.param('" onclick="', False, id="something else"),
        pytest.param("a b", False, id="two words"),
        pytest.param("编号", False, id="other letters"),
    ],
)
def test_a_request_has_a_number_which_is_its_own_when_that_is_sane(
    sent: str, taken: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "shangfa.requests"):
        response = ANYBODY("GET", "/docs/errors", X_Request_Id=sent)
    number = response.headers["X-Request-Id"]
    assert re.fullmatch(r"[A-Za-z0-9._:-]{1,100}", number)
    assert (number == sent) == taken
    record = next(item for item in caplog.records if item.name == "shangfa.requests")
    assert vars(record)["route"] == "/docs/errors"


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
    assert (
        "http:" not in response.text.replace("https:", "http:")
        or path == "/docs/assets/swagger-ui.css"
    )


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
    bodiless = {"suspendTenant", "resumeTenant", "publishVersion", "commitImport", "cancelImport"}
    bodiless |= {"signOut", "issueSlips", "approveBreakGlass", "withdrawErasure"}
    bodiless |= {f"{step}Period" for step in ("cutOff", "reconcile", "lock", "export", "pay")}
    bodiless |= {"enableWebhook", "rotateWebhookSecret", "testWebhook", "replayDelivery"}
    changing = {
        name for name, item in OPERATIONS.items() if item.method in {"POST", "PUT", "PATCH"}
    }
    assert changing - set(bodies) == bodiless
