"""Those for whom something waits are told so; whom it concerns, that it has moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.notifications.stored import NotificationLine, add_notifications
from shangfa.db.people import subject_ids
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.procedure import DRAFT, Step
from shangfa.domain.notifications.notification import NotificationKind, Recipient
from shangfa.services.cases.handled import Handled
from shangfa.services.clock import new_id

SUBJECT: Final = "subject"


class Told(NamedTuple):
    """What is told to somebody, and until when it waits."""

    whom: Recipient
    kind: NotificationKind
    step: str
    due_at: datetime | None = None


class Moved(NamedTuple):
    """A step that was taken: into which state, by whom, when; until when that state waits."""

    step: str
    state: str
    at: datetime
    by: str | None
    due_at: datetime | None


def tell_of_move(tx: Tx, item: Handled, done: Moved) -> None:
    """Tell those for whom something waits now, and whom the case concerns."""
    waiting = {told.whom: told for told in reversed(list(_tasks(item, done)))}
    moved = {told.whom: told for told in _moved(item, done)}
    send(tx, item, [*waiting.values(), *(moved[whom] for whom in moved.keys() - waiting)], done.at)


def _tasks(item: Handled, done: Moved) -> Iterator[Told]:
    assert item.procedure is not None  # noqa: S101 - asked of procedures only
    clock = item.procedure.states[done.state].clock
    for step in item.procedure.steps_from(done.state):
        due_at = done.due_at if clock is not None and clock.step == step.name else None
        for whom in item.parties.recipients(step):
            yield Told(whom, "task", step.name, due_at)


def _moved(item: Handled, done: Moved) -> Iterator[Told]:
    """Yield those whom it concerns, but for who did it; a draft is not for them."""
    if done.state == DRAFT:
        return
    for code in item.case.subjects:
        if code != done.by:
            yield Told(Recipient(code=code), "moved", done.step)


def reminded(item: Handled, step: Step) -> list[Recipient]:
    """Return who is reminded that a step is due: whose task it is, or whose right."""
    found = item.parties.recipients(step)
    if not found and SUBJECT in step.by:
        return [Recipient(code=code) for code in item.case.subjects]
    return found


def send(tx: Tx, item: Handled, told: Sequence[Told], at: datetime) -> None:
    """Write what is told; of a confidential case to its handlers and whom it concerns alone."""
    told = _confined(item, told)
    codes = sorted({one.whom.code for one in told if one.whom.code is not None})
    ids = subject_ids(tx, codes) if codes else {}
    add_notifications(tx, [_line(item, one, ids, at) for one in told])


def _confined(item: Handled, told: Sequence[Told]) -> Sequence[Told]:
    handlers = item.case.handlers
    if handlers is None:
        return told
    known = {*handlers, *item.case.subjects}
    whole = [
        one._replace(whom=Recipient(code=code))
        for one in told
        for code in ([one.whom.code] if one.whom.role is None else handlers)
        if code in known
    ]
    return list({(one.whom, one.kind, one.step): one for one in whole}.values())


def _line(item: Handled, one: Told, ids: dict[str, UUID], at: datetime) -> NotificationLine:
    code = one.whom.code
    subject_id = ids[code] if code is not None else None
    said = (one.kind, item.case.id, one.step, one.due_at, at)
    return NotificationLine(new_id(), one.whom.role, subject_id, *said)
