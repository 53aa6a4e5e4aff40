"""Where a subject stands as of a day: what is in force, and what time adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from shangfa.db import ledger as sql
from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.ledger import HistoryLine, StandingTally
from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.ledger.book import Book, Lifted, Marked, last_of
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.ledger.reactions import time_passes
from shangfa.domain.money import ZERO
from shangfa.domain.people.lines import read_date
from shangfa.domain.people.past import Past
from shangfa.domain.policies.policy import LAPSING, Policy
from shangfa.services.clock import today
from shangfa.services.ledger.places import from_stored
from shangfa.services.ledger.scene import LATELY, Scene, full_book, look
from shangfa.services.tenancy.ready import ReadyTenant


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark, points, or an action with a term, in force.

    Attributes:
        until: the last day it is in force, None when it has no end.
        fact: the id of the incident it comes of, "" for what a programme gave.
    """

    policy: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    day: date
    until: date | None
    joint: bool
    fact: str


def marks_of(tx: Tx, tenant: ReadyTenant, code: str, past: Past, day: date) -> list[Mark]:
    """Return what is in force of policies whose marks lapse, oldest first."""
    found: list[Mark] = []
    lapsing = [policy for policy in tenant.policies.values() if policy.lapses]
    ended = lifted(tx, [code]) if lapsing else {}
    for policy in lapsing:
        lines = sql.history_of(tx, tenant.policy_ids[policy.name], [code], date.min)
        marks = lasting_marks(policy, lines, past, ended)
        found += [mark for mark in marks if mark.until is None or mark.until >= day]
    return found


def lasting_marks(
    policy: Policy, lines: Sequence[HistoryLine], past: Past, ended: Lifted
) -> list[Mark]:
    """Return what a subject's history under a policy left of marks and points, oldest first."""
    return _left(_marks(policy, lines, past, ended))


def _marks(policy: Policy, lines: Sequence[HistoryLine], past: Past, ended: Lifted) -> list[Mark]:
    found: list[Mark] = []
    for line in sorted(_netted(lines), key=lambda line: (line.day, line.place or "")):
        own_term = line.account == "action" and line.unit not in policy.lapses
        if line.account in LAPSING and not own_term:
            fact = fact_of(line)
            mark = Marked(line.subject, fact, line.account, line.unit)
            until = last_of(_until(policy, line, past), ended.get(mark))
            last = None if until == date.max else until
            name, quantity = policy.name, line.quantity
            said = (name, line.account, line.unit, quantity, line.clause, line.day)
            found.append(Mark(*said, last, line.joint, fact))
    return found


def _netted(lines: Sequence[HistoryLine]) -> Iterator[HistoryLine]:
    """Yield what is left at each place: what gave a rule's mark and what took it may be two."""
    places: dict[tuple[Any, ...], HistoryLine] = {}
    for line in lines:
        own = () if line.place else (line.incident_id,)
        key = (*own, line.day, line.place, line.account, line.unit, line.clause, line.joint)
        known = places.get((line.subject, *key))
        quantity = line.quantity + (known.quantity if known else ZERO)
        places[line.subject, *key] = line._replace(quantity=quantity)
    return (line for line in places.values() if line.quantity)


def fact_of(line: HistoryLine) -> str:
    """Return the id of the incident that a line comes of, "" for what a programme gave."""
    if line.place:
        return from_stored(line.place).fact
    return "" if line.incident_id is None else str(line.incident_id)


def _until(policy: Policy, line: HistoryLine, past: Past) -> date:
    by = from_stored(line.place).by if line.place else None
    if by is not None and by.until:
        return date.fromisoformat(by.until)
    attributes = past.attributes(line.day)
    return policy.last_day(
        line.day, line.account, line.unit, lambda name: read_date(attributes.get(name))
    )


def _left(marks: Sequence[Mark]) -> list[Mark]:
    """Return marks less what was cancelled of them: of the same term, the oldest first."""
    found: list[Mark] = []
    for mark in marks:
        if mark.account == "points" or mark.quantity > 0:
            found.append(mark)
            continue
        left = -mark.quantity
        for index, other in enumerate(found):
            if (other.unit, other.until, other.policy) == (mark.unit, mark.until, mark.policy):
                used = min(other.quantity, left)
                left -= used
                found[index] = replace(other, quantity=other.quantity - used)
    return [mark for mark in found if mark.quantity]


def recounted(
    policy: Policy, line: StandingTally, marks: Sequence[Mark], begun: Callable[[str], date | None]
) -> StandingTally:
    """Return a total as what is in force today gives it, for a counter that lapses."""
    windows = policy.windows(line.account, line.unit).every
    window = next((item for item in windows if item.names(line.span, line.last_day)), None)
    if line.unit not in policy.lapses or line.account not in LAPSING or window is None:
        return line
    span = window.bounds(line.last_day, begun(window.anchor))
    own = total = ZERO
    for mark in marks:
        same = (mark.policy, mark.account, mark.unit) == (policy.name, line.account, line.unit)
        if same and span is not None and span[0] <= mark.day <= span[1]:
            total += mark.quantity
            own += ZERO if mark.joint else mark.quantity
    return line._replace(total=total, own=own)


def pending(tx: Tx, tenant: ReadyTenant, code: str) -> dict[str, list[Posting]]:
    """Return what is still to be posted for a subject, by policy; nothing is locked."""
    day = today(tenant.zone)
    found: dict[str, list[Posting]] = {}
    for policy in (policy for policy in tenant.policies.values() if policy.timed):
        scene = look(tx, tenant, [code], day, Lock.NOTHING)
        _, passed = follow(tx, scene, policy, [code])
        found[policy.name] = passed.get(code, [])
    return found


def follow(
    tx: Tx, scene: Scene, policy: Policy, codes: Sequence[str]
) -> tuple[Book, dict[str, list[Posting]]]:
    """Return what followed by time for subjects that have something, and the book it moved."""
    since = today(scene.tenant.zone) - LATELY
    book = full_book(tx, scene, policy, codes, since)
    passed = {code: time_passes(policy, scene, book, code, since) for code in codes}
    return book, {code: postings for code, postings in passed.items() if postings}
