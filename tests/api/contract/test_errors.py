"""Every error code the API gives: its status, its place in the request, its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.making.house import FINES, MARKS, contents, installed_plugin, owning, serving
from tests.making.office import Caller, Office, open_office
from tests.making.operations import fresh
from tests.making.refusals.asked import NOBODY, check, reported
from tests.making.refusals.table import APART, CASES

from shangfa.api.problems.faults import STATUSES, declared
from shangfa.domain.faults import MOST_TOLD as MOST
from shangfa.services.access.by_hand import make_key
from shangfa.services.tenancy.ready import forget

CHAOS = """
from shangfa.sdk import ClauseKind, Params, hookimpl

@hookimpl
def register_clause_kinds():
    return [ClauseKind("chaos.clause", Params, lambda part, incident: 1 / 0, lambda part: ())]
"""
STORES = """
policy: stores
title: 仓库办法
scope: {departments: [仓库]}
clauses:
  - {code: s, title: 罚款, kind: fines.fixed, params: {amount: 20}}
"""
LOSS = """
policy: loss
title: 损失办法
clauses:
  - {code: whole, title: 全额赔偿, kind: fines.loss, facts: {loss: money}, shared: true}
"""


@pytest.fixture(scope="module")
def office() -> Office:
    """A company with more policies, so that a clause can be ambiguous or out of scope."""
    return open_office(FINES.replace("code: f", "code: w"), STORES, LOSS)


def test_every_code_is_tried() -> None:
    assert {*CASES, *APART} == set(declared())
    assert not APART & set(CASES)


@pytest.mark.parametrize("code", [pytest.param(code, id=code) for code in CASES])
def test_a_refusal(office: Office, owner_url: str, code: str) -> None:
    case = CASES[code]
    send = case.send(office)
    stored = contents(owner_url)
    response = send()
    check(response, code, case.status, case.pointer)
    assert contents(owner_url) == stored


@pytest.mark.parametrize("code", [pytest.param(code, id=code) for code in declared()])
def test_a_code_is_explained_on_its_page(office: Office, code: str) -> None:
    page = office.hr("GET", "/docs/errors").text
    [row] = re.findall(rf'<tr id="{code}">(.*?)</tr>', page)
    kind = declared()[code]
    cells = [unescape(cell) for cell in re.findall("<td>(.*?)</td>", row)]
    assert cells == [f"<code>{code}</code>", str(STATUSES[kind.refusal]), kind.zh, kind.en]
    assert not re.search("[<>\"']", "".join(re.findall("<td>([^<]*)</td>", row)))


@pytest.mark.parametrize(
    ("authorization"),
    [
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="no key"),
        pytest.param("Bearer ", id="an empty key"),
        pytest.param("Basic aHI6aHI=", id="another scheme"),
        pytest.param("Bearer sf_op_wrong", id="a wrong operator's key"),
        pytest.param(f"Bearer sf_{NOBODY.replace('-', '')}_x", id="a key of an unknown company"),
        pytest.param("Bearer sf_x_y", id="a key of no company"),
        pytest.param("Bearer nonsense", id="no key at all"),
        pytest.param("Bearer sf_" + "é" * 9, id="letters no key has"),
    ],
)
def test_unauthorized(office: Office, owner_url: str, authorization: str) -> None:
    stored = contents(owner_url)
    response = Caller(None)("POST", "/v1/incidents", reported(), Authorization=authorization)
    check(response, "unauthorized", 401)
    assert contents(owner_url) == stored
    assert office.slug


def test_suspended(owner_url: str) -> None:
    office = open_office()
    office.hr.get("/v1/subjects")
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/suspend")
    stored = contents(owner_url)
    check(office.hr("POST", "/v1/incidents", reported()), "suspended", 403)
    assert contents(owner_url) == stored
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/resume")
    office.hr.record("f", "E")


def test_against_the_law(owner_url: str) -> None:
    operator, slug = open_office().by("operator"), fresh("held")
    made = operator("POST", "/v1/tenants", {"slug": slug, "name": "守法", "compliance": "block"})
    assert made.get_json()["compliance"] == "block"
    hr = Caller(make_key("hr", slug, None, "test"))
    text = "policy: d\ntitle: 押金\nclauses:\n  - {code: d, title: 入职交押金, kind: text}\n"
    draft = hr("POST", "/v1/policies", text).get_json()
    [finding] = draft["findings"]
    assert (finding["code"], finding["severity"], finding["clause"]) == ("deposit", "block", "d")
    assert hr("POST", "/v1/policies/validate", text).get_json()["findings"] == [finding]
    stored = contents(owner_url)
    response = hr("POST", f"/v1/policies/{draft['policy_id']}/versions/1/publish")
    check(response, "against_the_law", 422, "/clauses")
    assert contents(owner_url) == stored


def test_not_one_of(owner_url: str) -> None:
    office = open_office()
    one_of = (
        "policy: fine-or-warn\ntitle: 择一\nladder: [warning]\nclauses:\n  - {code: o, title: 择一,"
        " kind: duties.one_of, params: {account: action, options: [training, transfer]}}\n"
    )
    office.company.publish(one_of)
    found = office.hr.record("o", "E")
    both = [
        {"subject": "E", "account": "action", "unit": unit, "quantity": "1"}
        for unit in ("training", "transfer")
    ]
    path = f"/v1/incidents/{found['id']}/choices"
    stored = contents(owner_url)
    for choices in (both, []):
        response = office.hr("POST", path, {"choices": choices, "reason": "两者"})
        check(response, "not_one_of", 422, "/choices")
    assert contents(owner_url) == stored


def test_more_faults(office: Office, owner_url: str) -> None:
    stored = contents(owner_url)
    more = "".join(f"key{number}: 1\n" for number in range(150))
    response = office.hr("POST", "/v1/policies", MARKS + more)
    check(response, "unknown_field", 422, "/key0")
    errors = response.get_json()["errors"]
    assert (len(errors), errors[-1]["code"]) == (101, "more_faults")
    assert contents(owner_url) == stored


def test_plugin_failed(owner_url: str) -> None:
    with TemporaryDirectory() as folder, installed_plugin(Path(folder), "chaos", CHAOS):
        office = open_office()
        names = ["chaos", "demerit_ladder", "duties", "fines", "recognition"]
        path = f"/v1/tenants/{office.slug}/plugins"
        office.by("operator")("PUT", path, {"plugins": names}, If_Match="*")
        document = (
            "policy: chaos\ntitle: 混乱\nclauses:\n  - {code: c, title: 混乱, kind: chaos.clause}\n"
        )
        office.company.publish(document)
        stored = contents(owner_url)
        response = office.hr("POST", "/v1/incidents", reported(clause="c"))
        check(response, "plugin_failed", 500)
        assert "chaos.clause" in response.get_json()["detail"]
        assert contents(owner_url) == stored
        office.hr.record("f", "E")


def test_plugin_overdue_and_plugin_disabled(owner_url: str) -> None:
    """One that never returns; the same one that cannot be imported after a restart."""
    with TemporaryDirectory() as folder:
        slow = CHAOS.replace("1 / 0", "[iter(int, 1) for _ in iter(int, 1)]")
        with installed_plugin(Path(folder), "chaos", slow):
            office = open_office()
            names = ["chaos", "demerit_ladder", "duties", "fines", "recognition"]
            path = f"/v1/tenants/{office.slug}/plugins"
            office.by("operator")("PUT", path, {"plugins": names}, If_Match="*")
            office.company.publish(
                "policy: chaos\ntitle: 混乱\nclauses:\n"
                "  - {code: c, title: 混乱, kind: chaos.clause}\n"
            )
            stored = contents(owner_url)
            response = office.hr("POST", "/v1/incidents", reported(clause="c"))
            check(response, "plugin_overdue", 503)
            assert contents(owner_url) == stored
    forget()
    response = office.hr("POST", "/v1/incidents", reported(clause="c"))
    check(response, "plugin_disabled", 503, "/policy")
    assert contents(owner_url) == stored
    forget()


def test_request_in_progress(office: Office, owner_url: str) -> None:
    office.hr("POST", "/v1/incidents", reported(), Idempotency_Key="twin")
    with owning(owner_url) as connection:
        [(key,)] = connection.execute(
            "DELETE FROM reply WHERE tenant_id = %s AND key LIKE %s RETURNING key",
            [office.company.id, "%:twin"],
        ).fetchall()
        stored = contents(owner_url)
        with connection.transaction():
            lock = f"{office.company.id}/{key}"
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
            response = office.hr("POST", "/v1/incidents", reported(), Idempotency_Key="twin")
    check(response, "request_in_progress", 409)
    assert response.headers["Retry-After"] == "1"
    assert contents(owner_url) == stored


@contextmanager
def locked_subject(office: Office, owner_url: str) -> Iterator[None]:
    with owning(owner_url) as connection, connection.transaction():
        connection.execute(
            "SELECT FROM subject WHERE tenant_id = %s FOR UPDATE", [office.company.id]
        )
        yield


def test_busy(office: Office, owner_url: str, app_url: str) -> None:
    stored = contents(owner_url)
    with serving(app_url, statement_timeout_ms="100"), locked_subject(office, owner_url):
        response = office.hr("POST", "/v1/incidents", reported())
    check(response, "busy", 503)
    assert response.headers["Retry-After"] == "1"
    assert contents(owner_url) == stored


def test_busy_when_the_database_is_gone(office: Office) -> None:
    nowhere = "postgresql+psycopg://shangfa_app@/shangfa?host=%2Fnowhere"
    with serving(nowhere):
        check(office.hr("POST", "/v1/incidents", reported()), "busy", 503)


def test_too_many_requests(office: Office, owner_url: str, app_url: str) -> None:
    key = Caller(make_key("hr", office.slug, None, "test"))
    with serving(app_url, key_per_minute="1"):
        # Two of three stand in one minute, whenever it began.
        answers = [key("GET", "/v1/subjects") for _ in range(3)]
        response = next(found for found in answers if found.status_code != 200)
    check(response, "too_many_requests", 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_internal(office: Office, owner_url: str) -> None:
    stored = contents(owner_url)
    with owning(owner_url) as connection:
        connection.execute("ALTER TABLE incident_subject RENAME TO gone")
        response = office.hr("POST", "/v1/incidents", reported())
        connection.execute("ALTER TABLE gone RENAME TO incident_subject")
    check(response, "internal", 500)
    assert "incident_subject" not in response.text
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("faults", "told", "left"),
    [
        pytest.param(MOST, MOST, 0, id="as many as are told"),
        pytest.param(MOST + 1, MOST, 1, id="one more"),
        pytest.param(50_000, MOST, 50_000 - MOST, id="fifty thousand"),
    ],
)
def test_no_more_than_a_hundred_faults_are_told(
    office: Office, faults: int, told: int, left: int
) -> None:
    body = reported() | {f"{'x' * 9}{number}": "y" for number in range(faults)}
    response = office.hr("POST", "/v1/incidents", body)
    check(response, "unknown_field", 422, f"/{'x' * 9}0")
    items = response.get_json()["errors"]
    assert len(items) == told + bool(left)
    if left:
        assert items[-1]["code"] == "more_faults"
        assert items[-1]["detail_en"].startswith(f"And {left} more;")
    assert len(response.data) < 100_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"clause": "长" * 70_000}, 422, id="a field"),
        pytest.param({"长" * 70_000: 1}, 422, id="the name of a field"),
        pytest.param({"occurred_at": "长" * 70_000}, 422, id="what is read later"),
        pytest.param({"quantity": "长" * 70_000}, 422, id="a quantity"),
        pytest.param({"quantity": ["长"] * 70_000}, 422, id="a list that is no quantity"),
        pytest.param({"facts": {"长" * 200: "长" * 4000}}, 422, id="a fact nobody asked for"),
    ],
)
def test_what_was_sent_is_shown_cut(office: Office, body: dict[str, Any], status: int) -> None:
    response = office.hr("POST", "/v1/incidents", reported() | body)
    assert response.status_code == status
    assert len(response.data) < 6_000
    for item in response.get_json()["errors"]:
        for text in (item["detail_zh"], item["detail_en"]):
            assert "长" * 80 not in text
            assert len(item["pointer"]) <= 301


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        pytest.param("abc-7", True, id="a number of the caller"),
        pytest.param("", False, id="nothing"),
        pytest.param("x" * 101, False, id="too long"),
        pytest.param("é", False, id="no ASCII"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/subjects", "/v1/nothing", "/healthz", "/v1/incidents/7"])
def test_every_answer_has_the_number_of_its_request(
    office: Office,
    path: str,
    sent: str,
    given: bool,  # noqa: FBT001
) -> None:
    number = office.hr("GET", path, X_Request_Id=sent).headers["X-Request-Id"]
    assert (number == sent) == given
    assert re.fullmatch(r"[0-9a-f-]{36}", number) or given
