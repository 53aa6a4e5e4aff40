"""What a web server counts and says, and what it does when its surroundings end."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import pytest
from sqlalchemy import make_url
from tests.making.house import DAY, load_company, owning, serving
from tests.making.web import (
    PATIENCE,
    WORKERS,
    Web,
    answers,
    running,
    start,
    wait_until,
)

from shangfa.db.server.embedded import OWNER, Embedded
from shangfa.services.access.by_hand import make_key
from shangfa.services.running.process import meters

pytestmark = pytest.mark.serve


@pytest.fixture(scope="module")
def web(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running(app_url, tmp_path_factory.mktemp("web") / "log") as found:
        wait_until(lambda: len(found.children()) == WORKERS)
        yield found


@pytest.fixture(scope="module")
def key(app_url: str) -> str:
    with serving(app_url):
        return make_key("hr", load_company("fujie").slug, None, "test")


# Metrics and log


def counted(web: Web, route: str) -> int:
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    lines = re.findall(rf'^shangfa_requests_total{{.*route="{route}".*}} ([\d.]+)', text, re.M)
    return int(sum(map(float, lines)))


def test_metrics_are_those_of_all_workers(web: Web) -> None:
    before = counted(web, "/docs/errors")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: web.ask("/docs/errors"), range(40)))
    assert {counted(web, "/docs/errors") for _ in range(8)} == {before + 40}
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    assert len(re.findall("^shangfa_cached_tenants ", text, re.M)) == 1


def cached(web: Web) -> float:
    text = web.ask("/metrics").text  # type: ignore[attr-defined] # set by `ask`
    return sum(map(float, re.findall("^shangfa_cached_tenants ([0-9.]+)", text, re.M)))


def test_what_killed_workers_counted_stays_and_what_they_held_goes(web: Web, key: str) -> None:
    for _ in range(8):
        web.ask("/v1/subjects", key)
    assert cached(web) > 0
    before, old = counted(web, "/v1/subjects"), set(web.children())
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(set(web.children()) - old) == WORKERS)
    wait_until(lambda: answers(web))
    assert counted(web, "/v1/subjects") == before
    assert cached(web) == 0


def test_what_was_kept_when_its_worker_was_killed_is_answered_again(
    web: Web, key: str, owner_url: str
) -> None:
    """The client never hears the first answer: its worker dies as soon as the row is there."""
    tenant = UUID(key.split("_")[1])
    code = json.loads(web.ask("/v1/subjects", key).text)["items"][0]["code"]  # type: ignore[attr-defined]
    body = json.dumps({"subject": code, "clause": "一-1a", "occurred_at": DAY})
    kind = {"Content-Type": "application/json", "Idempotency-Key": "killed after commit"}
    count = "SELECT count(*) FROM incident WHERE tenant_id = %s"
    head = "".join(f"{name}: {value}\r\n" for name, value in kind.items())
    with owning(owner_url) as owner:
        before = owner.execute(count, (tenant,)).fetchone()
        with web.connect(
            f"POST /v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{head}"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()
        ):
            wait_until(lambda: owner.execute(count, (tenant,)).fetchone() != before)
            old = set(web.children())
            for pid in old:
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(set(web.children()) - old) == WORKERS)
        wait_until(lambda: answers(web))
        told = web.ask("/v1/incidents", key, method="POST", body=body.encode(), headers=kind)
        assert (told.status, told.headers["Idempotent-Replayed"]) == (201, "true")
        after = owner.execute(count, (tenant,)).fetchone()
    assert before is not None
    assert after == (before[0] + 1,)


def test_folders_that_killed_processes_left_are_removed(tmp_path: Path) -> None:
    left, used = meters.open_meters(tmp_path), meters.open_meters(tmp_path)
    left._lock.close()
    for found in (left, used):
        os.utime(found.folder, (0, 0))
    own = meters.open_meters(tmp_path)
    assert not left.folder.exists()
    assert used.folder.exists()
    for found in (used, own):
        found.close()
    assert list(tmp_path.iterdir()) == []


def test_a_request_is_one_line_with_its_number_and_without_anybodys_name(
    web: Web, key: str
) -> None:
    number = f"n-{os.getpid()}-{monotonic()}"
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=20)) as connection:
        headers = {"Authorization": f"Bearer {key}", "X-Request-Id": number}
        connection.request("GET", "/v1/subjects/%E6%9F%90%E4%BA%BA", headers=headers)
        response = connection.getresponse()
        response.read()
    assert response.headers["X-Request-Id"] == number
    lines = [line for line in web.said() if line.get("request_id") == number]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/v1/subjects/<string:code>", 404)
    ]
    assert {"time", "level", "logger", "message", "duration_ms"} <= set(lines[0])
    assert "某人" not in web.log.read_text()


# Databases that go away, roles that are wrong, processes that end


@contextmanager
def lost(server: Embedded, url: str) -> Iterator[None]:
    """Let nobody into a database, and throw out who is there."""
    name = make_url(url).database
    with owning(server.url(OWNER, "postgres")) as owner:
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


def test_a_lost_database_is_503_and_one_line_each(
    web: Web, key: str, server: Embedded, app_url: str
) -> None:
    assert web.ask("/v1/subjects", key).status == 200
    before = len(web.said())
    with lost(server, app_url):
        refused = web.ask("/v1/subjects", key)
        assert (refused.status, json.loads(refused.text)["code"]) == (503, "busy")  # type: ignore[attr-defined]
        assert refused.headers["Retry-After"]
        wait_until(lambda: web.ask("/readyz").status == 503)
        assert web.ask("/healthz").status == 200
    wait_until(lambda: web.ask("/v1/subjects", key).status == 200)
    lines = web.said()[before:]
    assert "traceback" not in {name for line in lines for name in line}
    told = [line for line in lines if line["logger"] not in {"shangfa.requests"}]
    assert 1 <= len(told) <= 1 + sum(line.get("status") == 503 for line in lines)


@pytest.mark.slow
def test_a_worker_that_must_be_replaced_while_the_database_is_away_serves_503_until_it_is_back(
    web: Web, key: str, server: Embedded, app_url: str
) -> None:
    with lost(server, app_url):
        old = set(web.children())
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(set(web.children()) - old) == WORKERS)
        wait_until(lambda: answers(web))
        sleep(2)
        assert web.process.poll() is None
        assert not set(web.children()) & old
        assert web.ask("/v1/subjects", key).status == 503
        assert web.ask("/readyz").status == 503
    wait_until(lambda: web.ask("/v1/subjects", key).status == 200)


@pytest.mark.slow
def test_it_starts_while_the_database_is_away(
    app_url: str, key: str, server: Embedded, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        with lost(server, app_url):
            web = stack.enter_context(running(app_url, tmp_path / "log", WORKERS=1))
            assert web.ask("/v1/subjects", key).status == 503
        wait_until(lambda: web.ask("/v1/subjects", key).status == 200)
    assert any("does not answer yet" in line["message"] for line in web.said())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param("owner", "is a superuser, so tenants would not be kept apart", id="a role"),
        pytest.param("empty", "is at schema revision none", id="a schema"),
        pytest.param("none", "SHANGFA_DATABASE_URL is not set", id="no database"),
    ],
)
def test_a_first_start_refuses_what_is_wrong(
    server: Embedded, app_url: str, owner_url: str, tmp_path: Path, wrong: str, sentence: str
) -> None:
    urls = {"owner": owner_url, "empty": server.url("shangfa_app", "postgres"), "none": ""}
    web = start(urls[wrong], tmp_path / "log")
    assert web.process.wait(PATIENCE) == 1
    said = web.log.read_text()
    assert said.count(sentence) == 1
    assert "Traceback" not in said


@pytest.mark.slow
def test_workers_end_with_the_first_process(app_url: str, tmp_path: Path) -> None:
    web = start(app_url, tmp_path / "log")
    wait_until(lambda: answers(web))
    children = web.children()
    web.process.kill()
    web.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in children))


def is_alive(pid: int) -> bool:
    """A zombie is not alive, though it has a process id."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.slow
def test_a_request_that_runs_is_answered_before_it_stops(
    app_url: str, key: str, owner_url: str, tmp_path: Path
) -> None:
    with running(app_url, tmp_path / "log") as web, ThreadPoolExecutor(1) as pool:
        with owning(owner_url) as owner, owner.transaction():
            owner.execute("LOCK subject IN ACCESS EXCLUSIVE MODE")
            asked = pool.submit(web.ask, "/v1/subjects", key)
            sleep(1)
            web.process.terminate()
            sleep(1)
            assert web.process.poll() is None
        assert asked.result().status == 200
        assert web.process.wait(PATIENCE) == 0
