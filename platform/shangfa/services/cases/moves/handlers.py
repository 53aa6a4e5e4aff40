"""Who alone sees a confidential case: named when it is recorded, or by HR later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from shangfa.db.cases.held import advance, hold_by_id, replace_handlers, stored_cases
from shangfa.db.cases.written import TakenLine
from shangfa.db.notifications.stored import silence
from shangfa.db.people import subject_ids
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import HR
from shangfa.domain.exchange.events import case_moved
from shangfa.domain.faults import INVALID, NOT_FOUND, Fault, RefusedError, refused
from shangfa.domain.people.faults import UNKNOWN_SUBJECT
from shangfa.domain.text import Note
from shangfa.services.access.sight import check_not_own
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import CaseShown, is_handler, may_see, show
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.events import tell
from shangfa.services.notices.corrections import Correction, correct_notices
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import transact

STEP: Final = "handlers"
_CONCERNED = Note("当事人不能经办自己的案件", "whom a case concerns does not handle it")


def handlers_of(tx: Tx, codes: Sequence[str], subjects: Collection[str]) -> list[tuple[UUID, UUID]]:
    """Return a new row's id and the subject's id of each handler.

    Raises:
        RefusedError: `unknown_subject`, `invalid` for one whom the case concerns.
    """
    wanted = list(dict.fromkeys(codes))
    known = subject_ids(tx, wanted)
    faults = [
        Fault(UNKNOWN_SUBJECT, f"/handlers/{at}", {"value": code})
        if code not in known
        else Fault(INVALID, f"/handlers/{at}", {"value": code, "why": _CONCERNED})
        for at, code in enumerate(wanted)
        if code not in known or code in subjects
    ]
    if faults:
        raise RefusedError(*faults)
    return [(new_id(), known[code]) for code in wanted]


def put(ctx: Context, case_id: UUID, codes: Sequence[str], if_match: str | None) -> CaseShown:
    """Name who alone sees a case from now on; it is confidential from then on.

    HR makes it so; then its handlers name others, in whatever role, so that none is stuck.

    Raises:
        RefusedError: `not_found`, `same_person`, `forbidden`, `precondition_required`,
            `stale_version`, and what `handlers_of` refuses.
    """
    ctx.need("cases:confine")

    def work(tx: Tx) -> CaseShown:
        tenant = current(tx)
        case = hold_by_id(tx, case_id)
        items = load(tx, tenant, [case]) if case is not None else []
        if not items or not may_see(ctx, items[0]):
            raise refused(NOT_FOUND, "")
        _check_who(ctx, items[0])
        check_match(if_match, items[0].case.revision)
        _confine(tx, ctx, items[0], codes)
        tx.flush()
        (after,) = load(tx, tenant, stored_cases(tx, [case_id]))
        return show(ctx, after)

    return transact(ctx, work)


def _check_who(ctx: Context, item: Handled) -> None:
    """Let HR make a case confidential, and its handlers, once it is, name others."""
    if item.case.handlers is None and ctx.role != HR:
        raise refused(FORBIDDEN, "", role=ctx.role, allowed=HR)
    if item.case.handlers is not None and not is_handler(ctx, item):
        raise refused(FORBIDDEN, "", role=ctx.role, allowed="handlers")
    check_not_own(ctx, item.case.subjects, STEP)


def _confine(tx: Tx, ctx: Context, item: Handled, codes: Sequence[str]) -> None:
    """Hide a case from all others: what was told of it is taken back or silent."""
    case, at = item.case, now()
    handlers = handlers_of(tx, codes, case.subjects)
    replace_handlers(tx, case, handlers, at)
    is_open = item.procedure is not None and not item.procedure.is_over(case.state)
    number = case.revision + 1
    said = (STEP, case.state, "", ctx.actor_id, at)
    line = TakenLine(new_id(), case.id, number, *said, {}, ctx.role, ctx.subject_id)
    advance(tx, case, line, case.gathered, is_open=is_open)
    silence(tx, case.id, [*(who for _, who in handlers), *case.subject_ids], at)
    taken_back = Correction("withdrawn", "", at, item.tenant.zone)
    correct_notices(tx, ctx, (case.id, case.subject_ids), taken_back)
    tell(tx, ctx, at, case_moved(case.id, case.incident_id, STEP, case.state))
