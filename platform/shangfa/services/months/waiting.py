"""Programmes at the close of a month: those that lack nothing run, the others are asked for.

What one needs is what is handed in for its period. One that reads nothing lacks nothing; one that
was evaluated before is evaluated again, so that what became known since is in the month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Final

from shangfa.db.cases.acts.dismissals import DismissalRecord
from shangfa.db.cases.found import Place
from shangfa.db.months import evaluations as sql
from shangfa.db.months import periods
from shangfa.db.months.evaluations import EvaluationKey
from shangfa.db.people.corrections import CorrectionRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.roles import HR
from shangfa.domain.months.programme import closing
from shangfa.domain.policies.kinds import Period
from shangfa.services.cases import pages
from shangfa.services.cases.acts import dismissals, follow_ups
from shangfa.services.cases.acts.follow_ups import Todo
from shangfa.services.cases.pages import Task
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.months.programmes import EvaluationRequest, evaluate_in
from shangfa.services.pages import Listed
from shangfa.services.people import corrections
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact


@dataclass(frozen=True, slots=True)
class Wanted:
    """A programme whose period is over and for which nothing was handed in.

    Attributes:
        inputs: the names of what it reads.
        parameters: those that the company must fill before it can run.
    """

    programme: str
    policy: str
    period: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]


Waiting = Task | Wanted | DismissalRecord | Todo | CorrectionRecord
MOST: Final = 200
"""Dismissals, things to do, and corrections that are told as tasks at once."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for somebody, each kind by itself; false when nothing does.

    Attributes:
        steps: of cases, soonest due first; `more`: from where the list of them goes on.
        todos: what he was asked to do after cases.
        dismissals: those that are only proposed.
        corrections: what somebody asks to have corrected of his data.
    """

    steps: Sequence[Task]
    more: str | None
    todos: Sequence[Todo]
    dismissals: Sequence[DismissalRecord]
    corrections: Sequence[CorrectionRecord]
    programmes: Sequence[Wanted]

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


def waits(ctx: Context, limit: int) -> Waits:
    """Return what waits for the asker, each kind by itself."""
    found = pages.tasks(ctx, limit, None)
    return Waits(found.items, found.next_cursor, *_besides(ctx))


def tasks(ctx: Context, limit: int, after: Place | None) -> Listed[Waiting]:
    """Return what waits for the asker.

    Steps of cases, then what he was asked to do after others, then dismissals that are only
    proposed, then what people ask to have corrected, then what programmes want of HR.
    """
    found = pages.tasks(ctx, limit, after)
    if found.next_cursor is not None:
        return Listed([*found.items], found.next_cursor)
    asked, proposed, wrong, wanted = _besides(ctx)
    return Listed([*found.items, *asked, *proposed, *wrong, *wanted], None)


def _besides(
    ctx: Context,
) -> tuple[list[Todo], list[DismissalRecord], list[CorrectionRecord], list[Wanted]]:
    """Return what waits for the asker besides steps of cases."""
    asked = reading(ctx, lambda tx: follow_ups.waiting(tx, ctx, MOST))
    proposed = reading(ctx, lambda tx: dismissals.waiting(tx, ctx, MOST))
    wrong = corrections.waiting(ctx, MOST)
    wanted = reading(ctx, _of_open_months) if ctx.role == HR else []
    return asked, proposed, wrong, wanted


def _of_open_months(tx: Tx) -> list[Wanted]:
    return [item for month in periods.closing_months(tx) for item in wanted_by(tx, month)]


def wanted_by(tx: Tx, month: str) -> list[Wanted]:
    """Return the programmes that close with a month and lack what is handed in."""
    tenant = current(tx)
    due = list(_due(tenant, month))
    known = sql.evaluated(tx, sorted({item.period for item, _ in due}))
    return [item for item, key in due if _lacks(item) and key not in known]


def run_due(ctx: Context, month: Period) -> None:
    """Evaluate each programme that closes with a month and lacks nothing.

    Raises:
        RefusedError: what was handed in for one can no longer be used, or its plugin failed.
    """
    own = Context(ctx.role, ctx.actor_id, ctx.tenant)  # what the asker is answered comes later
    for item in reading(own, lambda tx: _runnable(tx, month)):
        request = EvaluationRequest(item.programme, item.period, item.policy)
        transact(own, partial(evaluate_in, ctx=own, request=request))


def _runnable(tx: Tx, month: Period) -> list[Wanted]:
    tenant = current(tx)
    if month.last >= today(tenant.zone):
        return []
    tenant.policies.check_evaluated()
    due = list(_due(tenant, month.name))
    known = sql.evaluated(tx, sorted({item.period for item, _ in due}))
    return [item for item, key in due if not item.parameters and (key in known or not item.inputs)]


def _due(tenant: ReadyTenant, month: str) -> Iterator[tuple[Wanted, EvaluationKey]]:
    for name, policy in tenant.policies.items():
        for _, programme, period in closing(policy, month):
            needed = (tuple(programme.kind.inputs), programme.missing)
            item = Wanted(programme.name, name, period.name, *needed)
            yield item, EvaluationKey(tenant.policy_ids[name], programme.name, period.name)


def _lacks(item: Wanted) -> bool:
    return bool(item.inputs or item.parameters)
