"""The check that every other test here goes through sees what a client would stumble over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.making.contract import contract_of
from tests.making.office import Office, app
from werkzeug.test import TestResponse

Change = Callable[[TestResponse], None]


def body(**changes: Any) -> Change:
    def change(response: TestResponse) -> None:
        response.data = json.dumps(response.get_json() | changes).encode()

    return change


def status(code: int) -> Change:
    return lambda response: setattr(response, "status_code", code)


def media(name: str) -> Change:
    return lambda response: setattr(response, "mimetype", name)


def page(response: TestResponse) -> None:
    response.data = json.dumps([response.get_json()]).encode()


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        pytest.param(body(), "", id="what was served"),
        pytest.param(body(colour="red"), "'colour'", id="a property nobody documented"),
        pytest.param(body(revision="1"), "$.revision", id="a number as text"),
        pytest.param(body(created_at="2026-03-02"), "$.created_at", id="a day for an instant"),
        pytest.param(body(created_at="2026-03-02T08:00:00"), "$.created_at", id="no offset"),
        pytest.param(body(plugins=["fines", None]), "$.plugins[1]", id="nothing in a list"),
        pytest.param(page, "200 $", id="a list for an object"),
        pytest.param(status(201), "status 201", id="a status nobody documented"),
        pytest.param(status(302), "status 302", id="no default for what is not a refusal"),
        pytest.param(
            status(404), "media type application/json", id="an answer in place of a refusal"
        ),
        pytest.param(media("text/html"), "media type text/html", id="another media type"),
    ],
)
def test_a_breach_is_seen(office: Office, change: Change, breach: str) -> None:
    response = office.by("operator")("GET", f"/v1/tenants/{office.slug}")
    change(response)
    found = list(contract_of(app()).breaches(response))
    assert bool(found) == bool(breach)
    assert breach in "".join(found)


def test_a_body_where_none_is_due_is_seen(office: Office) -> None:
    operator, path = office.by("operator"), f"/v1/tenants/{office.slug}/keys"
    made = operator("POST", path, {"role": "auditor"}).get_json()
    response = operator("DELETE", f"{path}/{made['id']}")
    assert list(contract_of(app()).breaches(response)) == []
    response.data = b"{}"
    assert list(contract_of(app()).breaches(response)) == ["has a body, none is documented: b'{}'"]


def test_what_is_required_and_missing_is_seen(office: Office) -> None:
    contract = contract_of(app())
    response = office.by("operator")("GET", f"/v1/tenants/{office.slug}")
    schema = contract.document["components"]["schemas"]["TenantView"]
    before = schema.get("required")
    schema["required"] = ["slug", "owner"]
    try:
        (found,) = contract.breaches(response)
    finally:
        schema.pop("required") if before is None else schema.update(required=before)
    assert "'owner' is a required property" in found
