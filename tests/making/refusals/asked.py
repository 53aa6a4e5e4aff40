"""Requests that are refused, and what makes them in an office."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.making.files import multipart
from tests.making.house import MARKS, incident
from tests.making.office import Office
from tests.making.operations import (
    SPENDING,
    a_bill,
    a_fund,
    a_spending,
    a_wish,
    an_objection,
    chosen,
    fresh,
)
from werkzeug.test import TestResponse

CJK = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Case:
    """A request that is refused.

    Attributes:
        body: or what makes it in an office.
        pointer: into the body; of the first fault.
    """

    path: str | Callable[[Office], str]
    body: Any = None
    pointer: str = ""
    status: int = 422
    method: str = "POST"
    role: str = "hr"
    headers: Mapping[str, str] | None = None

    def send(self, office: Office) -> Callable[[], TestResponse]:
        """Prepare the request and return what sends it."""
        path = self.path if isinstance(self.path, str) else self.path(office)
        body = self.body(office) if callable(self.body) else self.body
        caller = office.by(self.role)
        return lambda: caller(self.method, path, body, **(self.headers or {}))


def reported(*who: str, clause: str = "f", **more: Any) -> dict[str, Any]:
    return incident(clause, *who, **more) if who else incident(clause, "E", **more)


def refused(pointer: str, clause: str = "f", who: Any = ("E",), **more: Any) -> Case:
    """An incident that is refused."""
    return Case("/v1/incidents", incident(clause, *who) | more, pointer)


def file(content: bytes, name: str) -> Case:
    """A file that is refused."""
    body, kind = multipart(content, name)
    return Case("/v1/evidence", body, "/file", headers={"Content_Type": kind})


def shared(shares: Any, pointer: str = "/subjects") -> Case:
    return Case("/v1/incidents", incident("f") | {"subjects": shares}, pointer)


def posted(path: str, pointer: str, *old_new: str, status: int = 422) -> Case:
    """A policy with one fault."""
    text = MARKS
    for old, new in zip(old_new[::2], old_new[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return Case(path, text, pointer, status)


def published(office: Office) -> str:
    return f"/v1/policies/{office.policy()}/versions/1/publish"


def reversed_incident(office: Office) -> str:
    found = office.hr.record("f", "E")
    office.company.reverse(found["id"])
    return f"/v1/incidents/{found['id']}/reversal"


def done_before(office: Office) -> str:
    made = office.hr("POST", "/v1/follow-ups", a_wish(office))
    path = f"/v1/follow-ups/{made.get_json()['id']}/done"
    assert office.hr("POST", path, {}).status_code == 201
    return path


def undecided_dismissal(office: Office) -> str:
    return f"/v1/cases/{office.hr.record('d', 'E')['case']['id']}/slips"


def choice_of(**more: Any) -> Callable[[Office], dict[str, Any]]:
    body = chosen()
    body["choices"][0] |= more
    return lambda office: body


def open_choice(office: Office) -> str:
    return f"/v1/incidents/{office.hr.record('b', 'E')['id']}/choices"


def settled(office: Office) -> str:
    path = open_choice(office)
    assert office.hr("POST", path, chosen()).status_code == 201
    return path


def closing(month: str, *steps: str) -> Callable[[Office], str]:
    """Bring a month to its last step, which is refused; a lock is agreed to by both."""

    def path(office: Office) -> str:
        where = f"/v1/periods/{month}"
        for step in steps[:-1]:
            name, _, role = step.partition(" as ")
            done = office.by(role or "hr")("POST", f"{where}/{name}")
            assert done.status_code == 200, done.text
        return f"{where}/{steps[-1]}"

    return path


PAYMENT = {"amount": "1", "reference": "转账 1"}
DECISION = {"objection": 2, "outcome": "upheld", "reason": "无记录"}


def bill(path: str, *, published: bool = True) -> Callable[[Office], str]:
    return lambda office: a_bill(path, published=published)(office).path


def decided_objection(office: Office) -> str:
    asked = an_objection(office)
    assert office.hr("POST", asked.path, asked.body).status_code == 200
    return asked.path


def a_second_fund(office: Office) -> str:
    a_fund("")(office)
    return "/v1/funds/second"


def waiting_fund(office: Office) -> str:
    path = a_spending(office).path
    assert office.hr("POST", path, SPENDING).status_code == 200
    return path


def imported_before(office: Office) -> str:
    path = "/v1/imports?kind=subjects"
    done = office.hr("POST", path, SHEET, Content_Type="text/csv")
    assert done.status_code == 202
    return path


def done_import(office: Office) -> str:
    body = SHEET.replace("I1", "I2")
    made = office.hr("POST", "/v1/imports?kind=subjects", body, Content_Type="text/csv")
    return f"/v1/imports/{made.get_json()['id']}/commit"


SHEET = "code,name\nI1,新人\n"


def answered_key(office: Office) -> dict[str, str]:
    office.hr("POST", "/v1/incidents", reported("E"), Idempotency_Key="used")
    return reported("F")


def declared_grade(office: Office) -> dict[str, Any]:
    office.hr("PUT", "/v1/attributes/grade", {"type": "number", "label": "职级"})
    return {"attributes": {"grad": 1}}


def no_grade(office: Office) -> dict[str, Any]:
    declared_grade(office)
    return {"attributes": {"grade": "三"}}


def gone(office: Office) -> dict[str, Any]:
    code = office.company.hire(fresh("S"), first_day=date(2020, 1, 1), last_day=date(2025, 12, 31))
    return reported(code)


def employed(office: Office) -> str:
    code = office.company.hire(fresh("S"), first_day=date(2024, 1, 1))
    return f"/v1/subjects/{code}/employments/2025-01-01"


def renamed(office: Office) -> dict[str, str]:
    old, taken = fresh("部门"), fresh("部门")
    for name in (old, taken):
        office.company.hire(fresh("S"), department=name)
    return {"what": "department", "from": old, "to": taken, "since": "2026-01-01"}


NOWHERE = {"what": "department", "from": "天上", "to": "人间", "since": "2026-01-01"}
DATED = "/v1/subjects/E/attributes/2026-01-01"


def heard(*steps: str) -> Callable[[Office], str]:
    """A case of E that HR proposed and E answered, at a step of it."""

    def path(office: Office) -> str:
        case = office.hr.record("f", "E", procedure="default")["case"]["id"]
        for step in steps[:-1]:
            office.by("employee")("POST", f"/v1/cases/{case}/{step}", {}, If_Match="*")
        return f"/v1/cases/{case}/{steps[-1]}"

    return path


def tenant(path: str) -> Callable[[Office], str]:
    return lambda office: f"/v1/tenants/{office.slug}{path}"


def payroll(*columns: dict[str, str], place: str) -> Case:
    """Set a template that cannot be."""
    body = {"templates": {"x": {"summary": list(columns)}}}
    pointer = f"/templates/x/summary/{place}"
    return Case("/v1/payroll", body, pointer, method="PUT", headers={"If_Match": "*"})


BEST = "/v1/programmes/best/evaluate"
NOBODY = "00000000-0000-7000-8000-000000000000"


def check(response: TestResponse, code: str, status: int, pointer: str = "") -> None:
    """Check the shape of a problem and that both languages say something whole."""
    assert (response.status_code, response.get_json()["code"]) == (status, code), response.text
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert problem["type"] == f"/docs/errors#{code}"
    assert problem["status"] == status
    assert problem["errors"][0]["pointer"] == pointer
    for item in (problem, *problem["errors"]):
        assert CJK.search(item["detail_zh"])
        assert re.search("[a-z]{2} [a-z]{2}", item["detail_en"])
        assert item["detail"] == item["detail_zh"]
        assert not re.search(r"[{}]", item["detail_zh"] + item["detail_en"])
