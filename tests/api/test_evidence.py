"""Files handed in: what is taken, who gets them again, and how they are given out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import pytest
from tests.conftest import EVIDENCE
from tests.making.files import PDF, PNG, multipart, zipped
from tests.making.house import contents, serving
from tests.making.office import Caller, Office, add_file, refusal

from shangfa.services.access.by_hand import make_key

LIMIT = 1000


@pytest.fixture(autouse=True)
def _small(app_url: str) -> Iterator[None]:
    with serving(app_url, max_evidence=str(LIMIT)):
        yield


def files() -> set[Path]:
    return {path for path in EVIDENCE.rglob("*") if path.is_file()}


def path_of(office: Office, content: bytes) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    return EVIDENCE / str(office.company.id) / digest[:2] / digest


def test_a_file_is_kept_and_given_out_as_an_attachment(office: Office) -> None:
    content = PDF + b"% kept"
    made = add_file(office.hr, content, "聊天记录 3月2日.pdf")
    assert made == {
        "id": made["id"],
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "type": "application/pdf",
        "name": "聊天记录 3月2日.pdf",
    }
    got = office.hr("GET", f"/v1/evidence/{made['id']}")
    assert got.data == content
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Length"] == str(len(content))
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["Content-Security-Policy"].startswith("sandbox")
    kind, _, name = got.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert (kind.partition(";")[0], unquote(name)) == ("attachment", "聊天记录 3月2日.pdf")


def test_a_text_is_given_out_as_no_page(office: Office) -> None:
    made = add_file(office.hr, b"<script>alert(1)</script>", "a")
    got = office.hr("GET", f"/v1/evidence/{made['id']}")
    assert (made["name"], got.headers["Content-Type"]) == ("a.txt", "text/plain")


def test_the_same_content_is_kept_once_and_each_company_has_its_own(office: Office) -> None:
    before = files()
    content = PDF + b"% twice"
    one, other = add_file(office.hr, content, "甲.pdf"), add_file(office.hr, content, "乙.pdf")
    assert files() - before == {path_of(office, content)}
    assert (one["sha256"], one["id"] != other["id"]) == (other["sha256"], True)
    assert [item["name"] for item in (one, other)] == ["甲.pdf", "乙.pdf"]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        pytest.param(b"", "a.pdf", (422, "empty_file", "/file"), id="an empty file"),
        pytest.param(PDF.ljust(LIMIT + 1), "a.pdf", (413, "file_too_large", "/file"), id="a byte"),
        pytest.param(PDF.ljust(90_000), "a.pdf", (413, "too_large", ""), id="far too large"),
        pytest.param(zipped("a"), "a.pdf", (422, "wrong_type", "/file"), id="a ZIP called PDF"),
        pytest.param(zipped("a"), "a.zip", (422, "wrong_type", "/file"), id="a ZIP"),
        pytest.param(PNG, "a.pdf", (422, "wrong_type", "/file"), id="a picture called PDF"),
        pytest.param(PDF, "../a.pdf", (422, "unsafe_name", "/file"), id="a path"),
        pytest.param(
            PDF, "C:\\\\x\\\\a.pdf", (422, "unsafe_name", "/file"), id="a path of Windows"
        ),
        pytest.param(PDF, "/etc/passwd", (422, "unsafe_name", "/file"), id="a path from the top"),
        pytest.param(PDF, "甲" * 61, (422, "unsafe_name", "/file"), id="a long name"),
    ],
)
def test_what_is_not_taken_leaves_nothing(
    office: Office, owner_url: str, content: bytes, name: str, told: tuple[int, str, str]
) -> None:
    stored, kept = contents(owner_url), files()
    body, kind = multipart(content, name)
    response = office.hr("POST", "/v1/evidence", body, Content_Type=kind)
    assert refusal(response) == told
    assert (contents(owner_url), files()) == (stored, kept)


def test_a_file_of_the_largest_size_is_taken(office: Office) -> None:
    assert add_file(office.hr, PDF.ljust(LIMIT))["size"] == LIMIT


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        pytest.param(b"{}", "application/json", (415, "unsupported_media_type", ""), id="JSON"),
        pytest.param(
            *multipart(PDF, field="photo"), (422, "unknown_field", "/photo"), id="a field"
        ),
        pytest.param(b"", "multipart/form-data", (422, "missing", "/file"), id="no boundary"),
        pytest.param(
            b"x", "multipart/form-data; boundary=b", (422, "missing", "/file"), id="no part"
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            (422, "missing", "/file"),
            id="a text in its place",
        ),
        pytest.param(
            multipart(PDF)[0].replace(b"--\r\n", b"\r\n") + multipart(PDF)[0],
            multipart(PDF)[1],
            (422, "invalid", "/file"),
            id="two files",
        ),
    ],
)
def test_a_form_that_holds_no_file(
    office: Office, body: bytes, kind: str, told: tuple[int, str, str]
) -> None:
    response = office.hr("POST", "/v1/evidence", body, Content_Type=kind)
    assert refusal(response) == told


def test_the_same_request_is_done_once(office: Office) -> None:
    first, other = multipart(PDF + b"% once"), multipart(PDF + b"% another")
    key = {"Idempotency_Key": str(uuid4())}

    def post(form: tuple[bytes, str]) -> tuple[int, str]:
        response = office.hr("POST", "/v1/evidence", form[0], Content_Type=form[1], **key)
        found = response.get_json()
        return response.status_code, found.get("id") or found["code"]

    made = post(first)
    assert post(first) == made
    assert post(other) == (422, "idempotency_key_reused")
    renamed = multipart(PDF + b"% once", "别名.pdf")
    assert post(renamed) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        pytest.param("hr", 200, id="HR"),
        pytest.param("auditor", 200, id="an auditor"),
        pytest.param("employee", 200, id="whom the incident concerns"),
        pytest.param("supervisor", 200, id="the supervisor of that day"),
        pytest.param("F", 404, id="another employee"),
        pytest.param("N", 404, id="another supervisor"),
        pytest.param("finance", 403, id="finance, which sees money only"),
        pytest.param("operator", 403, id="the operator"),
    ],
)
def test_who_gets_a_file_that_an_incident_names(office: Office, who: str, status: int) -> None:
    made = add_file(office.hr, PDF + who.encode())
    office.hr.record("f", "E", evidence=["照片-1", made["id"]])
    assert by(office, who)("GET", f"/v1/evidence/{made['id']}").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        pytest.param("supervisor", 200, id="who handed it in"),
        pytest.param("M again", 200, id="the same person with another key"),
        pytest.param("employee", 404, id="an employee"),
        pytest.param("N", 404, id="another supervisor"),
        pytest.param("hr", 200, id="HR"),
    ],
)
def test_who_gets_a_file_that_no_incident_names(office: Office, who: str, status: int) -> None:
    made = add_file(office.by("supervisor"), PDF + who.encode())
    assert by(office, who)("GET", f"/v1/evidence/{made['id']}").status_code == status


def by(office: Office, who: str) -> Caller:
    people = {"F": "employee", "N": "supervisor", "M again": "supervisor"}
    if who in people:
        return Caller(make_key(people[who], office.slug, who[0], "test"))
    return office.by(who)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda path: path.write_bytes(b"another"), id="another content"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), id="cut short"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"x"), id="longer"),
        pytest.param(lambda path: path.unlink(), id="missing"),
    ],
)
def test_what_was_changed_in_the_store_is_not_given_out(
    office: Office, harm: object, request: pytest.FixtureRequest
) -> None:
    content = PDF + request.node.name.encode()
    made = add_file(office.hr, content)
    assert callable(harm)
    harm(path_of(office, content))
    response = office.hr("GET", f"/v1/evidence/{made['id']}")
    assert refusal(response)[:2] == (500, "evidence_damaged")


def test_a_store_that_cannot_be_written_stores_nothing(
    office: Office, app_url: str, owner_url: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    stored = contents(owner_url)
    with serving(app_url, evidence_url=(tmp_path / "taken").as_uri()):
        body, kind = multipart(PDF)
        response = office.hr("POST", "/v1/evidence", body, Content_Type=kind)
    assert refusal(response)[:2] == (503, "store_unavailable")
    assert contents(owner_url) == stored
