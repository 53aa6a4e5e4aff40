"""Versions of a scheme in the browser: what changed, and what one would have changed."""

from __future__ import annotations

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.firm import YAML, next_version
from tests.making.story import Story

from shangfa.db import policies as sql
from shangfa.db.tx.transaction import begin
from shangfa.services.policies.trying import replays


@pytest.fixture(scope="module")
def place(story: Story) -> str:
    """Where the second version of the rules is."""
    policy = story.hr.get("/v1/policies")["items"][0]["id"]
    made = story.hr("POST", f"/v1/policies/{policy}/versions", next_version(), **YAML)
    assert made.status_code == 201, made.text
    return f"/console/policies/{policy}/2"


@pytest.fixture
def hr(story: Story) -> Tab:
    """A browser of HR."""
    return signed_in(story.hr.key)


def test_what_changed_stands_side_by_side(hr: Tab, place: str) -> None:
    read = hr.get(f"{place}/diff")
    assert "20" in read.text
    assert "25" in read.text
    assert "effective_from" in read.text
    assert "两个版本相同" in hr.get(f"{place}/diff?other=2").text
    assert hr.get(f"{place}/diff?other=99", 404).heading
    assert hr.get(f"{place}/diff?other=x").heading


def test_a_what_if_shows_before_and_after(story: Story, hr: Tab, place: str) -> None:
    story.effective("f", "E", at="2026-08-31")
    hr.get(f"{place}/replay")
    hr.press("replay", 422, **{"from": "2026-08-31", "to": "昨天"})
    assert 'aria-describedby="f-to-wrong"' in hr.page.text
    hr.press("replay", 422, **{"from": "2026-08-31", "to": "2026-08-01"})
    assert 'aria-describedby="f-to-wrong"' in hr.page.text
    hr.press("replay", **{"from": "2026-08-01", "to": "2026-08-31"})
    assert "等待中" in hr.read.text
    with begin(story.company.id) as tx:
        version = sql.find_version(tx, place.split("/")[3], 2)  # type: ignore[arg-type]
        assert version is not None
        waiting = sql.last_replay(tx, version.id)
    assert waiting is not None
    replays.run(story.company.id, waiting.id)
    read = hr.get(f"{place}/replay")
    assert "-20.00" in read.text
    assert "-25.00" in read.text
    assert story.balances("E") == {"CNY": "-20.00"}


def test_who_does_not_write_schemes_tries_none(story: Story, place: str) -> None:
    for name in ("leader", "employee", "finance", "auditor"):
        tab = signed_in(story.people[name].key)
        assert tab.get(f"{place}/replay", 403).heading
        assert tab.get(f"{place}/diff").heading
