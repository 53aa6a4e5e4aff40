"""A company whose cases move under procedures, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from flask import Flask
from tests.making.contract import CheckedClient
from tests.making.files import multipart
from tests.making.house import Company, incident, load_company, make_company
from werkzeug.test import TestResponse

from shangfa.api.app import create_app
from shangfa.config import settings
from shangfa.services.access.by_hand import make_key

PLUGINS = ("demerit_ladder", "duties", "fines")
_numbers = count(1)

RULES = """
policy: rules
title: 员工奖惩办法
effective_from: 2000-01-01
procedure: default
procedures: [immediate, slip, complaint_desk]
ladder: [warning, minor_demerit, major_demerit]
clauses:
  - {code: w, title: 警告, wording: 员工当月首次违纪的，给予警告。,
     kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 小过, kind: ladder.mark, params: {mark: minor_demerit}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - {code: b, title: 酌情罚款, kind: fines.range, params: {min: 10, max: 50}}
  - {code: d, title: 解除, kind: ladder.action, params: {action: dismissal}}
  - {code: q, title: 当场处理, procedure: immediate, kind: fines.fixed, params: {amount: 5}}
reactions:
  - {code: up, title: 折算, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: month, gives: minor_demerit}}
  - {code: joint, title: 连带, kind: ladder.supervisor}
"""


def app() -> Flask:
    """The application, with its clock if there is one; its answers are checked."""
    return _app(clock=settings().clock is not None)


@cache
def _app(*, clock: bool) -> Flask:
    """Make it once with a clock and once without."""
    del clock
    made = create_app()
    made.test_client_class = CheckedClient
    return made


@dataclass
class Person:
    """Somebody with a key; every call counts."""

    key: str
    calls: list[str] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        self.calls.append(f"{method} {path}")
        sent = {"Authorization": f"Bearer {self.key}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        client = app().test_client()
        said = {"data": body} if isinstance(body, bytes) else {"json": body}
        return client.open(path, method=method, headers=sent, buffered=True, **said)

    def get(self, path: str) -> Any:
        response = self("GET", path)
        assert response.status_code == 200, response.text
        return response.get_json()

    def hand_in(self, content: bytes, name: str) -> str:
        """Hand in a PDF that must be taken; return its id."""
        body, kind = multipart(content, name)
        response = self("POST", "/v1/evidence", body, Content_Type=kind)
        assert response.status_code == 201, response.text
        return str(response.get_json()["id"])

    def take(self, case: str, step: str, match: str = "*", /, **body: Any) -> Any:
        """Take a step that must be taken."""
        response = self("POST", f"/v1/cases/{case}/{step}", body, If_Match=match)
        assert response.status_code == 200, response.text
        return response.get_json()

    def refused(
        self, case: str, step: str, match: str | None = "*", /, **body: Any
    ) -> tuple[int, str]:
        """Take a step that must be refused; return status and code."""
        headers = {"If_Match": match} if match is not None else {}
        response = self("POST", f"/v1/cases/{case}/{step}", body, **headers)
        assert response.status_code >= 400, response.text
        return response.status_code, response.get_json()["code"]

    def record(self, clause: str, *who: str, at: str, **more: Any) -> Any:
        """Record an incident that must be recordable."""
        response = self("POST", "/v1/incidents", incident(clause, *who, at=at, **more))
        assert response.status_code == 201, response.text
        return response.get_json()


def needed(by: Person, case: str) -> dict[str, list[str]]:
    """Return step -> what it needs, of the steps that need anything."""
    allowed = by.get(f"/v1/cases/{case}")["allowed"]
    return {step["step"]: step["needs"] for step in allowed if step["needs"]}


@dataclass(frozen=True)
class Story:
    """A company with its people: M leads E and G; hr, a second hr, the boss B leads M."""

    company: Company
    people: dict[str, Person]
    operator: Person

    def __getattr__(self, name: str) -> Person:
        return self.people[name]

    def add(self, name: str, role: str, subject: str | None = None) -> Person:
        """Give somebody a key."""
        person = Person(make_key(role, self.company.slug, subject, name))
        self.people[name] = person
        return person

    def until(self, moment: str) -> None:
        """Move the clock."""
        response = self.operator("PUT", "/v1/clock", {"now": moment})
        assert response.status_code == 200, response.text

    def effective(self, clause: str, *who: str, at: str = "2026-08-31", **approve: Any) -> str:
        """Return a case that is effective: proposed by the leader, approved and served by HR."""
        case = str(self.leader.record(clause, *who, at=at)["case"]["id"])
        self.hr.take(case, "defend", evidence=["面谈记录"])
        self.hr.take(case, "approve", **approve)
        self.hr.take(case, "serve", method="direct")
        return case

    def balances(self, code: str) -> dict[str, str]:
        """Return unit -> balance, as HR is told."""
        record = self.hr.get(f"/v1/subjects/{code}/record")
        return {item["unit"]: item["quantity"] for item in record["balances"]}


def open_story(*documents: str) -> Story:
    """Return a new company under procedures."""
    company = make_company(*(documents or (RULES,)), plugins=PLUGINS, staff=["B"])
    company.hire("M", supervisor="B")
    company.hire("E", supervisor="M", department="客服部")
    company.hire("G", supervisor="M", department="客服部")
    return keyed(company, {"boss": "B", "leader": "M", "employee": "E", "other": "G"})


def open_tenant(name: str, **people: str) -> Story:
    """Return a company loaded from a folder of `tenants/`, with keys for some of its people."""
    return keyed(load_company(name), people)


def keyed(company: Company, people: Mapping[str, str]) -> Story:
    """Return a company with keys for some of its people and for its offices."""
    roles = {"boss": "supervisor", "leader": "supervisor"}
    keys = {
        name: Person(make_key(roles.get(name, "employee"), company.slug, code, name))
        for name, code in people.items()
    }
    for name, role in (("hr", "hr"), ("hr2", "hr"), ("finance", "finance"), ("auditor", "auditor")):
        keys[name] = Person(make_key(role, company.slug, None, name))
    return Story(company, keys, Person(make_key("operator", None, None, "operator")))
