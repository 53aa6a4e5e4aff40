"""A backup brings back all companies or one, in another database, and proves it."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from psycopg import sql
from tests.conftest import TEMPLATE
from tests.making.house import contents, forget, owning, serving
from tests.making.office import Office, add_file, open_office
from tests.making.operations import WEBHOOK, a_user
from tests.making.owner import plain_owner

from shangfa.cli.main import main
from shangfa.config import settings
from shangfa.db.server import embedded
from shangfa.db.server.embedded import Embedded
from shangfa.db.server.schema import head
from shangfa.outside.signing import public_key
from shangfa.services.exchange.export import export

RESTORED = {"audit", "audit_head", "audit_note"}
"""Tables that say of a restore that it was."""


@pytest.fixture
def empty(server: Embedded) -> Iterator[str]:
    """The name of another migrated, empty database."""
    name, url = f"empty_{os.getpid()}", server.url(embedded.OWNER, "postgres")
    words = sql.Identifier(name), sql.Identifier(TEMPLATE)
    with owning(url) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*words))
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(words[0]))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where files of all companies of the database are: a backup of all has them."""
    return tmp_path_factory.mktemp("evidence").as_uri()


@pytest.fixture
def offices(app_url: str, evidence: str) -> Iterator[list[Office]]:
    with serving(app_url, evidence_url=evidence):
        yield [_filled(), _filled()]


def _filled() -> Office:
    office = open_office()
    incident = office.hr.record("f", "E", note="前台看见的")
    office.hr("POST", f"/v1/incidents/{incident['id']}/reverse", {"reason": "查无此事"})
    office.hr.record("w", "E")
    a_user(office)
    office.hr("POST", "/v1/webhooks", WEBHOOK)
    add_file(office.hr)
    office.hr.get("/v1/audit/verify")
    return office


