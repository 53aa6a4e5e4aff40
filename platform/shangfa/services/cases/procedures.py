"""A company's own procedures: kept in versions, so that an open case goes on as it began."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shangfa.db import tenancy
from shangfa.db.cases.settings import ProcedureLine, add_procedure, all_procedures
from shangfa.db.tenancy import hold_tenant
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.documents.procedure.read import read_procedure
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.cases.procedure import Procedure
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import transact


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


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A procedure that was brought, and the number of its version."""

    procedure: Procedure
    version: int


def upload(ctx: Context, text: str) -> Uploaded:
    """Keep a procedure of the company's own from now on; open cases go on as they began.

    Raises:
        RefusedError: every fault of the document, each with its line.
    """
    ctx.need("procedures:write")
    source = read_yaml(text, "procedure")

    def work(tx: Tx) -> Uploaded:
        hold_tenant(tx)
        made = read_procedure(source, current(tx).calendar)
        add_own(tx, [(made, source)])
        versions = [line.number for line in all_procedures(tx) if line.name == made.name]
        return Uploaded(made, versions[-1])

    return transact(ctx, work)


def plain_document(data: Any) -> dict[str, Any]:
    """Return a document as it is read back."""
    found: dict[str, Any] = json.loads(to_text(data))
    return found
