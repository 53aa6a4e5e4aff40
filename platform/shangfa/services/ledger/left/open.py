"""What incidents leave open, as it is known now: choices, cases that wait for them, deadlines.

A choice that was made stands as long as the clause still allows it. One it no longer allows is
taken back and open again; under a procedure it stands, and the trace says so: what several people
decided is not undone by one who corrects a record. A deadline that no longer follows is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from shangfa.db.cases import DeadlineLine, StepLine, add_deadlines
from shangfa.db.cases.left import (
    KeptDeadline,
    LeftRecord,
    end_deadlines,
    kept_deadlines,
    left_by,
    move_late,
)
from shangfa.db.facts import Direct
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.states import IMMEDIATE, CaseState
from shangfa.domain.exchange.events import Event, case_moved
from shangfa.domain.incidents.engine import SubjectDecision
from shangfa.domain.ledger.posting import Line
from shangfa.domain.text import Note
from shangfa.services.clock import new_id
from shangfa.services.ledger.anew.taken import Change
from shangfa.services.ledger.choosing import fits
from shangfa.services.ledger.decision import DeadlineView, choice_view, deadline_view

Part = tuple[UUID, str]
"""An incident, and a subject of it."""
_AGAIN: Final = Note(
    "所选数额已不在现在允许的范围内，予以退回，须重新选择。",
    "What was chosen is not allowed as it is known now; it is taken back and to be chosen again.",
)
_STANDS: Final = Note(
    "所选数额已不在现在允许的范围内；该案按程序决定，故不变，可申诉或撤销。",
    "What was chosen is not allowed as it is known now; decided under a procedure it stands, and"
    " can be appealed or reversed.",
)


@dataclass(slots=True)
class Left:
    """What the touched incidents left open.

    Attributes:
        records, deadlines: as they are stored.
        chosen: what choices posted by themselves.
        again: whose choices do not stand.
    """

    records: dict[Part, LeftRecord]
    deadlines: dict[Part, list[KeptDeadline]] = field(default_factory=dict)
    chosen: dict[Part, list[Direct]] = field(default_factory=dict)
    again: set[Part] = field(default_factory=set)

    def look(self, part: Part, decision: SubjectDecision, change: Change, zone: ZoneInfo) -> None:
        """Note what is different of what a part leaves open."""
        due = [deadline_view(item, zone) for item in decision.deadlines]
        stored = self.deadlines.get(part, ())
        if _apart([_name(item) for item in due], [item[3:] for item in stored]):
            change.deadlines = due
        record = self.records.get(part)
        if record is not None:
            self._choices(record, decision, change)

    def _choices(self, record: LeftRecord, decision: SubjectDecision, change: Change) -> None:
        choices = [choice_view(item) for item in decision.choices]
        if record.kind != "choice":
            if record.procedure == IMMEDIATE and choices != record.choices:
                change.choices = choices
            return
        part = (record.incident_id, record.subject)
        posted = [item.posting for item in self.chosen.get(part, ()) if item.posting]
        if fits(choices, posted):
            return
        if record.procedure == IMMEDIATE:
            self.again.add(part)
            change.choices = choices
        change.noted = True
        said = _AGAIN if record.procedure == IMMEDIATE else _STANDS
        change.trace.append(Line(said, decision.choices[0].clause if choices else "", part[1]))

    def stands(self, item: Direct, code: str) -> bool:
        """Tell whether what was decided still counts."""
        if item.kind != "choice" or item.incident_id is None:
            return True
        return (item.incident_id, code) not in self.again


def read_left(tx: Tx, incident_ids: Sequence[UUID]) -> Left:
    """Return what incidents left open, as it is stored."""
    records = {(item.incident_id, item.subject): item for item in left_by(tx, incident_ids)}
    found = Left(records)
    for item in kept_deadlines(tx, incident_ids):
        found.deadlines.setdefault((item.incident_id, item.subject), []).append(item)
    return found


Changed = tuple[Part, UUID, Change]
"""A subject's part, the subject's id, and what changes of it."""


def write_deadlines(tx: Tx, left: Left, changed: Iterable[Changed], at: datetime) -> None:
    """Let deadlines that no longer follow be over, and keep the new ones."""
    gone: list[UUID] = []
    fresh: list[DeadlineLine] = []
    for part, subject_id, change in changed:
        case_id = change.direct.case_id
        if change.deadlines is None or case_id is None:
            continue
        stored = left.deadlines.get(part, [])
        wanted = Counter(_name(item) for item in change.deadlines)
        for kept in stored:
            if wanted[kept[3:]]:
                wanted[kept[3:]] -= 1
            else:
                gone.append(kept.id)
        for item in change.deadlines:
            if wanted[_name(item)]:
                wanted[_name(item)] -= 1
                due = datetime.fromisoformat(item["due_at"])
                fresh.append(DeadlineLine(new_id(), case_id, subject_id, *_name(item), due))
    end_deadlines(tx, gone, at)
    add_deadlines(tx, fresh)


def move_cases(
    tx: Tx, left: Left, changed: Iterable[Changed], actor_id: UUID, at: datetime
) -> list[Event]:
    """Let cases wait for a choice, or no longer; return what is to be told of it."""
    now_open = {part: change.choices for part, _, change in changed if change.choices is not None}
    waits: dict[UUID, bool] = {}
    cases: dict[UUID, LeftRecord] = {}
    touched = {part[0] for part in now_open}
    for part, record in left.records.items():
        if part[0] in touched:
            stored = [] if record.kind == "choice" else record.choices
            is_open = bool(now_open.get(part, stored))
            waits[record.case_id] = waits.get(record.case_id, False) or is_open
            cases[record.case_id] = record
    events: list[Event] = []
    for case_id, is_open in waits.items():
        record = cases[case_id]
        state: CaseState = "choice_open" if is_open else "effective"
        if state != record.state:
            step = StepLine(
                new_id(), case_id, record.revision + 1, "adjust", state, "", actor_id, at
            )
            move_late(tx, step)
            events.append(case_moved(case_id, record.incident_id, "adjust", state))
    return events


def _name(item: DeadlineView) -> tuple[str, str, str]:
    return item["clause"], item["step"], item["due"]


def _apart(one: Iterable[Any], other: Iterable[Any]) -> bool:
    return Counter(one) != Counter(other)
