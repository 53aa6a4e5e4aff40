"""Nobody decides what concerns himself, nor what it rests on, whatever his office."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.house import incident
from tests.making.operations import chosen
from tests.making.story import Story, open_story
from tests.services.funds.purses import open_fund
from tests.stories.test_dismissals import AT_ONCE

OWN = "同一人"


@pytest.fixture(scope="module")
def two(story: Story) -> Story:
    """A company one of whose HR is also one of its people."""
    story.add("clerk", "hr", "E")
    return story


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_whom_an_incident_concerns_does_not_reverse_it(two: Story) -> None:
    made = two.hr.record("f", "E", at="2026-08-31", procedure="immediate")
    path = f"/v1/incidents/{made['id']}/reversal"
    assert code(two.clerk("POST", path, {"reason": OWN})) == (403, "same_person")
    assert two.hr("POST", path, {"reason": OWN}).status_code == 201


def test_whom_it_concerns_neither_records_nor_chooses(two: Story) -> None:
    body = incident("b", "E", at="2026-08-31") | {"procedure": "immediate"}
    assert code(two.clerk("POST", "/v1/incidents", body)) == (403, "same_person")
    made = two.hr.record("b", "E", at="2026-08-31", procedure="immediate")
    path = f"/v1/incidents/{made['id']}/choices"
    assert code(two.clerk("POST", path, chosen())) == (403, "same_person")
    other = incident("f", "G", at="2026-08-31") | {"procedure": "immediate"}
    assert two.clerk("POST", "/v1/incidents", other).status_code == 201


def test_nobody_sets_his_own_wage(two: Story) -> None:
    wage = {"month_wage": "99999"}
    path = "/v1/subjects/{}/wages/2026-01-01"
    assert code(two.clerk("PUT", path.format("E"), wage)) == (403, "same_person")
    assert two.clerk("PUT", path.format("G"), wage).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"name": "同一人"}),
        ("PUT", "/attributes/2026-01-01", {"attributes": {"regular": False}}),
        ("PUT", "/employments/2020-01-01", {}),
        ("POST", "/assignments", {"since": "2026-01-01", "department": "客服部"}),
        ("POST", "/wages", {"since": "2026-01-01", "day_wage": "9999"}),
    ],
)
def test_nobody_changes_what_decisions_about_himself_rest_on(
    two: Story, method: str, path: str, body: dict[str, Any]
) -> None:
    own = two.clerk(method, f"/v1/subjects/E{path}", body, If_Match="*")
    assert code(own) == (403, "same_person")
    another = two.clerk(method, f"/v1/subjects/G{path}", body, If_Match="*")
    assert another.status_code in {200, 201}, another.text


def test_nobody_brings_in_a_wage_or_an_incident_of_his_own(two: Story) -> None:
    rows = "subject,since,month_wage\nG,2026-02-01,6000\nE,2026-02-01,99999\n"
    sent = two.clerk(
        "POST", "/v1/imports?kind=wages&dry_run=false", rows.encode(), Content_Type="text/csv"
    )
    path = f"/v1/imports/{sent.get_json()['id']}"
    assert two.clerk.get(path)["state"] == "refused"
    errors = two.clerk("GET", f"{path}/errors.csv").text
    assert "same_person" in errors
    fine = b"subject,clause,occurred_at\nE,q,2026-08-30\n"
    sent = two.clerk(
        "POST", "/v1/imports?kind=incidents&dry_run=false", fine, Content_Type="text/csv"
    )
    path = f"/v1/imports/{sent.get_json()['id']}"
    assert "same_person" in two.clerk("GET", f"{path}/errors.csv").text


def test_nobody_makes_himself_who_stands_in(two: Story) -> None:
    for login, role, subject in (("boss", "finance", None), ("clerk", "hr", "E")):
        two.hr("POST", "/v1/users", {"login": login, "name": "x", "role": role, "subject": subject})
    said = {"of": "boss", "to": "clerk", "role": "finance"}
    said |= {"since": "2026-08-01T00:00:00+08:00", "until": "2099-01-01T00:00:00+08:00"}
    assert code(two.clerk("POST", "/v1/delegations", said)) == (403, "same_person")
    assert two.hr("POST", "/v1/delegations", said).status_code == 201


def test_one_person_is_one_however_many_keys_he_has() -> None:
    """Two signatures, and a decision beside its proposal, want two people."""
    story = open_story(AT_ONCE)
    story.add("clerk", "hr", "M")
    story.add("cashier", "finance", "M")
    case = story.leader.record("d", "E", at="2026-08-31")["case"]["id"]
    said = {"subject": "E", "case": case, "outcome": "declined"}
    assert code(story.clerk("POST", "/v1/dismissals", said)) == (403, "same_person")
    assert "dismissal" not in [item["step"] for item in story.clerk.get("/v1/tasks")["items"]]
    month = "/v1/periods/2026-07"
    for step in ("cut-off", "reconcile", "lock"):
        assert story.clerk("POST", f"{month}/{step}").status_code == 200
    assert code(story.cashier("POST", f"{month}/lock")) == (409, "already_signed")
    assert story.finance("POST", f"{month}/lock").status_code == 200
    open_fund(story.company)
    story.hr.record("f", "G", at="2026-08-20", procedure="immediate")
    story.until("2026-09-02T09:00:00+08:00")
    for step, who in (("cut-off", "hr"), ("reconcile", "hr"), ("lock", "hr"), ("lock", "finance")):
        assert story.people[who]("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    asked = {"amount": "1", "purpose": "茶水", "reason": "夏日"}
    assert story.clerk("POST", "/v1/funds/kf/spend", asked).status_code == 200
    assert code(story.cashier("POST", "/v1/funds/kf/spend", asked)) == (409, "already_signed")
    assert story.finance("POST", "/v1/funds/kf/spend", asked).status_code == 200
