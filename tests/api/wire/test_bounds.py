"""What one request may carry: as much as its limit, and not one more; the limit is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from marshmallow import Schema
from tests.making.house import contents, incident
from tests.making.office import Office, sent
from tests.making.operations import fresh
from tests.making.patience import limit

from shangfa.api import fields
from shangfa.api.problems.errors import schema_faults


def codes(number: int) -> list[str]:
    return [f"X{n}" for n in range(number)]


def attributes(value: Any) -> dict[str, Any]:
    return {"code": fresh("S"), "name": "x", "attributes": value}


def fact(value: Any) -> dict[str, Any]:
    return incident("f", "E") | {"facts": value}


def levels(number: int) -> Any:
    value: Any = 1
    for _ in range(number):
        value = {"a": value}
    return value


INCIDENTS, ASSESSMENTS, SUBJECTS, TENANTS = (
    f"/v1/{name}" for name in ("incidents", "assessments", "subjects", "tenants")
)
Made = Callable[[int], dict[str, Any]]
BOUNDS: dict[str, tuple[str, Made, int, str]] = {
    "subjects": (INCIDENTS, lambda n: incident("f") | {"subjects": codes(n)}, 100, "/subjects"),
    "shares": (
        INCIDENTS,
        lambda n: incident("f") | {"subjects": dict.fromkeys(codes(n), 1)},
        100,
        "/subjects",
    ),
    "a subject": (INCIDENTS, lambda n: incident("f", "E" * n), 80, "/subject"),
    "one of the subjects": (
        INCIDENTS,
        lambda n: incident("f") | {"subjects": ["E" * n]},
        80,
        "/subjects",
    ),
    "a clause": (INCIDENTS, lambda n: incident("f" * n, "E"), 80, "/clause"),
    "a policy": (INCIDENTS, lambda n: incident("f", "E", policy="p" * n), 80, "/policy"),
    "a unit": (INCIDENTS, lambda n: incident("f", "E", unit="u" * n), 80, "/unit"),
    "what is assumed": (
        ASSESSMENTS,
        lambda n: incident("f", "E") | {"given": [incident("f", "E")] * n},
        100,
        "/given",
    ),
    "evidence": (INCIDENTS, lambda n: incident("f", "E", evidence=["x"] * n), 50, "/evidence"),
    "a piece of evidence": (
        INCIDENTS,
        lambda n: incident("f", "E", evidence=["x" * n]),
        200,
        "/evidence/0",
    ),
    "an external id": (
        INCIDENTS,
        lambda n: incident("f", "E", external_id=fresh("x").ljust(n, "x")),
        200,
        "/external_id",
    ),
    "a note": (INCIDENTS, lambda n: incident("f", "E", note="长" * n), 4000, "/note"),
    "facts": (INCIDENTS, lambda n: fact(dict.fromkeys(codes(n), 1)), 200, "/facts"),
    "a text of a fact": (INCIDENTS, lambda n: fact({"a": "长" * n}), 4000, "/facts/a"),
    "rows of a fact": (INCIDENTS, lambda n: fact({"a": [{"b": 1}] * n}), 1000, "/facts/a"),
    "levels of a fact": (INCIDENTS, lambda n: fact(levels(n)), 6, "/facts" + "/a" * 6),
    "the name of a fact": (INCIDENTS, lambda n: fact({"a" * n: 1}), 200, ""),
    "attributes": (SUBJECTS, lambda n: attributes(dict.fromkeys(codes(n), 1)), 100, "/attributes"),
    "levels of an attribute": (
        SUBJECTS,
        lambda n: attributes(levels(n)),
        3,
        "/attributes" + "/a" * 3,
    ),
    "bytes of attributes": (
        SUBJECTS,
        lambda n: attributes({f"{k}": "x" * ((n - 41) // 5) for k in range(5)}),
        10_000,
        "/attributes",
    ),
    "a list in an attribute": (
        SUBJECTS,
        lambda n: attributes({"a": [1] * n}),
        100,
        "/attributes/a",
    ),
    "a name": (SUBJECTS, lambda n: {"code": fresh("S"), "name": "长" * n}, 80, "/name"),
    "plugins": (
        TENANTS,
        lambda n: {"slug": fresh("t"), "name": "x", "plugins": codes(n)},
        100,
        "/plugins",
    ),
    "regions": (
        TENANTS,
        lambda n: {"slug": fresh("t"), "name": "x", "regions": codes(n)},
        100,
        "/regions",
    ),
    "calendars": (
        TENANTS,
        lambda n: {"slug": fresh("t"), "name": "x", "calendars": {key: {} for key in codes(n)}},
        20,
        "/calendars",
    ),
    "a locale": (
        TENANTS,
        lambda n: {"slug": fresh("t"), "name": "x", "locale": "x" * n},
        80,
        "/locale",
    ),
}
"""What is bounded -> path, what makes so much of it, the limit, the place of the fault."""


@pytest.mark.parametrize("name", list(BOUNDS))
def test_a_limit_is_kept_and_named(office: Office, owner_url: str, name: str) -> None:
    path, make, most, pointer = BOUNDS[name]
    caller = office.by("operator") if path == TENANTS else office.hr
    stored = contents(owner_url)
    over = most * 2 if name == "bytes of attributes" else most + 1
    response = caller("POST", path, make(over))
    problem = response.get_json()
    assert response.status_code == 422, response.text
    assert problem["code"] in {"invalid", "too_many_subjects"}
    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert str(most) in problem["detail_zh"].split("无效")[-1]
    assert str(most) in problem["detail_en"].split("not valid")[-1]
    assert contents(owner_url) == stored
    within = caller("POST", path, make(most))
    assert (within.status_code, within.get_json().get("code")) != (422, "invalid"), within.text


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        pytest.param(
            INCIDENTS, incident("f") | {"subjects": codes(50_000)}, "/subjects", id="subjects"
        ),
        pytest.param(
            INCIDENTS, incident("f") | {"subjects": ["E"] * 50_000}, "/subjects", id="one of them"
        ),
        pytest.param(
            INCIDENTS,
            incident("f") | {"subjects": dict.fromkeys(codes(50_000), 1)},
            "/subjects",
            id="shares",
        ),
        pytest.param(
            ASSESSMENTS, incident("f", "E") | {"given": [{}] * 50_000}, "/given", id="assumed"
        ),
        pytest.param(
            INCIDENTS, incident("f", "E") | {"evidence": [1] * 50_000}, "/evidence", id="evidence"
        ),
        pytest.param(INCIDENTS, fact(dict.fromkeys(codes(50_000), 1)), "/facts", id="facts"),
        pytest.param(
            SUBJECTS, attributes({"a": dict.fromkeys(codes(50_000))}), "/attributes/a", id="keys"
        ),
        pytest.param(
            INCIDENTS, dict.fromkeys(codes(50_000)) | incident("f", "E"), "/X0", id="unknown fields"
        ),
    ],
)
def test_far_too_much_is_refused_at_once(
    office: Office, path: str, body: dict[str, Any], pointer: str
) -> None:
    text = json.dumps(body)
    start = monotonic()
    response = sent(office, path, text)
    assert monotonic() - start < limit(3)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == pointer
    assert len(response.data) < 100_000


def test_a_hundred_thousand_doubled_keys_are_refused_at_once(office: Office) -> None:
    text = "{" + ",".join(f'"k{n % 40_000}":1' for n in range(80_000)) + "}"
    start = monotonic()
    response = sent(office, INCIDENTS, text)
    assert monotonic() - start < limit(3)
    items = response.get_json()["errors"]
    assert len(items) == 101
    assert items[-1]["detail_en"].startswith("And 39900 more;")


class Bounded(Schema):
    """One of each field, those included that no route has yet."""

    day = fields.Day()
    period = fields.Period()
    zone = fields.Zone()
    amount = fields.Exact("-1", "100.50", 2)
    free = fields.JsonObject(fields.Limits(2, 2, 3, 2))
    listed = fields.Listed(fields.short(), most=2, least=1)


def found(**body: Any) -> list[str]:
    schema = Bounded()
    messages = schema.validate(body)
    return [fault.pointer for fault in schema_faults({"json": messages}, schema)]


@pytest.mark.parametrize(
    ("name", "value", "pointers"),
    [
        *(("day", value, []) for value in ("2026-03-02", "1900-01-01", "9998-12-31", "2024-02-29")),
        *(("day", value, ["/day"]) for value in ("20260302", "2026-W10-1", "2026-061", "", None)),
        *(("day", value, ["/day"]) for value in ("1899-12-31", "9999-01-01", "2026-02-29", 7)),
        *(("day", value, ["/day"]) for value in ("２０２６-03-02", "2026-03-02T00:00", "2026-3-2")),
        *(("period", value, []) for value in ("2026", "2026-12", "2026Q4", "1900", "9998Q1")),
        *(("period", value, ["/period"]) for value in ("0000", "9999", "2026-00", "2026-13", "")),
        *(("period", value, ["/period"]) for value in ("2026Q5", "2026-Q3", "2026-1", 2026, None)),
        *(("period", value, ["/period"]) for value in ("2026-12\n", "２０２６", "1899-12")),
        *(("zone", value, []) for value in ("Asia/Shanghai", "Europe/Berlin")),
        *(("zone", value, ["/zone"]) for value in ("localtime", "Factory", "../x", "", 8, None)),
        *(("amount", value, []) for value in (1, "1", "100.50", "-1", "1.00", "1e1", 0)),
        *(("amount", value, ["/amount"]) for value in ("100.51", "-1.01", "1.005", "1e99", "x")),
        *(("amount", value, ["/amount"]) for value in (True, None, "NaN", "١", "1_0", " 1", [1])),
        *(("free", value, []) for value in ({}, {"a": "xxx"}, {"a": [1, 2], "b": {"c": 1}})),
        ("free", [], ["/free"]),
        ("free", {"a": 1, "b": 1, "c": 1}, ["/free"]),
        ("free", {"a": "xxxx", "b": [1, "xxxx"]}, ["/free/a", "/free/b/1"]),
        ("free", {"a": {"b": [1]}, "c": [[]]}, ["/free/a/b", "/free/c/0"]),
        ("free", {"a": [1, 2, 3], "": 1}, ["/free/a", "/free/"]),
        ("listed", ["a", "b"], []),
        ("listed", ["a", "b", "c"], ["/listed"]),
        ("listed", [], ["/listed"]),
        ("listed", ["a", ""], ["/listed/1"]),
        ("listed", "ab", ["/listed"]),
    ],
)
def test_a_field(name: str, value: Any, pointers: list[str]) -> None:
    assert found(**{name: value}) == pointers


LOOKED_UP = {"password", "new_password", "iss", "issuer", "redirect_uri", "refresh_token"}
"""Secrets and addresses; a reference that is blank is found nowhere."""
LOOKED_UP |= {"of", "to", "subject", "login", "tenant"}


def test_what_must_be_said_is_never_blank(office: Office) -> None:
    """No reason, name or note of a body that must hold something is given by blanks."""
    document = office.hr("GET", "/openapi.json").get_json()
    taken: set[str] = set()
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                taken.update(re.findall(r"schemas/(\w+)", json.dumps(operation.get("requestBody"))))
    texts = {
        f"{name}.{field}": said
        for name in taken
        for field, said in document["components"]["schemas"][name].get("properties", {}).items()
        if said.get("minLength") and "enum" not in said and field not in LOOKED_UP
    }
    assert len(texts) > 20
    assert {name for name, said in texts.items() if "pattern" not in said} == set()


@pytest.mark.parametrize("blank", [" ", "\u3000\n", "\t"])
def test_a_blank_reason_is_refused_in_both_languages(office: Office, blank: str) -> None:
    made = office.hr("POST", "/v1/incidents", incident("f", "E")).get_json()["id"]
    response = office.hr("POST", f"/v1/incidents/{made}/reversal", {"reason": blank})
    (error,) = response.get_json()["errors"]
    assert (response.status_code, error["pointer"]) == (422, "/reason")
    assert "blanks alone say nothing" in error["detail_en"]
    assert "不能只有空白" in error["detail_zh"]
