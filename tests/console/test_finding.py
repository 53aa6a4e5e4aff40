"""People by the initials of their names; clauses with those used most first."""

from __future__ import annotations

import re

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.house import make_company
from tests.making.story import PLUGINS, RULES, Story, open_story

from shangfa.documents.pinyin import initials_pattern
from shangfa.services.people.search import search

NAMES = ("田雨桐", "曾华", "单晓", "欧阳明", "Tom", "童宇庭")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tyt", ["田雨桐", "童宇庭"]),
        ("TYT", ["田雨桐", "童宇庭"]),
        ("zh", ["曾华"]),
        ("ch", ["曾华"]),
        ("sx", ["单晓"]),
        ("dx", ["单晓"]),
        ("oym", ["欧阳明"]),
        ("ym", ["欧阳明"]),
        ("tom", ["Tom"]),
        ("i", []),
        ("田 y", []),
        ("t%", []),
        ("[y]", []),
    ],
)
def test_letters_find_whose_name_begins_so(words: str, found: list[str]) -> None:
    company = make_company(RULES, plugins=PLUGINS, staff=["B"])
    for number, name in enumerate(NAMES):
        company.hire(f"P{number}", name=name)
    assert [item.name for item in search(company.ctx(), words)] == found


def test_initials_of_the_whole_name_come_first() -> None:
    company = make_company(RULES, plugins=PLUGINS, staff=["B"])
    for code, name in (("A1", "王田雨"), ("A2", "田雨"), ("A3", "ty"), ("ty", "别人")):
        company.hire(code, name=name)
    found = [item.code for item in search(company.ctx(), "ty")]
    assert found == ["ty", "A3", "A2", "A1"]


def test_a_pattern_means_the_same_to_python() -> None:
    pattern = initials_pattern("tyt")
    assert pattern is not None
    assert re.fullmatch(pattern, "田雨桐")
    assert not re.search(pattern, "张雨桐")
    assert initials_pattern("abcdefghj") is None


@pytest.fixture(scope="module")
def firm() -> Story:
    """A company in which one clause is used more than the others."""
    story = open_story()
    story.company.hire("Z", department="技术部")
    for _ in range(3):
        story.hr.record("m", "E", at="2026-08-31")
    story.hr.record("f", "Z", at="2026-08-31", procedure="immediate")
    hidden = story.hr("POST", "/v1/incidents", {"clause": "d", "subject": "E"})
    assert hidden.status_code == 422
    return story


def offered(tab: Tab) -> list[str]:
    buttons = [pair for form in tab.read.forms for pair in form.buttons]
    return [value.partition("|")[2] for name, value in buttons if name == "pick_clause"]


def test_clauses_used_most_are_offered_first_the_departments_own_before_all(firm: Story) -> None:
    tab = signed_in(firm.hr.key)
    tab.get("/console/incidents/new")
    assert offered(tab)[:2] == ["m", "f"]
    tab.get("/console/incidents/new?subject=Z")
    assert offered(tab)[0] == "f"
    tab.get("/console/incidents/new?subject=E")
    tab.press("look", clause="罚款")
    assert offered(tab) == ["f", "b"]
    tab.press("rules|b", name="pick_clause")
    assert not offered(tab)
