"""What is told of what happened: type, subject and data are promises to whoever reads them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shangfa.domain.exchange import events
from shangfa.domain.exchange.events import EVENT_TYPES, Event

ONE, TWO = UUID(int=1), UUID(int=2)
DAY = date(2026, 3, 2)
ORIGIN = {"incident": TWO}
EFFECTS = [{"account": "fine"}]
EVENTS: list[tuple[Event, str | None, dict[str, Any]]] = [
    (
        events.incident_recorded(ONE, TWO, "f", DAY, ("E",)),
        "E",
        {"case": TWO, "clause": "f", "occurred_on": DAY, "subjects": ("E",)},
    ),
    (
        events.incident_recorded(ONE, TWO, "f", DAY, ("E", "F")),
        None,
        {"case": TWO, "clause": "f", "occurred_on": DAY, "subjects": ("E", "F")},
    ),
    (
        events.case_moved(ONE, TWO, "approve", "decided"),
        None,
        {"incident": TWO, "step": "approve", "state": "decided"},
    ),
    (
        events.decision_effective(ONE, "E", ORIGIN, EFFECTS),
        "E",
        {"incident": TWO, "effects": EFFECTS},
    ),
    (
        events.decision_reversed(ONE, "E", ORIGIN, EFFECTS),
        "E",
        {"incident": TWO, "effects": EFFECTS},
    ),
    (
        events.policy_published(ONE, "house", 2, DAY),
        None,
        {"policy": "house", "version": 2, "effective_from": DAY},
    ),
    (events.subject_changed(ONE, "E", ("name",)), "E", {"fields": ("name",)}),
    (events.period_locked(ONE, "2026-03", 4), None, {"period": "2026-03", "version": 4}),
    (events.import_done(ONE, "subjects", 7), None, {"kind": "subjects", "rows": 7}),
    (
        events.webhook_disabled(ONE, "https://example.com/", "gone"),
        None,
        {"url": "https://example.com/", "reason": "gone"},
    ),
    (
        events.notice_published(ONE, TWO, "E", "仓库"),
        "E",
        {"case": TWO, "department": "仓库"},
    ),
    (
        events.notice_corrected(ONE, TWO, "E", None, "reversed"),
        "E",
        {"corrects": TWO, "department": None, "kind": "reversed"},
    ),
    (events.fund_changed(ONE, "tea", 3), None, {"fund": "tea", "revision": 3}),
    (events.fund_moved(ONE, "tea", {"number": 1}), None, {"fund": "tea", "number": 1}),
]


@pytest.mark.parametrize(
    ("told", "subject", "data"), EVENTS, ids=[told.type for told, *_ in EVENTS]
)
def test_what_is_told(told: Event, subject: str | None, data: dict[str, Any]) -> None:
    assert (told.about, told.subject, dict(told.data)) == (ONE, subject, data)


def test_every_type_is_told_by_a_function_of_its_own() -> None:
    assert {told.type for told, *_ in EVENTS} == {*EVENT_TYPES} - {"webhook.test"}
