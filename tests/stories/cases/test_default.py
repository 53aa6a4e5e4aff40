"""The default procedure: proposed, heard, approved, served, appealed, undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.making.story import RULES, Story, needed, open_story

from shangfa.domain.cases.gate import STATUSES


def test_a_whole_case_takes_few_requests_and_posts_only_when_it_is_effective(story: Story) -> None:
    before = sum(len(person.calls) for person in story.people.values())
    said = story.leader.record("w", "E", at="2026-08-31")
    case = said["case"]["id"]
    assert said["case"]["state"] == "defence"
    assert said["case"]["procedure"] == "default"
    assert said["decision"]["state"] == "proposed"
    (clock,) = said["case"]["clocks"]
    assert (clock["step"], clock["silence"]) == ("defend", "recorded")
    assert clock["due_at"] == "2026-09-04T23:59:59+08:00"
    assert {item["step"]: item["roles"] for item in said["case"]["allowed"]} == {
        "defend": ["subject", "hr"],
        "withdraw": ["proposer", "hr"],
    }
    story.employee.take(case, "defend", note="当时在处理客户")
    approved = story.hr.take(case, "approve", note="属实")
    assert (approved["state"], approved["decision"]["state"]) == ("service", "proposed")
    served = story.hr.take(case, "serve", method="direct")
    assert (served["state"], served["decision"]["state"]) == ("effective", "effective")
    assert sum(len(person.calls) for person in story.people.values()) - before == 4
    assert story.balances("E") == {"warning": "1"}
    (window,) = served["clocks"]
    assert (window["step"], window["silence"]) == ("appeal", "closing")
    assert window["due_at"] == "2026-09-11T23:59:59+08:00"
    steps = [(line["step"], line["state"], line["by"]) for line in served["history"]]
    assert steps == [
        ("record", "draft", "M"),
        ("submit", "defence", "M"),
        ("defend", "approval", "E"),
        ("approve", "service", "hr"),
        ("serve", "effective", "hr"),
    ]
    assert story.company.differences() == []


effective = Story.effective


def balances(story: Story, *codes: str) -> list[dict[str, str]]:
    return [story.balances(code) for code in codes]


def test_nothing_is_counted_before_and_all_of_it_after() -> None:
    story = open_story()
    cases = [story.leader.record("w", "E", at="2026-08-31")["case"]["id"] for _ in range(3)]
    record = story.hr.get("/v1/subjects/E/record")
    assert (record["balances"], record["tallies"], record["history"]) == ([], [], [])
    assert story.hr.get("/v1/near?gap=5")["items"] == []
    assert story.finance.get("/v1/cases")["items"] == []
    for case in cases:
        story.hr.take(case, "defend", evidence=["a"])
        story.hr.take(case, "approve")
        story.hr.take(case, "serve", method="direct")
    assert balances(story, "E", "M") == [{"minor_demerit": "1", "warning": "3"}, {"warning": "1"}]
    assert story.company.differences() == []


def test_silence_in_the_defence_is_recorded_and_the_case_goes_on() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    (clock,) = story.hr.get(f"/v1/cases/{case}")["clocks"]
    story.until(clock["due_at"])
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "defence"
    day, _ = clock["due_at"].split("T")
    following = f"{date.fromisoformat(day) + timedelta(days=1)}T00:00:00+08:00"
    story.until(following)
    found = story.hr.get(f"/v1/cases/{case}")
    assert found["state"] == "approval"
    last = found["history"][-1]
    assert (last["step"], last["by"], last["silence"]) == ("silence", "clock", "recorded")
    assert datetime.fromisoformat(last["at"]) == datetime.fromisoformat(following)
    assert story.employee.refused(case, "defend") == (409, "illegal_step")


def test_who_proposed_or_is_concerned_never_approves() -> None:
    story = open_story()
    case = story.hr.record("f", "E", at="2026-08-31")["case"]["id"]
    story.employee.take(case, "defend")
    assert story.hr.refused(case, "approve") == (403, "same_person")
    assert story.employee.refused(case, "approve") == (403, "same_person")
    assert story.other.refused(case, "approve") == (404, "not_found")
    assert story.finance.refused(case, "approve") == (404, "not_found")
    assert story.boss.refused(case, "approve") == (404, "not_found")
    story.leader.take(case, "approve")


def test_what_the_clause_leaves_open_is_set_when_it_is_approved() -> None:
    story = open_story()
    case = story.leader.record("b", "E", at="2026-08-31")["case"]["id"]
    story.hr.take(case, "defend", evidence=["a"])
    assert story.hr.refused(case, "approve") == (422, "missing")
    choice = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "60"}
    assert story.hr.refused(case, "approve", choices=[choice]) == (422, "out_of_range")
    found = story.hr.take(case, "approve", note="初犯", choices=[choice | {"quantity": "30"}])
    assert [item["quantity"] for item in found["decision"]["effects"]] == ["-30.00"]
    story.hr.take(case, "serve", method="direct")
    assert story.balances("E") == {"CNY": "-30.00"}
    assert story.company.differences() == []


def test_what_was_chosen_under_a_procedure_stands_when_less_is_allowed_later() -> None:
    story = open_story()
    choice = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "30"}
    case = effective(story, "b", "E", choices=[choice])
    newer = RULES.replace("max: 50", "max: 20").replace("2000-01-01", "2026-08-01")
    story.company.publish(newer)
    found = story.hr.get(f"/v1/cases/{case}")
    assert (found["state"], story.balances("E")) == ("effective", {"CNY": "-30.00"})
    last = story.hr.get("/v1/subjects/E/record")["history"][0]
    assert last["kind"] == "adjustment"
    assert "不在现在允许的范围" in last["trace"][-1]["text_zh"]
    assert story.company.differences() == []


def test_an_appeal_is_answered_by_somebody_without_a_part_and_never_harsher() -> None:
    story = open_story()
    choice = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "30"}
    case = effective(story, "b", "E", choices=[choice])
    assert story.employee.refused(case, "appeal") == (422, "missing")
    appealed = story.employee("POST", "/v1/appeals", {"case": case, "grounds": "过重"})
    assert (appealed.status_code, appealed.get_json()["state"]) == (200, "appeal")
    assert story.balances("E") == {"CNY": "-30.00"}
    for who in (story.hr, story.leader, story.employee):
        assert who.refused(case, "uphold") == (403, "same_person")
    assert story.hr2.refused(case, "vary") == (422, "missing")
    more = [choice | {"quantity": "40"}]
    assert story.hr2.refused(case, "vary", choices=more) == (422, "harsher")
    assert story.hr2.refused(case, "vary", clause="w", note="x") == (422, "harsher")
    for quantity in ("x", "NaN", "Infinity", "-1", "9" * 50, "2026-03-02"):
        said = {"clause": "w", "quantity": quantity}
        assert story.hr2.refused(case, "vary", **said) == (422, "invalid_quantity"), quantity
    found = story.hr2.take(case, "vary", note="酌减", choices=[choice | {"quantity": "10"}])
    assert found["state"] == "effective"
    assert story.balances("E") == {"CNY": "-10.00"}
    assert [item["quantity"] for item in found["decision"]["effects"]] == ["-10.00"]
    assert story.employee.refused(case, "appeal", grounds="再申诉") == (409, "illegal_step")
    assert story.company.differences() == []


def test_an_appeal_may_put_a_milder_clause_in_its_place() -> None:
    story = open_story()
    case = effective(story, "m", "E")
    assert balances(story, "E", "M") == [{"minor_demerit": "1"}, {"warning": "1"}]
    story.employee.take(case, "appeal", grounds="定性过重")
    story.hr2.take(case, "vary", clause="w", note="改为警告")
    assert balances(story, "E", "M") == [{"warning": "1"}, {}]
    assert story.company.differences() == []
    found = story.hr.get(f"/v1/incidents/{story.hr.get(f'/v1/cases/{case}')['incident']}")
    assert [item["unit"] for item in found["decision"]["effects"]] == ["warning"]


def test_one_of_several_appeals_alone() -> None:
    story = open_story()
    case = effective(story, "m", "E", "G")
    assert balances(story, "E", "G", "M") == [
        {"minor_demerit": "1"},
        {"minor_demerit": "1"},
        {"warning": "2"},
    ]
    story.employee.take(case, "appeal", grounds="不是我")
    story.other.take(case, "appeal", grounds="也不是我")
    assert story.hr2.refused(case, "reverse") == (422, "missing")
    seen = [line.get("grounds") for line in story.other.get(f"/v1/cases/{case}")["history"]]
    assert "也不是我" in seen
    assert "不是我" not in seen
    found = story.hr2.take(case, "reverse", subject="E", note="查无此事")
    assert found["state"] == "appeal"
    assert balances(story, "E", "G", "M") == [{}, {"minor_demerit": "1"}, {"warning": "1"}]
    found = story.hr2.take(case, "uphold", note="维持")
    assert (found["state"], found["decision"]["state"]) == ("effective", "effective")
    assert found["subjects"] == [
        {"subject": "E", "state": "reversed"},
        {"subject": "G", "state": "effective"},
    ]
    assert story.company.differences() == []


def test_a_reversal_undoes_the_case_with_its_roll_ups_and_marks() -> None:
    """Seven May warnings: without one two minor demerits are left, without another still two."""
    story = open_story()
    cases = [effective(story, "w", "E", at=f"2026-05-{day:02}") for day in range(1, 8)]
    assert story.balances("E") == {"minor_demerit": "2", "warning": "7"}
    for left, minor in ((6, "2"), (5, "1")):
        case = cases.pop(left // 2)
        story.employee.take(case, "appeal", grounds="不属实")
        found = story.hr2.take(case, "reverse", note="查无此事")
        assert (found["state"], found["decision"]["state"]) == ("reversed", "reversed")
        assert found["allowed"] == found["clocks"] == []
        assert story.balances("E") == {"minor_demerit": minor, "warning": str(left)}
    assert story.company.differences() == []


def test_a_draft_is_its_authors_until_it_is_submitted() -> None:
    story = open_story()
    said = story.leader.record("f", "E", at="2026-08-31", draft=True)
    case = said["case"]["id"]
    assert (said["case"]["state"], said["case"]["clocks"]) == ("draft", [])
    assert story.employee("GET", f"/v1/cases/{case}").status_code == 404
    assert story.employee("GET", f"/v1/incidents/{said['id']}").status_code == 404
    assert story.employee.get("/v1/cases")["items"] == []
    assert story.employee.get("/v1/incidents")["items"] == []
    assert [item["step"] for item in story.leader.get("/v1/tasks")["items"]] == ["submit"]
    story.leader.take(case, "submit")
    assert story.employee.get("/v1/cases")["items"][0]["id"] == case
    found = story.leader.take(case, "withdraw")
    assert (found["state"], found["decision"]["state"]) == ("withdrawn", "withdrawn")
    assert story.balances("E") == {}


def test_a_step_says_which_state_was_seen() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    tag = story.hr("GET", f"/v1/cases/{case}").headers["ETag"]
    assert story.hr.refused(case, "defend", None, evidence=["a"]) == (428, "precondition_required")
    assert story.hr.refused(case, "defend", '"99"', evidence=["a"]) == (412, "stale_version")
    assert story.hr.refused(case, "defend", tag) == (422, "missing")
    assert story.hr.refused(case, "approve", tag) == (409, "illegal_step")
    story.hr.take(case, "defend", tag, evidence=["a"])
    assert story.hr.refused(case, "approve", tag) == (412, "stale_version")


def test_an_announcement_takes_other_ways_first_and_counts_after_thirty_days() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    story.hr.take(case, "defend", evidence=["a"])
    story.hr.take(case, "approve")
    assert story.hr.refused(case, "serve") == (422, "missing")
    assert story.hr.refused(case, "serve", method="announcement") == (422, "missing")
    assert story.hr.refused(case, "serve", method="公告送达") == (422, "missing")
    assert story.hr.refused(case, "serve", method="他自己知道") == (422, "invalid")
    assert story.hr.refused(case, "serve", method="其他") == (422, "missing")
    half = {"method": "announcement", "attempts": ["direct"]}
    assert story.hr.refused(case, "serve", **half) == (422, "invalid")
    found = story.hr.take(case, "serve", method="公告", attempts=["当面", "邮寄送达"])
    said = found["history"][-1]
    assert (said["method"], said["attempts"]) == ("announcement", ["direct", "post"])
    served = datetime.fromisoformat(found["history"][-1]["at"])
    due = datetime.fromisoformat(found["clocks"][0]["due_at"])
    assert (due.date() - served.astimezone(due.tzinfo).date()).days == 40


GATE: dict[str, Any] = {
    "ground": "39-2",
    "protected": dict.fromkeys(STATUSES, False),
    "union": {"notified_on": "2026-08-30"},
    "decided_by": "总经理",
}


def test_a_dismissal_is_proposed_and_takes_all_that_the_law_wants() -> None:
    story = open_story()
    case = story.leader.record("d", "E", at="2026-08-31")["case"]["id"]
    story.hr.take(case, "defend", evidence=["面谈记录"])
    assert needed(story.hr, case) == {"approve": ["dismissal"]}
    both = story.leader.record("d", "E", "G", at="2026-08-30")["case"]["id"]
    story.hr.take(both, "defend", evidence=["面谈记录"])
    assert needed(story.hr, both) == {"approve": ["dismissal"]}
    assert needed(story.employee, both) == {}  # it may be about the other
    assert story.hr.refused(case, "approve") == (422, "missing")
    for key in GATE:
        given = {name: value for name, value in GATE.items() if name != key}
        assert story.hr.refused(case, "approve", dismissal=given) == (422, "missing"), key
    pregnant = GATE | {"ground": "40-2", "protected": GATE["protected"] | {"maternity": True}}
    assert story.hr.refused(case, "approve", dismissal=pregnant) == (422, "protected_person")
    untold = GATE | {"union": {"notified_on": "2099-01-01"}}
    assert story.hr.refused(case, "approve", dismissal=untold) == (422, "invalid")
    story.hr.take(case, "approve", dismissal=GATE)
    assert needed(story.hr, case) == {"serve": ["method"]}
    assert story.balances("E") == {}
    no = story.hr.take(case, "serve", method="direct")["slips"][0]["no"]
    for path, key in ((f"/v1/cases/{case}", "history"), (f"/v1/slips/{no}", "steps")):
        assert any("dismissal" in line for line in story.hr.get(path)[key])
        for who in (story.auditor, story.leader, story.employee):
            assert not any("dismissal" in line for line in who.get(path)[key])
    assert story.balances("E") == {"dismissal": "1"}


def test_of_several_each_one_is_looked_into_by_himself() -> None:
    story = open_story()
    case = story.leader.record("d", "E", "G", at="2026-08-30")["case"]["id"]
    story.hr.take(case, "defend", evidence=["面谈记录"])
    said = {name: GATE[name] for name in ("union", "decided_by")}
    mine = {name: GATE[name] for name in ("ground", "protected")}
    told = {"union": {"reason": "已征求工会意见"}}
    pregnant = {"ground": "40-2", "protected": mine["protected"] | {"maternity": True}}
    for given, code in (
        (GATE, "missing"),
        (said | {"subjects": {"E": mine}}, "missing"),
        (said | {"subjects": {"E": mine, "G": pregnant}}, "protected_person"),
        (said | {"subjects": {"E": mine, "G": mine, "Z": mine}}, "invalid"),
        (said | {"subjects": [mine, mine]}, "invalid"),
    ):
        assert story.hr.refused(case, "approve", dismissal=given) == (422, code), given
    answer = story.hr(
        "POST",
        f"/v1/cases/{case}/approve",
        {"dismissal": said | {"subjects": {"E": mine, "G": pregnant}}},
        **{"If-Match": "*"},
    )
    assert answer.get_json()["errors"][0]["pointer"] == "/dismissal/subjects/G/protected"
    both = {"E": mine, "G": mine | {"protected": pregnant["protected"]} | told}
    story.hr.take(case, "approve", dismissal=said | {"subjects": both})
    story.hr.take(case, "serve", method="direct")
    found = story.hr.get("/v1/reports/union?year=2026")["items"]
    assert [(row["subject"], row["told"], row["why_not"]) for row in found] == [
        ("E", "2026-08-30", None),
        ("G", None, "已征求工会意见"),
    ]
    assert story.balances("E") == story.balances("G") == {"dismissal": "1"}


def test_the_window_for_an_appeal_runs_from_service_and_closes_by_itself() -> None:
    story = open_story()
    case = effective(story, "f", "E")
    (clock,) = story.hr.get(f"/v1/cases/{case}")["clocks"]
    served = datetime.fromisoformat(story.hr.get(f"/v1/cases/{case}")["history"][-1]["at"])
    due = datetime.fromisoformat(clock["due_at"])
    assert (due.date() - served.astimezone(due.tzinfo).date()).days == 10
    story.until((due + timedelta(days=400)).isoformat())
    found = story.hr.get(f"/v1/cases/{case}")
    assert (found["state"], found["decision"]["state"]) == ("closed", "effective")
    assert datetime.fromisoformat(found["history"][-1]["at"]) == due + timedelta(seconds=1)
    assert story.employee.refused(case, "appeal", grounds="x") == (409, "illegal_step")
    assert story.balances("E") == {"CNY": "-20.00"}
