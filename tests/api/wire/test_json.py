"""Bodies: JSON objects in UTF-8, nothing twice, nothing that cannot be kept exactly."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.making.house import MARKS, contents, incident
from tests.making.office import Office, open_office, refusal, sent
from tests.making.operations import fresh
from tests.making.refusals.asked import CJK

from shangfa.api.parser import DEEPEST, read_json
from shangfa.domain.faults import Fault, RefusedError


def faults(body: str | bytes) -> list[tuple[str, str]]:
    """Return code and pointer of every fault of a body; both languages must say it."""
    found: tuple[Fault, ...] = ()
    try:
        read_json(body.encode() if isinstance(body, str) else body)
    except RefusedError as error:
        found = error.faults
    assert all(CJK.search(fault.zh) and not CJK.search(fault.en) for fault in found)
    return [(fault.code, fault.pointer) for fault in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('{"a": 1, "a": 2}', [("invalid", "/a")], id="at the top"),
        pytest.param('{"a": 1, "a": 1}', [("invalid", "/a")], id="with the same value"),
        pytest.param('{"a": {"b": 1, "b": 2}}', [("invalid", "/a/b")], id="inside"),
        pytest.param('{"a": [1, {"b": 1, "b": 2}]}', [("invalid", "/a/1/b")], id="in a list"),
        pytest.param('{"a": 1, "\\u0061": 2}', [("invalid", "/a")], id="written in two ways"),
        pytest.param('{"": 1, "": 2}', [("invalid", "/")], id="without a name"),
        pytest.param('{"a/b~c": 1, "a/b~c": 2}', [("invalid", "/a~1b~0c")], id="with a slash"),
        pytest.param(
            '{"a": 1, "a": 2, "b": 1, "b": 2}', [("invalid", "/a"), ("invalid", "/b")], id="two"
        ),
        pytest.param('{"a": {"b": 1}, "c": {"b": 2}}', [], id="in two objects"),
    ],
)
def test_a_key_stands_once(text: str, found: list[tuple[str, str]]) -> None:
    assert faults(text) == found


def test_the_second_of_two_is_not_punished(office: Office, owner_url: str) -> None:
    stored = contents(owner_url)
    text = '{"subject": "E", "clause": "f", "occurred_at": "2026-03-02", "subject": "F"}'
    response = sent(office, "/v1/incidents", text)
    assert refusal(response) == (422, "invalid", "/subject")
    assert "'subject'" in response.get_json()["detail_en"]
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        pytest.param("9223372036854775807", 2**63 - 1, id="the largest"),
        pytest.param("-9223372036854775808", -(2**63), id="the least"),
        pytest.param("1.5", Decimal("1.5"), id="a half"),
        pytest.param("1e39", Decimal("1e39"), id="forty digits"),
        pytest.param("1e-40", Decimal("1e-40"), id="forty places"),
        pytest.param("0.1" + "0" * 39, Decimal("0.1"), id="forty places, most of them naught"),
        pytest.param("-0", 0, id="minus naught"),
        pytest.param("9223372036854775808", None, id="one more than the largest"),
        pytest.param("-9223372036854775809", None, id="one less than the least"),
        pytest.param("9" * 5000, None, id="five thousand digits"),
        pytest.param("1e40", None, id="forty-one digits"),
        pytest.param("1e-41", None, id="forty-one places"),
        pytest.param("0e-99", None, id="naught with places"),
        pytest.param("1e999999999", None, id="a huge exponent"),
        pytest.param("1e" + "9" * 30, None, id="an exponent beyond counting"),
        pytest.param("1e-999999999", None, id="a tiny exponent"),
    ],
)
def test_a_number_is_read_exactly_or_refused(number: str, kept: Any) -> None:
    text = f'{{"a": [{number}]}}'
    if kept is None:
        assert faults(text) == [("invalid", "/a/0")]
    else:
        [read] = read_json(text.encode())["a"]
        assert (read, type(read)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param('{"a": "b"}'.encode("utf-16"), "not_a_document", id="UTF-16"),
        pytest.param('{"a": "b"}'.encode("utf-16-le"), "not_a_document", id="UTF-16 without BOM"),
        pytest.param(
            '{"a": "b"}'.encode("utf-16-be"), "not_a_document", id="UTF-16, big end first"
        ),
        pytest.param('{"a": "b"}'.encode("utf-32"), "not_a_document", id="UTF-32"),
        pytest.param(
            '{"a": "b"}'.encode("utf-32-be"), "not_a_document", id="UTF-32, big end first"
        ),
        pytest.param('{"a": "长"}'.encode("gb18030"), "not_a_document", id="GBK"),
        pytest.param('{"a": "é"}'.encode("latin-1"), "not_a_document", id="Latin-1"),
        pytest.param(b'\xef\xbb\xbf{"a": "b"}', "not_a_document", id="a byte order mark"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', "not_a_document", id="half a surrogate, raw"),
        pytest.param(b'{"a": "\xed\xa0\xbd\xed\xb8\x80"}', "not_a_document", id="two halves, raw"),
        pytest.param(b'{"a": "\xc0\x80"}', "not_a_document", id="an overlong NUL"),
        pytest.param(b'{"a": "b\x00c"}', "not_a_document", id="a NUL, raw"),
        pytest.param(b'{"a": "b\nc"}', "not_a_document", id="a line end, raw"),
        pytest.param(b'{"a": "b"}\x00', "not_a_document", id="a NUL behind"),
        pytest.param(b'{"a": "\\ud800"}', "invalid", id="half a surrogate"),
        pytest.param(b'{"a": "\\udc00\\ud800"}', "invalid", id="halves the wrong way round"),
        pytest.param(b'{"a": "\\u0000"}', "invalid", id="a NUL"),
        pytest.param(b'{"a": {"\\ud800": 1}}', "invalid", id="half a surrogate in a key"),
        pytest.param(b'{"a": {"b\\u0000": 1}}', "invalid", id="a NUL in a key"),
        pytest.param(b'{"a": ["\\ud800", "\\u0000"]}', "invalid", id="both in a list"),
    ],
)
def test_letters_that_no_text_holds_are_refused(body: bytes, code: str) -> None:
    found = faults(body)
    assert {one for one, _ in found} == {code}
    assert all(pointer.startswith("/a") == (code == "invalid") for _, pointer in found)


def test_a_byte_order_mark_is_named_in_json_and_taken_before_yaml(office: Office) -> None:
    response = sent(office, "/v1/incidents", b'\xef\xbb\xbf{"subject": "E"}')
    assert "byte order mark" in response.get_json()["detail_en"]
    marked = b"\xef\xbb\xbf" + MARKS.strip().encode()
    assert office.hr("POST", "/v1/policies/validate", marked).status_code == 200


def test_a_whole_surrogate_pair_is_a_letter() -> None:
    assert read_json(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def nested(depth: int, kind: str) -> str:
    opening, closing = {"list": ("[", "]"), "object": ('{"a":', "}")}[kind]
    return opening * depth + "1" + closing * depth


@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize(
    ("depth", "allowed"),
    [
        pytest.param(DEEPEST, True, id="the deepest"),
        pytest.param(DEEPEST + 1, False, id="one deeper"),
        pytest.param(900, False, id="hundreds"),
        pytest.param(100_000, False, id="a hundred thousand"),
    ],
)
def test_nesting_is_bounded(kind: str, depth: int, allowed: bool) -> None:  # noqa: FBT001
    found = faults(nested(depth, kind))
    assert [code for code, _ in found] == ([] if allowed else ["invalid"])


@pytest.mark.parametrize(
    "text",
    ["{", '{"a" 1}', '{"a": 1,}', "[1 2]", '"', '{"a": "\\x"}', "nul", "01", "{} {}", "\ufeff{}"],
)
def test_what_is_no_json_is_refused_without_a_foreign_word(text: str) -> None:
    assert faults(text) == [("not_a_document", "")]


EMPTY = ("", " ", "\r\n\t ")


@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/subjects", "/v1/assessments"])
@pytest.mark.parametrize("text", ["null", "[]", '[{"a": 1}]', '"text"', "7", "true", *EMPTY])
def test_a_body_is_an_object(office: Office, owner_url: str, path: str, text: str) -> None:
    stored = contents(owner_url)
    response = sent(office, path, text)
    assert refusal(response) == (422, "invalid", "")
    assert "a JSON object is expected" in response.get_json()["detail_en"]
    assert "JSON 对象" in response.get_json()["detail_zh"]
    assert ("it is empty" in response.get_json()["detail_en"]) == (text in EMPTY)
    assert contents(owner_url) == stored


def test_no_body_at_all_is_refused(office: Office) -> None:
    assert refusal(office.hr("POST", "/v1/incidents")) == (422, "invalid", "")


JSON_TYPES = ("application/json", "application/json; charset=utf-8", "APPLICATION/JSON")
YAML_TYPES = ("application/yaml", "text/yaml", "application/x-yaml; charset=utf-8")
OTHERS = (
    "",
    "text/plain",
    "text/html",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/xml",
    "nonsense",
)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *(("/v1/incidents", kind) for kind in (*OTHERS, *YAML_TYPES)),
        *(("/v1/subjects", kind) for kind in (*OTHERS, *YAML_TYPES)),
        *(("/v1/policies", kind) for kind in OTHERS),
        *(("/v1/policies/validate", kind) for kind in OTHERS),
    ],
)
def test_a_body_of_another_kind_is_not_read(
    office: Office, owner_url: str, path: str, kind: str
) -> None:
    stored = contents(owner_url)
    body = MARKS if "policies" in path else json.dumps(incident("f", "E"))
    response = office.hr("POST", path, body, Content_Type=kind)
    assert refusal(response) == (415, "unsupported_media_type", "")
    for text in (response.get_json()["detail_zh"], response.get_json()["detail_en"]):
        allowed = re.split("可用：|allowed are: ", text)[1]
        assert "Content-Type: application/json" in allowed
        assert ("application/yaml" in allowed) == ("policies" in path)
    assert contents(owner_url) == stored


@pytest.mark.parametrize("kind", JSON_TYPES)
def test_json_by_any_of_its_names(office: Office, kind: str) -> None:
    body = json.dumps(incident("f", "E"))
    assert office.hr("POST", "/v1/incidents", body, Content_Type=kind).status_code == 201


@pytest.mark.parametrize("kind", [*YAML_TYPES, *JSON_TYPES])
def test_a_policy_is_yaml_or_json(office: Office, kind: str) -> None:
    text = '{"policy": "x", "title": "x", "clauses": [{"code": "a", "title": "a", "kind": "text"}]}'
    assert office.hr("POST", "/v1/policies/validate", text, Content_Type=kind).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "x"])
def test_a_packed_body_is_not_read(office: Office, coding: str) -> None:
    response = office.hr("POST", "/v1/incidents", incident("f", "E"), Content_Encoding=coding)
    assert refusal(response) == (415, "unsupported_media_type", "")


# Everything that can be read can be kept, and is read back as it was, or is refused


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["1e400", "9" * 30, "\ud800", "\x00", "_schema", "2026-03-02T10:00:00Z"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
DEEP = st.integers(1, 300).map(lambda depth: json.loads(nested(depth, "object")))
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, max_size=5) | DEEP
PATIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def tables() -> Office:
    """A company with a clause that takes a table."""
    return open_office(
        "policy: tables\ntitle: 表\nclauses:\n"
        "  - {code: tt, title: 表, kind: nothing, facts: {rows: {type: table, kept: true}}}\n"
    )


@PATIENT
@given(attributes=OBJECTS)
def test_attributes_are_kept_exactly_or_refused(tables: Office, attributes: Any) -> None:
    code = fresh("S")
    body = json.dumps({"code": code, "name": code, "attributes": attributes})
    made = sent(tables, "/v1/subjects", body)
    assert made.status_code in {201, 400, 422}, made.text
    if made.status_code == 201:
        assert tables.hr.get(f"/v1/subjects/{code}")["attributes"] == attributes


@PATIENT
@given(attributes=OBJECTS)
def test_changed_attributes_are_kept_exactly_or_refused(tables: Office, attributes: Any) -> None:
    body = json.dumps({"attributes": attributes})
    kind = {"Content_Type": "application/json", "If_Match": "*"}
    changed = tables.hr("PATCH", "/v1/subjects/F", body, **kind)
    assert changed.status_code in {200, 400, 422}, changed.text
    if changed.status_code == 200:
        known = {name: value for name, value in attributes.items() if value is not None}
        assert tables.hr.get("/v1/subjects/F")["attributes"] == known


@PATIENT
@given(rows=OBJECTS | st.lists(VALUES, max_size=5))
@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/assessments"])
def test_facts_are_kept_or_refused(tables: Office, path: str, rows: Any) -> None:
    body = json.dumps(incident("tt", "E") | {"facts": {"rows": rows}})
    made = sent(tables, path, body)
    assert made.status_code in {200, 201, 400, 422}, made.text
    if path == "/v1/incidents" and made.status_code == 201:
        assert tables.hr("GET", f"/v1/incidents/{made.get_json()['id']}").status_code == 200


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        pytest.param({"a": 1.5}, "/attributes/a", id="a fraction"),
        pytest.param({"a": [{"b": 1.5}]}, "/attributes/a/0/b", id="a fraction inside"),
        pytest.param({"a": 2**63}, "/attributes/a", id="over 64 bits"),
        pytest.param({"a/b": 2**63}, "/attributes/a~1b", id="over 64 bits under a slash"),
        pytest.param({"a": {"b": {"c": {}}}}, "/attributes/a/b/c", id="four levels"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_attributes_that_cannot_be_kept_are_named(
    office: Office, method: str, attributes: Any, pointer: str
) -> None:
    path, body = ("/v1/subjects", {"code": fresh("S"), "name": "x"})
    path, body = (path, body) if method == "POST" else ("/v1/subjects/E", {})
    text = json.dumps(body | {"attributes": attributes})
    kind = {"Content_Type": "application/json", "If_Match": "*"}
    assert refusal(office.hr(method, path, text, **kind)) == (422, "invalid", pointer)
