"""Cases that may be approved together: each is approved by itself, in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from shangfa.domain.cases.acts.small import is_small
from shangfa.domain.cases.faults import ILLEGAL_STEP
from shangfa.domain.faults import refused
from shangfa.services.cases import pages
from shangfa.services.cases.moves import steps
from shangfa.services.cases.moves.steps import Asked
from shangfa.services.cases.shown import CaseShown
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading

APPROVE: Final = "approve"


def small(ctx: Context, cases: Iterable[CaseShown]) -> frozenset[UUID]:
    """Return those of some cases whose decision is so small."""
    tenant = reading(ctx, current)
    return frozenset(case.id for case in cases if _is_small(tenant, case))


def _is_small(tenant: ReadyTenant, case: CaseShown) -> bool:
    said: Any = case.decision
    if not said or "policy" not in said:  # who sees money only is shown no more of it
        return False
    policy = tenant.policies.get(said["policy"]["name"])
    number = said["policy"]["version"]
    versions = policy.versions if policy is not None else ()
    ladder = next((item.ladder.rungs for item in versions if item.number == number), ())
    return is_small(said["effects"], said["choices"], ladder)


def approve(ctx: Context, case_id: UUID, if_match: str, note: str) -> CaseShown:
    """Approve a small case as it was seen.

    Raises:
        RefusedError: `not_found`; `illegal_step` when it is not small, or the asker may not
            approve it, or that takes more than a note; as `steps.take`.
    """
    opened = pages.opened(ctx, case_id)
    case, doable = opened.case, opened.doable
    known = next((item for item in doable if item.step == APPROVE), None)
    needs_more = known is None or any(item.required for item in known.inputs.values())
    if needs_more or case.id not in small(ctx, [case]):
        allowed = "、".join(item.step for item in doable) or "—"
        raise refused(ILLEGAL_STEP, "", state=case.state, value=APPROVE, allowed=allowed)
    given = {"note": note} if note else {}
    return steps.take(ctx, Asked(case_id, APPROVE, given, if_match))
