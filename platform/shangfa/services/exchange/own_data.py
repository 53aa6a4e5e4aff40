"""Everything that is kept about somebody, for himself: what he may see, in one answer.

It is what an employee sees, whatever other roles he has: others' parts stay out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from shangfa.db import audit as audit_sql
from shangfa.db import users as users_sql
from shangfa.db.cases.found import CaseFilters
from shangfa.db.incidents import Filters
from shangfa.db.months.settlements import settled_of
from shangfa.db.people.receipts import receipts_of
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.roles import EMPLOYEE
from shangfa.services.cases import pages as cases
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.incidents import history as incidents
from shangfa.services.ledger import standing
from shangfa.services.pages import MOST, Listed, Page
from shangfa.services.payroll import papers
from shangfa.services.people import corrections, subjects
from shangfa.services.transaction import reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnData:
    """What is kept about somebody, ready for JSON.

    Attributes:
        user: how he signs in; None for who has a key only.
        subject: with lines, attributes, employments and wages; None for an office.
        settled: lines of the months as they count today, each with its `period`.
        receipts: the versions of policies that he has read.
        corrections: what he asked to have corrected, and what became of it.
        readers: who opened it; roles, never names.
        month_pay: what payroll said of his months.
        papers: notices of deductions, and consents to them.
    """

    made_at: datetime
    user: dict[str, Any] | None
    subject: dict[str, Any] | None
    record: dict[str, Any] | None
    incidents: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    settled: list[dict[str, Any]]
    receipts: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    readers: list[dict[str, Any]]
    month_pay: list[dict[str, Any]] = field(default_factory=list)
    papers: list[dict[str, Any]] = field(default_factory=list)


def own_data(ctx: Context) -> OwnData:
    """Return everything that is kept about the asker."""
    ctx.need("self:data")
    user = reading(ctx, lambda tx: _user(tx, ctx.actor_id))
    code = ctx.subject
    if code is None:
        return OwnData(now(), user, None, None, [], [], [], [], [], [])
    me = replace(ctx, role=EMPLOYEE, roles=(), reply_key=None, render=None)
    found = reading(me, lambda tx: settled_of(tx, code))
    read = reading(me, lambda tx: _read(tx, me))
    settled = [{"period": month, **plain(line)} for month, line in found]
    return OwnData(
        now(),
        user,
        plain(subjects.read(me, code)),
        plain(standing.record(me, code)),
        _incidents(me, code),
        _cases(me, code),
        settled,
        read,
        _all(lambda last: _corrections(me, last), lambda item: item.id),
        _all(lambda last: _readers(me, code, last), lambda item: item.id),
        [plain(item) for item in papers.pays(me, code).items],
        [plain(item) for item in papers.papers(me, code).items],
    )


def _read(tx: Tx, me: Context) -> list[dict[str, Any]]:
    assert me.subject_id is not None  # noqa: S101 - asked for one's own data only
    return [plain(item) for item in receipts_of(tx, me.subject_id)]


def _user(tx: Tx, actor_id: UUID) -> dict[str, Any] | None:
    found = users_sql.find_user(tx, actor_id)
    if found is None:
        return None
    shown = ("login", "name", "roles", "created_at", "signed_in_at")
    return {name: getattr(found, name) for name in shown}


def _incidents(me: Context, code: str) -> list[dict[str, Any]]:
    def part(last: UUID | None) -> Listed[Any]:
        return incidents.page(me, Page(MOST), Filters(subject=code, before=last))

    return _all(part, lambda item: item.id)


def _cases(me: Context, code: str) -> list[dict[str, Any]]:
    def part(last: UUID | None) -> Listed[Any]:
        return cases.page(me, Page(MOST), CaseFilters(subject=code, before=last))

    return _all(part, lambda item: item.id)


def _corrections(me: Context, last: UUID | None) -> Listed[Any]:
    return corrections.page(me, None, Page(MOST, str(last) if last else None))


def _readers(me: Context, code: str, last: UUID | None) -> Listed[Any]:
    found = reading(me, lambda tx: audit_sql.openings_of(tx, code, last, MOST + 1))
    return Listed(found[:MOST], "more" if len(found) > MOST else None)


def _all(
    part: Callable[[UUID | None], Listed[T]], id_of: Callable[[T], UUID]
) -> list[dict[str, Any]]:
    """Return all of a list that is given in parts, newest first."""
    found: list[dict[str, Any]] = []
    last: UUID | None = None
    while True:
        given = part(last)
        found += [plain(item) for item in given.items]
        if given.next_cursor is None:
            return found
        last = id_of(given.items[-1])


def plain(value: Any) -> Any:
    """Return a value of ours as JSON has it: objects, lists, and what `to_json` knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
