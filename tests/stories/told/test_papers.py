"""What is handed out of a case: slips on paper, and one file with all that proves it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from docx import Document
from tests.making.files import PDF
from tests.making.story import Person, Story, open_story

from shangfa.cli.main import main

SEEN, INSIDE, SAID = PDF + b"% seen", PDF + b"% inside", PDF + b"% said"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """A fine of E that was proposed, defended, approved, served, each with a file of its own."""
    story = open_story()
    files = {
        "seen": story.leader.hand_in(SEEN, "监控.pdf"),
        "said": story.hr.hand_in(SAID, "面谈.pdf"),
        "inside": story.hr.hand_in(INSIDE, "内部意见.pdf"),
    }
    made = story.leader.record(
        "b",
        "E",
        at="2026-08-31T10:00",
        note="当班离岗",
        evidence=[files["seen"]],
        procedure="default",
    )
    case = made["case"]["id"]
    choice = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "30.5"}
    story.employee.take(case, "defend", note="去了洗手间", evidence=[files["said"]])
    story.hr2.take(case, "approve", choices=[choice], note="初犯", evidence=[files["inside"]])
    served = story.hr.take(case, "serve", method="direct")
    return {"story": story, "case": case, "no": served["slips"][0]["no"], "files": files}


def fetched(person: Person, path: str) -> bytes:
    response = person("GET", path)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Disposition"].startswith("attachment")
    return bytes(response.data)


def text_of(paper: bytes) -> str:
    pages = pypdfium2.PdfDocument(paper)
    return "".join(page.get_textpage().get_text_range() for page in pages)


def words_of(paper: bytes) -> str:
    body = Document(BytesIO(paper)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def test_a_slip_is_printed_as_it_was_made(told: dict[str, Any]) -> None:
    story, no = told["story"], told["no"]
    found = story.hr.get(f"/v1/slips/{no}")
    assert (found["subject_name"], found["supervisor_name"]) == ("E", "M")
    assert (found["policy_title"], found["occurred"]) == ("员工奖惩办法", "2026-08-31 10:00")
    assert (found["payroll_month"], found["appeal_until"]) == ("2026-08", "2026-09-11")
    assert [item["taken"] for item in found["choices"]] == ["30.5"]
    assert [step["step"] for step in found["steps"]][-2:] == ["approve", "serve"]
    texts = [words_of(fetched(story.hr, f"/v1/slips/{no}.docx"))]
    texts.append(text_of(fetched(story.hr, f"/v1/slips/{no}.pdf")))
    for text in texts:
        for words in (
            no,
            "酌情罚款",
            "当班离岗",
            "去了洗手间",
            "初犯",
            "30.50",
            "人民币叁拾元伍角整",
        ):
            assert words in text.replace("\n", "").replace("\r", ""), words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_slip_is_the_same_bytes_whatever_changes_later(told: dict[str, Any], form: str) -> None:
    story, path = told["story"], f"/v1/slips/{told['no']}.{form}"
    before = fetched(story.hr, path)
    etag = story.hr("GET", "/v1/subjects/E").headers["ETag"]
    renamed = story.hr("PATCH", "/v1/subjects/E", {"name": f"改名{form}"}, If_Match=etag)
    assert renamed.status_code == 200, renamed.text
    story.until("2026-09-02T10:00:00+08:00" if form == "pdf" else "2026-09-02T10:00:01+08:00")
    assert fetched(story.hr, path) == before


def test_paper_tells_nobody_more_than_the_slip_does(told: dict[str, Any]) -> None:
    story, no = told["story"], told["no"]
    mine = text_of(fetched(story.employee, f"/v1/slips/{no}.pdf"))
    assert "去了洗手间" in mine
    assert "初犯" not in mine
    money = text_of(fetched(story.finance, f"/v1/slips/{no}.pdf"))
    assert "30.50" in money
    assert "当班离岗" not in money
    for form in ("", ".pdf", ".docx"):
        assert story.other("GET", f"/v1/slips/{no}{form}").status_code == 404
        assert story.hr("GET", f"/v1/slips/2026-999999{form}").status_code == 404
        assert story.hr("GET", f"/v1/slips/x{form}").status_code == 404


def listed(pack: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(BytesIO(pack)) as opened:
        found: dict[str, Any] = json.loads(opened.read("manifest.json"))
        return found


def names(pack: bytes) -> list[str]:
    return [item["path"].partition("-")[2] for item in listed(pack)["files"]]


def test_a_pack_has_all_that_proves_a_case_and_is_proved_offline(
    told: dict[str, Any], tmp_path: Path
) -> None:
    story, path = told["story"], f"/v1/cases/{told['case']}/evidence-pack.zip"
    response = story.hr("GET", path)
    assert response.status_code == 200, response.text
    pack, digest = bytes(response.data), response.headers["X-Manifest-SHA256"]
    assert names(pack) == [f"{told['no']}.pdf", "监控.pdf", "面谈.pdf", "内部意见.pdf"]
    about = listed(pack)["about"]
    assert (about["case"], about["clause"], about["subjects"]) == (told["case"], "b", ["E"])
    assert fetched(story.hr, path) == pack
    kept, broken = tmp_path / "pack.zip", tmp_path / "broken.zip"
    kept.write_bytes(pack)
    broken.write_bytes(pack.replace(b"% seen", b"% SEEN"))
    sound = CliRunner().invoke(main, ["verify-pack", str(kept), "--manifest", digest])
    assert sound.exit_code == 0, sound.output
    assert CliRunner().invoke(main, ["verify-pack", str(broken)]).exit_code != 0


def test_a_pack_and_its_files_show_nobody_what_stays_inside(told: dict[str, Any]) -> None:
    story, path = told["story"], f"/v1/cases/{told['case']}/evidence-pack.zip"
    expected = [f"{told['no']}.pdf", "监控.pdf", "面谈.pdf"]
    assert names(fetched(story.employee, path)) == expected
    assert names(fetched(story.leader, path)) == [*expected, "内部意见.pdf"]
    assert story.other("GET", path).status_code == 404
    assert story.finance("GET", path).status_code == 403
    asked = {"employee": [200, 200, 404], "leader": [200, 200, 200], "other": [404, 404, 404]}
    for who, expected_status in asked.items():
        got = [
            story.people[who]("GET", f"/v1/evidence/{told['files'][name]}").status_code
            for name in ("seen", "said", "inside")
        ]
        assert got == expected_status, who


def test_what_somebody_else_said_is_in_nobody_s_pack(story: Story) -> None:
    made = story.leader.record("f", "E", "G", at="2026-08-31", procedure="default")
    case = made["case"]["id"]
    story.hr.take(case, "defend", evidence=["面谈记录"])
    story.hr2.take(case, "approve")
    story.hr.take(case, "serve", method="direct")
    file = story.hr.hand_in(PDF + b"% appeal", "申诉.pdf")
    story.hr.take(case, "appeal", grounds="不是他", evidence=[file], subject="E")
    path = f"/v1/cases/{case}/evidence-pack.zip"
    assert "申诉.pdf" in names(fetched(story.employee, path))
    assert "申诉.pdf" not in names(fetched(story.other, path))
    assert story.employee("GET", f"/v1/evidence/{file}").status_code == 200
    assert story.other("GET", f"/v1/evidence/{file}").status_code == 404
    (own,) = story.other.get(f"/v1/cases/{case}")["slips"]
    assert story.other.get(f"/v1/slips/{own['no']}")["linked"] == []
    (first, second) = story.hr.get(f"/v1/cases/{case}")["slips"]
    assert story.hr.get(f"/v1/slips/{first['no']}")["linked"] == [second["no"]]
