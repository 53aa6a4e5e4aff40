"""Bad input of every kind: a clear refusal, never a crash, never half a row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.making.house import contents, incident
from tests.making.office import Office, refusal, sent


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param("2026-03-02T10:00:00", "2026-03-02", id="local without zone"),
        pytest.param("2026-03-02T10:00", "2026-03-02", id="local to the minute"),
        pytest.param("2026-03-02", "2026-03-02", id="a day"),
        pytest.param("2026-03-02T23:30:00Z", "2026-03-03", id="UTC"),
        pytest.param("2026-03-02T23:30:00-12:00", "2026-03-03", id="the last zone"),
        pytest.param("2024-02-29", "2024-02-29", id="a leap day"),
        pytest.param("2000-01-01T00:00:00+08:00", "2000-01-01", id="the policy's first moment"),
    ],
)
def test_a_time_is_read_in_the_companys_zone(office: Office, at: str, day: str) -> None:
    assert office.hr.record("f", "E", at=at)["occurred_on"] == day


@pytest.mark.parametrize(
    ("at", "code"),
    [
        pytest.param("2026-02-29", "invalid", id="no leap day"),
        pytest.param("2026-13-01", "invalid", id="a thirteenth month"),
        pytest.param("2026-03-02T25:00:00", "invalid", id="a twenty-fifth hour"),
        pytest.param("02.03.2026", "invalid", id="another notation"),
        pytest.param("0001-01-01T00:00:00+14:00", "invalid", id="before the calendar"),
        pytest.param("1899-12-31", "invalid", id="a slip of the pen"),
        pytest.param("9999-12-31T23:59:59-12:00", "invalid", id="after the calendar"),
        pytest.param("9998-12-31", "future_incident", id="far away"),
        pytest.param("9999-12-31", "invalid", id="the last year"),
        pytest.param("2026-03-02 10:00", "invalid", id="with a blank"),
        pytest.param("2026-W10-1", "invalid", id="a day of a week"),
        pytest.param("1986-05-04T02:30", "invalid", id="an hour that never was"),
        pytest.param("1986-09-14T01:30", "invalid", id="an hour that was twice"),
        pytest.param("", "invalid", id="empty"),
        pytest.param("\x00", "invalid", id="a NUL"),
        pytest.param(20260302, "invalid", id="a number"),
        pytest.param(None, "invalid", id="null"),
        pytest.param(["2026-03-02"], "invalid", id="a list"),
    ],
)
def test_a_bad_time(office: Office, owner_url: str, at: Any, code: str) -> None:
    stored = contents(owner_url)
    found = refusal(office.hr("POST", "/v1/incidents", incident("f", "E") | {"occurred_at": at}))
    assert found == (422, code, "/occurred_at")
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        pytest.param("colour", "red", "/colour", id="an unknown field"),
        pytest.param("quantity", None, "/quantity", id="a quantity that is null"),
        pytest.param("subject", 7, "/subject", id="a subject that is a number"),
        pytest.param("subject", "", "/subject", id="an empty subject"),
        pytest.param("subject", "E" * 81, "/subject", id="a subject of 81 letters"),
        pytest.param("clause", None, "/clause", id="no clause"),
        pytest.param("clause", {"a": 1}, "/clause", id="a clause that is an object"),
        pytest.param("facts", [1], "/facts", id="facts that are a list"),
        pytest.param("facts", "late", "/facts", id="facts that are a text"),
        pytest.param("note", 7, "/note", id="a note that is a number"),
        pytest.param("note", "长" * 4001, "/note", id="a note of 4001 letters"),
        pytest.param("evidence", "x", "/evidence", id="evidence that is a text"),
        pytest.param("evidence", ["a", 7], "/evidence/1", id="evidence that is a number"),
        pytest.param("external_id", "", "/external_id", id="an empty external id"),
        pytest.param("subjects", 7, "/subjects", id="subjects that are a number"),
        pytest.param("subjects", [7.5], "/subjects", id="a subject in a list that is a number"),
        pytest.param("subjects", [["E"]], "/subjects", id="a list in a list"),
        pytest.param("subjects", ["E"], "/subjects", id="both subject and subjects"),
    ],
)
def test_a_field_of_another_shape(
    office: Office, owner_url: str, field: str, value: Any, pointer: str
) -> None:
    stored = contents(owner_url)
    body = incident("f", "E") | {field: value}
    if field == "subjects" and value != ["E"]:
        del body["subject"]
    response = office.hr("POST", "/v1/incidents", body)
    assert response.status_code == 422, response.text
    assert response.get_json()["errors"][0]["pointer"] == pointer
    assert contents(owner_url) == stored


def test_all_faults_are_told_at_once(office: Office) -> None:
    body = {"subject": 7, "occurred_at": "2026-03-02", "colour": "red", "evidence": [1, 2]}
    errors = office.hr("POST", "/v1/incidents", body).get_json()["errors"]
    said = {item["pointer"]: item["detail_en"] for item in errors}
    assert said["/evidence/1"] == "'evidence[1]' is not valid: a text is expected."
    assert sorted(item["pointer"] for item in errors) == [
        "/clause",
        "/colour",
        "/evidence/0",
        "/evidence/1",
        "/subject",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half an object"),
        pytest.param("[" * 100_000, id="a hundred thousand brackets"),
        pytest.param('{"a":' * 50_000 + "1" + "}" * 50_000, id="objects fifty thousand deep"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="a list"),
        pytest.param('"text"', id="a text"),
        pytest.param("7", id="a number"),
    ],
)
@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path) for path in ("/v1/incidents", "/v1/subjects")]
)
def test_a_body_that_is_no_object(
    office: Office, owner_url: str, path: str, text: str | bytes
) -> None:
    stored = contents(owner_url)
    response = sent(office, path, text)
    assert response.status_code in {400, 422}, response.text
    assert response.get_json()["code"] in {"not_a_document", "invalid", "missing"}
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="a hundred thousand brackets"),
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", id="what refers to itself"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param("a\x00b", id="a NUL"),
        pytest.param("!!python/object/apply:os.system ['true']", id="a call"),
    ],
)
def test_a_policy_that_is_no_document(office: Office, owner_url: str, text: str | bytes) -> None:
    stored = contents(owner_url)
    response = office.hr("POST", "/v1/policies", text)
    assert response.status_code in {400, 422}, response.text
    assert contents(owner_url) == stored


NASTY = {
    "a NUL": "\\u0000",
    "half a surrogate pair": "\\ud800",
}


@pytest.mark.parametrize("escape", [pytest.param(text, id=name) for name, text in NASTY.items()])
@pytest.mark.parametrize(
    "field",
    [pytest.param(name, id=name) for name in ("note", "clause", "subject", "external_id")],
)
def test_a_letter_that_no_text_holds(
    office: Office, owner_url: str, field: str, escape: str
) -> None:
    stored = contents(owner_url)
    body = {"subject": '"E"', "clause": '"f"', "occurred_at": '"2026-03-02"'}
    body |= {field: f'"a{escape}b"'}
    text = ",".join(f'"{name}":{value}' for name, value in body.items())
    response = sent(office, "/v1/incidents", f"{{{text}}}")
    assert response.status_code in {400, 422}, response.text
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/v1/subjects/%00", id="a NUL in a path"),
        pytest.param("/v1/incidents?subject=%00", id="a NUL in a filter"),
        pytest.param("/v1/incidents?clause=a%00", id="a NUL in another filter"),
        pytest.param("/v1/subjects/%ff%fe/record", id="no UTF-8 in a path"),
        pytest.param("/v1/incidents?since=yesterday", id="no day"),
        pytest.param("/v1/incidents/7", id="no id"),
        pytest.param("/v1/near?gap=1.5", id="half a step"),
        pytest.param(f"/v1/policies/{'0' * 32}/versions/{'9' * 30}", id="a huge version"),
        pytest.param("/v1/plugins/none/schema", id="no plugin"),
    ],
)
def test_a_bad_address(office: Office, path: str) -> None:
    response = office.hr("GET", path)
    assert response.status_code in {404, 422}, response.text
    assert response.get_json()["code"] in {"not_found", "invalid"}


@pytest.mark.parametrize(
    ("key", "status"),
    [
        pytest.param("x" * 255, 201, id="255 letters"),
        pytest.param("x" * 256, 422, id="256 letters"),
        pytest.param("", 422, id="empty"),
        pytest.param("a\tb", 422, id="a tab"),
    ],
)
def test_an_idempotency_key(office: Office, key: str, status: int) -> None:
    response = office.hr("POST", "/v1/incidents", incident("f", "E"), Idempotency_Key=key)
    assert response.status_code == status
    if status == 422:
        assert refusal(response)[1:] == ("invalid", "/Idempotency-Key")


@pytest.mark.parametrize(
    ("accepts", "english"),
    [
        pytest.param("", False, id="nothing asked"),
        pytest.param("zh-CN", False, id="Chinese"),
        pytest.param("zh-TW", False, id="other Chinese"),
        pytest.param("en", True, id="English"),
        pytest.param("en-GB,en;q=0.9", True, id="British English"),
        pytest.param("de, en;q=0.8, zh;q=0.5", True, id="English before Chinese"),
        pytest.param("en;q=0.2, zh-CN;q=0.9", False, id="Chinese before English"),
        pytest.param("fr", False, id="neither"),
        pytest.param("*", False, id="any"),
        pytest.param("%%%;;q=x", False, id="nonsense"),
    ],
)
def test_the_language_asked_for(office: Office, accepts: str, english: bool) -> None:  # noqa: FBT001
    response = office.hr("POST", "/v1/incidents", incident("f", "X"), Accept_Language=accepts)
    found = response.get_json()
    assert found["detail"] == found["detail_en" if english else "detail_zh"]
    assert found["errors"][0]["detail"] == found["detail"]
    assert bool(re.search("[\u4e00-\u9fff]", found["detail"])) is not english


@pytest.mark.parametrize(
    ("size", "status"),
    [
        pytest.param(1024 * 1024, 422, id="the most"),
        pytest.param(1024 * 1024 + 1, 413, id="a byte more"),
    ],
)
def test_a_large_body(office: Office, size: int, status: int) -> None:
    frame = '{"subject":"E","clause":"f","occurred_at":"2026-03-02","note":"%s"}'
    text = frame % ("x" * (size - len(frame) + 2))
    assert len(text) == size
    for headers in ({}, {"Idempotency_Key": "large"}):
        response = office.hr(
            "POST", "/v1/incidents", text.encode(), Content_Type="application/json", **headers
        )
        assert response.status_code == status


def test_ten_faults_of_a_policy_are_told_with_their_lines(office: Office) -> None:
    document = """\
policy: Ten Faults
title: 十处错误
colour: red
ladder: [warning]
clauses:
  - {code: a, kind: fines.fixed, params: {amount: 20}}
  - {code: b, title: 乙, kind: fines.none, params: {amount: 20}}
  - {code: c, title: 丙, kind: fines.fixed, params: {amount: many}}
  - {code: d, title: 丁, kind: fines.fixed, params: {amount: 20, colour: red}}
  - {code: e, title: 戊, kind: ladder.mark, params: {mark: praise}}
  - {code: f, title: 己, kind: fines.fixed, params: {amount: $unset}}
  - {code: f, title: 庚, kind: points.fixed, params: {letter: A, points: 1}}
  - {code: g, title: 辛, kind: fines.fixed, params: {amount: 20}, when: {late: true}}
reactions:
  - {code: r, kind: ladder.roll_up, params: {of: warning, every: 0, within: week, gives: warning}}
"""
    response = office.hr("POST", "/v1/policies/validate", document)
    lines = {item["place"] for item in response.get_json()["errors"]}
    assert response.status_code == 422
    assert {f"policy:{number}" for number in (1, 3, 6, 7, 8, 9, 10, 11, 12, 13, 15)} <= lines
