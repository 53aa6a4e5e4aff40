"""Approvals, liftings, corrections and privacy in the browser."""

from __future__ import annotations

from io import BytesIO

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.story import RULES, Story, open_story

LAPSING = RULES.replace("clauses:", "lapses: {warning: {months: 6}}\nclauses:")


@pytest.fixture(scope="module")
def firm() -> Story:
    """A company whose warnings lapse."""
    return open_story(LAPSING)


@pytest.fixture
def hr(firm: Story) -> Tab:
    """A browser of HR."""
    return signed_in(firm.hr.key)


def test_who_approves_what_is_set_and_what_is_wrong_stands_beside_it(firm: Story, hr: Tab) -> None:
    hr.get("/console/approvals")
    hr.press("set", 422, rules__0__amount="很多", rules__0__role="hr")
    assert 'id="f-rules.0.amount-wrong"' in hr.page.text
    hr.press("set", 422, rules__0__amount="500", rules__0__role="")
    assert 'id="rules-0-wrong"' in hr.page.text
    hr.press("set", rules__0__role="finance", rules__1__level="warning", rules__1__role="hr")
    rules = firm.hr.get("/v1/approvals")["rules"]
    assert [(item["amount"], item["level"], item["role"]) for item in rules] == [
        ("500", None, "finance"),
        (None, "warning", "hr"),
    ]
    auditor = signed_in(firm.people["auditor"].key)
    assert "warning" in auditor.get("/console/approvals").text or "警告" in auditor.read.text
    assert not [form for form in auditor.read.forms if ("step", "set") in form.buttons]


def test_rules_changed_meanwhile_are_shown_and_what_was_typed_stays(firm: Story, hr: Tab) -> None:
    hr.get("/console/approvals")
    said = {"rules": [{"role": "supervisor", "department": "客服部"}], "delegates": []}
    assert firm.hr("PUT", "/v1/approvals", said, If_Match="*").status_code == 200
    stand_in = {"person": "B", "stands_in": "M", "since": "2026-09-01", "until": "2026-09-30"}
    typed = {f"delegates__0__{name}": value for name, value in stand_in.items()}
    hr.press("set", 412, rules__0__amount="800", **typed)
    assert 'id="meanwhile"' in hr.page.text
    assert "客服部" in hr.read.text
    hr.press("set")
    found = firm.hr.get("/v1/approvals")
    assert found["rules"][0]["amount"] == "800"
    assert found["delegates"] == [stand_in]
    assert firm.hr("PUT", "/v1/approvals", {"rules": []}, If_Match="*").status_code == 200


def test_a_mark_is_lifted_before_its_time_and_that_is_withdrawn(firm: Story, hr: Tab) -> None:
    case = firm.effective("w", "E", at="2026-08-30")
    hr.get(f"/console/cases/{case}")
    assert f"/console/cases/{case}/liftings" in hr.read.links
    hr.get(f"/console/cases/{case}/liftings")
    what = "E|marks|warning"
    hr.press("lift", 422, what=what, **{"from": "2026-08-31"})
    assert 'id="f-reason-wrong"' in hr.page.text
    hr.press("lift", 422, what=what, reason="早", **{"from": "2027-01-01"})
    assert 'id="f-from-wrong"' in hr.page.text
    hr.press("lift", 409, what=what, reason="早", **{"from": "2026-08-01"})
    hr.press("try", what=what, reason="学习合格", **{"from": "2026-08-31"})
    assert firm.hr.get("/v1/subjects/E/record")["in_force"]
    hr.press("lift")
    assert "学习合格" in hr.read.text
    assert not firm.hr.get("/v1/subjects/E/record")["in_force"]
    assert "学习合格" in hr.get(f"/console/cases/{case}").text
    hr.get(f"/console/cases/{case}/liftings")
    hr.press("withdraw", reason="弄错了人")
    assert firm.hr.get("/v1/subjects/E/record")["in_force"]
    for sent in ({"what": "G|marks|warning"}, {"what": ""}, {"step": "x"}):
        form = next(form for form in hr.read.forms if ("step", "lift") in form.buttons)
        said = {**dict(form.fields), "what": what, "reason": "x", "step": "lift", **sent}
        assert hr.client.post(hr.path, data=said).status_code in {404, 422}


def test_what_somebody_asks_to_have_corrected_is_answered(firm: Story, hr: Tab) -> None:
    employee = signed_in(firm.employee.key)
    employee.get("/console/me")
    employee.get("/console/corrections")
    employee.press("ask", 422, concerns="部门")
    assert 'id="f-wrong-wrong"' in employee.page.text
    employee.press("ask", wrong="客服部", should_be="技术部<b>")
    assert "技术部&lt;b&gt;" in employee.page.text
    assert "/console/corrections" in " ".join(hr.get("/console/").links)
    hr.get("/console/corrections?state=asked")
    hr.press("accepted", 422)
    assert "-wrong" in hr.page.text
    hr.press("accepted", 422, reason="属实")
    hr.press("accepted", reason="属实", effect="已改为技术部")
    assert "已改为技术部" in employee.get("/console/corrections").text
    leader = signed_in(firm.leader.key)
    assert "技术部" not in leader.get("/console/corrections").text
    assert signed_in(firm.people["finance"].key).get("/console/corrections", 403)


