"""Forms: sent once, never from elsewhere, never lost, and told what is wrong beside the field."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from tests.making.browser import Form, Tab, browser, signed_in
from tests.making.files import PDF
from tests.making.house import contents
from tests.making.story import Story

from shangfa.api.running.arriving import FILE
from shangfa.config import settings
from shangfa.console.session import WITH_FILES
from shangfa.services.access.by_hand import make_key

RECORD = "/console/incidents/new"
FACTS: dict[str, Any] = {"subject": "E", "clause": "f", "occurred_at": "2026-08-31"}


def form_of(tab: Tab, button: str, name: str = "step") -> Form:
    """Return the form of a page that has a button."""
    return next(form for form in tab.read.forms if (name, button) in form.buttons)


def many(story: Story) -> int:
    """Return how many incidents the company has."""
    return len(story.hr.get("/v1/incidents?limit=200")["items"])


def test_a_double_click_records_once(story: Story) -> None:
    tab, before = signed_in(story.leader.key), many(story)
    tab.get(RECORD)
    tab.press("look", **FACTS)
    form = form_of(tab, "record")
    tab.send(form, {"step": "record"}, {})
    first = tab.path
    tab.send(form, {"step": "record"}, {})
    assert tab.path == first
    assert many(story) == before + 1
    tab.send(form, {"step": "record"}, {"note": "另一件事"}, 422)
    assert "Idempotency-Key" in tab.read.text


def test_a_case_that_moved_meanwhile_says_so(story: Story) -> None:
    leader, hr = signed_in(story.leader.key), signed_in(story.hr.key)
    leader.get(RECORD)
    leader.press("record", **FACTS)
    hr.get(leader.path)
    leader.press("withdraw")
    hr.press("defend", 412, note="谈过", evidence="面谈记录")
    assert "内容在您打开后已被他人更改" in hr.read.text
    assert "您打开本页之后发生了撤回 → 已撤回" in "".join(hr.read.text.split("\n"))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"occurred_at": "昨天"}, "occurred_at"),
        ({"occurred_at": "2099-01-01"}, "occurred_at"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "很多"}, "quantity"),
        ({"procedure": "none"}, "procedure"),
        ({"note": "长" * 4001}, "note"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_told_beside_the_field_and_all_is_kept(
    story: Story, values: dict[str, str], name: str
) -> None:
    tab, before = signed_in(story.hr.key), many(story)
    tab.get(RECORD)
    note = "😀 前台看见的 " + "长" * 3900
    tab.press("record", 422, **{**FACTS, "note": note, **values})
    assert f'aria-describedby="f-{name}-wrong"' in tab.page.text
    kept = dict(form_of(tab, "record").fields)
    assert kept["note"] == values.get("note", note)
    assert kept[name] == values[name]
    assert many(story) == before


def test_names_are_looked_up_and_whoever_is_not_ones_own_is_not_found(story: Story) -> None:
    story.company.hire("W1", name="王小明", supervisor="M")
    story.company.hire("W2", name="王小红", supervisor="B")
    hr, leader = signed_in(story.hr.key), signed_in(story.leader.key)
    hr.get(RECORD)
    hr.press("look", subject="王小")
    assert {("pick_subject", "W1"), ("pick_subject", "W2")} <= set(form_of(hr, "look").buttons)
    hr.press("W2", name="pick_subject")
    assert dict(form_of(hr, "look").fields)["subject"] == "W2"
    leader.get(RECORD)
    leader.press("look", subject="王小")
    assert dict(form_of(leader, "look").fields)["subject"] == "W1"
    found = hr.send(hr.get("/console/people").forms[-1], {}, {"words": "100%_王"})
    assert "没有找到" in found.text
    assert "王小明" in hr.send(hr.read.forms[-1], {}, {"words": "小明"}).text


def test_a_photo_is_kept_and_named(story: Story) -> None:
    tab = signed_in(story.hr.key)
    tab.get(RECORD)
    tab.press("preview", **FACTS, file=(BytesIO(PDF), "现场😀.pdf"))
    tab.press("record")
    files = [link for link in tab.read.links if link.startswith("/console/evidence/")]
    assert tab.client.get(files[0], buffered=True).data == PDF
    case = tab.path
    form = next(form for form in tab.read.forms if form.action == "/console/evidence")
    tab.send(form, {}, {"file": (BytesIO(PDF), "谈话.pdf")})
    assert tab.path == case
    tab.press("defend")
    assert len([link for link in tab.read.links if link.startswith("/console/evidence/")]) == 2


def test_a_file_that_is_too_large_is_refused(story: Story) -> None:
    tab = signed_in(story.hr.key)
    tab.get(RECORD)
    large = BytesIO(b"%PDF-1.4\n" + bytes(settings().max_evidence + 100_000))
    tab.press("record", 413, **FACTS, file=(large, "大.pdf"))
    assert str(settings().max_evidence + 65536) in tab.read.text


FORGED: dict[str, dict[str, Any]] = {
    "no token": {"data": {"step": "withdraw"}},
    "another's token": {"data": {"form_token": "0" * 64}},
    "from another site": {"headers": {"Origin": "https://evil.example"}},
    "from nowhere": {"headers": {"Origin": "null"}},
    "said by the browser": {"headers": {"Sec-Fetch-Site": "cross-site"}},
}
POSTS = (
    *(RECORD, "/console/sign-in", "/console/sign-out", "/console/role", "/console/people"),
    *("/console/policies", "/console/months/2026-08", "/console/evidence", "/console/password"),
    *("/console/cases/00000000-0000-0000-0000-000000000000", "/console/tenants/x"),
    *("/console/people/new", "/console/people/E/change", "/console/imports", "/console/users"),
    *("/console/webhooks", "/console/invitation"),
)


@pytest.mark.parametrize("forged", FORGED)
def test_a_form_from_elsewhere_changes_nothing(story: Story, owner_url: str, forged: str) -> None:
    tab = signed_in(story.hr.key)
    tab.get(RECORD)
    own = dict(form_of(tab, "record").fields) | FACTS | {"step": "record"}
    stored = contents(owner_url)
    for path in POSTS:
        sent = {"data": own} | FORGED[forged]
        answer = tab.client.post(path, **sent)
        assert answer.status_code == 403, path
        assert "form_refused" in answer.text
    assert contents(owner_url) == stored


def test_a_session_that_ends_in_mid_form_loses_nothing(story: Story) -> None:
    tab, before = signed_in(story.hr.key), many(story)
    tab.get(RECORD)
    form = form_of(tab, "record")
    tab.client.delete_cookie("shangfa_session", path="/console")
    tab.send(form, {"step": "record"}, {**FACTS, "note": "写了很久"}, 401)
    tab.send(next(form for form in tab.read.forms if "login" in form.names), {}, {"key": "x"}, 401)
    again = next(form for form in tab.read.forms if "login" in form.names)
    tab.send(again, {}, {"key": story.hr.key})
    tab.send(next(form for form in tab.read.forms if form.action == RECORD), {}, {})
    assert "写了很久" in tab.read.text
    assert many(story) == before + 1


def test_a_user_signs_in_changes_his_password_and_leaves_nothing_behind(story: Story) -> None:
    said = {"login": "li", "name": "李", "roles": ["hr", "auditor"], "must_change_password": True}
    made = story.hr("POST", "/v1/users", said).get_json()
    slug, password = story.company.slug, made["password"]
    tab = browser()
    form = next(form for form in tab.get("/console/cases").forms if "login" in form.names)
    tab.send(form, {}, {"tenant": slug, "login": "li", "password": "wrong"}, 401)
    assert "sign_in_failed" in tab.read.text
    tab.sign_in(tenant=slug, login="li", password=password)
    assert tab.path == "/console/password"
    changing = next(form for form in tab.read.forms if "new_password" in form.names)
    tab.send(changing, {}, {"password": password, "new_password": "a long enough one"})
    switch = next(form for form in tab.read.forms if form.action == "/console/role")
    tab.send(switch, {}, {"role": "auditor"})
    assert tab.get(RECORD, 403).heading
    session = tab.client.get_cookie("shangfa_session", path="/console")
    out = next(form for form in tab.read.forms if form.action == "/console/sign-out")
    tab.send(out, {}, {})
    assert tab.path == "/console/sign-in"
    assert session is not None
    tab.client.set_cookie("shangfa_session", session.value, path="/console")
    assert tab.client.get("/console/cases").status_code == 303


def test_a_key_with_an_address_list_signs_in_from_there(story: Story) -> None:
    path = f"/v1/tenants/{story.company.slug}/keys"
    for address, heading in (("127.0.0.1", True), ("10.1.0.1", False)):
        made = story.operator("POST", path, {"role": "hr", "addresses": [address]}).get_json()
        tab = browser()
        form = next(form for form in tab.read.forms if "key" in form.names)
        tab.send(form, {}, {"key": made["key"]}, 200 if heading else 403)
        assert ("address_refused" in tab.read.text) is not heading


def test_a_session_goes_on_when_its_token_runs_out(story: Story) -> None:
    made = story.hr("POST", "/v1/users", {"login": "wu", "name": "吴", "role": "hr"}).get_json()
    tab = browser().sign_in(tenant=story.company.slug, login="wu", password=str(made["password"]))
    tab.client.delete_cookie("shangfa_session", path="/console")
    assert tab.get("/console/cases").heading == "案件"
    assert tab.path == "/console/cases"


def test_cookies_are_read_by_no_script_and_sent_from_no_other_site(story: Story) -> None:
    tab = browser()
    token = tab.read.forms[0].fields[0][1]
    sent = {"form_token": token, "key": story.hr.key}
    for scheme in ("http", "https"):
        answer = tab.client.post("/console/sign-in", data=sent, base_url=f"{scheme}://localhost")
        (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "shangfa_session=s" in c]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/console" in cookie
        assert ("Secure" in cookie) == (scheme == "https")


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/v1/x", "/console/\\x"]
)
def test_signing_in_leads_nowhere_else(story: Story, there: str) -> None:
    tab = browser()
    token = tab.read.forms[0].fields[0][1]
    sent = {"form_token": token, "key": story.hr.key, "next": there}
    assert tab.client.post("/console/sign-in", data=sent).location == "/console/"


def test_a_schemes_faults_are_told_by_line_and_a_draft_is_published(story: Story) -> None:
    tab = signed_in(story.hr.key)
    tab.get("/console/policies")
    wrong = "policy: extra\ntitle: 补充办法\nclauses:\n  - {code: z, title: 甲, kind: fines.fixd}\n"
    form = next(form for form in tab.read.forms if "document" in form.names)
    tab.send(form, {}, {"document": wrong}, 422)
    assert "4    - {code: z, title: 甲, kind: fines.fixd}" in tab.read.text
    assert dict(next(f for f in tab.read.forms if "document" in f.names).fields)["document"].strip()
    right = wrong.replace("fines.fixd", "fines.fixed, params: {amount: 30}")
    form = next(form for form in tab.read.forms if "document" in form.names)
    tab.send(form, {}, {"file": (BytesIO(right.encode()), "extra.yaml")})
    assert "草稿" in tab.read.text
    assert "30" in tab.read.text
    tab.press("try")
    tab.press("publish", 422)
    assert "f-confirmed-wrong" in tab.page.text
    sending = form_of(tab, "publish")
    tab.send(sending, {"step": "publish"}, {"confirmed": "true"})
    assert "已发布" in tab.read.text
    tab.get(RECORD)
    tab.press("preview", **{**FACTS, "clause": "z"})
    assert "-30.00" in tab.read.text


def test_what_was_decided_at_once_is_reversed_with_a_reason(story: Story) -> None:
    tab = signed_in(story.hr.key)
    tab.get(RECORD)
    tab.press("record", **{**FACTS, "clause": "q"})
    assert "生效" in tab.read.heading
    tab.press("reversal", 422, reason="")
    tab.press("reversal", reason="记错了人")
    assert "已撤销" in tab.read.heading
    assert "记错了人" in tab.read.text


def test_the_one_it_concerns_appeals(story: Story) -> None:
    hr, employee = signed_in(story.hr.key), signed_in(story.employee.key)
    hr.get(RECORD)
    hr.press("record", **FACTS)
    hr.press("defend", evidence="谈话记录")
    case = hr.path
    other = signed_in(story.hr2.key)
    other.get(case)
    other.press("approve")
    other.press("serve", method="direct")
    assert "申诉" in employee.get("/console/me").text
    employee.get(case)
    employee.press("appeal", 422, grounds="")
    assert "appeal-grounds-wrong" in employee.page.text
    employee.press("appeal", grounds="当天请假")
    assert "当天请假" in employee.read.text


def test_the_operator_suspends_and_resumes_a_company(story: Story) -> None:
    operator, hr = signed_in(story.operator.key), signed_in(story.hr.key)
    page = operator.get("/console/tenants")
    form = next(form for form in page.forms if form.action.endswith(story.company.slug))
    operator.send(form, {"step": "suspend"}, {})
    signed_in(make_key("operator", None, None, "again"))
    operator.send(form, {"step": "resume"}, {})
    assert story.company.slug in operator.read.text
    assert hr.get("/console/cases").heading == "案件"


def test_the_preview_alone_is_sent_to_who_asks_for_it(story: Story) -> None:
    tab = signed_in(story.hr.key)
    tab.get(RECORD)
    said = dict(form_of(tab, "record").fields) | FACTS | {"step": "preview"}
    answer = tab.client.post(RECORD, data=said, headers={"Shangfa-Part": "preview"})
    assert "-20.00" in answer.text
    assert "<form" not in answer.text


def test_what_a_clause_leaves_open_is_set_where_it_is_approved(story: Story) -> None:
    leader, hr = signed_in(story.leader.key), signed_in(story.hr.key)
    leader.get(RECORD)
    leader.press("preview", **{**FACTS, "clause": "b"})
    assert "10.00–50.00" in leader.read.text
    leader.press("record")
    hr.get(leader.path)
    hr.press("defend", evidence="谈话记录")
    hr.press("approve", 422, choices__0__quantity="60")
    assert dict(form_of(hr, "approve").fields)["choices.0.quantity"] == "60"
    hr.press("approve", choices__0__quantity="35")
    hr.press("serve", method="direct")
    assert "-35.00" in hr.read.text


def test_a_choice_of_what_is_decided_at_once_is_set_with_a_reason(story: Story) -> None:
    hr = signed_in(story.hr.key)
    hr.get(RECORD)
    hr.press("record", **{**FACTS, "clause": "b"}, procedure="immediate")
    hr.press("choices", 422, choices__0__quantity="20", reason="")
    hr.press("choices", choices__0__quantity="20", reason="初犯")
    assert "待选择" not in hr.read.heading


def test_a_slip_is_confirmed_signed_and_filed(story: Story) -> None:
    leader, hr, employee = (
        signed_in(story.people[name].key) for name in ("leader", "hr", "employee")
    )
    hr.get(RECORD)
    hr.press("record", **FACTS, procedure="slip")
    case = hr.path
    leader.get(case)
    leader.press("confirm")
    employee.get(case)
    employee.press("sign", 422, accepts="")
    assert "sign-accepts-wrong" in employee.page.text
    employee.press("sign", accepts="true")
    second = signed_in(story.hr2.key)
    second.get(case)
    second.press("approve")
    second.press("file")
    assert "生效" in second.read.heading


def test_what_may_bring_a_file_is_waited_for_while_it_arrives() -> None:
    assert all(FILE.match(f"POST {path} HTTP/1.1".encode()) for path in WITH_FILES)
    assert all(path in POSTS for path in WITH_FILES)
