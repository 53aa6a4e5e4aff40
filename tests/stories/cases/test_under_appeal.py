"""What is appealed against counts until it is answered, or waits: the company says which."""

from __future__ import annotations

import pytest
from tests.making.story import RULES, Story, open_story

from shangfa.domain.cases.gate import STATUSES

CHOICE = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "30"}


def waiting() -> Story:
    """A company where nothing under appeal counts."""
    story = open_story()
    said = {"rules": [], "under_appeal": "waits"}
    put = story.hr("PUT", "/v1/approvals", said, If_Match='"0"')
    assert (put.status_code, put.get_json()["under_appeal"]) == (200, "waits")
    return story


def state(story: Story, case: str, code: str = "E") -> str:
    parts = story.hr.get(f"/v1/cases/{case}")["subjects"]
    return next(str(part["state"]) for part in parts if part["subject"] == code)


def test_what_is_appealed_against_counts_where_nothing_else_was_said() -> None:
    story = open_story()
    assert story.hr.get("/v1/approvals")["under_appeal"] == "counts"
    case = story.effective("m", "E")
    story.employee.take(case, "appeal", grounds="过重")
    assert (story.balances("E"), state(story, case)) == ({"minor_demerit": "1"}, "effective")


@pytest.mark.parametrize(
    ("step", "body", "after"),
    [
        ("uphold", {"note": "维持"}, {"CNY": "-30.00"}),
        ("vary", {"choices": [CHOICE | {"quantity": "10"}]}, {"CNY": "-10.00"}),
        ("reverse", {"note": "查无此事"}, {}),
    ],
)
def test_money_waits_for_the_answer(step: str, body: dict[str, object], after: object) -> None:
    story = waiting()
    case = story.effective("b", "E", choices=[CHOICE])
    assert story.balances("E") == {"CNY": "-30.00"}
    story.employee.take(case, "appeal", grounds="过重")
    assert (story.balances("E"), state(story, case)) == ({}, "suspended")
    assert story.company.differences() == []
    more = [CHOICE | {"quantity": "40"}]
    assert story.hr2.refused(case, "vary", choices=more) == (422, "harsher")
    assert story.balances("E") == {}
    story.hr2.take(case, step, **body)
    assert story.balances("E") == after
    assert state(story, case) == ("reversed" if step == "reverse" else "effective")
    assert story.company.differences() == []


def test_marks_and_what_they_caused_wait_and_come_again() -> None:
    story = waiting()
    cases = [story.effective("w", "E", at=f"2026-05-{day:02}") for day in range(1, 4)]
    whole = {"minor_demerit": "1", "warning": "3"}
    assert story.balances("E") == whole
    story.employee.take(cases[1], "appeal", grounds="不属实")
    assert story.balances("E") == {"warning": "2"}
    story.effective("w", "E", at="2026-05-20")
    assert story.balances("E") == whole
    story.hr2.take(cases[1], "uphold", note="维持")
    assert story.balances("E") == {"minor_demerit": "1", "warning": "4"}
    assert story.company.differences() == []


def test_one_of_several_waits_alone_and_a_reversal_of_all_takes_it_too() -> None:
    story = waiting()
    case = story.effective("f", "E", "G")
    story.employee.take(case, "appeal", grounds="不是我")
    assert (story.balances("E"), story.balances("G")) == ({}, {"CNY": "-20.00"})
    story.other.take(case, "appeal", grounds="也不是我")
    assert (state(story, case), state(story, case, "G")) == ("suspended", "suspended")
    story.hr2.take(case, "uphold", subject="G", note="维持")
    assert (story.balances("E"), story.balances("G")) == ({}, {"CNY": "-20.00"})
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    done = story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "条款有误"})
    assert done.status_code == 201, done.text
    assert (story.balances("E"), story.balances("G")) == ({}, {})
    assert story.company.differences() == []