def test_somebody_is_restricted_and_held_and_that_ends(firm: Story, hr: Tab) -> None:
    hr.get("/console/privacy")
    hr.press("restrict", 422, subject="没有", kind="restriction", reason="本人有异议")
    assert 'id="f-subject-wrong"' in hr.page.text
    hr.press("restrict", subject="G")
    assert "本人有异议" in hr.read.text
    finance = signed_in(firm.people["finance"].key)
    assert finance.get("/console/people/G", 403)
    hr.press("restrict", 409, subject="G", kind="restriction", reason="再来")
    hr.press("restrict", subject="G", kind="hold", reason="诉讼")
    assert len([form for form in hr.read.forms if ("step", "end") in form.buttons]) == 2
    for _ in range(2):
        hr.press("end", 422)
        hr.press("end", reason="已核实")
    assert "已核实" in hr.get("/console/privacy?standing=false").text
    assert finance.get("/console/people/G")


def test_who_left_long_ago_is_listed_and_agreed_to(firm: Story, hr: Tab) -> None:
    firm.company.hire("L", first_day="2015-01-01", last_day="2019-06-30")
    hr.get("/console/privacy")
    assert "2019-06-30" in hr.read.text
    hr.press("years", 422, years="0")
    hr.press("years", years="3")
    assert "2022-06-30" in hr.read.text
    hr.press("agree", 422)
    hr.press("agree", subjects=["L"])
    assert "✓" in hr.read.text
    auditor = signed_in(firm.people["auditor"].key)
    assert not [form for form in auditor.get("/console/privacy").forms if "years" in form.names]
    token = dict(auditor.read.forms[0].fields)["form_token"]
    for step in ("years", "agree", "restrict"):
        said = {"form_token": token, "step": step, "years": "9", "subjects": "L", "subject": "L"}
        said |= {"kind": "hold", "reason": "x"}
        assert auditor.client.post("/console/privacy", data=said).status_code == 403


YEAR = "date,kind,name,source\n2028-01-03,off,元旦,https://www.gov.cn/a\n2028-01-08,work,元旦,https://www.gov.cn/a\n"


def test_closing_days_and_whole_years_are_set_for_days_to_come(firm: Story, hr: Tab) -> None:
    hr.get("/console/calendar")
    assert "2026" in hr.read.text
    for typed in (
        {"off": "明天"},
        {"off": "2026-08-31"},
        {"worked": "2026-08-29"},
        {"years": "28"},
    ):
        name = next(iter(typed))
        hr.press("set", 422, **{"off": "", "worked": "", "years": "", **typed})
        assert f'id="f-{name}-wrong"' in hr.page.text, typed
    hr.press("set", 422, off="2026-12-31", worked="2026-12-31", years="")
    hr.press("set", worked="2027-01-09", off="2026-12-31")
    hr.press("set", 400, file=(BytesIO(b"\xff\xff\x80"), "x.csv"))
    hr.press("set", 422, file=(BytesIO(b"date\n"), "2028.csv"))
    assert "2028.csv:1" in hr.page.text
    hr.press("set", file=(BytesIO(YEAR.encode()), "2028.csv"))
    found = firm.hr.get("/v1/calendar")
    assert found["own"] == {
        "off": ["2026-12-31", "2028-01-03"],
        "worked": ["2027-01-09", "2028-01-08"],
        "years": [2028],
    }
    assert found["name"] == "company"
    assert found["based_on"] == "CN"
    assert 2028 in found["years"]
    fixed = {"off": ["2026-12-31"], "worked": [], "years": []}
    assert firm.hr("PUT", "/v1/calendar", fixed, If_Match="*").status_code == 200
    hr.press("set", 412, off="2026-12-30")
    assert 'id="meanwhile"' in hr.page.text
    hr.press("set")
    assert "2026-12-30" in firm.hr.get("/v1/calendar")["own"]["off"]
    employee = signed_in(firm.employee.key)
    assert "12-30" in employee.get("/console/calendar").text
    assert not [form for form in employee.read.forms if "off" in form.names]


def test_the_companys_days_move_deadlines_set_from_then_on(firm: Story) -> None:
    def due() -> str:
        case = firm.leader.record("w", "G", at="2026-08-31")["case"]["id"]
        return str(firm.hr.get(f"/v1/cases/{case}")["clocks"][0]["due_at"])

    fixed = {"off": ["2026-12-31"], "worked": [], "years": []}
    assert firm.hr("PUT", "/v1/calendar", fixed, If_Match="*").status_code == 200
    before = due()
    closed = {"off": [f"2026-09-{day:02}" for day in range(2, 12)], "worked": [], "years": []}
    assert firm.hr("PUT", "/v1/calendar", closed, If_Match="*").status_code == 200
    assert due() > before
