"""An empty company is led to people, a scheme and users, and then no more."""

from __future__ import annotations

import pytest
from tests.making.browser import signed_in
from tests.making.house import ROOT, make_company

from shangfa.services.access.by_hand import make_key

HOME = "/console/"


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the schemes that come along be found wherever the tests are run."""
    monkeypatch.chdir(ROOT)


def test_an_empty_company_is_led_from_people_to_a_scheme_to_users() -> None:
    company = make_company(plugins=["fines", "demerit_ladder", "duties", "letter_points"])
    hr = signed_in(make_key("hr", company.slug, None, "x"))
    assert "从这里开始" in hr.get(HOME).text
    hr.get("/console/people/new")
    form = next(form for form in hr.read.forms if ("step", "create") in form.buttons)
    hr.send(form, {"step": "create"}, {"code": "E1", "name": "一", "department": "客服部"})
    assert hr.get(HOME).text.count("已完成") == 1
    hr.get("/console/policies")
    assert "hunan-mobile" not in hr.page.text
    hr.press("start", starter="fujie/policy.yaml")
    assert "草稿" in hr.read.text
    assert hr.get(HOME).text.count("已完成") == 2
    hr.get("/console/policies")
    hr.press("start", 404, starter="../pyproject.toml")
    hr.get("/console/users")
    form = next(form for form in hr.read.forms if ("step", "create") in form.buttons)
    hr.send(form, {"step": "create"}, {"login": "a", "name": "甲", "roles": "finance"})
    assert "从这里开始" not in hr.get(HOME).text


def test_who_does_not_set_a_company_up_is_not_led() -> None:
    company = make_company(plugins=["fines"], staff=["B"])
    for role, subject in (("supervisor", "B"), ("finance", None), ("auditor", None)):
        tab = signed_in(make_key(role, company.slug, subject, "x"))
        assert "从这里开始" not in tab.get(HOME).text
