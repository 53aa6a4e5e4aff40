"""S31 18, 24, 25, 30, 31: a statement is published, objected to, decided and paid in full."""

from __future__ import annotations

from typing import Any

from tests.making.browser import signed_in
from tests.making.house import owning
from tests.making.story import RULES, Story, open_story

WHERE = "/v1/periods/2026-08/statements/P"


def billed() -> Story:
    """A partner P that owes 20 and 5 for August, and another, Q."""
    story = open_story()
    for code in "PQ":
        story.company.hire(code, kind="partner")
        story.add(f"partner_{code}", "employee", code)
    story.hr.record("q", "P", at="2026-08-05")
    story.hr.record("q", "P", at="2026-08-06")
    story.hr.record("q", "Q", at="2026-08-06")
    return story


def ask(who: Any, path: str, **body: Any) -> tuple[int, Any]:
    response = who("POST", f"{WHERE}{path}", body)
    return response.status_code, response.get_json()


def test_a_statement_is_published_objected_to_and_paid_in_full() -> None:
    story = billed()
    story.until("2026-09-10T09:00:00+08:00")
    assert (
        ask(story.partner_P, "/objections", clause="q", grounds="无")[1]["code"] == "not_published"
    )
    status, found = ask(story.finance, "/publish")
    assert (status, found["total"], found["settlement"]) == (200, "-10.00", "open")
    assert found["acts"][0]["said"] == {
        "final": False,
        "total": "-10.00",
        "lines": 2,
        "objections_until": "2026-09-13",
    }
    assert ask(story.hr, "/publish")[1]["code"] == "statement_published"
    assert ask(story.partner_Q, "/objections", clause="q", grounds="无")[1]["code"] == "not_found"
    assert story.partner_Q("GET", f"{WHERE}/acts").status_code == 404
    assert ask(story.partner_P, "/objections", clause="x", grounds="无")[1]["code"] == "invalid"
    story.until("2026-09-13T23:59:59+08:00")
    assert ask(story.partner_P, "/objections", clause="q", grounds="已二次确认")[0] == 200
    again = ask(story.partner_P, "/objections", clause="q", grounds="再次")
    assert again[1]["code"] == "objected_before"
    said = {"objection": 2, "outcome": "reduced", "reason": "有记录"}
    assert ask(story.hr, "/decisions", **said)[1]["code"] == "invalid"
    assert ask(story.hr, "/decisions", **said, amount="10.01")[1]["code"] == "invalid"
    assert ask(story.hr, "/decisions", **said, amount="5")[0] == 200
    assert ask(story.hr, "/decisions", **said, amount="5")[1]["code"] == "objection_decided"
    story.until("2026-09-24T09:00:00+08:00")
    status, found = ask(story.hr, "/publish", final=True)
    assert (status, found["due"], found["settlement"]) == (200, "5.00", "suspended")
    assert ask(story.finance, "/payments", amount="5.01", reference="a")[1]["code"] == "overpaid"
    assert (
        ask(story.finance, "/payments", amount="4", reference="a")[1]["settlement"] == "suspended"
    )
    assert ask(story.finance, "/payments", amount="1", reference="b")[1]["settlement"] == "active"
    kinds = [act["kind"] for act in story.partner_P.get(f"{WHERE}/acts")["acts"]]
    assert kinds == ["published", "objected", "decided", "published", "paid", "paid"]
    assert story.partner_Q("GET", f"{WHERE}/acts").status_code == 404


def lock(story: Story, month: str) -> None:
    """Lock a month."""
    where = f"/v1/periods/{month}"
    for step, who in (("cut-off", "hr"), ("reconcile", "finance"), ("lock", "hr")):
        assert story.people[who]("POST", f"{where}/{step}").status_code == 200
    assert story.finance("POST", f"{where}/lock").status_code == 200


def reduced(story: Story, clause: str, amount: str) -> Any:
    """Object to a clause and let it be reduced; return what is answered."""
    acts = ask(story.partner_P, "/objections", clause=clause, grounds="多计")[1]["acts"]
    said = {"objection": acts[-1]["number"], "outcome": "reduced", "reason": "复核"}
    return ask(story.hr, "/decisions", **said, amount=amount)


def test_what_a_locked_statement_is_reduced_by_stands_in_the_next_one() -> None:
    story = billed()
    left = story.hr.record("b", "P", at="2026-08-07", procedure="immediate")
    choice = {"subject": "P", "account": "fine", "unit": "CNY", "quantity": "33.33"}
    chosen = {"choices": [choice], "reason": "情节一般"}
    assert story.hr("POST", f"/v1/incidents/{left['id']}/choices", chosen).status_code == 201
    lock(story, "2026-08")
    story.until("2026-09-25T09:00:00+08:00")
    assert ask(story.finance, "/publish")[0] == 200
    before = story.finance.get(WHERE)
    assert (before["total"], before["due"], before["settlement"]) == ("-43.33", "43.33", "open")
    assert reduced(story, "q", "7.01")[0] == 200
    assert reduced(story, "b", "33.34")[1]["code"] == "invalid"
    said = {"objection": 4, "outcome": "reduced", "reason": "复核"}
    assert ask(story.hr, "/decisions", **said, amount="33.33")[0] == 200
    assert story.finance.get(WHERE) == before
    following = story.finance.get("/v1/periods/2026-09/statements/P")
    found = [(line["clause"], line["amount"], line["day"]) for line in following["lines"]]
    assert found == [
        ("q", "5.00", "2026-08-05"),
        ("q", "2.01", "2026-08-06"),
        ("b", "33.33", "2026-08-07"),
    ]
    assert {line["reduces"] for line in following["lines"]} == {"2026-08"}
    slips = {line["slip"] for line in before["lines"]}
    assert {line["slip"] for line in following["lines"]} == slips
    assert "复核" in following["lines"][0]["formula"][0]["text_zh"]
    assert (story.balances("P"), story.company.differences()) == ({"CNY": "-2.99"}, [])
    incident = before["lines"][0]["slip"]
    done = story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "查无此事"})
    assert done.status_code == 201
    assert (story.balances("P"), story.company.differences()) == ({"CNY": "-2.99"}, [])
    cheaper = RULES.replace("amount: 5}", "amount: 4}").replace("2000-01-01", "2026-08-01")
    story.company.publish(cheaper)
    assert (story.balances("P"), story.company.differences()) == ({"CNY": "-1.99"}, [])


