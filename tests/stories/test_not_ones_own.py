"""Nobody decides what concerns himself, nor what it rests on, whatever his office."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.house import incident
from tests.making.operations import chosen
from tests.making.story import Story

OWN = "同一人"


@pytest.fixture(scope="module")
def two(story: Story) -> Story:
    """A company one of whose HR is also one of its people."""
    story.add("clerk", "hr", "E")
    return story


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_whom_an_incident_concerns_does_not_reverse_it(two: Story) -> None:
    made = two.hr.record("f", "E", at="2026-08-31", procedure="immediate")
    path = f"/v1/incidents/{made['id']}/reversal"
    assert code(two.clerk("POST", path, {"reason": OWN})) == (403, "same_person")
    assert two.hr("POST", path, {"reason": OWN}).status_code == 201


def test_whom_it_concerns_neither_records_nor_chooses(two: Story) -> None:
    body = incident("b", "E", at="2026-08-31") | {"procedure": "immediate"}
    assert code(two.clerk("POST", "/v1/incidents", body)) == (403, "same_person")
    made = two.hr.record("b", "E", at="2026-08-31", procedure="immediate")
    path = f"/v1/incidents/{made['id']}/choices"
    assert code(two.clerk("POST", path, chosen())) == (403, "same_person")
    other = incident("f", "G", at="2026-08-31") | {"procedure": "immediate"}
    assert two.clerk("POST", "/v1/incidents", other).status_code == 201


def test_nobody_sets_his_own_wage(two: Story) -> None:
    wage = {"month_wage": "99999"}
    path = "/v1/subjects/{}/wages/2026-01-01"
    assert code(two.clerk("PUT", path.format("E"), wage)) == (403, "same_person")
    assert two.clerk("PUT", path.format("G"), wage).status_code == 200
