"""Who only saw that somebody refused to sign: plain to who may read it, sealed in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from tests.making.house import code_of, make_company, owning, serving
from tests.making.story import Story, open_tenant

from shangfa.cli.main import main
from shangfa.config import SettingError, settings
from shangfa.outside import sealing
from shangfa.services.exchange.export import export

NAMES = ["路人甲见证", "路人乙见证"]


@pytest.fixture(autouse=True)
def keys(app_url: str, tmp_path: Path) -> Iterator[Path]:
    """A file of keys of its own."""
    path = tmp_path / "fields.keys"
    sealing._write(path, {1: bytes(range(32))})
    with serving(app_url, field_keys=str(path)):
        yield path


def refused_to_sign() -> tuple[Story, str]:
    """Bring a case before two witnesses to its slip, by a request that may be repeated."""
    story = open_tenant("plaza", leader="Z001", employee="Z003", other="Z005")
    case = str(story.hr.record("四-罚-1", "Z003", at="2026-08-31")["case"]["id"])
    story.leader.take(case, "confirm")
    body, path = {"witnesses": NAMES}, f"/v1/cases/{case}/refuse"
    told = [
        story.leader("POST", path, body, If_Match="*", Idempotency_Key="once") for _ in range(2)
    ]
    assert [answer.status_code for answer in told] == [200, 200]
    assert told[1].headers["Idempotent-Replayed"] == "true"
    assert told[0].get_json() == told[1].get_json()
    choice = {"subject": "Z003", "account": "fine", "unit": "CNY", "quantity": "15"}
    story.leader.take(case, "approve", choices=[choice])
    story.hr.take(case, "file")
    return story, case


def witnesses(story: Story, case: str) -> list[list[str]]:
    found = story.hr.get(f"/v1/cases/{case}")
    no = found["slips"][0]["no"]
    lines = [*found["history"], *story.hr.get(f"/v1/slips/{no}")["steps"]]
    return [line["witnesses"] for line in lines if "witnesses" in line]


def dump(story: Story, owner_url: str) -> str:
    """Return all that the database holds of a company."""
    with owning(owner_url) as owner:
        tables = owner.execute(
            "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE a.attname = 'tenant_id' AND c.relkind = 'r'"
        ).fetchall()
        rows = [
            owner.execute(
                f'SELECT r::text FROM "{table}" r WHERE tenant_id = %s'.encode(),
                (story.company.id,),
            ).fetchall()
            for (table,) in tables
        ]
    return str(rows)


def test_the_database_holds_no_plain_text_and_a_rotated_key_still_reads(
    keys: Path, owner_url: str
) -> None:
    story, case = refused_to_sign()
    held = dump(story, owner_url)
    assert not [name for name in NAMES if name in held]
    assert held.count("sealed:1:") >= 3  # the step, the slip, the answer that was kept
    assert witnesses(story, case) == [NAMES, NAMES]
    settings.cache_clear()
    done = CliRunner().invoke(main, ["keys", "rotate-fields"])
    assert done.exit_code == 0, done.output
    assert "key 2 seals" in done.output
    assert keys.stat().st_mode & 0o777 == 0o600
    assert witnesses(story, case) == [NAMES, NAMES]
    other, another = refused_to_sign()
    assert "sealed:2:" in dump(other, owner_url)
    assert "sealed:1:" not in dump(other, owner_url)
    assert witnesses(other, another) == [NAMES, NAMES]


def test_what_older_keys_seal_is_sealed_anew_in_parts_and_what_is_left_is_told(
    keys: Path, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after a part it goes on; what no key opens stays as it is and is counted."""
    monkeypatch.setenv("SHANGFA_OWNER_URL", owner_url)
    story, case = refused_to_sign()
    papers = paper(story, case)
    sealing.add_key()
    lost = sealing.seal(story.company.id, NAMES)
    sealing.add_key()
    with owning(owner_url) as owner:
        step = owner.execute(
            "UPDATE case_step SET data = jsonb_build_object('witnesses', %s::text) WHERE id = ("
            " SELECT id FROM case_step WHERE tenant_id = %s AND NOT data ? 'witnesses'"
            " ORDER BY id LIMIT 1) RETURNING id",
            (lost, story.company.id),
        ).fetchone()
    text = keys.read_text().splitlines(keepends=True)
    keys.write_text(text[0] + text[2])
    assert f"{story.company.slug}: 3 resealed, left key 2: 1" in resealed(story, 1)
    assert step is not None
    assert dump(story, owner_url).count("sealed:1:") == 0
    assert f"{story.company.slug}: 0 resealed, left key 2: 1" in resealed(story, 1)
    keys.write_text("".join(text[1:]))
    assert f"{story.company.slug}: 1 resealed, left 0" in resealed(story, 0)
    keys.write_text(text[2])
    assert witnesses(story, case) == [NAMES, NAMES, NAMES]
    assert paper(story, case) == papers


