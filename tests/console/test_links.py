"""No page has a link that leads its reader to what he may not open."""

from __future__ import annotations

from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.files import PDF
from tests.making.firm import ROLES, open_firm
from tests.making.story import RULES, Story, open_story

MOST = 400
"""Pages that are opened for one reader; a company of a test has fewer."""
OPENS = frozenset({200, 409})
"""A file of a month that has moved since it was settled says so (409), to who may fetch it."""
MORE = RULES.replace("procedures: [immediate,", "procedures: [immediate, sp_investigation,")


@pytest.fixture(scope="module")
def firm() -> tuple[Story, dict[str, str]]:
    """A company with much that some see and others do not."""
    story = open_story(MORE)
    made = open_firm(story)
    company, keys = story.company, dict(made.keys)
    for code in ("X", "Z"):
        company.hire(code)
    keys["handler"] = story.add("x", "supervisor", "X").key
    keys["boss"], keys["other"] = story.boss.key, story.other.key
    inside = story.hr.hand_in(PDF + b"% inside", "内部.pdf")
    nothing = "01a22058-2302-73aa-88e9-1b93aeae68e6"
    both = str(
        story.leader.record("f", "E", "G", at="2026-08-31", evidence=[inside, nothing])["case"][
            "id"
        ]
    )
    story.hr.take(both, "defend", evidence=["a"])
    story.hr2.take(both, "approve", evidence=[inside])
    story.hr.take(both, "serve", method="direct")
    story.employee.take(both, "appeal", subject="E", grounds="过重")
    hidden = story.hr.record("d", "E", "G", at="2026-08-29", procedure="immediate")["case"]["id"]
    put = story.hr("PUT", f"/v1/cases/{hidden}/handlers", {"handlers": ["X"]}, If_Match="*")
    assert put.status_code == 200, put.text
    wish = {"case": both, "what": "归还工牌", "due_on": "2099-10-01"}
    for whose in ({"role": "hr"}, {"role": "finance"}, {"person": "Z"}, {"person": "G"}):
        assert story.hr("POST", "/v1/follow-ups", wish | whose).status_code == 201
    keys["asked"] = story.add("z", "employee", "Z").key
    company.move("E", "Z", "2026-09-01")
    keys["later leader"] = story.add("later", "supervisor", "Z").key
    slips = story.hr.record("q", "E", "M", at="2026-08-28")["case"]["id"]
    assert story.hr("POST", f"/v1/cases/{slips}/slips").status_code == 200
    return story, keys


@pytest.mark.parametrize("who", [*ROLES, "boss", "other", "handler", "asked", "later leader"])
def test_every_link_opens(firm: tuple[Story, dict[str, str]], who: str) -> None:
    tab = signed_in(firm[1][who])
    shut, seen = crawled(tab)
    assert shut == {}
    assert len(seen) > 6


def crawled(tab: Tab) -> tuple[dict[str, list[str]], set[str]]:
    """Return what does not open, with the pages that lead there, and all that was asked for."""
    start = ["/console/", "/console/cases", "/console/incidents", "/console/people", "/console/me"]
    seen, waiting = set(start), deque(start)
    shut: dict[str, list[str]] = {}
    led: dict[str, list[str]] = {}
    while waiting and len(seen) < MOST:
        here = waiting.popleft()
        tab.page = tab.client.get(here, follow_redirects=True, buffered=True)
        if tab.page.status_code not in OPENS:
            shut[here] = led.get(here, [])
            continue
        for link in tab.read.links if tab.page.mimetype == "text/html" else ():
            there = urljoin(here, link)
            led.setdefault(there, []).append(here)
            inside = urlsplit(there).path.startswith("/console/")
            if inside and there not in seen and "lang=" not in there and "#" not in there:
                seen.add(there)
                waiting.append(there)
    return {page: where for page, where in shut.items() if where}, seen
