"""A company leaves: two agree, nothing of it stays, and a certificate shows what was erased."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.making.house import owning, serving
from tests.making.office import Office, add_file, open_office, refusal
from tests.making.operations import LEAVES, WEBHOOK, a_correction, a_user, look_path
from tests.making.owner import plain_owner

from shangfa.cli.main import main
from shangfa.db.keeping import erasing as sql
from shangfa.services.access import authentication
from shangfa.services.tenancy import ready


@pytest.fixture(scope="module")
def keeper(owner_url: str) -> str:
    return plain_owner(owner_url)


@pytest.fixture
def leaving(app_url: str, keeper: str, tmp_path: Path) -> Iterator[Office]:
    told = {"evidence_url": (tmp_path / "evidence").as_uri(), "owner_url": keeper}
    with serving(app_url, **told, var=str(tmp_path)):
        yield open_office()


def shangfa(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def agree(office: Office, tmp_path: Path) -> str:
    """Ask, export, confirm; return the manifest's digest."""
    path = f"/v1/tenants/{office.slug}/erasure"
    assert office.by("operator")("POST", path, LEAVES).status_code == 201
    done = shangfa("tenants", "export", office.slug, tmp_path / "out.zip")
    manifest = done.output.split()[-1]
    answer = office.hr("POST", "/v1/erasure/confirm", {"manifest": manifest})
    assert answer.get_json()["state"] == "confirmed", answer.text
    return manifest


def fill(office: Office) -> dict[str, Any]:
    """Let a company have something in many tables."""
    incident = office.hr.record("f", "E", note="前台看见的")
    office.hr("POST", f"/v1/incidents/{incident['id']}/reverse", {"reason": "查无此事"})
    office.hr.record("w", "E")
    user = a_user(office)
    office.hr("POST", "/v1/webhooks", WEBHOOK)
    a_correction(office)
    look_path(office)
    return add_file(office.hr) | {"login": user["login"]}


def traces(owner_url: str, *words: str) -> dict[str, int]:
    """Return table -> rows in which one of some words stands, over every table there is."""
    found = {}
    with owning(owner_url) as connection:
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            query = f"SELECT count(*) FROM {table} r WHERE r::text LIKE ANY(%s)"
            row = connection.execute(query.encode(), ([f"%{word}%" for word in words],)).fetchone()
            assert row is not None
            if row[0]:
                found[table] = row[0]
    return found


def test_nothing_of_it_stays_but_a_certificate(
    leaving: Office, owner_url: str, tmp_path: Path
) -> None:
    other = open_office()
    other.hr.record("f", "E")
    before = other.hr.get("/v1/audit/verify")
    file = fill(leaving)
    names = (str(leaving.company.id), leaving.slug, file["login"])
    with owning(owner_url) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, lock) VALUES"
            " ('verify', 'verify_totals', %s::jsonb, %s)",
            (json.dumps({"tenant": names[0], "slug": names[1]}), f"verify_totals:{names[0]}"),
        )
    manifest = agree(leaving, tmp_path)
    assert len(traces(owner_url, *names)) > 20
    paper = tmp_path / "certificate.json"
    done = shangfa("tenants", "erase", leaving.slug, "--certificate", paper)
    assert done.exit_code == 0, done.output
    assert traces(owner_url, *names) == {"erasure": 1}
    assert not [x for x in (tmp_path / "evidence").rglob("*") if names[0] in str(x)]
    authentication.forget()
    ready.forget()
    for role in ("hr", "auditor", "finance", "supervisor", "employee"):
        assert leaving.by(role)("GET", "/v1/me").status_code == 401
    read = leaving.by("operator").get(f"/v1/tenants/{leaving.slug}/erasure")
    check(paper, read, manifest, file["login"])
    again = shangfa("tenants", "erase", leaving.slug, "--certificate", tmp_path / "again.json")
    assert (again.exit_code, (tmp_path / "again.json").read_text()) == (0, paper.read_text())
    assert other.hr.get("/v1/audit/verify") == before
    assert other.company.differences() == []