def resealed(story: Story, status: int) -> str:
    settings.cache_clear()
    done = CliRunner().invoke(
        main, ["keys", "reseal-fields", "--rows", "1", "--tenant", story.company.slug]
    )
    assert done.exit_code == status, done.output
    return done.output


def paper(story: Story, case: str) -> bytes:
    no = story.hr.get(f"/v1/cases/{case}")["slips"][0]["no"]
    return bytes(story.hr("GET", f"/v1/slips/{no}.pdf").data)


def test_the_companys_own_export_is_plain() -> None:
    story, _ = refused_to_sign()
    typed = f"sealed:1:{'A' * 41}"  # looks sealed, and somebody typed it
    story.hr.record("四-罚-1", "Z005", at="2026-08-31", note=typed)
    out = BytesIO()
    export(story.company.slug, out)
    with ZipFile(out) as opened:
        lines = [json.loads(line) for line in opened.read("case_step.ndjson").splitlines()]
        assert typed in opened.read("incident.ndjson").decode()
        slip = json.loads(opened.read("slip.ndjson").splitlines()[0])
    assert [line["data"]["witnesses"] for line in lines if "witnesses" in line["data"]] == [NAMES]
    assert NAMES in [step.get("witnesses") for step in slip["body"]["steps"]]


def test_without_its_key_it_is_refused_with_the_way_out(keys: Path) -> None:
    story, case = refused_to_sign()
    kept = keys.read_text()
    sealing._write(keys, {1: bytes(32)}, over=True)
    refused = story.hr("GET", f"/v1/cases/{case}")
    assert (refused.status_code, refused.get_json()["code"]) == (500, "field_key_missing")
    assert "SHANGFA_FIELD_KEYS" in refused.get_json()["detail_en"]
    keys.write_text(kept)
    assert witnesses(story, case) == [NAMES, NAMES]


def test_what_is_sealed_for_one_company_opens_for_no_other() -> None:
    one, other = make_company(), make_company()
    sealed = sealing.seal(one.id, NAMES)
    assert sealing.unseal(one.id, sealed) == NAMES
    assert code_of(lambda: sealing.unseal(other.id, sealed)) == "field_key_missing"
    assert sealing.seal(one.id, NAMES) != sealed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sealed:1:", id="nothing"),
        pytest.param("sealed:one:AAAA", id="no number"),
        pytest.param("路人甲", id="a name of old"),
    ],
)
def test_what_was_never_sealed_is_read_as_it_is(text: str) -> None:
    assert sealing.unseal(make_company().id, text) == text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("1 AAAA\n", id="a short key"),
        pytest.param("x y z\n", id="something else"),
    ],
)
def test_a_file_that_holds_no_keys_stops_the_start(keys: Path, content: str) -> None:
    keys.write_text(content)
    with pytest.raises(SettingError, match="SHANGFA_FIELD_KEYS"):
        sealing.check_keys()
