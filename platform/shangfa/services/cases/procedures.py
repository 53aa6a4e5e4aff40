"""A company's own procedures: kept in versions, so that an open case goes on as it began."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shangfa.db import tenancy
from shangfa.db.cases.settings import ProcedureLine, add_procedure, all_procedures
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.documents.source import Source
from shangfa.domain.cases.procedure import Procedure
from shangfa.services.clock import new_id, now


def own_documents(tx: Tx) -> Mapping[str, Any]:
    """Return the newest document of each of the tenant's own procedures, by name."""
    return {line.name: line.document for line in all_procedures(tx)}


def add_own(tx: Tx, procedures: Iterable[tuple[Procedure, Source]]) -> None:
    """Keep procedures in an open transaction of their tenant; one that is the same stays."""
    known = {line.name: line for line in all_procedures(tx)}
    fresh = False
    for procedure, source in procedures:
        before = known.get(procedure.name)
        document = plain_document(source.data)
        if before is not None and before.document == document:
            continue
        number = before.number + 1 if before else 1
        line = ProcedureLine(new_id(), procedure.name, number, document, source.file, now())
        add_procedure(tx, line)
        fresh = True
    if fresh:
        tenancy.bump_revision(tx)


def plain_document(data: Any) -> dict[str, Any]:
    """Return a document as it is read back."""
    found: dict[str, Any] = json.loads(to_text(data))
    return found
