"""Every page for every role, and what every page holds to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from tests.making.browser import Tab, browser, signed_in
from tests.making.firm import MARKUP, PAGES, ROLES, Firm, open_firm
from tests.making.story import Story, open_story

from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.services.access.by_hand import make_key

EVERY = [pytest.param(page, role, id=f"{page} as {role}") for page in PAGES for role in ROLES]


@dataclass(frozen=True)
class Tabs:
    """A company with something on every page, and a browser for each role."""

    firm: Firm
    tabs: Mapping[str, Tab]

    def path(self, page: str) -> str:
        """Return a page's address in this company."""
        return self.firm.path(page)


@pytest.fixture(scope="module")
def firm(story: Story) -> Tabs:
    """A company with something on every page."""
    made = open_firm(story)
    return Tabs(made, {role: signed_in(key) for role, key in made.keys.items()})


@pytest.mark.parametrize(("page", "role"), EVERY)
def test_a_role_sees_the_pages_that_are_its_own(firm: Tabs, page: str, role: str) -> None:
    tab = firm.tabs[role]
    tab.page = tab.client.get(firm.path(page), follow_redirects=True, buffered=True)
    if role in PAGES[page]:
        assert tab.page.status_code == 200, tab.page.text
    else:
        assert tab.page.status_code in {403, 404}, tab.page.text
        assert "未能完成" in tab.read.heading
    if tab.page.mimetype == "text/html":
        sound(tab)


def sound(tab: Tab) -> None:
    """Hold a page to what every page must be."""
    read = tab.read
    assert read.heading.strip()
    assert tab.page.text.count("<h1") == 1
    assert read.inline == ""
    assert not {name for name in read.attributes if name.startswith("on") or name == "style"}
    loaded = {path for path in read.loaded if not path.startswith("/console/")}
    assert not loaded, loaded
    assert not [link for link in read.links if re.match("https?:|//", link)]
    assert len(set(read.ids)) == len(read.ids), sorted(read.ids)
    headers = tab.page.headers
    assert headers["Cache-Control"] == "no-store"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert "alert('" not in tab.page.text


@pytest.mark.parametrize("page", [page for page in PAGES if "." not in page])
def test_without_a_session_a_page_leads_to_where_one_signs_in(firm: Tabs, page: str) -> None:
    answer = browser().client.get(firm.path(page))
    assert answer.status_code == 303
    assert answer.location.startswith("/console/sign-in")


OWN = [page for page in PAGES if "{" in page]


@pytest.mark.parametrize("role", TENANT_ROLES)
def test_what_another_company_has_is_not_there(firm: Tabs, role: str) -> None:
    other = open_story()
    subject = {"supervisor": "M", "employee": "E"}.get(role)
    tab = signed_in(make_key(role, other.company.slug, subject, "x"))
    token = tab.get("/console/password").forms[0].fields[0][1]
    for page in OWN:
        found = tab.client.get(firm.path(page))
        assert found.status_code in {403, 404}, page
    for page in ("/console/cases/{waiting}", "/console/policies/{policy}/1"):
        sent = {"form_token": token, "step": "withdraw", "if_match": "*"}
        answer = tab.client.post(firm.path(page), data=sent)
        assert answer.status_code in {403, 404}, page
    assert firm.firm.story.hr.get(f"/v1/cases/{firm.firm.ids['waiting']}")["state"] == "defence"


def test_what_somebody_wrote_is_shown_as_text(firm: Tabs) -> None:
    hr = firm.tabs["hr"]
    assert MARKUP in hr.get(firm.path("/console/cases/{case}")).text
    assert "&lt;script&gt;" in hr.page.text


DATA = re.compile(
    r"<(title|h1|td|dd|li|p|pre|textarea|h2|option|label)\b.*?</\1>|<div class=\"picks\">.*?</div>",
    re.DOTALL,
)
"""Parts of a page that show what the company wrote."""
SPOKEN = [
    page
    for page, roles in PAGES.items()
    if "hr" in roles and not re.search(r"\.|evidence|policy\}/1|/edit", page)
]


@pytest.mark.parametrize("page", SPOKEN)
def test_every_page_speaks_english_to_who_asks_for_it(firm: Tabs, page: str) -> None:
    tab = firm.tabs["hr"]
    tab.get(firm.path(page), Accept_Language="en")
    assert 'lang="en"' in tab.page.text
    left = DATA.sub("", tab.page.text)
    assert set(re.findall("[\u4e00-\u9fff]+", left)) <= {"中文"}


def test_the_language_is_kept_once_it_was_chosen(firm: Tabs) -> None:
    tab = signed_in(firm.firm.story.hr.key)
    assert tab.get("/console/cases?lang=en").heading == "Cases"
    assert tab.get("/console/cases").heading == "Cases"
    assert tab.get("/console/cases?lang=zh").heading == "案件"
