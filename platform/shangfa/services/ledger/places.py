"""Places of ledger entries as they are stored: a short JSON list, or that of the incident."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from shangfa.db.ledger import HistoryLine
from shangfa.domain.ledger.book import Entry, History
from shangfa.domain.ledger.posting import NOWHERE, By, Place, place_of
from shangfa.domain.money import ZERO
from shangfa.domain.policies.policy import Policy


def to_stored(place: Place) -> str | None:
    """Return what is kept of a place, None when the policy does not ask for it."""
    if place == NOWHERE:
        return None
    by = () if place.by is None else tuple(place.by)
    return json.dumps([*place.order, *by], ensure_ascii=False)


def from_stored(text: str) -> Place:
    """Return a place as it was kept."""
    time, fact, step, *by = json.loads(text)
    return Place(time, fact, step, By(*by) if by else None)


def of_fact(incident: UUID | None, at: datetime | None, zone: ZoneInfo) -> Place:
    """Return the place of an incident; `at`: None when only its day is known."""
    if incident is None:
        return NOWHERE
    local = None if at is None else at.astimezone(zone).replace(tzinfo=None)
    return place_of(local, str(incident))


def histories(policy: Policy, lines: Iterable[HistoryLine], zone: ZoneInfo) -> dict[str, History]:
    """Return the entries that some rule of a policy recalls, or gave, by subject."""
    found: dict[str, History] = {}
    for line in lines:
        if line.place is not None:
            place = from_stored(line.place)
        else:
            at = line.occurred_at if line.timed else None
            place = of_fact(line.incident_id, at, zone)
        if place.by is None and not policy.recalls(line.account, line.unit):
            continue
        entry = Entry(line.day, place, line.account, line.unit, line.clause, line.joint)
        history = found.setdefault(line.subject, {})
        history[entry] = history.get(entry, ZERO) + line.quantity
    return found
