"""Every step of the default procedure, tried in every state by every role, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from tests.making.story import Story, open_story

from shangfa.documents.procedure.read import builtin

DEFAULT: Final = builtin()["default"]
STEPS: Final = sorted({step.name for step in DEFAULT.steps})
PEOPLE: Final = ("hr", "hr2", "leader", "boss", "employee", "other", "finance", "auditor")
GIVEN: Final[Mapping[str, dict[str, Any]]] = {
    "serve": {"method": "direct"},
    "appeal": {"grounds": "过重", "evidence": ["a"]},
    "defend": {"evidence": ["a"]},
    "vary": {"clause": "w"},
}
WAYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "draft": (),
    "defence": (("leader", "submit"),),
    "approval": (("leader", "submit"), ("hr", "defend")),
    "service": (("leader", "submit"), ("hr", "defend"), ("hr", "approve")),
    "rejected": (("leader", "submit"), ("hr", "defend"), ("hr", "reject")),
    "withdrawn": (("leader", "withdraw"),),
}
EFFECTIVE: Final = (*WAYS["service"], ("hr", "serve"))
APPEALED: Final = (*EFFECTIVE, ("employee", "appeal"))
MORE: Final = {
    "effective": EFFECTIVE,
    "appeal": APPEALED,
    "reversed": (*APPEALED, ("hr2", "reverse")),
    "closed": EFFECTIVE,
}
ALL: Final = dict(WAYS) | MORE


@pytest.fixture(scope="module")
def reached() -> tuple[Story, dict[str, str]]:
    """A company with a case in every state of the procedure."""
    story = open_story()
    cases: dict[str, str] = {}
    for state, way in sorted(ALL.items(), key=lambda item: item[0] != "closed"):
        said = story.leader.record("m", "E", at="2026-08-31", draft=True)
        cases[state] = said["case"]["id"]
        for who, step in way:
            story.people[who].take(cases[state], step, **GIVEN.get(step, {}))
        if state == "closed":
            story.until("2026-10-20T09:00:00+08:00")
    return story, cases


def test_every_state_is_reached(reached: tuple[Story, dict[str, str]]) -> None:
    story, cases = reached
    assert set(cases) == set(DEFAULT.states)
    for state, case in cases.items():
        assert story.hr.get(f"/v1/cases/{case}")["state"] == state


def is_let(story: Story, case: str, who: str) -> Callable[[str], bool]:
    """Return what tells whether somebody's tasks or rights have a step in a case now."""
    shown = story.hr.get(f"/v1/cases/{case}")
    by = {item["step"]: set(item["roles"]) for item in shown["allowed"]}
    parts = {
        "hr": {"hr"},
        "hr2": {"hr"},
        "leader": {"supervisor", "proposer"},
        "boss": {"supervisor"},
        "employee": {"subject"},
    }
    apart = {
        "approve": {"leader"},
        "reject": {"leader"},
        "return": {"leader"},
        "uphold": {"hr", "leader", "employee"},
        "vary": {"hr", "leader", "employee"},
        "reverse": {"hr", "leader", "employee"},
    }
    return lambda step: (
        step in by
        and bool(by[step] & parts.get(who, set()))
        and who not in apart.get(step, set())
        and who != "boss"
    )


@pytest.mark.parametrize("state", sorted(DEFAULT.states))
def test_whatever_may_not_be_done_is_refused_and_changes_nothing(
    reached: tuple[Story, dict[str, str]], state: str
) -> None:
    story, cases = reached
    case = cases[state]
    before = story.hr.get(f"/v1/cases/{case}")
    legal = {item["step"] for item in before["allowed"]}
    tried = 0
    for who in PEOPLE:
        by, lets = story.people[who], is_let(story, case, who)
        sees = by("GET", f"/v1/cases/{case}").status_code == 200
        for step in STEPS:
            if lets(step):
                continue
            response = by("POST", f"/v1/cases/{case}/{step}", GIVEN.get(step, {}), If_Match="*")
            said = response.get_json()
            expected = (403,) if who == "auditor" else (404,) if not sees else (409,)
            if step in legal and sees and who != "auditor":
                expected = (403,)
            assert response.status_code in expected, (state, who, step, response.text)
            if response.status_code == 409:
                assert said["code"] == "illegal_step"
                assert all(name in said["detail"] for name in legal)
            tried += 1
    assert tried > len(STEPS) * len(PEOPLE) // 2
    assert story.hr.get(f"/v1/cases/{case}") == before
