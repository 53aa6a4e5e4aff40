"""Files, users and webhooks over forms."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from tests.making.browser import Tab, browser, signed_in
from tests.making.story import Story

GOOD = "工号,姓名,部门\nI1,导入甲,客服部\nI2,导入乙,客服部\n"
BAD = "工号,姓名,部门,直属上级\nI3,导入丙,客服部,没有这人\nI4,,客服部,\n"
URL = "https://93.184.216.34/shangfa"
"""A public address; nothing is sent to it here."""


@pytest.fixture
def hr(story: Story) -> Tab:
    """A browser of HR."""
    return signed_in(story.hr.key)


def send(tab: Tab, step: str, status: int = 200, /, **values: Any) -> None:
    """Press a button of a step; a field may be called `name` here."""
    form = next(form for form in tab.read.forms if ("step", step) in form.buttons)
    tab.send(form, {"step": step}, values, status)


def test_a_file_is_checked_and_then_brought_in(story: Story, hr: Tab) -> None:
    hr.get("/console/imports")
    send(hr, "send", kind="subjects", file=(BytesIO(GOOD.encode()), "人员.CSV"))
    assert "已检查" in hr.read.heading
    assert story.hr("GET", "/v1/subjects/I1").status_code == 404
    send(hr, "commit")
    assert "已导入" in hr.read.heading
    assert story.hr.get("/v1/subjects/I2")["name"] == "导入乙"
    hr.get("/console/imports")
    send(hr, "send", 409, kind="subjects", file=(BytesIO(GOOD.encode()), "人员.csv"))
    assert "already_imported" in hr.page.text


def test_what_is_wrong_with_a_file_is_told_by_row(story: Story, hr: Tab) -> None:
    hr.get("/console/imports")
    send(hr, "send", 422, kind="subjects")
    assert 'aria-describedby="f-file-wrong"' in hr.page.text
    send(hr, "send", 422, kind="subjects", file=(BytesIO(b"%PDF"), "人员.pdf"))
    assert "须为 .csv" in hr.read.text
    send(hr, "send", kind="subjects", file=(BytesIO(BAD.encode()), "人员.csv"))
    assert "未通过" in hr.read.heading
    link = next(link for link in hr.read.links if link.endswith("errors.csv"))
    told = hr.client.get(link, buffered=True).text
    assert "缺少必填项" in told
    assert ("step", "commit") not in [pair for form in hr.read.forms for pair in form.buttons]
    assert signed_in(story.finance.key).get("/console/imports", 403).heading


def test_a_user_is_invited_chooses_his_password_and_is_locked(story: Story, hr: Tab) -> None:
    hr.get("/console/users")
    send(hr, "create", 422, login="chen", name="<i>陈", roles="")
    assert 'aria-describedby="f-roles-wrong"' in hr.page.text
    assert "&lt;i&gt;陈" in hr.page.text
    send(hr, "create", 422, login="chen", name="陈", roles="supervisor", subject="nobody")
    assert 'aria-describedby="f-subject-wrong"' in hr.page.text
    form = next(form for form in hr.read.forms if ("step", "create") in form.buttons)
    values = {"login": "chen", "name": "陈", "roles": "supervisor", "subject": "M"}
    hr.send(form, {"step": "create"}, values | {"invite": "true"})
    found = re.search(r'id="invitation">(si_[^<]+)<', hr.page.text)
    assert found is not None
    hr.send(form, {"step": "create"}, values | {"invite": "true"})
    assert found[1] not in hr.page.text
    assert hr.path == "/console/users"
    own = browser()
    own.get("/console/invitation")
    taking = next(form for form in own.read.forms if "invitation" in form.names)
    own.send(taking, {}, {"invitation": "si_x", "password": "a long enough one"}, 404)
    assert "link_ended" in own.page.text
    taking = next(form for form in own.read.forms if "invitation" in form.names)
    own.send(taking, {}, {"invitation": found[1], "password": "a long enough one"})
    assert own.path == "/console/"


def test_a_user_is_changed_locked_let_in_again_and_ended(story: Story, hr: Tab) -> None:
    made = story.hr("POST", "/v1/users", {"login": "lin", "name": "林", "role": "hr"}).get_json()
    own = browser().sign_in(tenant=story.company.slug, login="lin", password=made["password"])
    here = f"/console/users/{made['id']}"
    assert here in hr.get("/console/users").links
    hr.get(here)
    send(hr, "change", 422, name="林", roles="supervisor")
    assert 'aria-describedby="f-subject-wrong"' in hr.page.text
    send(hr, "change", name="林主管", roles=["supervisor", "hr"], subject="M")
    send(hr, "lock")
    assert own.client.get("/console/").status_code == 303
    send(hr, "unlock")
    send(hr, "reset")
    assert 'id="password"' in hr.page.text
    hr.get(here)
    send(hr, "remove")
    assert "已注销" in hr.read.text


def test_a_webhook_is_made_tried_given_another_secret_and_deleted(story: Story, hr: Tab) -> None:
    hr.get("/console/webhooks")
    send(hr, "create", 422, url="ftp://x", events="")
    assert 'aria-describedby="f-events-wrong"' in hr.page.text
    send(hr, "create", 422, url="https://127.0.0.1/x", events="case.moved")
    assert "webhook_address" in hr.page.text
    send(hr, "create", url=URL, events=["case.moved", "period.locked"])
    first = re.search(r'id="secret">(whsec_[^<]+)<', hr.page.text)
    hr.get(next(link for link in hr.read.links if link.startswith("/console/webhooks/")))
    here = hr.path
    send(hr, "test")
    assert "待发送" in hr.read.text
    send(hr, "replay")
    send(hr, "rotate")
    second = re.search(r'id="secret">(whsec_[^<]+)<', hr.page.text)
    assert first is not None
    assert second is not None
    assert first[1] != second[1]
    auditor = signed_in(story.auditor.key)
    assert auditor.get(here).heading
    assert not [form for form in auditor.read.forms if ("step", "test") in form.buttons]
    hr.get(here)
    send(hr, "delete")
    assert hr.path == "/console/webhooks"
    assert story.hr.get("/v1/webhooks")["items"] == []


def test_who_may_not_set_things_up_is_told_so(story: Story) -> None:
    for name in ("leader", "employee", "finance"):
        tab = signed_in(story.people[name].key)
        for page in ("users", "imports", "webhooks"):
            assert tab.get(f"/console/{page}", 403).heading
