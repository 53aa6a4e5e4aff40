"""Notices as their audience reads them, and how one is taken back."""

from __future__ import annotations

from uuid import UUID

from shangfa.db.notices.stored import (
    Audience,
    NoticeRecord,
    department_of,
    find_notices,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.permissions import may
from shangfa.domain.access.roles import AUDITOR
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.notices.faults import NOTICE_OVER
from shangfa.domain.people.renames import name_on, with_earlier_names
from shangfa.services.clock import now, today
from shangfa.services.context import Context
from shangfa.services.notices.corrections import Correction, correct
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact


def is_publisher(ctx: Context) -> bool:
    """Tell whether somebody sees every notice, with whom it is about."""
    return may(ctx.role, "notices:publish") or ctx.role == AUDITOR


def page(ctx: Context, asked: Page) -> Listed[NoticeRecord]:
    """Return the notices for the asker, newest first; those that ran out only to publishers."""
    ctx.need("notices:read")
    before = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[NoticeRecord]:
        audience = _audience(tx, ctx, current(tx))
        return find_notices(tx, audience, before, asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda item: str(item.id))


def read(ctx: Context, notice_id: UUID) -> NoticeRecord:
    """Return a notice.

    Raises:
        RefusedError: `not_found`, also for one that is not for the asker or has run out.
    """
    ctx.need("notices:read")
    return reading(ctx, lambda tx: _read(tx, ctx, current(tx), notice_id))


def read_in(tx: Tx, ctx: Context, notice_id: UUID) -> NoticeRecord:
    """Return a notice in an open transaction.

    Raises:
        RefusedError: `not_found`.
    """
    return _read(tx, ctx, current(tx), notice_id)


def withdraw(ctx: Context, notice_id: UUID, reason: str) -> NoticeRecord:
    """Take a notice back and return what its audience is told instead.

    Raises:
        RefusedError: `not_found`, `notice_over`.
    """
    ctx.need("notices:publish")
    taken = {"uq_notice_tenant_id_corrects_id": refused(NOTICE_OVER, "")}

    def work(tx: Tx) -> NoticeRecord:
        tenant = current(tx)
        told = _read(tx, ctx, tenant, notice_id)
        if told.followed or told.kind in {"reversed", "withdrawn"}:
            raise refused(NOTICE_OVER, "")
        said = Correction("withdrawn", reason, now(), tenant.zone)
        line = correct(tx, ctx, told, said, told.body)
        tx.flush()
        return _read(tx, ctx, tenant, line.id)

    return transact(ctx, work, taken=taken)


def _read(tx: Tx, ctx: Context, tenant: ReadyTenant, notice_id: UUID) -> NoticeRecord:
    found = find_notices(tx, _audience(tx, ctx, tenant), None, 1, notice_id)
    if not found:
        raise refused(NOT_FOUND, "")
    return found[0]


def _audience(tx: Tx, ctx: Context, tenant: ReadyTenant) -> Audience:
    day = today(tenant.zone)
    if is_publisher(ctx):
        return Audience(None, None, ctx.subject_id)
    name = department_of(tx, ctx.subject_id, day) if ctx.subject_id else None
    current_name = name_on(tenant.renames, "department", name, day)
    if current_name is None:
        return Audience((), day, ctx.subject_id)
    names = with_earlier_names(tenant.renames, "department", current_name)
    return Audience(names, day, ctx.subject_id)
