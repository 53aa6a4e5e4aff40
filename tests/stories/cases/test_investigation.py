"""S31: a partner is told, answers or is silent, and the breach is determined."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.story import Story, open_tenant

FACTS = {"base_points": 2}


@pytest.fixture
def story() -> Story:
    """Hunan Mobile, with its partner SP01."""
    return open_tenant("hunan-mobile", partner="SP01")


def notified(story: Story) -> str:
    said = story.hr.record("9", "SP01", at="2026-08-31", procedure="sp_investigation")
    assert said["case"]["state"] == "reply"
    assert said["decision"]["effects"] == []
    assert "base_points" in said["decision"]["trace"][-1]["text_en"]
    return str(said["case"]["id"])


def finished(story: Story, case: str, **more: Any) -> Any:
    story.hr.take(case, "verify", facts=FACTS | more)
    story.hr.take(case, "determine", reason="核查属实")
    return story.hr.take(case, "publish", on="2026-10-24")


def test_a_partner_that_denies_without_proof_pays_one_and_a_half(story: Story) -> None:
    case = notified(story)
    assert story.partner.refused(case, "reply") == (422, "missing")
    assert story.partner.refused(case, "reply", response="maybe") == (422, "invalid")
    three = ["1", "2", "3"]
    assert story.partner.refused(case, "reply", response="denied", numbers=three) == (
        422,
        "invalid",
    )
    story.partner.take(case, "reply", response="denied", numbers=["13800000000"])
    found = story.hr.take(case, "verify", facts=FACTS)
    assert [item["quantity"] for item in found["decision"]["effects"]] == ["-3"]
    found = story.hr.take(case, "determine", reason="举证不足")
    assert found["state"] == "publication"
    assert story.balances("SP01") == {}
    (clock,) = found["clocks"]
    assert (clock["step"], clock["due_at"][8:10]) == ("publish", "24")
    found = story.hr.take(case, "publish", on="2026-09-24")
    assert found["decision"]["state"] == "effective"
    assert story.balances("SP01") == {"credit": "-3"}
    assert story.company.differences() == []


def test_a_determination_takes_every_fact(story: Story) -> None:
    case = notified(story)
    story.partner.take(case, "reply", response="admitted")
    assert story.hr.refused(case, "verify", facts={"colour": "red"}) == (422, "unknown_fact")
    story.hr.take(case, "verify", facts={})
    assert story.hr.refused(case, "determine") == (422, "missing")
    assert story.hr.refused(case, "determine", reason="x") == (422, "missing_fact")
    found = story.hr.take(case, "determine", reason="x", facts=FACTS)
    assert [item["clause"] for item in found["decision"]["effects"]] == ["12c"]


def test_a_partner_silent_until_the_last_midnight_has_admitted(story: Story) -> None:
    story.until("2026-09-30T10:00:00+08:00")
    silent, quick = notified(story), notified(story)
    (clock,) = story.hr.get(f"/v1/cases/{silent}")["clocks"]
    assert clock["due_at"] == "2026-10-10T23:59:59+08:00"
    assert (clock["step"], clock["silence"]) == ("reply", "admission")
    story.until("2026-10-10T23:59:59+08:00")
    story.partner.take(quick, "reply", response="denied")
    story.until("2026-10-11T00:00:00+08:00")
    found = story.hr.get(f"/v1/cases/{silent}")
    assert found["state"] == "verification"
    assert found["history"][-1]["silence"] == "admission"
    assert story.partner.refused(silent, "reply", response="denied") == (409, "illegal_step")
    done = finished(story, silent)
    assert [item["quantity"] for item in done["decision"]["effects"]] == ["-2"]
    assert story.balances("SP01") == {"credit": "-2"}
    assert story.company.differences() == []


def test_a_procedure_that_the_policy_does_not_allow_is_refused(story: Story) -> None:
    body = {"subject": "SP01", "clause": "9", "occurred_at": "2026-08-31", "procedure": "slip"}
    response = story.hr("POST", "/v1/incidents", body)
    assert (response.status_code, response.get_json()["code"]) == (422, "unknown_procedure")
    assert "sp_investigation" in response.get_json()["detail"]
