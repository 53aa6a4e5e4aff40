"""Who stands in for whom: a user acts in another's role for a time, under his own name.

Only what belongs to an office is handed on. A supervisor's team is his by the reporting line,
so somebody else leads it by another line, with its own days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shangfa.db import users as sql
from shangfa.db.tx.transaction import Tx
from shangfa.db.users import DelegationLine, DelegationRecord, UserRecord
from shangfa.domain.access.roles import DELEGABLE, HR
from shangfa.domain.audit.entries import NoteKind
from shangfa.domain.cases.faults import SAME_PERSON
from shangfa.domain.faults import INVALID, NOT_FOUND, refused
from shangfa.domain.text import Note
from shangfa.services.access import authentication
from shangfa.services.access.sight import is_one_of
from shangfa.services.access.users import enter
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.transaction import reading, transact

A_USER: Final = Note("没有此登录名的用户", "there is no user with this login")
_STANDS_IN: Final = Note("代理人", "who stands in")
SOMEBODY_ELSE: Final = Note("不能代理自己", "nobody stands in for himself")
HIS_ROLE: Final = Note(
    "须是其本人的角色，且为：{0}", "it must be one of his own roles, and one of: {0}"
)
AFTER: Final = Note("须晚于开始时间与此刻", "it must lie after the beginning, and ahead")


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """Who (`to`, a login) stands in for whom (`of`), in which of his roles, from when to when."""

    of: str
    to: str
    role: str
    since: datetime
    until: datetime
    reason: str


def create(ctx: Context, slug: str | None, said: NewDelegation) -> DelegationRecord:
    """Let a user stand in for another.

    Raises:
        RefusedError: `invalid` user, role or time; `missing` tenant, `unknown_tenant`;
            `same_person`: nobody gives himself the role of another.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> DelegationRecord:
        enter(tx, ctx, slug)
        of, to = _user(tx, said.of, "/of"), _user(tx, said.to, "/to")
        _check(said, of)
        if is_one_of(tx, ctx, [to.id]):
            raise refused(SAME_PERSON, "/to", value="delegate", part=_STANDS_IN, allowed=HR)
        line = DelegationLine(
            new_id(), to.id, of.id, said.role, said.since, said.until, said.reason, now()
        )
        sql.add_delegation(tx, line)
        tx.flush()
        found = _found(tx, line.id)
        _note(tx, ctx, "delegation.created", found)
        return found

    made = transact(ctx, work)
    authentication.forget()
    return made


def _user(tx: Tx, login: str, pointer: str) -> UserRecord:
    found = sql.find_login(tx, login)
    if found is None or found.ended_at is not None:
        raise refused(INVALID, pointer, value=login, why=A_USER)
    return found


def _check(said: NewDelegation, of: UserRecord) -> None:
    if said.of == said.to:
        raise refused(INVALID, "/to", value=said.to, why=SOMEBODY_ELSE)
    if said.role not in of.roles or said.role not in DELEGABLE:
        raise refused(INVALID, "/role", value=said.role, why=HIS_ROLE.of("/".join(DELEGABLE)))
    if said.until <= max(said.since, now()):
        raise refused(INVALID, "/until", value=said.until, why=AFTER)


def _found(tx: Tx, key: UUID) -> DelegationRecord:
    for item in sql.delegations(tx):
        if item.id == key:
            return item
    raise refused(NOT_FOUND, "")


def _note(tx: Tx, ctx: Context, kind: NoteKind, item: DelegationRecord) -> None:
    data = {"of": item.of, "to": item.to, "role": item.role, "until": item.until}
    note(tx, ctx, Noted(kind, about=item.id, data=data))


def listing(ctx: Context, slug: str | None) -> Listed[DelegationRecord]:
    """Return who stands, stood and will stand in for whom, oldest first.

    Raises:
        RefusedError: `missing` tenant, `unknown_tenant`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> list[DelegationRecord]:
        enter(tx, ctx, slug)
        return sql.delegations(tx)

    return Listed(reading(ctx, work))


def end(ctx: Context, slug: str | None, key: UUID) -> None:
    """End that somebody stands in, at once.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> None:
        enter(tx, ctx, slug)
        found = _found(tx, key)
        if not sql.end_delegation(tx, key, now()):
            raise refused(NOT_FOUND, "")
        _note(tx, ctx, "delegation.ended", found)

    transact(ctx, work)
    authentication.forget()
