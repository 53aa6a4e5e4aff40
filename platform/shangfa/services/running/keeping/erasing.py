"""Erase a company that agreed to it, as the owner of the schema; a certificate is left."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shangfa.db.keeping import erasing as sql
from shangfa.db.keeping.owner import Owner, owning
from shangfa.db.tx.encode import to_text
from shangfa.domain.audit.erasure import Erasure
from shangfa.domain.audit.faults import ERASURE_STATE
from shangfa.domain.faults import refused
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.outside import files
from shangfa.outside.signing import public_key, sign
from shangfa.services.audit.chain import seal, verified
from shangfa.services.clock import now


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is left of a company: `statement` is the signed JSON."""

    statement: str
    signature: bytes
    public_key: bytes

    def document(self) -> dict[str, Any]:
        """Return it as it is written into a file."""
        return {
            "statement": self.statement,
            "signature": b64encode(self.signature).decode(),
            "public_key": b64encode(self.public_key).decode(),
        }


def erase(slug: str, owner_url: str) -> Certificate:
    """Erase everything of a company, or go on where somebody ended; done already, certify again.

    Raises:
        RefusedError: `unknown_tenant`; `erasure_state` when the two have not agreed;
            `store_unavailable` while its files cannot be reached.
    """
    with owning(owner_url) as owner:
        found = _agreed(owner, slug)
        if found.state == "confirmed":
            _start(owner, found)
            found = _agreed(owner, slug)
        if found.state == "begun":
            _erase(owner, found)
            found = _agreed(owner, slug)
    statement = to_text(found.certificate())
    return Certificate(statement, sign(statement.encode()), public_key())


def _agreed(owner: Owner, slug: str) -> Erasure:
    found = sql.find(owner, slug)
    if found is None:
        raise refused(UNKNOWN_TENANT, "", value=slug)
    if found.state not in ("confirmed", "begun", "erased"):
        raise refused(ERASURE_STATE, "", state=found.state, allowed="confirmed")
    return found


def _start(owner: Owner, found: Erasure) -> None:
    proof = _proof(found.tenant_id)
    sql.start(
        owner, found, proof | {"events_after_export": sql.events_after_export(owner, found)}, now()
    )


def _erase(owner: Owner, found: Erasure) -> None:
    while sql.erase_rows(owner, found):
        pass
    sql.erase_tenant(owner, found)
    sql.erase_jobs(owner, found)
    sql.erase_replies(owner)
    sql.finish(owner, found, files.drop_all(found.tenant_id), now())


def _proof(tenant_id: UUID) -> dict[str, Any]:
    """Return how the audit chain ends, and whether it holds."""
    seal(tenant_id)
    verdict = verified(tenant_id)
    broken = verdict.broken.fault if verdict.broken else None
    return {"entries": verdict.entries, "head": verdict.head.hex(), "fault": broken}
