"""The command line on a real database: what it prints, how it ends, what it changes."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.making.house import (
    ROOT,
    code_of,
    contents,
    load_company,
    make_company,
    owning,
    serving,
)

from shangfa.cli.main import main
from shangfa.db.server.embedded import APP, OWNER, Embedded
from shangfa.services.access import authentication as access
from shangfa.services.access.sign_in import STRANGER, sign_in

FUJIE = ROOT / "tenants/fujie"
CASE = """
- id: too-much
  title: expects more than the clause gives
  when: {at: 2026-03-02, subject: E, clause: 一-2}
  then:
    effects:
      - {subject: E, account: fine, unit: CNY, quantity: -99}
- id: right
  title: expects what it gives
  when: {at: 2026-03-02, subject: E, clause: 一-2}
  then:
    effects:
      - {subject: E, account: fine, unit: CNY, quantity: -20}
"""


def shangfa(*words: object, **environment: str | None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


@pytest.fixture(autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url):
        yield


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(CASE)
    return path


def test_lint_says_clause_law_and_way_out_in_both_languages() -> None:
    done = shangfa("lint", ROOT / "tenants/retail-shop", "--on", "2026-11-27")
    assert done.exit_code == 0
    assert "retail-shop 请假-3 block deposit: " in done.stdout
    assert "  劳动合同法 9、84 (read)\n  → 退还已收的" in done.stdout
    assert "309号 59 (secondary, unconfirmed)" in done.stdout


def test_lint_prints_an_object_for_each_finding() -> None:
    done = shangfa("lint", ROOT / "tenants/retail-shop", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {item["tenant"] for item in found} == {"retail-shop"}
    assert {"code", "severity", "clause", "law_ref", "text_zh", "text_en", "certainty"} <= set(
        found[0]
    )


@pytest.mark.parametrize(("mode", "status"), [("warn", 0), ("block", 1), ("'off'", 0)])
def test_lint_ends_badly_where_a_policy_could_not_be_published(
    mode: str, status: int, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(ROOT / "tenants/retail-shop", tmp_path / "shop"))
    with (folder / "tenant.yaml").open("a") as file:
        file.write(f"compliance: {mode}\n")
    assert shangfa("lint", folder).exit_code == status


def test_lint_names_a_rule_that_is_not_there(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "tenants/retail-shop", tmp_path / "shop"))
    with (folder / "tenant.yaml").open("a") as file:
        file.write("compliance: {rules: {DEPOSITS: block}}\n")
    done = shangfa("lint", folder)
    assert done.exit_code == 1
    assert "DEPOSITS" in done.stderr


def test_check_passes_a_tenant_and_counts_its_cases() -> None:
    done = shangfa("check", FUJIE)
    *lines, last = done.stdout.splitlines()
    assert done.exit_code == 0
    assert all(line.startswith("PASS ") for line in lines)
    assert last == f"{len(lines)} passed, 0 failed"


def test_check_says_what_was_expected_and_what_came(cases: Path) -> None:
    done = shangfa("check", FUJIE, "--cases", cases)
    failed, passed, last = done.stdout.splitlines()
    assert done.exit_code == 1
    assert failed.startswith("FAIL too-much: expected ")
    assert "-99" in failed.partition(", got ")[0]
    assert "-20" in failed.partition(", got ")[2]
    assert (passed, last) == ("PASS right", "1 passed, 1 failed")


def test_check_prints_json_for_machines(cases: Path) -> None:
    done = shangfa("check", FUJIE, "--json", "--cases", cases)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(item["id"], item["passed"]) for item in found] == [
        ("too-much", False),
        ("right", True),
    ]
    read, last = done.stderr.splitlines()
    assert "clauses" in read
    assert last == "1 passed, 1 failed"


def test_check_names_every_fault_with_file_and_line(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FUJIE, tmp_path / "fujie"))
    policy = folder / "policy.yaml"
    text = policy.read_text().replace("kind: fines.fixed", "kind: fines.none", 2)
    policy.write_text(text)
    lines = [number for number, line in enumerate(text.splitlines(), 1) if "fines.none" in line]
    done = shangfa("check", folder, FUJIE)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL ")]
    assert done.exit_code == 1
    assert [f"{policy}:{number}: unknown_kind" in failed[i] for i, number in enumerate(lines)]
    assert done.stdout.splitlines()[-1].endswith(" passed, 2 failed")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["check"], id="no folder"),
        pytest.param(["check", "nowhere"], id="a folder that is not there"),
        pytest.param(["keys", "create", "king"], id="no role"),
        pytest.param(["keys", "revoke"], id="no key"),
        pytest.param(["dance"], id="no command"),
    ],
)
def test_a_wrong_use_says_how_to_use_it(words: list[str]) -> None:
    done = shangfa(*words)
    assert done.exit_code == 2
    assert "Usage: " in done.stderr


def test_the_catalogue_is_csv_with_a_row_for_each_clause() -> None:
    done = shangfa("catalog", FUJIE)
    rows = list(csv.DictReader(StringIO(done.stdout)))
    assert done.exit_code == 0
    assert ",".join(rows[0]) == "policy,code,title,kind,direction,account,unit,min,max,per,note"
    found = next(row for row in rows if row["code"] == "一-2")
    assert (found["direction"], found["account"], found["min"]) == ("penalty", "fine", "20")


def test_a_folder_is_loaded_once(owner_url: str) -> None:
    first = shangfa("tenants", "load", FUJIE)
    assert (first.exit_code, first.stdout) == (0, "fujie: loaded\n")
    stored = contents(owner_url)
    assert shangfa("tenants", "load", FUJIE).exit_code == 0
    assert contents(owner_url) == stored


def test_a_folder_with_a_fault_is_not_loaded(tmp_path: Path, owner_url: str) -> None:
    folder = Path(shutil.copytree(FUJIE, tmp_path / "faulty"))
    (folder / "people.csv").write_text("code,name,supervisor\nA,甲,B\n")
    stored = contents(owner_url)
    done = shangfa("tenants", "load", folder)
    assert done.exit_code == 1
    assert "unknown_subject" in done.stderr
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        pytest.param("hr", None, id="of an office"),
        pytest.param("employee", "F003", id="of a person"),
        pytest.param("operator", None, id="of the operator"),
    ],
)
def test_a_key_is_made_printed_once_and_revoked(role: str, subject: str | None) -> None:
    company = load_company("fujie")
    options = ["--tenant", company.slug] if role != "operator" else []
    options += ["--subject", subject] if subject else []
    made = shangfa("keys", "create", role, *options)
    key = made.stdout.strip()
    assert made.exit_code == 0
    assert access.authenticate(key).role == role
    assert access.authenticate(key).subject == subject
    assert shangfa("keys", "revoke", key).stdout == "revoked\n"
    access._remembered().clear()
    assert code_of(lambda: access.authenticate(key)) == "unauthorized"
    again = shangfa("keys", "revoke", key)
    assert (again.exit_code, again.stderr) == (1, "Error: There is no such key in force.\n")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["hr"], "missing", id="of no tenant"),
        pytest.param(["hr", "--tenant", "nobody"], "unknown_tenant", id="of an unknown tenant"),
        pytest.param(["employee", "--tenant", "{}"], "missing", id="of nobody"),
        pytest.param(
            ["employee", "--tenant", "{}", "--subject", "X"], "unknown_subject", id="of a stranger"
        ),
    ],
)
def test_a_key_that_cannot_be_made(words: list[str], code: str, owner_url: str) -> None:
    slug = load_company("fujie").slug
    stored = contents(owner_url)
    done = shangfa("keys", "create", *(word.format(slug) for word in words))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{code}: ")
    assert contents(owner_url) == stored


def test_a_user_is_made_listed_locked_reset_and_ended(owner_url: str) -> None:
    slug = make_company().slug
    said = ("--role", "hr", "--role", "auditor", "--name", "李华")
    password = shangfa("user", "create", slug, "li.hua", *said).stdout.strip()

    def enter(given: str) -> str:
        return code_of(lambda: sign_in(STRANGER, slug, "li.hua", given))

    assert enter(password) == ""
    row = "li.hua\t李华\thr/auditor\t-\t"
    assert shangfa("user", "list", slug).stdout == f"{row}active\n"
    assert shangfa("user", "lock", slug, "li.hua").exit_code == 0
    assert enter(password) == "account_locked"
    assert shangfa("user", "list", slug).stdout == f"{row}locked\n"
    assert shangfa("user", "unlock", slug, "li.hua").exit_code == 0
    other = shangfa("user", "reset", slug, "li.hua").stdout.strip()
    assert (enter(password), enter(other)) == ("sign_in_failed", "")
    link = shangfa("user", "reset", slug, "li.hua", "--invite").stdout
    assert link.startswith("/v1/invitations/si_")
    assert enter(other) == "sign_in_failed"
    assert shangfa("user", "remove", slug, "li.hua").exit_code == 0
    assert shangfa("user", "list", slug).stdout == f"{row}ended\n"
    stored = contents(owner_url)
    for words in (("lock", slug, "nobody"), ("remove", slug, "li.hua"), ("list", "nobody")):
        assert shangfa("user", *words).exit_code == 1
    assert contents(owner_url) == stored


def test_a_replay_finds_nothing_until_something_was_changed_by_hand(owner_url: str) -> None:
    company = load_company("fujie")
    company.record("一-2", "F003")
    done = shangfa("replay", company.slug)
    assert (done.exit_code, done.stdout) == (0, f"{company.slug}: 0 differences\n")
    with owning(owner_url) as connection:
        connection.execute(
            "UPDATE ledger_entry SET quantity = -21 WHERE tenant_id = %s AND account = 'fine'",
            [company.id],
        )
    done = shangfa("replay", company.slug)
    first, last = done.stdout.splitlines()
    assert (done.exit_code, last) == (1, f"{company.slug}: 1 differences")
    assert first.startswith(f"{company.slug}: balance ")
    assert "-21" in first
    assert "≠ -20.00" in first
    assert company.slug in shangfa("replay").stdout


def test_a_replay_says_who_cannot_be_recomputed_and_goes_on(owner_url: str) -> None:
    broken, sound = load_company("fujie"), load_company("fujie")
    broken.record("一-2", "F003")
    with owning(owner_url) as connection:
        connection.execute(
            "UPDATE policy_version"
            " SET document = replace(document::text, 'fines.fixed', 'fines.none')::jsonb"
            " WHERE tenant_id = %s",
            [broken.id],
        )
    done = shangfa("replay")
    assert done.exit_code == 1
    assert f"{sound.slug}: 0 differences\n" in done.stdout
    assert f"{broken.slug}: " not in done.stdout
    assert f"{broken.slug}: " in done.stderr


def test_a_replay_of_nobody() -> None:
    done = shangfa("replay", "nobody")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("nobody: unknown_tenant: ")


def test_a_backup_never_writes_over_a_file_and_says_where_it_cannot_write(tmp_path: Path) -> None:
    load_company("fujie")
    made = tmp_path / "a.zip"
    assert shangfa("backup", str(made)).exit_code == 0
    before = made.read_bytes()
    again, nowhere = (
        shangfa("backup", str(path)) for path in (made, tmp_path / "no" / "folder" / "b.zip")
    )
    assert (again.exit_code, nowhere.exit_code) == (1, 1)
    assert "is there already" in again.stderr
    assert "cannot be written" in nowhere.stderr
    assert made.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.fixture
def empty(server: Embedded, database: str) -> Iterator[str]:
    """The name of a database without a schema."""
    name = f"{database}_empty"
    with owning(server.url(OWNER, "postgres")) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield name
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_the_owner_brings_the_schema_up(server: Embedded, empty: str) -> None:
    urls = {
        "SHANGFA_DATABASE_URL": server.url(APP, empty),
        "SHANGFA_OWNER_URL": server.url(OWNER, empty),
    }
    for _ in range(2):
        with serving(urls["SHANGFA_DATABASE_URL"], owner_url=urls["SHANGFA_OWNER_URL"]):
            done = shangfa("db", "upgrade")
        assert done.exit_code == 0, done.output
        assert done.stdout == "The schema is at its newest revision.\n"


def test_without_the_owner_the_schema_is_only_looked_at(server: Embedded, empty: str) -> None:
    with serving(server.url(APP, empty)):
        done = shangfa("db", "upgrade")
    assert done.exit_code == 1
    assert "The database is at schema revision none" in f"{done.stderr}{done.exception}"


def test_a_calendar_is_loaded_in_versions_and_a_faulty_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_text("date,kind,name,source\n2027-01-01,off,元旦,a notice\n")
    assert shangfa("calendar", "load", path).stdout == "2027: version 1\n"
    assert shangfa("calendar", "load", path).stdout == "2027: version 1\n"
    path.write_text("date,kind,name,source\n2027-01-32,off,元旦,a notice\n")
    done = shangfa("calendar", "load", path)
    assert done.exit_code == 1
    assert "2027.csv:2: invalid" in done.stderr
