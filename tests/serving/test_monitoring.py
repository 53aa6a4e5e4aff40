"""What watches a deployment: metrics that dashboards and alerts name, spans for a collector."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families
from tests.making.house import FINES, ROOT, make_company, serving
from tests.making.web import running, wait_until

from shangfa.jobs import running as jobs
from shangfa.services.access.by_hand import make_key
from shangfa.services.running.probes import metrics
from shangfa.services.running.process import tracing

pytestmark = pytest.mark.serve

FOLDER = ROOT / "deploy/monitoring"
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
QUERIES = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]
OWN = {"up": {"job", "instance"}}
"""What Prometheus itself knows of whom it asks."""
SELECTED = re.compile(r"(shangfa_\w+|up)(\{[^}]*\})?")
GROUPED = re.compile(r"by \(([^)]*)\)")
WORD = re.compile(r"\w+(?=!?[=~])")


@pytest.fixture(scope="module")
def known(app_url: str) -> dict[str, set[str]]:
    """Return sample -> labels of all that /metrics has, here as in a worker."""
    from tests.making.office import app

    assert jobs.WRONG is not None
    with serving(app_url):
        app().test_client().get("/v1/subjects")
        families = list(text_string_to_metric_families(metrics().body.decode()))
    found = {sample.name: set(sample.labels) for family in families for sample in family.samples}
    for family in families:  # what has labels and was never counted has no sample
        if family.type == "counter":
            found.setdefault(f"{family.name}_total", {"plugin"})
    return found | OWN


@pytest.mark.parametrize("query", QUERIES)
def test_every_metric_and_label_that_is_named_is_there(
    known: dict[str, set[str]], query: str
) -> None:
    names = SELECTED.findall(query)
    assert names
    labels: set[str] = set()
    for name, selected in names:
        assert name in known, name
        labels |= known[name]
        assert set(WORD.findall(selected)) <= known[name]
    for group in GROUPED.findall(query):
        assert {word.strip() for word in group.split(",")} <= labels
    assert query.count("(") == query.count(")")


def test_every_alert_says_what_to_do_and_every_panel_has_a_place() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert len(rule["annotations"]["action"]) > 20
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    taken = {
        (x, y)
        for at in places
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    }
    assert len(taken) == sum(at["w"] * at["h"] for at in places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)


class Collector(ThreadingHTTPServer):
    """What spans are sent to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list[Any] = []
        self.bodies: list[bytes] = []


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        sent = ExportTraceServiceRequest.FromString(body)
        self.server.bodies.append(body)
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.server.spans.extend(scope.spans)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as found:
        Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def test_a_span_has_a_route_and_whole_numbers_and_nobodys_data(
    collector: Collector, app_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(app_url):
        company = make_company(FINES, staff=["某人甲"])
        key = make_key("hr", company.slug, None, "test")
    monkeypatch.setenv(tracing.VARIABLE, f"http://127.0.0.1:{collector.server_port}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    caller = "4bf92f3577b34da6a3ce929d0e0e4736"
    with running(app_url, tmp_path / "log", WORKERS=1) as web:
        join = {"traceparent": f"00-{caller}-00f067aa0ba902b7-01"}
        asked = web.ask("/v1/subjects/%E6%9F%90%E4%BA%BA%E7%94%B2?q=secret", key, headers=join)
        assert asked.status == 200
        wait_until(lambda: collector.spans)
    [span] = [item for item in collector.spans if item.trace_id.hex() == caller]
    assert span.name == "GET /v1/subjects/<string:code>"
    values = {item.key: item.value for item in span.attributes}
    assert values.keys() == {"http.response.status_code", "shangfa.answer_bytes"}
    assert {value.WhichOneof("value") for value in values.values()} == {"int_value"}
    assert values["http.response.status_code"].int_value == 200
    whole = b"".join(collector.bodies)
    for secret in ("某人甲", "secret", key, company.slug, str(company.id)):
        assert secret.encode() not in whole
    assert {item.name for item in collector.spans} == {span.name}  # probes are not told


def test_it_is_off_unless_it_is_asked_for() -> None:
    code = "import sys, shangfa.api.app as a; a.create_app(); print('opentelemetry' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_without_the_libraries_it_says_what_to_install() -> None:
    code = (
        "import os, sys; sys.modules['opentelemetry'] = None\n"
        f"os.environ['{tracing.VARIABLE}'] = 'http://127.0.0.1:4318'\n"
        "from shangfa.services.running.process import tracing\n"
        "try: tracing.tracing()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("SettingError OTEL_EXPORTER_OTLP_ENDPOINT")
    assert "pip install shangfa[otel]" in done.stdout
