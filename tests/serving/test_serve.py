"""`shangfa serve` as somebody starts it, in a folder that somebody may have.

It serves, outlives its parts, stops cleanly, and keeps what it was told.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.making.deployed import (
    PATIENCE,
    Deployment,
    Running,
    deployed,
    interrupt,
    launch,
    part,
    processes_of,
    said,
    start,
    wait_until,
)

pytestmark = pytest.mark.serve


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with deployed() as found:
        yield found


@pytest.fixture(scope="module")
def running(deployment: Deployment) -> Iterator[Running]:
    # of no use to an embedded server, and no part may ever have it
    owner = "postgresql://shangfa_owner:secret@nowhere/shangfa"
    found = start(deployment, SHANGFA_OWNER_URL=owner)
    yield found
    if found.process.poll() is None:
        interrupt(found)


def test_it_serves_and_documents_itself(deployment: Deployment, running: Running) -> None:
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        with urlopen(f"http://{deployment.bind}{path}", timeout=20) as response:
            assert response.status == 200
    assert f"http://{deployment.bind}" in running.greeting


@pytest.mark.usefixtures("running")
def test_the_keys_are_for_its_owner_only(deployment: Deployment) -> None:
    path = deployment.folder / "var/demo-keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(deployment.keys) == {"fujie", "youyou", "operator"}
    assert set(deployment.keys["fujie"]) == {"hr", "supervisor", "employee", "finance", "auditor"}


def test_the_curl_it_proposes_gives_20_yuan(deployment: Deployment, running: Running) -> None:
    line = next(line for line in running.greeting.splitlines() if line.startswith("Try: "))
    words = shlex.split(line.removeprefix("Try: "))
    url = next(word for word in words if word.startswith("http"))
    headers = dict(words[i + 1].split(": ") for i, word in enumerate(words) if word == "-H")
    data = words[words.index("-d") + 1].encode()
    with urlopen(Request(url, data, headers), timeout=20) as response:
        answer = json.load(response)
    assert [(item["clause"], item["quantity"]) for item in answer["effects"]] == [
        ("一-2", "-20.00")
    ]


@pytest.mark.usefixtures("running")
def test_a_key_of_one_tenant_opens_no_other(deployment: Deployment) -> None:
    keys = deployment.keys
    body = {"subject": "Y004", "clause": "警告-职业道德-2", "occurred_at": "2026-03-02"}
    with pytest.raises(HTTPError) as refusal:
        deployment.ask("/v1/incidents", keys["fujie"]["hr"], body)
    with refusal.value as response:
        assert (response.code, json.load(response)["code"]) == (422, "unknown_subject")
    assert deployment.ask("/v1/tenants", keys["operator"])["items"][1]["slug"] == "youyou"


@pytest.mark.usefixtures("running")
def test_its_metrics_and_probes_are_there(deployment: Deployment) -> None:
    with urlopen(f"http://{deployment.bind}/metrics", timeout=20) as response:
        assert b"shangfa_requests_total" in response.read()
    assert deployment.ask("/readyz", "") == {"status": "ready", "reason": None}


# Who has the owner's secret


def test_no_part_knows_the_owner(deployment: Deployment, running: Running) -> None:
    secret = (deployment.postgres / "owner.password").read_text()
    assert (deployment.postgres / "owner.password").stat().st_mode & 0o777 == 0o600
    parts = set(processes_of(running.process)) - {running.process.pid}
    assert len(parts) >= 5
    for pid in parts:
        environment = Path(f"/proc/{pid}/environ").read_text(errors="replace")
        command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        assert secret not in environment + command
        assert "SHANGFA_OWNER_URL" not in environment


BECOME = """
import os, psycopg, sys
from sqlalchemy import make_url
url = make_url(os.environ["SHANGFA_DATABASE_URL"])
where = {"host": url.query["host"], "dbname": url.database}
with psycopg.connect(**where, user=url.username) as connection:
    assert connection.execute("SELECT current_user").fetchone() == ("shangfa_app",)
    for statement in ("SET ROLE shangfa_owner", "SET SESSION AUTHORIZATION shangfa_owner",
                      "ALTER ROLE shangfa_app SUPERUSER"):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            connection.rollback()
        else:
            sys.exit(statement)
for user in ("shangfa_owner", "postgres", ""):
    for password in (None, "", "shangfa_owner"):
        try:
            psycopg.connect(**where, user=user, password=password)
        except psycopg.OperationalError:
            continue
        sys.exit(f"became {user!r}")
