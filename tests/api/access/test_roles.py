"""Every role on every route, from the OpenAPI document: answered, or refused and nothing done."""

from __future__ import annotations

import pytest
from tests.making.house import contents
from tests.making.office import Office, app
from tests.making.operations import FOR_ONESELF, OPERATIONS

from shangfa.domain.access.roles import ROLES

NOTED = {
    *("getSubject", "listWages", "getRecord", "listLines", "getPayroll", "getPayrollDetail"),
    *("getPayrollWorkbook", "getEvidencePack", "listMonthPay", "listPapers"),
    *("getCase", "getIncident"),
}
"""What somebody reads about others, so that they learn of it."""
METHODS = ("get", "post", "put", "patch", "delete")
ALLOWED = [
    pytest.param(name, role, id=f"{name} as {role}")
    for name, operation in OPERATIONS.items()
    for role in operation.roles
]
REFUSED = {
    name: [role for role in ROLES if role not in operation.roles]
    for name, operation in OPERATIONS.items()
}


def test_every_route_is_known_here_by_its_operation_id() -> None:
    paths = app().test_client().get("/openapi.json").get_json()["paths"]
    documented = {
        item[method]["operationId"]: (method.upper(), path)
        for path, item in paths.items()
        for method in METHODS
        if method in item
    }
    assert documented == {
        name: (operation.method, operation.route) for name, operation in OPERATIONS.items()
    }


@pytest.mark.parametrize(("name", "role"), ALLOWED)
def test_a_role_may_do_what_it_may(office: Office, name: str, role: str) -> None:
    operation = OPERATIONS[name]
    asked = operation.ask(office)
    response = office.by(role)(operation.method, asked.path, asked.body, **asked.headers)
    assert response.status_code == operation.status, response.text


@pytest.mark.parametrize("name", [name for name, roles in REFUSED.items() if roles])
def test_all_other_roles_are_refused_and_store_nothing(
    office: Office, owner_url: str, name: str
) -> None:
    operation = OPERATIONS[name]
    asked = operation.ask(office)
    stored = contents(owner_url)
    for role in REFUSED[name]:
        response = office.by(role)(operation.method, asked.path, asked.body, **asked.headers)
        found = (response.status_code, response.get_json()["code"])
        # A supervisor of others and an employee do not learn that somebody is there.
        assert found in {(403, "forbidden"), (404, "not_found")}, role
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=name) for name, operation in OPERATIONS.items() if not operation.public],
)
def test_without_a_key_nothing_is_answered(office: Office, owner_url: str, name: str) -> None:
    operation = OPERATIONS[name]
    asked = operation.ask(office)
    stored = contents(owner_url)
    response = app().test_client().open(asked.path, method=operation.method, json={})
    assert (response.status_code, response.get_json()["code"]) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=name)
        for name, operation in OPERATIONS.items()
        if operation.method == "GET" or name in {"assess", "validatePolicy"}
    ],
)
def test_reading_stores_nothing(office: Office, owner_url: str, name: str) -> None:
    operation = OPERATIONS[name]
    asked = operation.ask(office)
    stored = contents(owner_url)
    response = office.by(operation.roles[0])(operation.method, asked.path, asked.body)
    assert response.status_code == 200
    # Who opened what about somebody else is noted, and nothing but that.
    left = {name for name, rows in contents(owner_url).items() if rows != stored[name]}
    assert left == ({"audit_note"} if name in NOTED else set())


def test_an_auditor_changes_nothing() -> None:
    changing = [
        name
        for name, operation in OPERATIONS.items()
        if "auditor" in operation.roles and operation.method != "GET" and name not in FOR_ONESELF
    ]
    assert changing == ["assess"]


def test_the_operator_reaches_no_companys_content() -> None:
    reached = {name for name, operation in OPERATIONS.items() if "operator" in operation.roles}
    own = {
        name
        for name, operation in OPERATIONS.items()
        if operation.route.startswith(("/v1/tenants", "/v1/users", "/v1/delegations", "/v1/oidc"))
    }
    assert reached - own - FOR_ONESELF == {"listPlugins", "getPluginSchema", "getMyself"}
