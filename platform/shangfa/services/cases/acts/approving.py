"""What is open to somebody because a case waits for his approval."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from shangfa.db.cases.held import stored_cases
from shangfa.db.evidence.files import open_cases_naming
from shangfa.db.tx.transaction import Tx
from shangfa.services.cases.approvals import matrix_in_force
from shangfa.services.cases.handled import load
from shangfa.services.cases.shown import is_approver, may_see
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current

NAMING: Final = 50
"""Open cases that name one file, as many as are looked at."""


def approves(tx: Tx, ctx: Context, evidence_id: UUID) -> bool:
    """Tell whether a case that names a file waits for somebody who is named to approve it."""
    tenant = current(tx)
    named = ctx.subject is not None and matrix_in_force(tx).names(ctx.subject, today(tenant.zone))
    ids = open_cases_naming(tx, evidence_id, NAMING) if named else []
    items = load(tx, tenant, stored_cases(tx, ids))
    return any(is_approver(ctx, item) and may_see(ctx, item) for item in items)