"""


def test_what_the_web_server_knows_does_not_make_the_owner(
    deployment: Deployment, running: Running
) -> None:
    raw = Path(f"/proc/{part(running, 'gunicorn')}/environ").read_bytes().split(b"\0")
    environment = dict(os.fsdecode(line).split("=", 1) for line in raw if line)
    done = subprocess.run(
        [sys.executable, "-c", BECOME],
        env=environment,
        cwd=deployment.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# Parts that end


def test_a_worker_that_ends_is_started_again_and_the_web_server_goes_on(
    deployment: Deployment, running: Running
) -> None:
    web, worker = part(running, "gunicorn"), part(running, "cli worker")
    os.kill(worker, signal.SIGKILL)
    seen = set()

    def is_back() -> bool:
        seen.add(deployment.status("/v1/subjects", deployment.keys["fujie"]["hr"]))
        return any("cli worker" in args for args in processes_of(running.process).values())

    wait_until(lambda: worker not in processes_of(running.process))
    wait_until(is_back)
    assert seen == {200}
    assert part(running, "gunicorn") == web
    assert "the job worker was ended by SIGKILL; it starts again in" in said(deployment)


def test_a_web_server_that_ends_is_started_again_and_nobody_is_turned_away(
    deployment: Deployment, running: Running
) -> None:
    worker = part(running, "cli worker")
    old = webs(running)
    os.kill(min(old), signal.SIGKILL)
    # the socket stays open, so this waits and is answered
    assert {deployment.status("/healthz") for _ in range(5)} == {200}
    wait_until(lambda: "the web server was ended by SIGKILL" in said(deployment))
    wait_until(lambda: len(webs(running)) == len(old) and not webs(running) & old)
    assert deployment.status("/readyz") == 200
    assert part(running, "cli worker") == worker


def webs(running: Running) -> set[int]:
    """Return the process ids of the web server's first process and workers."""
    found = processes_of(running.process).items()
    return {pid for pid, args in found if "gunicorn" in args}


def test_a_database_that_dies_is_started_again_and_meanwhile_503(
    deployment: Deployment, running: Running
) -> None:
    hr = deployment.keys["fujie"]["hr"]
    before = processes_of(running.process)
    os.kill(postmaster(deployment), signal.SIGKILL)
    with pytest.raises(HTTPError) as refused:
        deployment.ask("/v1/subjects", hr)
    with refused.value as response:
        assert response.code == 503
        assert response.headers["Retry-After"]
    assert deployment.status("/healthz") == 200
    wait_until(lambda: deployment.status("/v1/subjects", hr) == 200)
    assert processes_of(running.process) == before
    assert "the embedded PostgreSQL had ended; it runs again" in said(deployment)


def postmaster(deployment: Deployment) -> int:
    return int((deployment.postgres / "data/postmaster.pid").read_text().split()[0])


def test_a_keeper_that_ends_is_started_again(deployment: Deployment, running: Running) -> None:
    keeper = part(running, "keeper")
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: "the keeper of the database was ended by SIGKILL" in said(deployment))
    wait_until(lambda: any("keeper" in args for args in processes_of(running.process).values()))
    wait_until(lambda: deployment.status("/readyz") == 200)


@pytest.mark.usefixtures("running")
def test_a_database_that_says_nothing_leaves_the_probes_alive(deployment: Deployment) -> None:
    hr = deployment.keys["fujie"]["hr"]
    first = postmaster(deployment)
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    family = [first, *map(int, children)]
    with ThreadPoolExecutor(24) as pool:
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        try:
            asked = [pool.submit(deployment.status, "/v1/subjects", hr) for _ in range(20)]
            sleep(1)
            for path, status in (("/healthz", 200), ("/readyz", 503)) * 3:
                begun = monotonic()
                assert deployment.status(path) == status
                assert monotonic() - begun < 3
        finally:
            for pid in family:
                os.kill(pid, signal.SIGCONT)
        for one in asked:
            one.result()
    wait_until(lambda: deployment.status("/v1/subjects", hr) == 200)


@pytest.mark.slow
def test_a_second_deployment_shares_the_database(deployment: Deployment, running: Running) -> None:
    hr = deployment.keys["fujie"]["hr"]
    second = deployment.beside()
    other = start(second, "second.log", SHANGFA_WORKERS="1")
    try:
        assert deployment.keys["fujie"]["hr"] == hr
        body = {"subject": "F003", "clause": "一-2", "occurred_at": "2026-03-02"}
        number = second.ask("/v1/incidents", hr, body)["id"]
        assert deployment.ask(f"/v1/incidents/{number}", hr)["id"] == number
    finally:
        assert interrupt(other) == 0
    assert processes_of(other.process) == {}
    assert deployment.status("/v1/subjects", hr) == 200
    assert running.process.poll() is None


