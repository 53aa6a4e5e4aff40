"""S31 18, 24, 25, 30, 31: a statement is published, objected to, decided and paid in full."""

from __future__ import annotations

from typing import Any

from tests.making.story import Story, open_story

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
    assert (status, found["due"], found["settlement"]) == (200, "10.00", "suspended")
    assert ask(story.finance, "/payments", amount="10.01", reference="a")[1]["code"] == "overpaid"
    assert (
        ask(story.finance, "/payments", amount="4", reference="a")[1]["settlement"] == "suspended"
    )
    assert ask(story.finance, "/payments", amount="6", reference="b")[1]["settlement"] == "active"
    kinds = [act["kind"] for act in story.partner_P.get(f"{WHERE}/acts")["acts"]]
    assert kinds == ["published", "objected", "decided", "published", "paid", "paid"]
    assert story.partner_Q("GET", f"{WHERE}/acts").status_code == 404


def test_an_objection_after_the_last_day_is_late() -> None:
    story = billed()
    story.until("2026-10-16T09:00:00+08:00")
    assert ask(story.hr, "/publish", days=3, working_days=True)[0] == 200
    (act,) = story.hr.get(f"{WHERE}/acts")["acts"]
    assert act["said"]["objections_until"] == "2026-10-21"
    story.until("2026-10-22T00:00:00+08:00")
    assert ask(story.hr, "/objections", clause="q", grounds="无")[1]["code"] == "objection_late"