def check(paper: Path, read: dict[str, Any], manifest: str, login: str) -> None:
    """The certificate is what the operator reads, is signed, counts, and names nobody."""
    written = json.loads(paper.read_text())
    statement = written["statement"]
    Ed25519PublicKey.from_public_bytes(b64decode(written["public_key"])).verify(
        b64decode(written["signature"]), statement.encode()
    )
    said = json.loads(statement)
    assert read["state"] == "erased"
    assert read["certificate"] == said
    assert said["export"] == manifest
    assert said["audit"]["fault"] is None
    assert (len(said["audit"]["head"]), said["audit"]["events_after_export"]) == (64, 0)
    assert said["erased"]["incident"] == 2
    assert said["erased"]["evidence_files"] == said["erased"]["tenant"] == 1
    assert login not in statement
    assert LEAVES["reason"] not in statement


def test_who_dies_in_between_goes_on_where_he_ended(
    leaving: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(leaving)
    agree(leaving, tmp_path)
    whole = counted(leaving)
    steps = iter(range(1000))
    erase = sql._erase_some

    def dying(*told: Any, **more: Any) -> int:
        if next(steps) == 30:
            raise KeyboardInterrupt
        return erase(*told, **more)

    paper = tmp_path / "certificate.json"
    with monkeypatch.context() as patch:
        patch.setattr(sql, "_erase_some", dying)
        patch.setattr(sql, "AT_ONCE", 3)
        assert shangfa("tenants", "erase", leaving.slug, "--certificate", paper).exit_code == 1
    assert not paper.exists()
    state = leaving.by("operator").get(f"/v1/tenants/{leaving.slug}/erasure")["state"]
    assert state == "begun"
    ready.forget()
    assert leaving.hr("POST", "/v1/erasure/withdraw").status_code in (401, 403)
    assert shangfa("tenants", "erase", leaving.slug, "--certificate", paper).exit_code == 0
    erased = json.loads(json.loads(paper.read_text())["statement"])["erased"]
    assert {name: erased.get(name, 0) for name in whole} == whole


def counted(office: Office) -> dict[str, int]:
    """Return table -> rows of facts that nothing adds to while it is erased."""
    made = {}
    with owning(os.environ["SHANGFA_OWNER_URL"]) as connection, connection.transaction():
        connection.execute(f"SET LOCAL shangfa.tenant = '{office.company.id}'".encode())
        for table in ("incident", "ledger_entry", "event", "subject", "case_step", "actor"):
            row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
            assert row is not None
            made[table] = row[0]
    return made


def test_both_must_agree_and_the_company_must_have_its_export(
    leaving: Office, tmp_path: Path
) -> None:
    path, paper = f"/v1/tenants/{leaving.slug}/erasure", tmp_path / "certificate.json"
    operator, hr = leaving.by("operator"), leaving.hr
    early = shangfa("tenants", "export", leaving.slug, tmp_path / "early.zip").output.split()[-1]
    assert refusal(operator("GET", path)) == (404, "not_found", "")
    assert refusal(hr("POST", "/v1/erasure/confirm", {"manifest": early})) == (404, "not_found", "")
    assert operator("POST", path, LEAVES).status_code == 201
    assert refusal(operator("POST", path, LEAVES)) == (409, "erasure_state", "")
    for manifest in (early, "0" * 64):
        answer = hr("POST", "/v1/erasure/confirm", {"manifest": manifest})
        assert refusal(answer) == (422, "erasure_export", "/manifest")
    done = shangfa("tenants", "erase", leaving.slug, "--certificate", paper)
    assert (done.exit_code, "erasure_state" in done.output) == (1, True)
    assert hr("POST", "/v1/erasure/withdraw").get_json()["state"] == "withdrawn"
    agree(leaving, tmp_path)
    assert hr("POST", "/v1/erasure/withdraw").get_json()["state"] == "withdrawn"
    assert refusal(hr("POST", "/v1/erasure/withdraw")) == (409, "erasure_state", "")
    done = shangfa("tenants", "erase", leaving.slug, "--certificate", paper)
    assert (done.exit_code, "erasure_state" in done.output) == (1, True)
    done = shangfa("tenants", "erase", "nobody-here", "--certificate", paper)
    assert (done.exit_code, "unknown_tenant" in done.output) == (1, True)
    kinds = [item["kind"] for item in hr.get("/v1/audit?limit=500")["items"]]
    assert [kinds.count(f"erasure.{x}") for x in ("asked", "confirmed", "withdrawn")] == [2, 1, 2]
