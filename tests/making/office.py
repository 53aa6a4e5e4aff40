"""A company as the API sees it: its policy, its people, and one caller with a key for each role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import Flask
from tests.making.contract import CheckedClient
from tests.making.files import PDF, multipart
from tests.making.house import DAY, Company, incident, make_company
from werkzeug.test import TestResponse

from shangfa.api.app import create_app
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.services.access.by_hand import make_key

PLUGINS = ("demerit_ladder", "duties", "fines", "recognition")
HOUSE = """
policy: house
title: 员工奖惩办法
effective_from: 2000-01-01
procedures: [default]
ladder: [warning, minor_demerit, major_demerit]
parameters:
  unset: {unit: CNY, note: 原文未写}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 小过, kind: ladder.mark, params: {mark: minor_demerit}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - {code: p, title: 按分钟罚款, kind: fines.per_unit, params: {amount: 2, unit: minute},
     quantity: {unit: minutes}}
  - {code: b, title: 酌情罚款, kind: fines.range, params: {min: 10, max: 50}}
  - {code: l, title: 迟到罚款, facts: {late: {type: bool, zh: 是否迟到}}, when: {late: true},
     kind: fines.fixed, params: {amount: 5}}
  - {code: a, title: 限期答复, kind: duties.deadline, params: {step: reply, working_days: 3}}
  - {code: d, title: 解除, kind: ladder.action, params: {action: dismissal}}
  - {code: t, title: 名词解释, kind: text}
  - {code: u, title: 未定罚款, kind: fines.fixed, params: {amount: $unset}}
reactions:
  - {code: up, title: 折算, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: month, gives: minor_demerit}}
  - {code: joint, title: 连带, kind: ladder.supervisor}
programmes:
  - {name: best, code: best, title: 月度优胜, kind: recognition.share,
     params: {percent: 50, prize: {amount: 100}}}
"""
FACTS: dict[str, Any] = {"facts": {"late": True}, "note": "前台看见的", "evidence": ["照片-7"]}
"""What finance must never read."""


@cache
def app() -> Flask:
    """The application, made once: it holds no state of its own. Its answers are checked."""
    made = create_app()
    made.test_client_class = CheckedClient
    return made


@dataclass(frozen=True)
class Caller:
    """Somebody with a key; calling sends a request and returns the response."""

    key: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send JSON, or text as YAML; header names are written with underscores."""
        sent = dict(self.headers) | {k.replace("_", "-"): v for k, v in headers.items()}
        if self.key is not None:
            sent.setdefault("Authorization", f"Bearer {self.key}")
        content: dict[str, Any] = {}
        if isinstance(body, str | bytes):
            kind = sent.pop("Content-Type", "application/yaml")
            content = {"data": body, "content_type": kind}
        elif body is not None:
            content = {"json": body}
        return app().test_client().open(path, method=method, headers=sent, buffered=True, **content)

    def get(self, path: str, **headers: str) -> Any:
        """Read what must be readable."""
        response = self("GET", path, **headers)
        assert response.status_code == 200, response.text
        return response.get_json()

    def record(self, clause: str, *who: str, at: str = DAY, **more: Any) -> dict[str, Any]:
        """Record an incident that must be recordable."""
        response = self("POST", "/v1/incidents", incident(clause, *who, at=at, **more))
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.get_json()
        return found


@dataclass(frozen=True)
class Office:
    """A company with its callers.

    M supervises E, N supervises F. The supervisor's key is M's, the employee's E's.
    """

    company: Company
    callers: Mapping[str, Caller]

    @property
    def slug(self) -> str:
        """The company's slug."""
        return self.company.slug

    def by(self, role: str) -> Caller:
        """Return the caller of a role."""
        return self.callers[role]

    @property
    def hr(self) -> Caller:
        """The caller who may do most."""
        return self.callers["hr"]

    def policy(self, name: str = "house") -> str:
        """Return a policy's id."""
        items = self.hr.get("/v1/policies?limit=200")["items"]
        return str(next(item["id"] for item in items if item["name"] == name))


def open_office(*documents: str) -> Office:
    """Return a new company with policies, people and keys."""
    company = make_company(HOUSE, *documents, plugins=PLUGINS, staff=["M", "N"])
    company.hire("E", supervisor="M", day_wage=200, department="客服部")
    company.hire("F", supervisor="N", day_wage=300)
    people = {"supervisor": "M", "employee": "E"}
    keys = {role: make_key(role, company.slug, people.get(role), "test") for role in TENANT_ROLES}
    keys["operator"] = make_key("operator", None, None, "test")
    return Office(company, {role: Caller(key) for role, key in keys.items()})


def add_file(caller: Caller, content: bytes = PDF, name: str = "证据.pdf") -> dict[str, Any]:
    """Hand in a file that must be taken."""
    body, kind = multipart(content, name)
    response = caller("POST", "/v1/evidence", body, Content_Type=kind)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.get_json()
    return found


def sent(office: Office, path: str, text: str | bytes) -> Any:
    """Send a body as it stands, said to be JSON."""
    data = text.encode() if isinstance(text, str) else text
    return office.hr("POST", path, data, Content_Type="application/json")


def refusal(response: TestResponse) -> tuple[int, str, str]:
    """Return status, code and the first pointer of a problem."""
    found = response.get_json()
    return response.status_code, found["code"], found["errors"][0]["pointer"]


def now() -> str:
    """Return this moment, in the past by the time it is read."""
    return datetime.now(UTC).isoformat()


ANYBODY = Caller(None)


def enter(office: Office, login: str, password: str, tenant: str = "") -> TestResponse:
    """Sign in at the office's company, or at another."""
    body = {"tenant": tenant or office.slug, "login": login, "password": password}
    return ANYBODY("POST", "/v1/sign-in", body)
