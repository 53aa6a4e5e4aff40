"""How often recording an incident waits for the database."""

from __future__ import annotations

import pytest
from tests.making.house import MARKS, make_company

from shangfa.db.tx.pipe import Pipe


def test_an_incident_takes_two_trips_with_its_events_and_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make_company(MARKS, staff=["E"])
    company.record("w", "E", at="2026-03-02")
    trips: list[Pipe] = []
    sync = Pipe._send

    def counted(self: Pipe) -> None:
        trips.append(self)
        sync(self)

    monkeypatch.setattr(Pipe, "_send", counted)
    company.record("w", "E", at="2026-03-02")
    assert len(trips) == 2
