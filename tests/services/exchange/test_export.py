"""Everything of a company in open formats: whole, only its own, nothing that lets anybody in."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.making.files import PDF
from tests.making.house import owning, serving
from tests.making.office import Office, add_file, open_office
from tests.making.operations import WEBHOOK, a_user

from shangfa.cli.main import main
from shangfa.db.exchange.export import PASSING, SECRET, exported_tables
from shangfa.db.rows import Base, TenantOwned


@pytest.fixture
def office(app_url: str, tmp_path: Path) -> Any:
    with serving(app_url, evidence_url=(tmp_path / "evidence").as_uri()):
        yield open_office()


def shangfa(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def lines(archive: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"{table}.ndjson").splitlines()]


def check_rows(archive: zipfile.ZipFile, told: dict[str, Any], owner_url: str) -> None:
    """Every table has all its rows of the company, with every column that is handed out."""
    company = lines(archive, "tenant")[0]["id"]
    with owning(owner_url) as connection:
        for table, columns in exported_tables().items():
            query = f"SELECT count(*) FROM \"{table}\" WHERE tenant_id = '{company}'"
            row = connection.execute(query.encode()).fetchone()
            found = lines(archive, table)
            assert row is not None
            later = table == "audit_note"  # that it was made, with the digest of all this
            assert len(found) == told[f"{table}.ndjson"] == row[0] - later, table
            assert all([*line] == columns for line in found), table


def test_an_export_is_whole_proven_by_its_manifest_and_of_one_company(
    office: Office, owner_url: str, tmp_path: Path
) -> None:
    other = open_office()
    other.hr.record("f", "F", note="别家的事")
    found = office.hr.record("f", "E", note="前台看见的")
    file = add_file(office.hr)
    user = a_user(office)
    hook = office.hr("POST", "/v1/webhooks", WEBHOOK).get_json()
    path = tmp_path / "out.zip"
    done = shangfa("tenants", "export", office.slug, path)
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        digest = hashlib.sha256(archive.read("manifest.json")).hexdigest()
        assert done.output.strip().endswith(f"manifest {digest}")
        listed = {item["path"]: item for item in manifest["files"]}
        assert {*listed, "manifest.json"} == set(archive.namelist())
        for name, item in listed.items():
            content = archive.read(name)
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (
                item["sha256"],
                item["size"],
            )
        assert archive.read(f"evidence/{file['sha256']}") == PDF
        assert found["id"] in {row["id"] for row in lines(archive, "incident")}
        assert [row["login"] for row in lines(archive, "tenant_user")] == [user["login"]]
        whole = b"".join(archive.read(name) for name in listed).decode("utf-8", "replace")
        check_rows(archive, {name: item.get("rows") for name, item in listed.items()}, owner_url)
        assert manifest["about"]["audit"]["entries"] == listed["audit.ndjson"]["rows"]
    for secret in (hook["secret"], user["password"], "argon2id", "别家的事", str(other.company.id)):
        assert secret not in whole
    kinds = {item["kind"] for item in office.hr.get("/v1/audit?limit=500")["items"]}
    assert "tenant.exported" in kinds


def test_nothing_is_written_over_and_nothing_half_is_left(office: Office, tmp_path: Path) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"old")
    assert shangfa("tenants", "export", office.slug, there).exit_code == 1
    assert there.read_bytes() == b"old"
    assert shangfa("tenants", "export", "nobody-here", tmp_path / "new.zip").exit_code == 1
    file = add_file(office.hr)
    [kept] = [x for x in (tmp_path / "evidence").rglob("*") if x.name == file["sha256"]]
    kept.write_bytes(b"another")
    done = shangfa("tenants", "export", office.slug, tmp_path / "new.zip")
    assert (done.exit_code, "evidence_damaged" in done.output) == (1, True)
    assert sorted(x.name for x in tmp_path.glob("*.zip*")) == ["there.zip"]


def test_every_column_that_may_let_somebody_in_was_thought_of() -> None:
    """Which of them are handed out is said here, so that a new one is not by mistake."""
    words = ("secret", "password", "digest", "invitation", "refresh", "token", "key")
    suspects = {
        f"{model.__tablename__}.{name}"
        for model in Base.__subclasses__()
        if issubclass(model, TenantOwned)
        for name in [column.name for column in model.__table__.columns]
        if any(word in name for word in words)
    }
    hidden = {f"{table}.{name}" for table, names in SECRET.items() for name in names}
    passing = {name for name in suspects if name.split(".")[0] in PASSING}
    assert suspects - hidden - passing == {
        "import_file.digest",  # of a file's content, by which it is known again
        "notification.digest_id",
        "tenant_user.password_due",
        "webhook.old_secret_until",
    }
