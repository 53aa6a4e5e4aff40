"""One act has one sanction; a dismissal rests on nothing unsettled; appeals have levels."""

from __future__ import annotations

from typing import Any

from tests.making.house import make_company
from tests.making.story import PLUGINS, RULES, Story, keyed, open_story

from shangfa.domain.cases.gate import STATUSES

AT = "2026-08-31T10:00:00+08:00"
GATE: dict[str, Any] = {
    "ground": "39-2",
    "protected": dict.fromkeys(STATUSES, False),
    "union": {"notified_on": "2026-08-30"},
    "decided_by": "总经理",
}


def heard(story: Story, clause: str, *who: str, at: str = AT) -> str:
    case = str(story.leader.record(clause, *who, at=at)["case"]["id"])
    story.hr.take(case, "defend", evidence=["面谈记录"])
    return case


def test_what_was_dealt_with_is_not_dealt_with_again() -> None:
    story = open_story()
    story.effective("f", "E", at=AT)
    case = heard(story, "w", "E")
    assert story.hr.refused(case, "approve") == (409, "duplicate_sanction")
    story.hr.take(case, "approve", another_act="当场另有辱骂客户")
    assert "另有辱骂" in str(story.hr.get(f"/v1/cases/{case}")["history"])
    for who, at in (("G", AT), ("E", "2026-08-31T10:01:00+08:00"), ("E", "2026-08-31")):
        story.hr.take(heard(story, "w", who, at=at), "approve")


def test_what_was_taken_back_may_be_dealt_with_anew() -> None:
    story = open_story()
    first = story.effective("f", "E", at=AT)
    incident = story.hr.get(f"/v1/cases/{first}")["incident"]
    story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "条款有误"})
    story.hr.take(heard(story, "w", "E"), "approve")


def test_a_dismissal_waits_for_the_appeals_of_the_same_person() -> None:
    story = open_story()
    appealed, other = story.effective("m", "E"), story.effective("m", "G")
    for by, case in ((story.employee, appealed), (story.other, other)):
        by.take(case, "appeal", grounds="过重")
    dismissal = heard(story, "d", "E", at="2026-08-30")
    gate = {"dismissal": GATE}
    assert story.hr.refused(dismissal, "approve", **gate) == (409, "rests_on_appeal")
    story.hr2.take(appealed, "uphold", note="维持")
    story.hr.take(dismissal, "approve", **gate)


def test_who_is_past_the_retirement_age_is_not_dismissed_by_the_labour_contract_law() -> None:
    story = open_story()
    declared = {"type": "text", "label": "用工类型"}
    assert story.hr("PUT", "/v1/attributes/worker_type", declared).status_code == 200
    story.company.hire("O", supervisor="M", attributes={"worker_type": "over_age"})
    case = heard(story, "d", "O")
    for ground in ("39-2", "40-1", "41"):
        given = {"dismissal": GATE | {"ground": ground}}
        assert story.hr.refused(case, "approve", **given) == (422, "over_age"), ground
    story.hr.take(case, "approve", dismissal=GATE | {"ground": "over-age"})


LEVELS = """
procedure: levels
start: draft
opens: submit
states:
  draft:
  approval:
  first: {counts: 'yes'}
  answered: {counts: 'yes', clock: {step: review, limit: {working_days: 5}, silence: closing,
    takes: close}}
  effective: {counts: 'yes'}
  final: {counts: 'yes'}
  closed: {counts: 'yes'}
  reversed: {counts: undone}
steps:
  - {step: submit, from: draft, to: approval, by: [hr, supervisor]}
  - {step: approve, from: approval, to: effective, by: [hr], does: decide}
  - {step: appeal, from: effective, to: first, by: [subject], inputs: {grounds: text}, does: appeal}
  - {step: uphold, from: first, to: answered, by: [hr], apart_from: [everybody], does: uphold}
  - {step: reverse, from: first, to: reversed, by: [hr], apart_from: [everybody], does: reverse}
  - {step: review, from: answered, to: final, by: [subject], inputs: {grounds: text}, does: appeal}
  - {step: close, from: answered, to: closed, by: [clock]}
  - {step: uphold, from: final, to: closed, by: [hr], apart_from: [everybody], does: uphold}
  - {step: reverse, from: final, to: reversed, by: [hr], apart_from: [everybody], does: reverse}
"""


def test_a_second_level_is_answered_by_somebody_else_again_and_is_final() -> None:
    story = open_story()
    hr3 = story.add("hr3", "hr")
    sent = story.hr("POST", "/v1/procedures", LEVELS.encode(), Content_Type="application/yaml")
    assert sent.status_code == 201, sent.text
    story.company.publish(RULES.replace("desk]", "desk, levels]").replace("2000-", "2001-"))
    said = story.leader.record("f", "E", at="2026-08-31", procedure="levels")
    case = said["case"]["id"]
    story.hr.take(case, "approve")
    story.employee.take(case, "appeal", grounds="过重")
    assert story.hr.refused(case, "uphold") == (403, "same_person")
    story.hr2.take(case, "uphold", note="维持")
    story.employee.take(case, "review", grounds="仍不服")
    for who in (story.hr, story.hr2):
        assert who.refused(case, "reverse") == (403, "same_person")
    assert hr3.take(case, "reverse", note="查无此事")["state"] == "reversed"
    assert story.balances("E") == {}
    assert story.company.differences() == []


def test_the_law_is_shown_with_the_days_that_follow() -> None:
    company = make_company(RULES, plugins=PLUGINS, staff=["B"], regions=["330100", "440300"])
    company.hire("M", supervisor="B")
    company.hire("E", supervisor="M")
    story = keyed(company, {"leader": "M", "employee": "E"})
    case = heard(story, "d", "E")
    path = f"/v1/cases/{case}/law"
    rows = {(row["code"], row["region"]): row for row in story.hr.get(path)["items"]}
    service = rows["SERVICE_ANNOUNCEMENT", "000000"]
    assert (service["since"], service["confirmed"]) == ("1995-07-31", False)
    assert all(row["since"] for row in rows.values())
    assert rows["FINAL_PAY_DEADLINE", "440300"]["due_on"] is None
    assert rows["UNION_NOTICE", "000000"]["confirmed"] is True
    story.hr.take(case, "approve", dismissal=GATE)
    story.hr.take(case, "serve", method="direct")
    rows = {(row["code"], row["region"]): row for row in story.auditor.get(path)["items"]}
    assert rows["FINAL_PAY_DEADLINE", "440300"]["due_on"] == "2026-09-04"
    assert rows["FILE_TRANSFER", "000000"]["due_on"] == "2026-09-16"
    for who in (story.leader, story.employee, story.finance):
        assert who("GET", path).status_code == 403
    fine = heard(story, "f", "E", at="2026-08-30")
    told = {row["category"] for row in story.hr.get(f"/v1/cases/{fine}/law")["items"]}
    assert told == {"consultation", "service", "evidence", "privacy"}