def shangfa(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def rows(owner_url: str, office: Office) -> dict[str, str | None]:
    """Return table -> digest of a company's rows."""
    found: dict[str, str | None] = {}
    with owning(owner_url) as connection:
        tables = connection.execute(
            "SELECT c.table_name FROM information_schema.columns c"
            " WHERE c.column_name = 'tenant_id' AND c.table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            query = (
                f'SELECT md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM "{table}" r'
                f" WHERE r.tenant_id = '{office.company.id}'"
            )
            row = connection.execute(query.encode()).fetchone()
            found[table] = row[0] if row else None
    return found


@pytest.mark.parametrize("many", [2, 1], ids=["whole", "one company"])
def test_what_was_backed_up_comes_back_as_it_was(
    offices: list[Office], server: Embedded, owner_url: str, empty: str, tmp_path: Path, many: int
) -> None:
    kept = offices[0]
    only = ("--tenant", kept.slug) if many == 1 else ()
    file = tmp_path / "backup.zip"
    done = shangfa("backup", file, *only)
    assert done.exit_code == 0, done.output
    manifest = done.output.split()[-1]
    before = rows(owner_url, kept)
    assert sum(value is not None for value in before.values()) > 20
    again = serving_new(server, empty, tmp_path)
    with serving(**again):
        done = shangfa("restore", file)
        assert done.exit_code == 0, done.output
        assert f"{kept.slug}: restored, 0 differences, audit chain holds" in done.output
        after = rows(server.url(embedded.OWNER, empty), kept)
        assert {name for name in before if after[name] != before[name]} == RESTORED
        forget()
        *_, last = kept.hr.get("/v1/audit?limit=500")["items"]
        assert (last["kind"], last["data"]["manifest"]) == ("tenant.restored", manifest)
        assert last["data"]["entries"] == last["n"] - 1
        assert kept.hr.get("/v1/me")["role"] == "hr"
        assert kept.hr.get("/v1/audit/verify")["ok"] is True
        kept.hr.record("f", "E")
        there = offices[1].hr("GET", "/v1/me").status_code
        assert there == (401 if many == 1 else 200)
        done = shangfa("restore", file)
        assert (done.exit_code, "restore_taken" in done.output) == (1, True)


def serving_new(server: Embedded, name: str, tmp_path: Path) -> dict[str, str]:
    return {
        "url": server.url(embedded.APP, name),
        "owner_url": plain_owner(server.url(embedded.OWNER, name)),
        "evidence_url": (tmp_path / "other").as_uri(),
    }


def test_certificates_of_companies_that_left_come_along_and_the_key_does_not(
    offices: list[Office], server: Embedded, owner_url: str, empty: str, tmp_path: Path
) -> None:
    gone, file = offices[1], tmp_path / "backup.zip"
    erased(gone, owner_url, tmp_path / "first.json")
    done = shangfa("backup", file)
    assert done.exit_code == 0, done.output
    key = settings().anchor_file.read_bytes()
    with zipfile.ZipFile(file) as opened:
        assert not [name for name in opened.namelist() if key in opened.read(name)]
        about = json.loads(opened.read("manifest.json"))["about"]
    assert about["signs_with"] == public_key().hex()
    with serving(**serving_new(server, empty, tmp_path)):
        assert shangfa("restore", file).exit_code == 0
        done = shangfa("tenants", "erase", gone.slug, "--certificate", tmp_path / "again.json")
        assert done.exit_code == 0, done.output
    first, again = (json.loads((tmp_path / f"{x}.json").read_text()) for x in ("first", "again"))
    assert again == first


def erased(office: Office, owner_url: str, paper: Path) -> None:
    """Let a company leave."""
    path = f"/v1/tenants/{office.slug}/erasure"
    assert office.by("operator")("POST", path, {"reason": "合同到期"}).status_code == 201
    made = export(office.slug, BytesIO())
    confirmed = office.hr("POST", "/v1/erasure/confirm", {"manifest": made.manifest})
    assert confirmed.status_code == 200, confirmed.text
    with serving(settings().database_url or "", owner_url=plain_owner(owner_url)):
        done = shangfa("tenants", "erase", office.slug, "--certificate", paper)
        assert done.exit_code == 0, done.output


def test_what_cannot_be_restored_is_refused_and_nothing_is_written(
    offices: list[Office], server: Embedded, empty: str, tmp_path: Path
) -> None:
    whole, slug = tmp_path / "whole.zip", offices[0].slug
    assert shangfa("backup", whole, "--tenant", slug).exit_code == 0
    assert shangfa("backup", whole).exit_code == 1
    files = {name: tmp_path / f"{name}.zip" for name in ("changed", "cut", "older", "less")}
    for file in files.values():
        shutil.copy(whole, file)
    files["cut"].write_bytes(whole.read_bytes()[:-200])
    rewrite(whole, files["changed"], "incident.ndjson", lambda x: x.replace("前台", "后台"))
    rewrite(whole, files["older"], "manifest.json", lambda x: x.replace(head() or "", "0543"))
    rewrite(whole, files["less"], "decision.ndjson", None)
    other = server.url(embedded.OWNER, empty)
    with serving(**serving_new(server, empty, tmp_path)):
        before = contents(other)
        for name, code in (
            *(("changed", "restore_damaged"), ("cut", "restore_damaged")),
            *(("older", "restore_revision"), ("less", "restore_damaged")),
        ):
            done = shangfa("restore", files[name])
            assert (done.exit_code, code in done.output) == (1, True), (name, done.output)
        done = shangfa("restore", whole, "--tenant", "nobody-here")
        assert (done.exit_code, "unknown_tenant" in done.output) == (1, True)
        assert contents(other) == before


def rewrite(whole: Path, file: Path, name: str, change: object) -> None:
    """Copy an archive with one file of it changed, or without it."""
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(file, "w") as new:
        for path in old.namelist():
            if not path.endswith(name):
                new.writestr(path, old.read(path))
            elif callable(change):
                new.writestr(path, change(old.read(path).decode()))


def test_a_company_that_does_not_prove_right_stays_closed(
    offices: list[Office], server: Embedded, owner_url: str, empty: str, tmp_path: Path
) -> None:
    office, file = offices[0], tmp_path / "backup.zip"
    with owning(owner_url) as connection:
        changed = "UPDATE tally SET total = total + 1 WHERE tenant_id = %s"
        connection.execute(changed.encode(), (office.company.id,))
    assert shangfa("backup", file, "--tenant", office.slug).exit_code == 0
    with serving(**serving_new(server, empty, tmp_path)):
        done = shangfa("restore", file)
        assert (done.exit_code, "restore_differs" in done.output) == (1, True), done.output
        forget()
        assert office.hr("GET", "/v1/me").status_code == 403
