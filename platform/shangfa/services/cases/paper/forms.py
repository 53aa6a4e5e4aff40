"""A company's own Word form of slips: tried before it is kept, kept in versions."""

from __future__ import annotations

from datetime import date
from typing import IO, Final

from shangfa.db.cases.slips import SetBy, set_slip_form, slip_form
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.slips.faults import FORM_UNUSABLE
from shangfa.domain.slips.slip import ClauseCited, Consequence, Party, Slip
from shangfa.papers.word import LARGEST, slip_docx
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

TRIED: Final = Slip(
    "2000-000001",
    "discipline",
    date(2000, 1, 1),
    "某公司",
    Party("E1", "张三"),
    Party("M1", "李四"),
    "2000-01-01",
    ClauseCited("员工奖惩办法", 1, "一-1", "迟到"),
    "迟到十分钟",
    (Consequence("罚款（元）", "-20.00", "一-1", ""),),
)
"""What a form is tried with: most of what it may name is empty."""


def own_form(ctx: Context) -> bytes | None:
    """Return the company's own form, None when it has none."""
    return reading(ctx, slip_form)[1]


def read(ctx: Context) -> bytes:
    """Return the company's own form.

    Raises:
        RefusedError: `not_found` when it has none.
    """
    ctx.need("slips:form")
    found = own_form(ctx)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def put(ctx: Context, file: IO[bytes] | None) -> int:
    """Put another form in force, None for the one that comes along; return its revision.

    Raises:
        RefusedError: `form_unusable`, when it cannot be filled.
    """
    ctx.need("slips:form")
    body = None if file is None else file.read(LARGEST + 1)
    if body is not None:
        if not body:
            raise refused(FORM_UNUSABLE, "/file", why="0 B")
        slip_docx(TRIED, body)

    def work(tx: Tx) -> int:
        current(tx)
        revision = slip_form(tx)[0] + 1
        set_slip_form(tx, new_id(), revision, body, SetBy(ctx.actor_id, now()))
        return revision

    return transact(ctx, work)
