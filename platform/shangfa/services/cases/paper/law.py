"""What the law says of a case's procedure, with the days that follow: shown, not decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from shangfa.db.cases.acts.dismissals import DismissalRecord, dismissals_of
from shangfa.db.cases.held import stored_cases
from shangfa.db.tx.transaction import Tx
from shangfa.documents.law.rows import LawRow, in_force, procedure_law
from shangfa.domain.cases.gate import is_dismissal
from shangfa.domain.dates.deadlines import Start, TimeLimit
from shangfa.domain.faults import NOT_FOUND, RefusedError, refused
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import decided, may_see
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

ALWAYS: Final = ("consultation", "service", "evidence", "privacy")
DISMISSAL: Final = (*ALWAYS, "dismissal", "time_limit", "final_pay")
FROM_THE_END: Final = frozenset({"FINAL_PAY_DEADLINE", "TERMINATION_CERTIFICATE", "FILE_TRANSFER"})
"""What is counted from the day a contract ends: the day the decision is effective."""


@dataclass(frozen=True, slots=True)
class LawShown:
    """A row in force, and the last day that follows from it in this case, None for none."""

    row: LawRow
    due_on: date | None


def law_of(ctx: Context, case_id: UUID) -> Listed[LawShown]:
    """Return what the law says of a case's procedure at the company's places of work today.

    Raises:
        RefusedError: `not_found`, also for a case the asker may not see.
    """
    ctx.need("cases:law")
    return Listed(reading(ctx, lambda tx: _law_of(tx, ctx, case_id)))


def _law_of(tx: Tx, ctx: Context, case_id: UUID) -> list[LawShown]:
    items = load(tx, current(tx), stored_cases(tx, [case_id]))
    if not items or not may_see(ctx, items[0]):
        raise refused(NOT_FOUND, "")
    return rows_of(tx, items[0])


def rows_of(tx: Tx, item: Handled) -> list[LawShown]:
    """Return the rows of a case at the company's places of work today."""
    posted = [one for one in dismissals_of(tx, [item.case.id]) if one.state != "reversed"]
    over = bool(posted) and all(one.state == "declined" for one in posted)
    dismisses = is_dismissal(item.decision["effects"]) or bool(posted)
    categories = DISMISSAL if dismisses and not over else ALWAYS
    rows = in_force(procedure_law(), item.day, item.tenant.regions, categories)
    starts = _starts(item, posted)
    return [LawShown(row, _due(item, row, starts)) for row in rows]


def _starts(item: Handled, posted: Sequence[DismissalRecord]) -> Mapping[str, date]:
    """Return the day from which each row that counts is counted.

    `posted`: dismissals that no procedure looked into; they hold from the day they are approved.
    """
    moments = [one.decided_at for one in item.decisions if one.kind == "sanction"]
    if posted:
        moments = [one.at for one in posted if one.at is not None and one.state == "approved"]
    if decided(item) != "effective" or not moments:
        return {}
    return dict.fromkeys(FROM_THE_END, max(moments).astimezone(item.tenant.zone).date())


def _due(item: Handled, row: LawRow, starts: Mapping[str, date]) -> date | None:
    start = starts.get(row.code)
    if start is None or row.value is None or not row.unit:
        return None
    limit = TimeLimit("working_days" if row.unit == "working_days" else "days", row.value)
    try:
        due = limit.due(Start(start, None, item.tenant.calendar))
    except RefusedError:
        return None  # a year whose working days are not known
    return due.date() if isinstance(due, datetime) else due
