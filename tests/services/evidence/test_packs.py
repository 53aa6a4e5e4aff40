"""A pack of what a case names, from the store."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from tests.making.files import PDF, PNG
from tests.making.house import Company, code_of, make_company

from shangfa.config import settings
from shangfa.db.tx.transaction import begin
from shangfa.outside import files as outside
from shangfa.papers.pack import verify_pack
from shangfa.services.evidence import files, packs


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company()


def pack_of(company: Company, *names: str) -> packs.Pack:
    with begin(company.id) as tx:
        records = packs.named_files(tx, names)
    slip = ("奖罚单 2026-000123.pdf", PDF + b"% slip")
    return packs.make_pack(company.id, {"case": "1"}, records, [slip])


def test_a_pack_holds_the_papers_and_the_files_that_are_named(company: Company) -> None:
    first = files.add(company.ctx(), "甲.pdf", BytesIO(PDF))
    second = files.add(company.ctx(), "乙.png", BytesIO(PNG))
    names = ("照片-1", str(second.id), str(first.id), str(company.id))
    made, again = pack_of(company, *names), pack_of(company, *names)
    with made.file, again.file:
        assert made.file.read() == again.file.read()
        verified = verify_pack(made.file, made.manifest)
        assert (verified.files, verified.findings) == (3, ())
        with zipfile.ZipFile(made.file) as pack:
            said = json.loads(pack.read("manifest.json"))
    assert [(item["kind"], item["path"]) for item in said["files"]] == [
        ("paper", "evidence/0001-奖罚单 2026-000123.pdf"),
        ("evidence", "evidence/0002-甲.pdf"),
        ("evidence", "evidence/0003-乙.png"),
    ]


def test_a_file_of_another_company_is_not_in_it(company: Company) -> None:
    foreign = files.add(make_company().ctx(), "丙.pdf", BytesIO(PDF))
    made = pack_of(company, str(foreign.id))
    with made.file:
        assert verify_pack(made.file).files == 1


def test_a_damaged_file_gives_no_pack(company: Company) -> None:
    kept = files.add(company.ctx(), "丁.pdf", BytesIO(PDF + b"% damaged"))
    store, root = outside._store(settings().evidence)
    store.rm(outside._path(root, company.id, kept.sha256))
    assert code_of(lambda: pack_of(company, str(kept.id))) == "evidence_damaged"
