"""Somebody who reads dismissals that were posted by themselves: what he may know of, and answer.

What a company has set and whom he sees are asked for once, and so are the people of what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shangfa.db.cases.acts.dismissals import (
    DismissalFilters,
    DismissalRecord,
    find_dismissals,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.roles import HR
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.cases.approvals import Approvers, stakes_of
from shangfa.domain.cases.gate import DISMISSED
from shangfa.services.access.sight import is_one_of, seen_by
from shangfa.services.cases.approvals import matrix_in_force
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.ledger.anew.cast import Cast, those_named
from shangfa.services.tenancy.ready import ReadyTenant


class Reader:
    """The asker, for as long as a transaction is open.

    Attributes:
        whom: whose dismissals he sees.
        is_named: whether the company's matrix names him today.
    """

    def __init__(self, tx: Tx, ctx: Context, tenant: ReadyTenant) -> None:
        self.tx, self.ctx, self.tenant = tx, ctx, tenant
        self.day = today(tenant.zone)
        self.matrix = matrix_in_force(tx)
        self.whom = seen_by(tx, ctx, self.day)
        self.is_named = ctx.subject is not None and self.matrix.names(ctx.subject, self.day)
        self._cast = Cast(tenant.renames)
        self._own: dict[UUID, bool] = {}

    def find(self, asked: DismissalFilters, limit: int) -> Sequence[DismissalRecord]:
        """Return dismissals, the newest first, of which the others here are asked then."""
        found = find_dismissals(self.tx, asked, limit)
        self._cast = those_named(
            self.tx, sorted({one.subject for one in found}), self.tenant.renames
        )
        return found

    def may_know(self, found: DismissalRecord) -> bool:
        """Tell whether he handles it, may answer it, or sees whom it is about."""
        if found.handled or self.ctx.subject in self.approvers(found).people:
            return True
        return not sees_money_only(self.ctx.role) and self.whom.has(found.subject_id)

    def waits_for(self, found: DismissalRecord) -> bool:
        """Tell whether it is open and waits for him."""
        is_open = found.state == "proposed" and self.ctx.may("dismissals:answer")
        return is_open and self.may_answer(found)

    def may_answer(self, found: DismissalRecord) -> bool:
        """Tell whether he is among those who answer it, and had no part in it."""
        if found.subject == self.ctx.subject or self.is_one(found.proposed_by):
            return False
        who = self.approvers(found)
        office = self.ctx.role if found.handled else HR
        return self.ctx.subject in who.people or (self.ctx.role == office and office in who.roles)

    def is_one(self, actor_id: UUID) -> bool:
        """Tell whether he is an actor, or the person behind it."""
        if actor_id not in self._own:
            self._own[actor_id] = is_one_of(self.tx, self.ctx, [actor_id])
        return self._own[actor_id]

    def approvers(self, found: DismissalRecord) -> Approvers:
        """Return who approves it today, by who he was on the day it is for."""
        whom = self._cast.subject(found.subject, found.day)
        version = self.tenant.policies[found.policy].at(found.day)
        ladder = version.ladder.rungs if version is not None else ()
        return self.matrix.approvers(stakes_of([DISMISSED], ladder, [whom]), self.day)
