"""People over forms: registered, moved, paid, described, gone and back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.story import Story


@pytest.fixture(scope="module")
def hr(story: Story) -> Tab:
    """A browser of HR."""
    return signed_in(story.hr.key)


def press(tab: Tab, step: str, status: int = 200, /, **values: Any) -> None:
    """Press a button of a step; a field may be called `name` here."""
    form = next(form for form in tab.read.forms if ("step", step) in form.buttons)
    tab.send(form, {"step": step}, values, status)


def told(story: Story, code: str) -> Any:
    """Return somebody as the API tells of him."""
    return story.hr.get(f"/v1/subjects/{code}")


def test_somebody_is_registered_and_all_that_is_dated_of_him_is_changed(
    story: Story, hr: Tab
) -> None:
    hr.get("/console/people/new")
    press(hr, "create", 422, code="", name="<b>新人</b>", day_wage="很多", supervisor="M")
    assert 'aria-describedby="f-code-wrong"' in hr.page.text
    assert 'aria-describedby="f-day_wage-wrong"' in hr.page.text
    assert "&lt;b&gt;新人" in hr.page.text
    press(hr, "create", 409, code="E", day_wage="210.50")
    assert "duplicate" in hr.page.text
    press(
        hr,
        "create",
        code="N1",
        name="新人",
        since="2026-01-05",
        first_day="2026-01-05",
        department="客服部",
    )
    assert hr.path == "/console/people/N1/change"
    press(hr, "assign", since="2026-02-01", department="仓储部", supervisor="B")
    press(hr, "pay", since="2026-02-01", month_wage="5200.00", work_region="310115")
    press(hr, "attributes", since="2026-02-01", attributes="级别=P5\n班次=夜班")
    press(hr, "attributes", since="2026-03-01", attributes="级别=P6")
    press(hr, "rename", name="新人甲")
    press(hr, "leave", last_day="2026-06-30")
    press(hr, "employ", first_day="2026-08-01")
    found = told(story, "N1")
    assert found["name"] == "新人甲"
    assert found["assignments"][-1]["department"] == "仓储部"
    assert found["wages"][-1]["month_wage"] == "5200.00"
    assert found["attributes"] == {"级别": "P6"}
    assert [item["last_day"] for item in found["employments"]] == ["2026-06-30", None]


@pytest.mark.parametrize(
    ("step", "values", "name"),
    [
        ("assign", {"since": "2026-02-30"}, "assign-since"),
        ("assign", {"since": "", "department": "x" * 81}, "assign-department"),
        ("assign", {"since": "2026-02-01", "supervisor": "nobody"}, "assign-supervisor"),
        ("pay", {"since": "2026-02-01", "month_wage": "1", "day_wage": "1"}, "pay-month"),
        ("pay", {"since": "2026-02-01", "month_wage": "-5"}, "pay-month"),
        ("pay", {"since": "2026-02-01", "day_wage": "1.234"}, "pay-day"),
        ("pay", {"since": "2026-02-01", "day_wage": "5", "work_region": "上海"}, "pay-region"),
        ("attributes", {"since": "2026-02-01", "attributes": "没有等号"}, "f-attributes"),
        ("leave", {"last_day": ""}, "leave-last"),
        ("employ", {"first_day": "昨天"}, "employ-first"),
        ("rename", {"name": " "}, "rename-name"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_stands_beside_its_field_and_is_kept(
    story: Story, hr: Tab, step: str, values: dict[str, str], name: str
) -> None:
    before = told(story, "G")
    hr.get("/console/people/G/change")
    press(hr, step, 422, **values)
    assert f'aria-describedby="{name}-wrong"' in hr.page.text
    kept = next(form for form in hr.read.forms if ("step", step) in form.buttons)
    assert {key: dict(kept.fields)[key] for key in values} == {
        key: value.strip() or dict(kept.fields)[key] for key, value in values.items()
    }
    assert told(story, "G") == before


def test_a_late_change_is_seen_before_it_is_made(story: Story, hr: Tab) -> None:
    story.company.hire("T", supervisor="M")
    story.effective("m", "T", at="2026-08-31")
    assert story.balances("M")["warning"] == "1"
    hr.get("/console/people/T/change")
    press(hr, "try-assign", since="2026-08-01", supervisor="B")
    assert "将重新计算的事件数: 1" in hr.read.text
    assert told(story, "T")["assignments"][-1]["supervisor"] == "M"
    press(hr, "assign")
    assert told(story, "T")["assignments"][-1]["supervisor"] == "B"


def test_who_may_not_change_people_is_told_so(story: Story) -> None:
    for name, paths in {
        "leader": ("/console/people/new", "/console/people/E/change"),
        "finance": ("/console/people/new",),
        "auditor": ("/console/people/E/change",),
    }.items():
        tab = signed_in(story.people[name].key)
        for path in paths:
            assert tab.get(path, 403).heading
    finance = signed_in(story.finance.key)
    finance.get("/console/people/E/change")
    press(finance, "pay", since="2026-01-01", day_wage="200")
    assert told(story, "E")["wages"][-1]["day_wage"] == "200.00"


def test_a_change_that_somebody_made_meanwhile_is_not_written_over(story: Story, hr: Tab) -> None:
    hr.get("/console/people/G/change")
    other = signed_in(story.hr2.key)
    other.get("/console/people/G/change")
    press(other, "rename", name="改过的名字")
    press(hr, "rename", 412, name="另一个名字")
    assert "改过的名字" in hr.read.text
    assert told(story, "G")["name"] == "改过的名字"
