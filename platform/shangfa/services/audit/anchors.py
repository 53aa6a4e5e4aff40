"""Signed anchors of the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from shangfa.db.tenancy import tenant_record
from shangfa.domain.audit.anchors import Anchor
from shangfa.domain.audit.faults import CHAIN_BROKEN
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.outside.signing import public_key, sign
from shangfa.services.audit import chain
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.transaction import reading


@dataclass(frozen=True, slots=True)
class SignedAnchor:
    """An anchor with its signature and what proves it; `statement` is what was signed."""

    anchor: Anchor
    statement: str
    signature: bytes
    public_key: bytes


def anchor(ctx: Context) -> SignedAnchor:
    """Sign how far the company's chain goes now, once it is verified.

    Raises:
        RefusedError: `chain_broken`.
    """
    ctx.need("audit:read")
    verdict = chain.verify(ctx)
    if verdict.broken is not None:
        broken = verdict.broken
        raise refused(CHAIN_BROKEN, "", value=broken.number, reason=broken.fault)
    record = reading(ctx, tenant_record)
    if record is None:
        raise refused(NOT_FOUND, "")
    made = Anchor(record.slug, verdict.entries, verdict.head, now())
    return SignedAnchor(made, made.statement, sign(made.statement.encode()), public_key())
