"""Incidents by batch beside the same incidents one by one, over one connection."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from http.client import HTTPConnection
from statistics import median
from typing import Any, Final
from uuid import uuid4

from tests.bench.figures import say
from tests.bench.http import SHANGFA
from tests.bench.stage import Company, Server, Stage
from tests.bench.traffic import bodies, moment

SLUGS: Final = ("fujie", "youyou")
PEOPLE: Final = 200
ONE_BY_ONE: Final = 500
TOGETHER: Final = 500
BATCHES: Final = 7
ROUNDS: Final = 3


def run(stage: Stage) -> None:
    """Record incidents both ways, in turns."""
    say(f"\n7. Incidents in batches of {TOGETHER} beside one by one, one connection")
    companies = [stage.company(slug, PEOPLE, date(2026, 1, 1)) for slug in SLUGS]
    with stage.gunicorn(SHANGFA, stage.copy("batch")) as server:
        for company in companies:
            _tell(company, [_round(server, company, number) for number in range(1, ROUNDS + 1)])


def _tell(company: Company, pairs: Sequence[tuple[float, float]]) -> None:
    each = ", ".join(f"{many:.0f} / {one:.0f}" for many, one in pairs)
    times = median(many / one for many, one in pairs)
    say(f"  {company.slug}: incidents a second, by batch / one by one: {each}")
    say(f"  by batch {times:.1f} times as many; goal 5 or more")


def _round(server: Server, company: Company, number: int) -> tuple[float, float]:
    found = bodies(company.slug, company.codes, moment(), ONE_BY_ONE + TOGETHER * BATCHES + number)
    one = ONE_BY_ONE / _timed(server, company, "/v1/incidents", found[:ONE_BY_ONE])
    return TOGETHER * BATCHES / record_batches(server, company, found[ONE_BY_ONE:-number]), one


def record_batches(server: Server, company: Company, found: Sequence[bytes]) -> float:
    """Record incidents in batches and return the seconds it took."""
    starts = range(0, len(found), TOGETHER)
    lists = [b'{"items": [' + b",".join(found[at : at + TOGETHER]) + b"]}" for at in starts]
    return _timed(server, company, "/v1/incidents:batch", lists)


def _timed(server: Server, company: Company, path: str, sent: Sequence[bytes]) -> float:
    with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
        started = time.perf_counter()
        for body in sent:
            connection.request("POST", path, body, _headers(company))
            answer = connection.getresponse()
            _check(answer.status, json.loads(answer.read()))
        return time.perf_counter() - started


def _headers(company: Company) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {company.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }


def _check(status: int, body: Any) -> None:
    assert status in {200, 201}, body
    assert not body.get("refused"), body["items"]
