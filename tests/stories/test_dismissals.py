"""A dismissal that no procedure looked into is only proposed until somebody has answered it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.making.house import make_company
from tests.making.story import PLUGINS, RULES, Person, Story, keyed, open_story

from shangfa.domain.cases.gate import STATUSES

GATE: dict[str, Any] = {
    "ground": "39-2",
    "protected": dict.fromkeys(STATUSES, False),
    "union": {"notified_on": "2026-08-30"},
    "decided_by": "总经理",
}
AT_ONCE = RULES.replace("procedure: default", "procedure: immediate").replace(
    "procedures: [immediate,", "procedures: [default,"
)


def listed(by: Person, query: str = "") -> list[tuple[str, str]]:
    return [(one["subject"], one["state"]) for one in by.get(f"/v1/dismissals{query}")["items"]]


def answer(by: Person, case: str, subject: str = "E", **more: Any) -> tuple[int, str]:
    body = {"subject": subject, "case": case, "outcome": "approved"} | more
    response = by("POST", "/v1/dismissals", body)
    said = response.get_json()
    return response.status_code, said["state"] if response.status_code == 201 else said["code"]


def waits_for(by: Person) -> list[str]:
    return [item["step"] for item in by.get("/v1/tasks")["items"]]


def proposed(story: Story, *who: str, at: str = "2026-08-31") -> str:
    return str(story.leader.record("d", *(who or ("E",)), at=at)["case"]["id"])


def test_a_dismissal_at_once_is_a_proposal_until_it_is_looked_into() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    assert story.balances("E") == {"dismissal": "1"}
    assert listed(story.hr) == listed(story.employee) == [("E", "proposed")]
    assert listed(story.other) == listed(story.hr, "?state=approved") == []
    shown = {"subject": "E", "state": "proposed"}
    assert story.hr.get(f"/v1/cases/{case}")["dismissals"] == [shown]
    assert waits_for(story.hr) == ["dismissal"]
    assert waits_for(story.leader) == waits_for(story.employee) == []
    slips = story.hr("POST", f"/v1/cases/{case}/slips")
    assert (slips.status_code, slips.get_json()["code"]) == (409, "dismissal_open")
    notice = story.hr("POST", "/v1/notices", {"case": case, "until": "2026-09-20"})
    assert (notice.status_code, notice.get_json()["code"]) == (409, "dismissal_open")
    refused_without_what_the_law_wants(story, case)
    assert answer(story.hr, case, dismissal=GATE, evidence=["a"]) == (201, "approved")
    assert answer(story.hr2, case, dismissal=GATE, evidence=["a"]) == (409, "already_decided")
    assert listed(story.hr) == [("E", "approved")]
    assert waits_for(story.hr) == ["follow_up", "follow_up"]
    no = story.hr("POST", f"/v1/cases/{case}/slips").get_json()["slips"][0]["no"]
    assert [e["unit"] for e in story.hr.get(f"/v1/slips/{no}")["effects"]][:1] == ["dismissal"]
    for who, seen in ((story.hr, True), (story.auditor, False), (story.employee, False)):
        (one,) = who.get("/v1/dismissals")["items"]
        assert (one["dismissal"] is not None) is seen
    moved = [one["data"] for one in story.hr.get("/v1/changes")["items"]]
    assert any(one.get("step") == "dismissal" and one["state"] == "approved" for one in moved)
    assert story.company.differences() == []


def refused_without_what_the_law_wants(story: Story, case: str) -> None:
    for key in GATE:
        given = {name: value for name, value in GATE.items() if name != key}
        assert answer(story.hr, case, dismissal=given, evidence=["a"]) == (422, "missing"), key
    assert answer(story.hr, case) == (422, "missing")
    assert answer(story.hr, case, dismissal=GATE) == (422, "missing")
    pregnant = GATE | {"ground": "40-2", "protected": GATE["protected"] | {"maternity": True}}
    assert answer(story.hr, case, dismissal=pregnant, evidence=["a"]) == (422, "protected_person")
    assert answer(story.leader, case, dismissal=GATE, evidence=["a"]) == (403, "same_person")
    assert answer(story.employee, case, dismissal=GATE, evidence=["a"]) == (403, "same_person")
    for who in (story.finance, story.other):
        assert answer(who, case, dismissal=GATE, evidence=["a"]) == (404, "not_found")


def test_a_dismissal_that_is_declined_is_on_no_slip() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    assert answer(story.hr, case, outcome="declined", note="情节不重") == (201, "declined")
    no = story.hr("POST", f"/v1/cases/{case}/slips").get_json()["slips"][0]["no"]
    effects = story.hr.get(f"/v1/slips/{no}")["effects"]
    assert [(one["subject"], one["unit"]) for one in effects] == [("M", "major_demerit")]
    assert listed(story.hr, "?subject=E") == [("E", "declined")]


BOTH = AT_ONCE.replace(
    "clauses:",
    """clauses:
  - {code: both, title: 严重违纪, parts: [
      {kind: ladder.action, params: {action: dismissal}},
      {kind: fines.fixed, params: {amount: 30}}]}""",
)


@pytest.mark.parametrize(("clause", "left"), [("d", []), ("both", ["fine"])])
def test_a_slip_explains_nothing_that_was_declined(clause: str, left: list[str]) -> None:
    story = open_story(BOTH)
    case = str(story.leader.record(clause, "E", at="2026-08-31")["case"]["id"])
    assert answer(story.hr, case, outcome="declined") == (201, "declined")
    no = story.hr("POST", f"/v1/cases/{case}/slips").get_json()["slips"][0]["no"]
    for who in (story.hr, story.employee):
        slip = who.get(f"/v1/slips/{no}")
        assert [one["account"] for one in slip["effects"] if one["subject"] == "E"] == left
        own = [line for line in slip["trace"] if line.get("subject") == "E"]
        assert [line["text_zh"] for line in own if "解除" in line["text_zh"]] == [
            "解除劳动合同的建议经审查未被采纳，不予解除"
        ]
        told = [line["text_en"] for line in own if "dismissal" in line["text_en"]]
        assert told == []
        assert bool([line for line in own if "30" in line["text_zh"]]) is bool(left)
    shown = story.hr("GET", f"/v1/slips/{no}.pdf").data
    assert shown.startswith(b"%PDF")


def test_what_is_open_of_who_leaves_is_told_to_who_pays_him() -> None:
    story = open_story(BOTH)
    case = str(story.leader.record("both", "E", at="2026-08-31")["case"]["id"])
    path = f"/v1/cases/{case}/final-pay"
    assert story.finance.get(path)["people"] == []
    assert answer(story.hr, case, dismissal=GATE, evidence=["a"]) == (201, "approved")
    line = {"money": "fine", "unit": "CNY", "quantity": "-30.00", "months": ["2026-08"]}
    owed = [{"subject": "E", "lines": [line], "total": "-30.00"}]
    for who in (story.finance, story.hr, story.auditor):
        assert who.get(path)["people"] == owed
    assert waits_for(story.finance) == ["follow_up"]
    for step, who in (
        *(("cut-off", story.hr), ("reconcile", story.hr)),
        *(("lock", story.hr), ("lock", story.finance)),
    ):
        assert who("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    left = story.hr.get("/v1/periods/2026-08/lines?subject=E")["items"][0]["carried"]
    assert story.finance.get(path)["people"][0]["total"] == left
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "条款有误"})
    assert (story.hr.get(path)["people"], waits_for(story.finance)) == ([], [])


def test_what_is_taken_back_waits_for_nobody() -> None:
    story = open_story(AT_ONCE)
    first, second = proposed(story), proposed(story, at="2026-08-30")
    incident = story.hr.get(f"/v1/cases/{first}")["incident"]
    assert answer(story.hr, second, outcome="declined") == (201, "declined")
    story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "条款有误"})
    assert listed(story.hr) == [("E", "declined")]
    assert answer(story.hr, first, outcome="declined") == (404, "not_found")
    incident = story.hr.get(f"/v1/cases/{second}")["incident"]
    story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "条款有误"})
    assert listed(story.hr) == [("E", "reversed")]


def test_what_was_asked_for_after_a_dismissal_waits_no_more_when_it_is_taken_back() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    assert answer(story.hr, case, dismissal=GATE, evidence=["a"]) == (201, "approved")
    assert waits_for(story.hr) == ["follow_up", "follow_up"]
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "条款有误"})
    assert waits_for(story.hr) == []
    assert story.hr.get("/v1/follow-ups?open=true")["items"] == []
    assert len(story.hr.get("/v1/follow-ups?open=false")["items"]) == 3


def test_each_of_several_is_answered_for_himself_and_pages_go_on() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story, "E", "G")
    page = story.hr.get("/v1/dismissals?limit=1")
    more = story.hr.get(f"/v1/dismissals?limit=1&cursor={page['next_cursor']}")
    assert [one["subject"] for one in (*page["items"], *more["items"])] == ["G", "E"]
    assert more["next_cursor"] is None
    assert answer(story.hr, case, "G", outcome="declined") == (201, "declined")
    assert sorted(listed(story.hr)) == [("E", "proposed"), ("G", "declined")]


def test_a_dismissal_at_once_rests_on_no_appeal_and_waits_for_the_named_one() -> None:
    story = open_story(AT_ONCE)
    rule = {"level": "dismissal", "person": "B"}
    put = story.hr("PUT", "/v1/approvals", {"rules": [rule]}, If_Match='"0"')
    assert put.status_code == 200, put.text
    body = {"procedure": "default"}
    appealed = str(story.leader.record("m", "E", at="2026-08-20", **body)["case"]["id"])
    story.hr.take(appealed, "defend", evidence=["a"])
    story.hr2.take(appealed, "approve")
    story.hr.take(appealed, "serve", method="direct")
    story.employee.take(appealed, "appeal", grounds="过重")
    case = proposed(story)
    assert waits_for(story.boss) == ["dismissal"]
    assert "dismissal" not in waits_for(story.hr)
    handed_in: dict[str, Any] = {"dismissal": GATE, "evidence": ["a"]}
    assert answer(story.hr, case, **handed_in) == (403, "forbidden")
    assert answer(story.boss, case, **handed_in) == (409, "rests_on_appeal")
    story.add("hr3", "hr").take(appealed, "uphold", note="维持")
    assert answer(story.boss, case, **handed_in) == (201, "approved")


def test_who_is_named_or_stands_in_reads_what_he_decides() -> None:
    story = open_story(AT_ONCE)
    for code in ("Y", "Z"):
        story.company.hire(code)
    named, stand_in = story.add("y", "employee", "Y"), story.add("z", "supervisor", "Z")
    said = {
        "rules": [{"level": "dismissal", "person": "Y"}],
        "delegates": [
            {"person": "Y", "stands_in": "Z", "since": "2026-01-01", "until": "2027-12-31"}
        ],
    }
    assert story.hr("PUT", "/v1/approvals", said, If_Match='"0"').status_code == 200
    made = story.leader.record("d", "E", at="2026-08-31", note="殴打同事", evidence=["录像"])
    case, incident = made["case"]["id"], made["id"]
    for by in (named, stand_in):
        assert waits_for(by) == ["dismissal"]
        assert listed(by) == listed(by, "?state=proposed") == [("E", "proposed")]
        assert by.get(f"/v1/cases/{case}")["subjects"][0]["subject"] == "E"
        read = by.get(f"/v1/incidents/{incident}")
        assert (read["note"], read["evidence"], read["subjects"]) == ("殴打同事", ["录像"], ["E"])
    for path in (f"/v1/cases/{case}", f"/v1/incidents/{incident}"):
        assert story.other("GET", path).status_code == 404
    mine = {key: GATE[key] for key in GATE if key != "decided_by"}
    assert answer(stand_in, case, dismissal=mine) == (201, "approved")
    assert listed(stand_in) == listed(named) == [("E", "approved")]
    assert named("GET", f"/v1/cases/{case}").status_code == 404


def test_who_is_named_for_the_department_of_the_day_reads_and_answers() -> None:
    story = open_story(AT_ONCE)
    for code in ("Y", "Z"):
        story.company.hire(code)
    old, new = story.add("y", "employee", "Y"), story.add("z", "employee", "Z")
    rules = [
        {"level": "dismissal", "department": place, "person": who}
        for place, who in (("仓库", "Y"), ("门店", "Z"))
    ]
    assert story.hr("PUT", "/v1/approvals", {"rules": rules}, If_Match='"0"').status_code == 200
    for since, place in (("2026-01-01", "仓库"), ("2026-09-01", "门店")):
        line = {"since": since, "department": place, "supervisor": "M"}
        put = story.hr("POST", "/v1/subjects/E/assignments", line)
        assert put.status_code in {200, 201}, put.text
    case = story.leader.record("d", "E", at="2026-08-31")["case"]["id"]
    story.until("2026-09-02T09:00:00+08:00")
    assert (waits_for(old), waits_for(new)) == (["dismissal"], [])
    assert new("GET", f"/v1/cases/{case}").status_code == 404
    assert old.get(f"/v1/cases/{case}")["subjects"][0]["subject"] == "E"
    assert answer(new, case, outcome="declined")[0] in {403, 404}
    assert answer(old, case, outcome="declined") == (201, "declined")


def test_what_a_procedure_looked_into_is_asked_of_nobody_again() -> None:
    story = open_story()
    case = str(story.leader.record("d", "E", at="2026-08-31")["case"]["id"])
    assert listed(story.hr) == []
    story.hr.take(case, "defend", evidence=["a"])
    story.hr.take(case, "approve", dismissal=GATE)
    story.hr.take(case, "serve", method="direct")
    assert listed(story.hr) == []


@pytest.mark.parametrize("given", [{}, {"dismissal": GATE}], ids=["ungated", "gated for nothing"])
def test_a_dismissal_that_is_reckoned_anew_is_a_proposal_whatever_was_handed_in(
    given: dict[str, Any],
) -> None:
    """A policy from an earlier day brings it to a case that was decided long ago."""
    story = open_story()
    case = story.effective("f", "E", at="2026-08-02", **given)
    assert listed(story.hr) == []
    harder = RULES.replace(
        "title: 罚款, kind: fines.fixed, params: {amount: 20}",
        "title: 罚款, kind: ladder.action, params: {action: dismissal}",
    )
    story.company.publish(harder.replace("2000-01-01", "2026-08-01"))
    assert listed(story.hr) == [("E", "proposed")]
    shown = story.hr.get(f"/v1/cases/{case}")
    assert shown["dismissals"] == [{"subject": "E", "state": "proposed"}]
    assert waits_for(story.hr2) == ["dismissal"]
    notice = story.hr("POST", "/v1/notices", {"case": case, "until": "2026-09-20"})
    assert (notice.status_code, notice.get_json()["code"]) == (409, "dismissal_open")
    assert answer(story.hr2, case) == (422, "missing")
    assert answer(story.hr2, case, dismissal=GATE, evidence=["a"])[0] in {201, 403}
    assert story.company.differences() == []


def test_a_roll_up_brings_a_proposal_too_and_the_case_or_the_programme_is_named() -> None:
    rule = "of: warning, every: 3, within: month, gives: minor_demerit"
    assert rule in AT_ONCE
    acts = rule.replace("gives: minor_demerit", "gives: dismissal")
    story = open_story(AT_ONCE.replace(rule, acts))
    for day in range(1, 4):
        last = story.leader.record("w", "E", at=f"2026-08-0{day}")["case"]["id"]
    (one,) = story.hr.get("/v1/dismissals")["items"]
    assert (one["case"], one["clause"], one["state"]) == (last, "up", "proposed")
    body = {"subject": "E", "outcome": "declined"}
    neither = story.hr("POST", "/v1/dismissals", body)
    assert (neither.status_code, neither.get_json()["code"]) == (422, "missing")
    both = story.hr("POST", "/v1/dismissals", body | {"case": last, "evaluation": last})
    assert (both.status_code, both.get_json()["code"]) == (422, "invalid")


def test_the_days_of_the_law_run_from_the_approval_and_from_nothing_before() -> None:
    regions = ["330100", "440300"]
    company = make_company(AT_ONCE, plugins=PLUGINS, staff=["B"], regions=regions)
    company.hire("M", supervisor="B")
    company.hire("E", supervisor="M")
    story = keyed(company, {"leader": "M", "employee": "E"})
    case, other = proposed(story), proposed(story, at="2026-08-30")

    def days(of: str) -> dict[tuple[str, str], str | None]:
        rows = story.hr.get(f"/v1/cases/{of}/law")["items"]
        return {(row["code"], row["region"]): row["due_on"] for row in rows}

    assert set(days(case).values()) == {None}
    assert ("FINAL_PAY_DEADLINE", "440300") in days(case)
    story.until("2026-09-08T09:00:00+08:00")
    assert answer(story.hr, case, dismissal=GATE, evidence=["a"]) == (201, "approved")
    assert days(case)["FINAL_PAY_DEADLINE", "440300"] == "2026-09-11"
    assert days(case)["FILE_TRANSFER", "000000"] == "2026-09-23"
    assert answer(story.hr, other, outcome="declined") == (201, "declined")
    assert ("FINAL_PAY_DEADLINE", "440300") not in days(other)
    (certificate, *_) = story.hr.get("/v1/follow-ups")["items"][::-1]
    for named in ("合同期限", "解除日期", "岗位", "工作年限"):
        assert named in certificate["what"]


def test_who_is_close_to_retirement_by_his_dates_is_not_said_to_be_far_from_it() -> None:
    story = open_story(AT_ONCE)
    for name, kind in (("birth_date", "date"), ("retires_as", "text")):
        put = story.hr("PUT", f"/v1/attributes/{name}", {"type": kind, "label": name})
        assert put.status_code == 200, put.text
    known = {"birth_date": "1969-06-15", "retires_as": "man"}
    story.company.hire("O", supervisor="M", attributes=known, first_day=date(2005, 1, 1))
    case = proposed(story, "O")
    handed_in: dict[str, Any] = {"evidence": ["a"], "dismissal": GATE | {"ground": "40-2"}}
    assert answer(story.hr, case, "O", **handed_in) == (422, "invalid")
    protected = GATE["protected"] | {"near_retirement": True}
    near = GATE | {"ground": "40-2", "protected": protected}
    assert answer(story.hr, case, "O", evidence=["a"], dismissal=near) == (422, "protected_person")
    serious = near | {"ground": "39-2"}
    assert answer(story.hr, case, "O", evidence=["a"], dismissal=serious) == (201, "approved")
