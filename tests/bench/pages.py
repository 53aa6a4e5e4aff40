"""Server time of every page of the console in a large company, in this process, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Final

from tests.bench.figures import quantile, say
from tests.bench.past import fill
from tests.bench.stage import Company, Owner, Stage
from tests.bench.traffic import moment
from tests.making.browser import Tab, signed_in

from shangfa.services.access.by_hand import make_key

SLUG: Final = "youyou"
PEOPLE: Final = 10_000
EACH: Final = 20
"""Earlier incidents of everybody."""
ROUNDS: Final = 20
WARM: Final = 2
"""Requests of a page before it is measured: a process reads its tables once."""
OK: Final = 200
GOAL: Final = 0.1
"""Seconds that 95 of 100 requests stay under."""
Ask = Callable[[int], None]


class RefusedPageError(Exception):
    """A page was not answered."""


def run(stage: Stage) -> None:
    """Fill a large company and ask for each page as HR, a supervisor and an employee."""
    say(f"\n8. Pages of the console, {SLUG}, {PEOPLE:,} employees")
    company = stage.company(SLUG, PEOPLE, date(2020, 1, 1))
    started = time.monotonic()
    with stage.owner() as owner:
        sizes = fill(owner, company, PEOPLE, EACH)
        owner.execute(_NAMES, {"tenant": company.id})
        cases = _ids(owner, company, "case")
        policy = str(_ids(owner, company, "policy")[0])
    words = "{:,} incidents, {:,} ledger entries, {:,} tallies, {}".format(*sizes)
    say(f"  loaded {words} in {time.monotonic() - started:.0f} s")
    slow = []
    for name, ask in _pages(company, [str(key) for key in cases], policy).items():
        try:
            seconds, own = _measured(ask)
        except RefusedPageError as error:
            slow.append(name)
            say(f"  {name:30} {error}")
            continue
        median, p95, busy = quantile(seconds, 0.5), quantile(seconds, 0.95), quantile(own, 0.5)
        slow += [name] if p95 > GOAL else []
        times = f"median {median * 1000:5.0f} ms   p95 {p95 * 1000:5.0f} ms"
        say(f"  {name:30} {times}   of it busy here {busy * 1000:5.0f} ms")
    say(f"  goal p95 {GOAL * 1000:.0f} ms or less; over it: {', '.join(slow) or 'none'}")


def _measured(ask: Ask) -> tuple[list[float], list[float]]:
    """Return the seconds of each request, and those of them that this process worked."""
    for number in range(WARM):
        ask(number)
    whole, own = [], []
    for number in range(ROUNDS):
        started, worked = time.perf_counter(), time.process_time()
        ask(WARM + number)
        whole.append(time.perf_counter() - started)
        own.append(time.process_time() - worked)
    return whole, own


def _pages(company: Company, cases: list[str], policy: str) -> dict[str, Ask]:
    """Return what is asked for by its name; a number chooses another person or case each time."""
    hr = signed_in(company.token)
    leader = signed_in(make_key("supervisor", SLUG, "S00003", "bench"))
    employee = signed_in(make_key("employee", SLUG, "B00042", "bench"))
    month = f"{moment():%Y-%m}"
    plain = {
        "inbox": "/console/",
        "incidents": "/console/incidents",
        "cases": "/console/cases",
        "people": "/console/people",
        "near": "/console/near",
        "record": "/console/incidents/new",
        "policies": "/console/policies",
        "version": f"/console/policies/{policy}/1",
        "edit": f"/console/policies/{policy}/1/edit",
        "months": "/console/months",
        "month": f"/console/months/{month}",
        "insight": "/console/insight",
        "dismissals": "/console/dismissals",
        "follow-ups": "/console/follow-ups",
        "corrections": "/console/corrections",
        "privacy": "/console/privacy",
        "approvals": "/console/approvals",
        "calendar": "/console/calendar",
        "payroll": "/console/payroll",
        "reports": "/console/reports",
        "who is overdue": "/console/reports/overdue",
        "imports": "/console/imports",
        "users": "/console/users",
        "webhooks": "/console/webhooks",
    }
    found = {name: _opening(hr, _always(path)) for name, path in plain.items()}
    codes = company.codes
    found |= {
        "case": _opening(hr, lambda n: f"/console/cases/{cases[n * 37 % len(cases)]}"),
        "person": _opening(hr, lambda n: f"/console/people/{codes[n * 131 % len(codes)]}"),
        "person, changing": _opening(
            hr, lambda n: f"/console/people/{codes[n * 131 % len(codes)]}/change"
        ),
        "person, payroll": _opening(
            hr, lambda n: f"/console/people/{codes[n * 131 % len(codes)]}/payroll"
        ),
        "record somebody": _opening(
            hr, lambda n: f"/console/incidents/new?subject={codes[n * 131 % len(codes)]}"
        ),
        "incidents of somebody": _opening(
            hr, lambda n: f"/console/incidents?subject={codes[n * 131 % len(codes)]}"
        ),
        "people by a part of the name": _looking(hr, "雨"),
        "people by initials": _looking(hr, "tyt"),
        "inbox of a supervisor": _opening(leader, lambda _: "/console/"),
        "cases of a supervisor": _opening(leader, lambda _: "/console/cases"),
        "people of a supervisor": _opening(leader, lambda _: "/console/people"),
        "one's own page": _opening(employee, lambda _: "/console/me"),
    }
    return found


def _always(path: str) -> Callable[[int], str]:
    return lambda _: path


def _opening(tab: Tab, path: Callable[[int], str]) -> Ask:
    def ask(number: int) -> None:
        answer = tab.client.get(path(number), follow_redirects=True)
        if answer.status_code != OK:
            raise RefusedPageError(f"answered {answer.status_code}")

    return ask


def _looking(tab: Tab, words: str) -> Ask:
    token = dict(tab.get("/console/people").forms[0].fields)["form_token"]

    def ask(number: int) -> None:
        del number
        sent = {"form_token": token, "words": words}
        answer = tab.client.post("/console/people", data=sent)
        if answer.status_code != OK:
            raise RefusedPageError(f"answered {answer.status_code}")

    return ask


def _ids(owner: Owner, company: Company, table: str) -> list[object]:
    query = f'SELECT id FROM "{table}" WHERE tenant_id = %s LIMIT 5000'
    return [row[0] for row in owner.execute(query.encode(), [company.id]).fetchall()]


_NAMES: Final = """
    UPDATE subject SET name = substr('田王李张刘陈杨赵黄周', 1 + (hashtext(code) & 7), 1)
        || substr('雨晓文明建国志海秀英', 1 + (hashtext(code || 'a') & 7), 1)
        || substr('桐庭华平军红梅强亮艳', 1 + (hashtext(code || 'b') & 7), 1)
    WHERE tenant_id = %(tenant)s"""
