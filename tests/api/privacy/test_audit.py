"""The audit log: all that happened is in it, and nothing of it changes unseen."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.making.house import at_once, owning
from tests.making.office import Caller, Office, add_file, open_office, refusal
from tests.making.operations import a_user, signed_in
from tests.making.refusals.asked import check

from shangfa.domain.audit.entries import NOTE_KINDS
from shangfa.services.audit.chain import seal

Tamper = Callable[[psycopg.Connection[Any], str], None]


@pytest.fixture
def busy() -> Office:
    """A company where something happened and somebody looked."""
    office = open_office()
    for clause in ("w", "f", "m"):
        office.hr.record(clause, "E")
    office.hr.get("/v1/subjects/E/record")
    office.by("finance").get("/v1/subjects/E/wages")
    return office


def log_of(office: Office, since: int = 0) -> list[dict[str, Any]]:
    found = office.hr.get(f"/v1/audit?limit=500&since={since}")
    items: list[dict[str, Any]] = found["items"]
    assert found["last"] == (items[-1]["n"] if items else since)
    assert found["next_cursor"] == str(found["last"])
    return items


def test_every_event_and_every_reading_is_in_it_once_with_who(busy: Office) -> None:
    items = log_of(busy)
    assert [item["n"] for item in items] == list(range(1, len(items) + 1))
    changes = busy.hr.get("/v1/changes?limit=500")["items"]
    events = [item for item in items if item["source"] == "event"]
    assert sorted(item["kind"] for item in events) == sorted(item["type"] for item in changes)
    reads = [item for item in items if item["kind"].endswith(".read")]
    assert [(item["kind"], item["subject"], item["role"]) for item in reads] == [
        ("record.read", "E", "hr"),
        ("wages.read", "E", "finance"),
    ]
    assert {item["actor"]["kind"] for item in reads} == {"key"}
    assert log_of(busy, since=len(items)) == []


def test_anybody_can_compute_the_chain(busy: Office) -> None:
    before = hashlib.sha256(busy.company.id.bytes).digest()
    for item in log_of(busy):
        before = hashlib.sha256(before + item["content"].encode()).digest()
        assert item["hash"] == before.hex()
        content = json.loads(item["content"])
        assert (content["n"], content["kind"], content["id"] != "") == (item["n"], item["kind"], 1)
    found = busy.by("auditor").get("/v1/audit/verify")
    assert (found["ok"], found["entries"], found["head"]) == (True, item["n"], before.hex())


def owner(statement: str) -> Tamper:
    def tamper(connection: psycopg.Connection[Any], tenant: str) -> None:
        done = connection.execute(statement.replace("TENANT", f"'{tenant}'").encode())
        assert done.rowcount >= 1

    return tamper


def swap(connection: psycopg.Connection[Any], tenant: str) -> None:
    for old, new in ((2, -1), (3, 2), (-1, 3)):
        owner(f"UPDATE audit SET n = {new} WHERE tenant_id = TENANT AND n = {old}")(
            connection, tenant
        )


COLUMNS = "tenant_id, id, n, source, about, content, hash"
TAMPERED: dict[str, tuple[Tamper, str]] = {
    "an entry edited": (
        owner(
            "UPDATE audit SET content = replace(content, 'hr', 'it') WHERE tenant_id = TENANT"
            " AND content LIKE '%\"hr\"%'"
        ),
        "changed",
    ),
    "a hash edited": (
        owner("UPDATE audit SET hash = sha256('x') WHERE tenant_id = TENANT AND n = 2"),
        "changed",
    ),
    "the first deleted": (
        owner("DELETE FROM audit WHERE tenant_id = TENANT AND n = 1"),
        "missing",
    ),
    "one deleted": (owner("DELETE FROM audit WHERE tenant_id = TENANT AND n = 3"), "missing"),
    "two swapped": (swap, "changed"),
    "one inserted": (
        owner(
            f"INSERT INTO audit ({COLUMNS}) SELECT tenant_id, gen_random_uuid(), 0, source, about,"
            " content, hash FROM audit WHERE tenant_id = TENANT AND n = 2"
        ),
        "out_of_order",
    ),
    "the tail cut": (
        owner("DELETE FROM audit WHERE tenant_id = TENANT AND n > 4"),
        "cut",
    ),
    "all of it cut": (owner("DELETE FROM audit WHERE tenant_id = TENANT"), "cut"),
    "an event edited": (
        owner(
            'UPDATE event SET payload = payload || \'{"clause": "x"}\' WHERE tenant_id = TENANT'
            " AND type = 'incident.recorded'"
        ),
        "source_changed",
    ),
    "an event given to another": (
        owner("UPDATE event SET actor_id = gen_random_uuid() WHERE tenant_id = TENANT AND n = 2"),
        "source_changed",
    ),
    "an event deleted": (
        owner("DELETE FROM event WHERE tenant_id = TENANT AND n = 2"),
        "source_missing",
    ),
    "an event slipped in": (
        owner(
            "INSERT INTO event (tenant_id, id, n, type, about, subject, actor_id, payload, at)"
            " SELECT tenant_id, gen_random_uuid(), -1, type, about, subject, actor_id, payload, at"
            " FROM event WHERE tenant_id = TENANT AND n = 1"
        ),
        "source_missing",
    ),
    "a reading deleted": (
        owner("DELETE FROM audit_note WHERE tenant_id = TENANT AND kind = 'record.read'"),
        "source_missing",
    ),
    "a reading of another": (
        owner("UPDATE audit_note SET subject = 'F' WHERE tenant_id = TENANT AND subject = 'E'"),
        "source_changed",
    ),
}


@pytest.mark.parametrize("what", [pytest.param(what, id=what) for what in TAMPERED])
def test_what_the_owner_of_the_database_changes_is_seen(
    busy: Office, owner_url: str, what: str
) -> None:
    seal(busy.company.id)
    assert busy.hr.get("/v1/audit/verify")["ok"] is True
    tamper, fault = TAMPERED[what]
    with owning(owner_url) as connection:
        tamper(connection, str(busy.company.id))
    found = busy.hr.get("/v1/audit/verify")
    assert (found["ok"], found["fault"]) == (False, fault)
    assert found["broken_at"] is not None


@pytest.mark.parametrize("again", [False, True], ids=["cut", "and written anew"])
def test_what_was_cut_from_all_tables_is_seen_by_who_noted_the_head(
    busy: Office, owner_url: str, *, again: bool
) -> None:
    noted = busy.hr.get("/v1/audit/verify")
    anchor = f"/v1/audit/verify?entries={noted['entries']}&head={noted['head']}"
    busy.hr.record("w", "F")
    assert busy.hr.get(anchor)["ok"] is True
    with owning(owner_url) as connection:
        for table in ("audit", "audit_head", "audit_note"):
            connection.execute(
                f"DELETE FROM {table} WHERE tenant_id = '{busy.company.id}'".encode()
            )
        if again:
            busy.hr.get("/v1/subjects/F/record")
    assert busy.hr.get("/v1/audit/verify")["ok"] is True
    found = busy.hr.get(anchor)
    assert (found["ok"], found["fault"]) == (False, "cut")
    assert busy.hr.get(f"{anchor[:-4]}0000")["ok"] is False


def signed_anchor(office: Office) -> dict[str, Any]:
    """Return an anchor that its public key proves, and nothing else."""
    found: dict[str, Any] = office.by("auditor").get("/v1/audit/anchor")
    public = Ed25519PublicKey.from_public_bytes(b64decode(found["public_key"]))
    signature, statement = b64decode(found["signature"]), found["statement"]
    public.verify(signature, statement.encode())
    with pytest.raises(InvalidSignature):
        public.verify(signature, statement.replace(office.slug, "another").encode())
    said = json.loads(statement)
    assert (said["form"], said["company"]) == ("shangfa-anchor-1", office.slug)
    assert (said["entries"], said["head"]) == (found["entries"], found["head"])
    return found


def test_a_tail_that_is_cut_behind_an_anchor_is_seen_by_who_holds_it(
    busy: Office, owner_url: str
) -> None:
    for _ in range(3):
        busy.hr.get("/v1/subjects/F/record")
    held = signed_anchor(busy)
    asked = f"/v1/audit/verify?entries={held['entries']}&head={held['head']}"
    assert busy.hr.get(asked)["ok"] is True
    left = held["entries"] - 2
    with owning(owner_url) as connection:
        for tamper in (
            owner(f"DELETE FROM audit WHERE tenant_id = TENANT AND n > {left}"),
            owner(f"DELETE FROM audit_note WHERE tenant_id = TENANT AND n > {left}"),
            owner(
                f"UPDATE audit_head SET entries = {left}, hash = (SELECT a.hash FROM audit a"
                f" WHERE a.tenant_id = TENANT AND a.n = {left}) WHERE tenant_id = TENANT"
            ),
        ):
            tamper(connection, str(busy.company.id))
    assert busy.hr.get("/v1/audit/verify")["ok"] is True  # by itself it seems whole
    found = busy.hr.get(asked)
    assert (found["ok"], found["fault"]) == (False, "cut")
    for _ in range(3):
        busy.hr.get("/v1/subjects/F/record")  # others stand in its place by then
    assert busy.hr.get(asked)["fault"] == "cut"
    assert signed_anchor(busy)["public_key"] == held["public_key"]


def test_a_broken_chain_is_not_signed(busy: Office, owner_url: str) -> None:
    signed_anchor(busy)
    with owning(owner_url) as connection:
        tamper = owner("DELETE FROM audit WHERE tenant_id = TENANT AND n = 2")
        tamper(connection, str(busy.company.id))
    answer = busy.hr("GET", "/v1/audit/anchor")
    assert refusal(answer) == (409, "chain_broken", "")


@pytest.mark.parametrize("query", ["entries=0", "head=xyz", "entries=1&head=12"])
def test_an_anchor_that_is_none(office: Office, query: str) -> None:
    assert office.hr("GET", f"/v1/audit/verify?{query}").status_code == 422


def test_writers_and_sealers_at_once_make_no_fork(busy: Office) -> None:
    work: list[Callable[[], object]] = [lambda: busy.hr.record("w", "F") for _ in range(4)]
    work += [lambda: seal(busy.company.id) for _ in range(3)]
    at_once(work)
    items = log_of(busy)
    assert [item["n"] for item in items] == list(range(1, len(items) + 1))
    assert len({item["about"] for item in items if item["kind"] == "incident.recorded"}) == 7
    assert busy.hr.get("/v1/audit/verify")["ok"] is True


def test_an_employee_sees_who_opened_what_is_kept_about_him() -> None:
    office = open_office()
    employee = office.by("employee")
    assert employee.get("/v1/me/readers")["items"] == []
    employee.get("/v1/subjects/E/record")
    office.hr.get("/v1/subjects/E")
    office.by("supervisor").get("/v1/subjects/E/record")
    office.by("finance").get("/v1/subjects/F/record")
    Caller(signed_in(office, role="auditor")["token"]).get("/v1/subjects/E/record")
    found = employee.get("/v1/me/readers")["items"]
    assert [(item["what"], item["role"], item["by"]) for item in found] == [
        ("record.read", "auditor", "person"),
        ("record.read", "supervisor", "key"),
        ("subject.read", "hr", "key"),
    ]
    first = employee.get("/v1/me/readers?limit=2")
    rest = employee.get(f"/v1/me/readers?limit=2&cursor={first['next_cursor']}")
    assert first["items"] + rest["items"] == found
    assert office.hr.get("/v1/me/readers")["items"] == []
    check(employee("GET", "/v1/me/readers?cursor=eA=="), "invalid", 422, "/cursor")


def test_who_opens_a_case_or_an_incident_is_noted_for_each_whom_it_concerns() -> None:
    office = open_office()
    made = office.hr.record("f", "E", "F")
    paths = {"incident.read": f"/v1/incidents/{made['id']}"}
    paths["case.read"] = f"/v1/cases/{made['case']['id']}"
    for path in paths.values():
        for caller in (office.by("employee"), office.by("auditor")):
            caller.get(path)
    reads = [item for item in log_of(office) if item["kind"] in paths]
    assert [(item["kind"], item["subject"], item["role"]) for item in reads] == [
        ("incident.read", "E", "auditor"),
        ("incident.read", "F", "auditor"),
        ("case.read", "E", "auditor"),
        ("case.read", "F", "auditor"),
    ]
    assert {item["about"] for item in reads} == {made["case"]["id"]}
    mine = office.by("employee").get("/v1/me/readers")["items"]
    assert [item["what"] for item in mine] == ["case.read", "incident.read"]
    for path in ("/v1/incidents", "/v1/cases"):  # a list is nobody's file
        office.hr.get(path)
    assert len([item for item in log_of(office) if item["kind"] in paths]) == 4


def test_what_is_refused_or_not_found_is_no_reading(office: Office) -> None:
    before = log_of(office)[-1]["n"]
    assert office.by("employee")("GET", "/v1/subjects/F/record").status_code == 404
    assert office.hr("GET", "/v1/subjects/X/record").status_code == 404
    assert office.by("auditor")("GET", "/v1/subjects/E/wages").status_code == 403
    assert log_of(office, since=before) == []


def test_users_keys_files_and_exports_are_noted(office: Office) -> None:
    before = log_of(office)[-1]["n"]
    made = a_user(office, role="auditor", login="audited")
    office.hr("PATCH", f"/v1/users/{made['id']}", {"role": "finance"})
    signed_in(office)
    office.hr("DELETE", f"/v1/users/{made['id']}")
    keys = f"/v1/tenants/{office.slug}/keys"
    key = office.by("operator")("POST", keys, {"role": "hr", "label": "接口"}).get_json()
    office.by("operator")("DELETE", f"{keys}/{key['id']}")
    file = add_file(office.by("supervisor"))
    assert office.hr("GET", f"/v1/evidence/{file['id']}").status_code == 200
    assert office.hr("POST", "/v1/periods/2001-01/cut-off").status_code == 200
    assert office.hr("GET", "/v1/periods/2001-01/payroll.csv").status_code == 200
    office.hr.get("/v1/periods/2001-01/lines")
    found = [item for item in log_of(office, since=before) if item["source"] == "note"]
    assert [item["kind"] for item in found] == [
        *("user.created", "user.changed", "user.created", "user.signed_in", "user.ended"),
        *("key.created", "key.revoked", "evidence.read", "payroll.read", "lines.read"),
    ]
    assert {item["kind"] for item in found} <= set(NOTE_KINDS)
    assert found[0]["data"] == {"login": "audited", "roles": ["auditor"]}
    assert found[1]["data"]["changed"] == ["roles"]
    assert found[5]["actor"]["kind"] == "operator"


def test_companies_have_chains_of_their_own(busy: Office) -> None:
    other = open_office()
    other.hr.get("/v1/subjects/F/record")
    hashes = [{item["hash"] for item in log_of(office)} for office in (busy, other)]
    assert not hashes[0] & hashes[1]
    noted = busy.hr.get("/v1/audit/verify")
    anchor = f"/v1/audit/verify?entries={noted['entries']}&head={noted['head']}"
    assert other.hr.get(anchor)["ok"] is False
