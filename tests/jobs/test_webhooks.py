"""A real worker sends webhooks: soon, and a slow receiver holds up no other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.making.house import FINES, make_company, serving
from tests.making.receiver import receiving

from shangfa.services.exchange import webhooks
from shangfa.services.pages import Page

ALLOWED = "127.0.0.0/8"


@pytest.fixture(autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url, webhook_allow=ALLOWED):
        yield


@contextmanager
def worker(url: str) -> Iterator[None]:
    ours = {name: value for name, value in os.environ.items() if name[:7] != "SHANGFA"}
    own = {"SHANGFA_DATABASE_URL": url, "SHANGFA_WEBHOOK_ALLOW": ALLOWED}
    process = subprocess.Popen([sys.executable, "-m", "shangfa.cli", "worker"], env=ours | own)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_a_slow_receiver_holds_up_no_other_and_not_much_itself(
    app_url: str, tmp_path: Path
) -> None:
    company = make_company(FINES, staff=["E"])
    with receiving(tmp_path / "log") as receiver:
        types = ("incident.recorded",)
        slow = webhooks.create(company.ctx(), receiver.url("slow?seconds=1"), types)
        webhooks.create(company.ctx(), receiver.url("hang"), types)
        webhooks.create(company.ctx(), receiver.url("ok"), types)
        with worker(app_url):
            for _ in range(30):
                company.record("f", "E")
            assert receiver.wait_for(1, "/hang")
            for path in ("/ok", "/slow"):
                assert len(receiver.wait_for(30, path)) == 30
        log = webhooks.deliveries(company.ctx(), slow.webhook.id, None, Page(200)).items
    assert {len(item.attempts) for item in log} <= {0, 1}
