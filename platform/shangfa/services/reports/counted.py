"""The reports whose rows need a policy's rules besides what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.acts.liftings import lifted
from shangfa.db.cases.held import hidden_from
from shangfa.db.ledger import HistoryLine, history_of
from shangfa.db.people import PersonOfDay, ask_people
from shangfa.db.reports.queries import Question, answer, holders, last_tried, named
from shangfa.db.tx.transaction import Tx
from shangfa.documents.policy.answers import rows_of
from shangfa.domain.policies.kinds import Row
from shangfa.domain.policies.policy import Policy
from shangfa.services.context import Context
from shangfa.services.ledger.in_force import Mark, lasting_marks
from shangfa.services.reports.dossier import case_rows
from shangfa.services.reports.nearing import near_rows
from shangfa.services.tenancy.ready import ReadyTenant

AT_ONCE: Final = 200
"""People whose histories are read in one go."""
DAYS: Final = frozenset({"day", "days"})
Rows = list[tuple[Any, ...]]
Counting = Callable[[Tx, Context, ReadyTenant, Question], Rows]
"""Computes the rows of a report for who asks."""


def _lapsing(tx: Tx, _: Context, tenant: ReadyTenant, asked: Question) -> Rows:
    """Return what is in force and will not be after so many days, what ends first above."""
    day, last = (moment.astimezone(tenant.zone).date() for moment in (asked.now, asked.until))
    found = []
    for policy in tenant.policies.values():
        names = holders(tx, tenant.policy_ids[policy.name], policy.lapses) if policy.lapses else {}
        for code, mark in _marks(tx, policy, tenant.policy_ids[policy.name], list(names)):
            if mark.until is not None and day <= mark.until <= last:
                found.append(_row(code, names[code], mark, (mark.until - day).days))
    return sorted(found, key=lambda row: (row[8], row[0], row[2:]))[: asked.limit]


def _row(code: str, name: str, mark: Mark, left: int) -> tuple[Any, ...]:
    what = (mark.policy, mark.account, mark.unit, mark.quantity, mark.clause)
    return (code, name, *what, mark.day, mark.until, left)


def _marks(tx: Tx, policy: Policy, policy_id: UUID, codes: list[str]) -> Iterator[tuple[str, Mark]]:
    """Yield whose and what is in force; what a confidential case gave is nobody's to know.

    A part of the people at a time, so that only their histories are held.
    """
    for start in range(0, len(codes), AT_ONCE):
        yield from _marks_of(tx, policy, policy_id, codes[start : start + AT_ONCE])


def _marks_of(
    tx: Tx, policy: Policy, policy_id: UUID, codes: list[str]
) -> Iterator[tuple[str, Mark]]:
    ended = lifted(tx, codes)
    people = {line[1]: PersonOfDay(*line) for line in ask_people(tx, codes, date.max).fetchall()}
    lines = history_of(tx, policy_id, codes, date.min)
    own: dict[str, list[HistoryLine]] = {code: [] for code in codes}
    for line in lines:
        own[line.subject].append(line)
    found = [
        (code, mark)
        for code in codes
        for mark in lasting_marks(policy, own[code], people[code].past, ended)
    ]
    hidden = hidden_from(tx, None, {UUID(mark.fact) for _, mark in found if mark.fact})
    yield from (one for one in found if not one[1].fact or UUID(one[1].fact) not in hidden)


def _complaints(tx: Tx, _: Context, tenant: ReadyTenant, asked: Question) -> Rows:
    """Return what is overdue, each with what its clause takes for a day."""
    rows = []
    for *case, code, policy, day, state, due_at, days in answer(tx, "complaints", asked):
        title, per_day = _by_day(tenant.policies.get(policy), code, day)
        rows.append((*case, code, title, state, due_at, days, per_day))
    return rows


def _by_day(policy: Policy | None, code: str, day: date) -> tuple[str, str]:
    """Return a clause's title, and what it takes for each day, empty when that is nothing."""
    version = policy.at(day) if policy else None
    clause = version.clauses.get(code) if version else None
    if clause is None:
        return "", ""
    rows = [row for step in clause.steps for row in rows_of(step.kind, step.part)]
    return clause.title, "、".join(dict.fromkeys(_amount(row) for row in rows if row.per in DAYS))


def _amount(row: Row) -> str:
    ends = dict.fromkeys(f"{end}" for end in (row.minimum, row.maximum) if end is not None)
    return f"{'–'.join(ends)} {row.unit}"


def _near(tx: Tx, _: Context, tenant: ReadyTenant, asked: Question) -> Rows:
    return near_rows(tx, tenant, asked)


def _case(tx: Tx, ctx: Context, tenant: ReadyTenant, asked: Question) -> Rows:
    return case_rows(tx, ctx, tenant, asked.case)[: asked.limit]


def _what_if(tx: Tx, _: Context, __: ReadyTenant, asked: Question) -> Rows:
    """Return what the last what-if of each policy found: the totals, then whose changed most."""
    rows: Rows = []
    for policy, number, first, last, result in last_tried(tx, asked.policy):
        head = (policy, number, first, last)
        names = named(tx, {line["subject"] for line in result["subjects"]})
        rows += [(*head, None, None, *_change(line)) for line in result["totals"]]
        rows += [
            (*head, line["subject"], names[line["subject"]], *_change(line))
            for line in result["subjects"]
            if line["subject"] in names
        ]
    return rows[: asked.limit]


def _change(line: Mapping[str, str]) -> tuple[str, ...]:
    return (line["account"], line["unit"], line["before"], line["after"])


COUNTED: Final[Mapping[str, Counting]] = {
    "lapsing": _lapsing,
    "complaints": _complaints,
    "near": _near,
    "case": _case,
    "what-if": _what_if,
}
