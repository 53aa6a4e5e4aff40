"""Every event there is, typed, on one page.

An event is told in the transaction that makes it true, and read in order by the changes
feed. `about` is the id of what changed, `subject` the code of whom it concerns, when it is
one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args
from uuid import UUID

EventType = Literal[
    "incident.recorded",
    "case.moved",
    "decision.effective",
    "decision.reversed",
    "policy.published",
    "subject.changed",
    "period.locked",
    "import.done",
    "webhook.disabled",
    "notice.published",
    "notice.corrected",
    "fund.changed",
    "fund.moved",
]
EVENT_TYPES: Final[tuple[str, ...]] = get_args(EventType)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        about: the id of the incident, case, decision, policy, subject, period, import,
            notice, webhook or fund.
        data: what a reader needs to know, ready for JSON.
    """

    type: EventType
    about: UUID
    subject: str | None
    data: Mapping[str, Any]


def incident_recorded(
    incident_id: UUID, case_id: UUID, clause: str, day: date, codes: tuple[str, ...]
) -> Event:
    """An incident was recorded."""
    data = {"case": case_id, "clause": clause, "occurred_on": day, "subjects": codes}
    return Event("incident.recorded", incident_id, codes[0] if len(codes) == 1 else None, data)


def case_moved(case_id: UUID, incident_id: UUID, step: str, state: str) -> Event:
    """A case went on by a step."""
    return Event(
        "case.moved", case_id, None, {"incident": incident_id, "step": step, "state": state}
    )


def decision_effective(
    decision_id: UUID, subject: str, origin: Mapping[str, UUID], effects: Any
) -> Event:
    """What was decided for a subject counts from now on.

    `origin`: `incident` and `case`, or `evaluation`.
    """
    return Event("decision.effective", decision_id, subject, {**origin, "effects": effects})


def decision_reversed(
    decision_id: UUID, subject: str, origin: Mapping[str, UUID], effects: Any
) -> Event:
    """What was decided for a subject was taken back."""
    return Event("decision.reversed", decision_id, subject, {**origin, "effects": effects})


def policy_published(policy_id: UUID, name: str, version: int, day: date) -> Event:
    """A version of a policy came into force."""
    data = {"policy": name, "version": version, "effective_from": day}
    return Event("policy.published", policy_id, None, data)


def subject_changed(subject_id: UUID, code: str, fields: tuple[str, ...]) -> Event:
    """A subject was registered, or some of its fields changed."""
    return Event("subject.changed", subject_id, code, {"fields": fields})


def period_locked(period_id: UUID, month: str, version: int) -> Event:
    """A month receives nothing more: it can be paid."""
    return Event("period.locked", period_id, None, {"period": month, "version": version})


def import_done(import_id: UUID, kind: str, rows: int) -> Event:
    """A file was imported, all its rows."""
    return Event("import.done", import_id, None, {"kind": kind, "rows": rows})


def webhook_disabled(webhook_id: UUID, url: str, reason: str) -> Event:
    """A webhook gets nothing more until somebody enables it."""
    return Event("webhook.disabled", webhook_id, None, {"url": url, "reason": reason})


def notice_published(notice_id: UUID, case_id: UUID, subject: str, department: str | None) -> Event:
    """A decision was told to the company, or to one department."""
    data = {"case": case_id, "department": department}
    return Event("notice.published", notice_id, subject, data)


def notice_corrected(
    notice_id: UUID, corrects: UUID, subject: str, department: str | None, kind: str
) -> Event:
    """What a notice told no longer holds, and the same people are told."""
    data = {"corrects": corrects, "department": department, "kind": kind}
    return Event("notice.corrected", notice_id, subject, data)


def fund_changed(fund_id: UUID, code: str, revision: int) -> Event:
    """A fund was opened, or other things feed it from now on."""
    return Event("fund.changed", fund_id, None, {"fund": code, "revision": revision})


def fund_moved(fund_id: UUID, code: str, entry: Mapping[str, Any]) -> Event:
    """Money went into a fund, out of it, or was laid out for it.

    `entry`: its `number`, `kind`, `amount`, and the fund's `balance` and `owed` after it.
    """
    return Event("fund.moved", fund_id, None, {"fund": code, **entry})
