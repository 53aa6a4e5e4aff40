"""What somebody reads of another's case because a part of it is his: his mark, or his approval."""

from __future__ import annotations

from tests.making.files import PDF
from tests.making.story import Person, open_story


def test_a_superior_reads_of_the_slip_that_marked_him_what_is_his() -> None:
    story = open_story()
    himself = story.add("himself", "employee", "M")
    case = story.effective("m", "E")
    [slip] = story.hr.get(f"/v1/cases/{case}")["slips"]
    seen = himself.get(f"/v1/slips/{slip['no']}")
    assert {line["subject"] for line in seen["effects"]} == {"M"}
    assert (seen["subject"], seen["clause"]) == ("E", "m")
    assert not {"facts", "note", "steps", "evidence", "choices"} & {*seen}
    whole = story.hr.get(f"/v1/slips/{slip['no']}")
    assert {line["subject"] for line in whole["effects"]} == {"E", "M"}
    assert {line["subject"] for line in seen["trace"]} <= {"M"}
    assert himself("GET", f"/v1/slips/{slip['no']}.pdf").data[:4] == b"%PDF"
    for who in (story.other, story.boss):
        assert who("GET", f"/v1/slips/{slip['no']}").status_code == 404
    body = {"subject": "E", "kind": "restriction", "reason": "有异议"}
    assert story.hr("POST", "/v1/restrictions", body).status_code == 201
    assert himself("GET", f"/v1/slips/{slip['no']}").status_code == 404


def test_who_is_named_to_approve_opens_the_files_while_it_waits_for_him() -> None:
    story = open_story()
    rules = {"rules": [{"level": "minor_demerit", "person": "B"}]}
    assert story.hr("PUT", "/v1/approvals", rules, If_Match="*").status_code == 200
    told, later = (story.hr.hand_in(PDF + name, "a.pdf") for name in (b"%1", b"%2"))
    other = story.hr.hand_in(PDF + b"%3", "b.pdf")
    case = str(story.leader.record("m", "E", at="2026-08-31", evidence=[told])["case"]["id"])
    story.leader.record("f", "E", at="2026-08-31", evidence=[other])
    boss = story.boss
    assert opens(boss, told, later, other) == [404, 404, 404]
    story.hr.take(case, "defend", evidence=[later])
    assert opens(boss, told, later, other) == [200, 200, 404]
    assert opens(story.other, told, later) == [404, 404]
    boss.take(case, "approve")
    assert opens(boss, told, later, other) == [404, 404, 404]


def opens(who: Person, *files: str) -> list[int]:
    return [who("GET", f"/v1/evidence/{file}").status_code for file in files]
