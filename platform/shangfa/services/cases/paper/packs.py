"""All that proves a case, in one file: its slips on paper and what was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shangfa.db.cases.held import stored_cases
from shangfa.db.evidence.files import EvidenceRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.papers.pdf import slip_pdf
from shangfa.services.audit.notes import Noted, note
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.paper.slips import slip_of
from shangfa.services.cases.shown import CaseShown, may_see, show
from shangfa.services.cases.slips import SlipSeen, seen_slips
from shangfa.services.context import Context
from shangfa.services.evidence.packs import Pack, make_pack, named_files
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading


@dataclass(frozen=True, slots=True)
class _Found:
    """What goes into a pack, as the asker may see it."""

    case: CaseShown
    records: list[EvidenceRecord]
    slips: list[SlipSeen]


def evidence_pack(ctx: Context, case_id: UUID) -> Pack:
    """Return the pack of a case; the caller closes its file.

    Raises:
        RefusedError: `not_found`, also for a case the asker may not see; `evidence_damaged`,
            `store_unavailable`.
    """
    ctx.need("cases:read")
    ctx.need("evidence:read")
    found = reading(ctx, lambda tx: _find(tx, ctx, case_id))
    papers = [(f"{slip.no}.pdf", slip_pdf(slip_of(slip))) for slip in found.slips]
    return make_pack(ctx.tenant, _about(found.case), found.records, papers)


def _find(tx: Tx, ctx: Context, case_id: UUID) -> _Found:
    tenant = current(tx)
    items = load(tx, tenant, stored_cases(tx, [case_id]))
    if not items or not may_see(ctx, items[0]):
        raise refused(NOT_FOUND, "")
    for code in items[0].case.subjects:
        note(tx, ctx, Noted("pack.read", code, case_id))
    case = show(ctx, items[0])
    return _Found(case, named_files(tx, _names(items[0], case)), seen_slips(ctx, items[0]))


def _names(item: Handled, case: CaseShown) -> Iterator[str]:
    """Yield what the incident names, and what the steps name that the asker may read."""
    yield from item.case.evidence
    for line in case.history:
        yield from line.data.get("evidence", ())


def _about(case: CaseShown) -> dict[str, Any]:
    return {
        "case": str(case.id),
        "incident": str(case.incident),
        "procedure": case.procedure,
        "state": case.state,
        "clause": case.clause,
        "subjects": sorted(case.parts),
        "steps": [
            {"step": line.step, "by": line.by, "at": line.at.isoformat()} for line in case.history
        ],
    }
