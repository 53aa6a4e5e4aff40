"""Every page for every role, and what every page holds to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from tests.making.browser import Tab, browser, signed_in
from tests.making.files import PDF
from tests.making.story import Story, open_story

from shangfa.domain.access.roles import OPERATOR, TENANT_ROLES
from shangfa.services.access.by_hand import make_key

MARKUP = "<script>alert('赏')</script>\"'><b x=1>"
READS = frozenset(TENANT_ROLES)
OFFICE = frozenset({"hr", "finance", "auditor"})
STAFF = frozenset({"hr", "supervisor", "employee", "auditor"})
PAGES: Mapping[str, frozenset[str]] = {
    "/console/": READS | {OPERATOR},
    "/console/incidents": READS,
    "/console/incidents/new": frozenset({"hr", "supervisor"}),
    "/console/cases": READS,
    "/console/cases/{case}": READS,
    "/console/cases/{waiting}": STAFF,
    "/console/cases/{case}/evidence-pack.zip": STAFF,
    "/console/evidence/{file}": STAFF,
    "/console/slips/{slip}": READS,
    "/console/slips/{slip}.pdf": READS,
    "/console/people": READS,
    "/console/people/E": READS,
    "/console/people/B": OFFICE,
    "/console/me": frozenset({"supervisor", "employee"}),
    "/console/near": frozenset({"hr", "supervisor", "auditor"}),
    "/console/policies": READS,
    "/console/policies/{policy}": READS,
    "/console/policies/{policy}/1": READS,
    "/console/months": OFFICE,
    "/console/months/2026-08": OFFICE,
    "/console/months/0001-01": OFFICE,
    "/console/months/9999-12": OFFICE,
    "/console/months/2026-08/payroll.csv": OFFICE,
    "/console/tenants": frozenset({OPERATOR}),
    "/console/plugins": READS | {OPERATOR},
    "/console/password": READS | {OPERATOR},
    "/console/nowhere": frozenset(),
}
"""Page -> who may look at it; all others are told that they may not, or that it is not there."""
ROLES = (*TENANT_ROLES, OPERATOR)
EVERY = [pytest.param(page, role, id=f"{page} as {role}") for page in PAGES for role in ROLES]


@dataclass(frozen=True)
class Firm:
    """A company with something on every page, and a browser for each role."""

    story: Story
    tabs: Mapping[str, Tab]
    ids: Mapping[str, str]

    def path(self, page: str) -> str:
        """Return a page's address in this company."""
        return page.format(**self.ids)


@pytest.fixture(scope="module")
def firm(story: Story) -> Firm:
    """One fine in force with its slip and a file, one that waits, a month that is settled."""
    file = story.hr.hand_in(PDF, "证据.pdf")
    said = story.leader.record("f", "E", at="2026-08-31", note=MARKUP, evidence=[file, MARKUP])
    case = str(said["case"]["id"])
    story.employee.take(case, "defend", note=MARKUP)
    story.hr.take(case, "approve", note=MARKUP)
    slip = story.hr.take(case, "serve", method=MARKUP)["slips"][0]["no"]
    waiting = str(story.leader.record("w", "E", at="2026-08-31")["case"]["id"])
    for step in ("cut-off", "reconcile"):
        assert story.hr("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    policy = story.hr.get("/v1/policies")["items"][0]["id"]
    ids = {"case": case, "waiting": waiting, "file": file, "slip": slip, "policy": policy}
    return Firm(story, dict(_tabs(story)), ids)


def _tabs(story: Story) -> Iterator[tuple[str, Tab]]:
    names = {"supervisor": "leader", "employee": "employee"}
    for role in TENANT_ROLES:
        yield role, signed_in(story.people[names.get(role, role)].key)
    yield OPERATOR, signed_in(story.operator.key)


@pytest.mark.parametrize(("page", "role"), EVERY)
def test_a_role_sees_the_pages_that_are_its_own(firm: Firm, page: str, role: str) -> None:
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
def test_without_a_session_a_page_leads_to_where_one_signs_in(firm: Firm, page: str) -> None:
    answer = browser().client.get(firm.path(page))
    assert answer.status_code == 303
    assert answer.location.startswith("/console/sign-in")


OWN = [page for page in PAGES if "{" in page]


@pytest.mark.parametrize("role", TENANT_ROLES)
def test_what_another_company_has_is_not_there(firm: Firm, role: str) -> None:
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
    assert firm.story.hr.get(f"/v1/cases/{firm.ids['waiting']}")["state"] == "defence"


def test_what_somebody_wrote_is_shown_as_text(firm: Firm) -> None:
    hr = firm.tabs["hr"]
    assert MARKUP in hr.get(firm.path("/console/cases/{case}")).text
    assert "&lt;script&gt;" in hr.page.text


DATA = re.compile(r"<(title|h1|td|dd|li|p|pre|textarea|h2|option|label)\b.*?</\1>", re.DOTALL)
"""Parts of a page that show what the company wrote."""
SPOKEN = [
    page
    for page, roles in PAGES.items()
    if "hr" in roles and not re.search(r"\.|evidence|policy\}/1", page)
]


@pytest.mark.parametrize("page", SPOKEN)
def test_every_page_speaks_english_to_who_asks_for_it(firm: Firm, page: str) -> None:
    tab = firm.tabs["hr"]
    tab.get(firm.path(page), Accept_Language="en")
    assert 'lang="en"' in tab.page.text
    left = DATA.sub("", tab.page.text)
    assert set(re.findall("[\u4e00-\u9fff]+", left)) <= {"中文"}


def test_the_language_is_kept_once_it_was_chosen(firm: Firm) -> None:
    tab = signed_in(firm.story.hr.key)
    assert tab.get("/console/cases?lang=en").heading == "Cases"
    assert tab.get("/console/cases").heading == "Cases"
    assert tab.get("/console/cases?lang=zh").heading == "案件"