def test_an_address_that_is_taken_is_said_at_once(deployment: Deployment, running: Running) -> None:
    process = launch(deployment, deployment.folder / "taken.log")
    assert process.wait(PATIENCE) == 1
    assert f"Error: SHANGFA_BIND is {deployment.bind}, where nobody can listen: Address" in said(
        deployment, "taken.log"
    )
    assert running.process.poll() is None


@pytest.mark.usefixtures("running")
def test_what_it_says_is_a_json_line_or_for_people(deployment: Deployment) -> None:
    lines = said(deployment).splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, told))
    assert not [line for line in lines if line.startswith(("Traceback", "  File"))]
    words = [line.split()[0] for line in lines if not line.startswith("{")]
    assert words == ["Shangfa", "Keys", "Try:"]


@pytest.mark.slow
def test_ctrl_c_stops_everything_and_a_second_start_is_quick_and_keeps_all(
    deployment: Deployment, running: Running
) -> None:
    hr = deployment.keys["youyou"]["hr"]
    body = {"subject": "Y004", "clause": "警告-职业道德-2", "occurred_at": "2026-03-02"}
    kept = deployment.ask("/v1/incidents", hr, body)["id"]
    keys = deployment.keys
    assert interrupt(running) == 0
    assert processes_of(running.process) == {}
    postgres = deployment.postgres
    assert not (postgres / "data/postmaster.pid").exists()
    assert "database system is shut down" in (postgres / "postgres.log").read_text()
    assert said(deployment).splitlines()[-1] == "Shangfa stops: it was told to by SIGINT."

    again = start(deployment)
    try:
        assert again.seconds < max(30, running.seconds)
        assert deployment.keys == keys
        assert deployment.ask(f"/v1/incidents/{kept}", hr)["id"] == kept
    finally:
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(PATIENCE) == 0
    assert processes_of(again.process) == {}
    assert not (postgres / "data/postmaster.pid").exists()
    assert said(deployment).splitlines()[-1] == "Shangfa stops: it was told to by SIGTERM."


@pytest.mark.slow
def test_keys_that_were_revoked_are_made_anew_and_a_moved_clock_is_said_loudly(
    deployment: Deployment,
) -> None:
    before = deployment.keys
    revoked = (before["fujie"]["hr"], before["youyou"]["employee"])
    for key in revoked:
        done = subprocess.run(
            [sys.executable, "-m", "shangfa.cli", "keys", "revoke", key],
            cwd=deployment.folder,
            env=deployment.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "revoked\n")
    clock = "test:2030-01-01T00:00:00+08:00"
    again = start(deployment, SHANGFA_CLOCK=clock)
    try:
        after = deployment.keys
        changed = [
            (who, role)
            for who in ("fujie", "youyou")
            for role in before[who]
            if before[who][role] != after[who][role]
        ]
        assert changed == [("fujie", "hr"), ("youyou", "employee")]
        assert after["operator"] == before["operator"]
        assert deployment.status("/v1/subjects", after["fujie"]["hr"]) == 200
        assert deployment.status("/v1/subjects", revoked[0]) == 401
        assert "test clock is on" in again.greeting
        assert "2030-01-01T00:00:00+08:00" in again.greeting
        assert deployment.ask("/readyz", "")["clock"] == "test"
    finally:
        assert interrupt(again) == 0


@pytest.mark.slow
def test_what_is_killed_leaves_nothing_behind(deployment: Deployment) -> None:
    running = start(deployment)
    server = postmaster(deployment)
    running.process.kill()
    running.process.wait()
    wait_until(lambda: processes_of(running.process) == {})
    wait_until(lambda: not Path(f"/proc/{server}").exists())
    assert not (deployment.postgres / "data/postmaster.pid").exists()


def test_who_is_told_to_stop_while_he_starts_does_not_end_well(deployment: Deployment) -> None:
    assert not (deployment.postgres / "data/postmaster.pid").exists()
    process = launch(deployment, deployment.folder / "early.log")
    wait_until((deployment.postgres / "data/postmaster.pid").exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    assert "told to stop by SIGTERM before it served" in said(deployment, "early.log")
    wait_until(lambda: not (deployment.postgres / "data/postmaster.pid").exists())
    assert processes_of(process) == {}
