"""The schemes that come along, in the browser: every clause can be asked for, every page read."""

from __future__ import annotations

import os
from typing import Any

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.house import ROOT
from tests.making.story import open_tenant

RECORD = "/console/incidents/new"
SCHEMES = ("hunan-mobile", "plaza", "youyou")
EVERY = sorted(path.name for path in ROOT.glob("tenants/*/") if path.is_dir())
CLAUSES = 25
"""Of a scheme, whose forms are opened."""


@pytest.mark.parametrize("name", EVERY if os.environ.get("SHANGFA_EVERY_SCHEME") else SCHEMES)
def test_every_clause_of_a_scheme_can_be_asked_for_and_its_document_read(name: str) -> None:
    story = open_tenant(name)
    hr, who = signed_in(story.hr.key), story.hr.get("/v1/subjects?limit=1")["items"][0]
    for policy in story.hr.get("/v1/policies")["items"]:
        read = hr.get(f"/console/policies/{policy['id']}/1")
        assert policy["title"] in read.heading
        found = story.hr.get(f"/v1/policies/{policy['id']}/versions/1")
        for clause in found["document"]["clauses"][:CLAUSES]:
            asked_for(hr, who["code"], policy["name"], clause)
    for page in ("people", "near", "months", f"people/{who['code']}"):
        hr.get(f"/console/{page}")


def asked_for(hr: Tab, code: str, policy: str, clause: dict[str, Any]) -> None:
    """Open the form of a clause and ask what would follow, whatever the answer."""
    hr.client.get(RECORD)
    address = {"subject": code, "clause": clause["code"], "policy": policy}
    hr.page = hr.client.get(RECORD, query_string=address)
    assert hr.page.status_code == 200
    form = next(form for form in hr.read.forms if ("step", "preview") in form.buttons)
    asked = {name.removeprefix("facts.") for name in form.names if name.startswith("facts.")}
    assert not asked or set(clause.get("facts") or {}) <= asked, clause["code"]
    hr.page = hr.client.post(RECORD, data=dict(form.fields) | {"step": "preview"})
    assert hr.page.status_code in {200, 422}, hr.page.text


def test_what_the_steps_of_an_investigation_gather_is_typed_into_fields() -> None:
    story = open_tenant("hunan-mobile", partner="SP01")
    hr, partner = signed_in(story.hr.key), signed_in(story.partner.key)
    hr.get(RECORD)
    hr.press("look", subject="SP01", clause="9")
    case = {"occurred_at": "2026-08-31", "procedure": "sp_investigation"}
    hr.press("record", **case)
    partner.get(hr.path)
    partner.press("reply", 422, response="")
    partner.press("reply", response="denied", numbers="13800000000")
    hr.get(hr.path)
    hr.press("verify", 422, facts__base_points="许多")
    assert 'id="verify-facts.base_points-wrong"' in hr.page.text
    hr.press("verify", facts__base_points="2")
    hr.press("determine", reason="举证不足")
    hr.press("publish", on="2026-09-24")
    assert "-3" in hr.read.text
    assert story.balances("SP01") == {"credit": "-3"}


def test_the_walk_of_the_how_to() -> None:
    story = open_tenant("fujie", leader="F001", employee="F002")
    leader, employee, hr, finance = (
        signed_in(story.people[name].key) for name in ("leader", "employee", "hr", "finance")
    )
    leader.get(RECORD)
    leader.press("look", subject="田雨", clause="游戏")
    leader.press("preview", 422)
    assert "请从找到的当中选择" in leader.read.text
    buttons = [pair for form in leader.read.forms for pair in form.buttons]
    leader.press(next(value for _, value in buttons if value.endswith("|一-2")), name="pick_clause")
    leader.press("preview", procedure="default", occurred_at="2026-08-31")
    assert "-20.00" in leader.read.text
    leader.press("record")
    case = leader.path
    assert case in employee.get("/console/me").links
    employee.get(case)
    employee.press("defend", note="查资料")
    assert case in hr.get("/console/").links
    hr.get(case)
    hr.press("approve")
    hr.press("serve", method="direct")
    hr.get("/console/months/2026-08")
    for tab, steps in ((hr, ("cut-off", "reconcile", "lock")), (finance, ("lock",))):
        tab.get("/console/months/2026-08")
        for step in steps:
            tab.press(step)
    assert "payroll.xlsx" in finance.read.text
    assert story.finance.get("/v1/periods/2026-08")["state"] == "locked"