def test_what_changed_after_it_was_published_for_good_is_open_until_it_is_published_again() -> None:
    story = billed()
    story.until("2026-09-26T09:00:00+08:00")
    assert ask(story.finance, "/publish", final=True)[1]["settlement"] == "suspended"
    story.hr.record("q", "P", at="2026-08-08")
    assert story.finance.get(WHERE)["settlement"] == "open"
    assert ask(story.finance, "/payments", amount="10", reference="a")[1]["settlement"] == "open"
    lock(story, "2026-08")
    found = ask(story.finance, "/publish", final=True)[1]
    assert (found["total"], found["due"], found["settlement"]) == ("-15.00", "5.00", "suspended")
    assert ask(story.finance, "/publish", final=True)[1]["code"] == "statement_published"
    assert ask(story.finance, "/payments", amount="5", reference="b")[1]["settlement"] == "active"


def seen(who: Any, code: str = "P") -> list[tuple[str, str, str, str]]:
    """Return month, total, due and settlement of a record."""
    found = who.get(f"/v1/subjects/{code}/record")["statements"]
    return [(one["period"], one["total"], one["due"], one["settlement"]) for one in found]


def test_a_partner_reads_its_own_statement_as_it_was_published_and_no_other() -> None:
    story = billed()
    story.until("2026-09-26T09:00:00+08:00")
    for path in ("", "/acts"):
        refused = story.partner_P("GET", f"{WHERE}{path}")
        assert (refused.status_code, refused.get_json()["code"]) == (409, "not_published")
        assert story.partner_Q("GET", f"{WHERE}{path}").status_code == 404
        assert story.employee("GET", f"{WHERE}{path}").status_code == 404
        assert story.leader("GET", f"{WHERE}{path}").status_code == 403
    assert (seen(story.partner_P), seen(story.hr)) == ([], [])
    assert ask(story.finance, "/publish")[0] == 200
    assert seen(story.partner_P) == [("2026-08", "-10.00", "10.00", "open")]
    assert story.partner_P.get(WHERE) == story.hr.get(WHERE)
    assert ask(story.finance, "/publish", final=True)[0] == 200
    assert seen(story.finance) == [("2026-08", "-10.00", "10.00", "suspended")]
    published = story.partner_P.get(WHERE)
    assert [line["amount"] for line in published["lines"]] == ["-5.00", "-5.00"]
    story.hr.record("q", "P", at="2026-08-01")
    assert story.partner_P.get(WHERE) == published | {"settlement": "open"}
    assert story.partner_P.get(f"{WHERE}/acts")["total"] == "-10.00"
    assert story.hr.get(WHERE)["total"] == "-15.00"
    assert ask(story.finance, "/publish", final=True)[0] == 200
    assert story.partner_P.get(WHERE) == story.hr.get(WHERE)
    assert ask(story.finance, "/payments", amount="15", reference="a")[0] == 200
    for who in (story.partner_P, story.hr, story.finance):
        assert seen(who) == [("2026-08", "-15.00", "0.00", "active")]
    assert seen(story.partner_Q, "Q") == []
    tab = signed_in(story.partner_P.key)
    tab.get("/console/me")
    assert "正常结算" in tab.page.text


def test_what_is_booked_later_by_an_earlier_number_is_not_in_it(owner_url: str) -> None:
    story = billed()
    assert ask(story.finance, "/publish")[0] == 200
    before = story.partner_P.get(WHERE)
    later = story.hr.record("q", "P", at="2026-08-07")
    renumber = """UPDATE ledger_entry SET id = '00000000-0000-7000-8000-000000000000'
        WHERE decision_id = (SELECT id FROM decision WHERE case_id = %s)"""
    with owning(owner_url) as connection:  # the clock of another machine was behind
        assert connection.execute(renumber, (later["case"]["id"],)).rowcount == 1
    assert [line["day"] for line in story.partner_P.get(WHERE)["lines"]] == [
        line["day"] for line in before["lines"]
    ]
    assert len(story.finance.get(WHERE)["lines"]) == 3


def test_an_objection_after_the_last_day_is_late() -> None:
    story = billed()
    story.until("2026-10-16T09:00:00+08:00")
    assert ask(story.hr, "/publish", days=3, working_days=True)[0] == 200
    (act,) = story.hr.get(f"{WHERE}/acts")["acts"]
    assert act["said"]["objections_until"] == "2026-10-21"
    story.until("2026-10-22T00:00:00+08:00")
    assert ask(story.hr, "/objections", clause="q", grounds="无")[1]["code"] == "objection_late"