def test_a_month_that_was_locked_gets_it_back_in_the_open_one() -> None:
    story = waiting()
    case = story.effective("f", "E", at="2026-08-31")
    for step, who in (("cut-off", story.hr), ("reconcile", story.finance), ("lock", story.hr)):
        assert who("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    assert story.finance("POST", "/v1/periods/2026-08/lock").status_code == 200
    story.employee.take(case, "appeal", grounds="过重")
    booked = story.hr.get("/v1/subjects/E/record")["balances"]
    assert booked == []
    story.hr2.take(case, "uphold", note="维持")
    assert story.balances("E") == {"CNY": "-20.00"}
    assert story.company.differences() == []


GATED = {
    "ground": "39-2",
    "protected": dict.fromkeys(STATUSES, False),
    "union": {"notified_on": "2026-08-30"},
    "decided_by": "总经理",
}


@pytest.mark.parametrize(
    ("clause", "after"), [("m", {"minor_demerit": "1"}), ("f", {"CNY": "-20.00"})]
)
def test_an_appeal_puts_something_milder_in_place_of_a_dismissal(
    clause: str, after: dict[str, str]
) -> None:
    story = open_story()
    case = story.effective("d", "E", dismissal=GATED)
    assert [item["step"] for item in story.hr.get("/v1/tasks")["items"]] == ["follow_up"] * 2
    story.employee.take(case, "appeal", grounds="过重")
    story.hr2.take(case, "vary", clause=clause, note="改为较轻的处分")
    assert story.balances("E") == after
    assert story.hr.get("/v1/tasks")["items"] == []
    items = story.hr.get(f"/v1/follow-ups?case={case}")["items"]
    assert all("不再" in item["note"] or "无须" in item["note"] for item in items)
    assert story.company.differences() == []


def test_what_the_law_wants_after_a_dismissal_waits_while_another_of_the_case_is_dismissed() -> (
    None
):
    story = open_story()
    own = {code: {"protected": GATED["protected"]} for code in ("E", "G")}
    shared = {name: GATED[name] for name in GATED if name != "protected"}
    case = story.effective("d", "E", "G", dismissal=shared | {"subjects": own})
    for by, code, left in ((story.employee, "E", 2), (story.other, "G", 0)):
        by.take(case, "appeal", grounds="不是我")
        story.hr2.take(case, "reverse", subject=code, note="查无此事")
        assert len(story.hr.get("/v1/tasks")["items"]) == left
    assert story.company.differences() == []


SHARED = RULES.replace(
    "  - {code: joint, title: 连带, kind: ladder.supervisor}",
    "  - {code: joint, title: 连带, kind: fines.supervisor, params: {percent: 50}}",
)


def test_what_a_superior_bore_makes_room_for_nothing_harsher() -> None:
    story = open_story(SHARED)
    case = story.effective("b", "E", choices=[CHOICE])
    assert (story.balances("E"), story.balances("M")) == ({"CNY": "-30.00"}, {"CNY": "-15.00"})
    story.employee.take(case, "appeal", grounds="过重")
    more = [CHOICE | {"quantity": "40"}]
    assert story.hr2.refused(case, "vary", choices=more) == (422, "harsher")
    story.hr2.take(case, "vary", choices=[CHOICE | {"quantity": "20"}])
    assert (story.balances("E"), story.balances("M")) == ({"CNY": "-20.00"}, {"CNY": "-10.00"})


def test_the_appeal_of_another_keeps_no_time_open() -> None:
    story = open_story()
    case = story.effective("m", "E", "G")
    story.employee.take(case, "appeal", grounds="过重")
    assert story.hr.get(f"/v1/cases/{case}")["clocks"] == []
    story.until("2026-12-01T09:00:00+08:00")
    assert story.other.refused(case, "appeal", grounds="也过重") == (409, "illegal_step")
    story.hr2.take(case, "uphold", note="维持")
    story.until("2026-12-01T09:01:00+08:00")
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "closed"
