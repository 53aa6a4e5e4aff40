"""All that is known of a case, line by line, for who has to judge it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from shangfa.db.cases.held import stored_cases
from shangfa.db.evidence.files import EvidenceRecord
from shangfa.db.reports.queries import named
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import CaseShown, show
from shangfa.services.context import Context
from shangfa.services.evidence.packs import named_files
from shangfa.services.tenancy.ready import ReadyTenant

Row = tuple[Any, ...]


def case_rows(tx: Tx, ctx: Context, tenant: ReadyTenant, case_id: UUID | None) -> list[Row]:
    """Return what was reported, done, decided, put on paper and handed in, in this order.

    Nothing of a confidential case, or of somebody who is restricted: a report tells of none.
    """
    items = load(tx, tenant, stored_cases(tx, [case_id])) if case_id is not None else []
    if not items or items[0].case.handlers is not None or items[0].case.restricted:
        return []
    item, shown = items[0], show(ctx, items[0])
    names = named(tx, item.case.subjects)
    files = {str(file.id): file for file in named_files(tx, _evidence(item, shown))}
    return [*_reported(item, names), *_done(shown), *_decided(item, shown), *_kept(files, shown)]


def _evidence(item: Handled, shown: CaseShown) -> Iterator[str]:
    yield from item.case.evidence
    for line in shown.history:
        yield from line.data.get("evidence", ())


def _reported(item: Handled, names: dict[str, str]) -> Iterator[Row]:
    case = item.case
    facts = to_text({**case.facts["given"], **case.gathered})
    text = " · ".join(part for part in (case.policy, case.clause, case.note, facts) if part)
    at = case.at.astimezone(item.tenant.zone)
    for code in case.subjects:
        yield (at, "incident", case.incident_id, code, names.get(code, ""), None, text, None)


def _done(shown: CaseShown) -> Iterator[Row]:
    for line in shown.history:
        data = to_text(dict(line.data)) if line.data else ""
        text = " · ".join(part for part in (line.state, line.note, data) if part)
        yield (line.at, "step", line.step, line.data.get("subject"), None, line.by, text, None)


def _decided(item: Handled, shown: CaseShown) -> Iterator[Row]:
    moments = {one.subject: one.decided_at for one in item.decisions}
    for effect in shown.decision["effects"]:
        code = effect["subject"]
        text = f"{effect['account']} {effect['quantity']} {effect['unit']}"
        at = moments.get(code)
        yield (at, "effect", effect["clause"], code, None, None, text, None)
    for line in shown.decision["trace"]:
        yield (
            None,
            "trace",
            line["clause"],
            line.get("subject"),
            None,
            None,
            line["text_zh"],
            None,
        )


def _kept(files: dict[str, EvidenceRecord], shown: CaseShown) -> Iterator[Row]:
    for no, code in shown.slips.items():
        yield (None, "slip", no, code, None, None, shown.parts.get(code), None)
    for file in files.values():
        yield (file.created_at, "evidence", file.name, None, None, None, file.type, file.sha256)
