"""What a deployment does by itself: forget what is over, verify a tenant's totals."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from shangfa.db.access import drop_replies
from shangfa.db.tenancy import tenants_after, working_tenants
from shangfa.db.tx.transaction import Kind, begin
from shangfa.db.users import drop_old_attempts, drop_sessions
from shangfa.domain.access.passwords import FORGIVEN
from shangfa.services.audit.chain import seal, verified
from shangfa.services.clock import now
from shangfa.services.command import COMMAND
from shangfa.services.ledger.anew.verify import verify_tenant
from shangfa.services.months.passing import settle
from shangfa.services.transaction import reading

KEPT: Final = timedelta(days=1)
"""How long an Idempotency-Key is remembered."""


def tenants() -> list[tuple[UUID, str]]:
    """Return (id, slug) of every tenant, by slug."""
    return reading(COMMAND, lambda tx: tenants_after(tx, ""))


def working() -> list[tuple[UUID, str]]:
    """Return (id, slug) of every tenant that can be worked on now, by slug."""
    return reading(COMMAND, working_tenants)


def forget_replies() -> int:
    """Drop stored answers older than `KEPT` and return how many."""
    before = now() - KEPT
    dropped = 0
    for tenant_id in (None, *(tenant_id for tenant_id, _ in working())):
        with begin(tenant_id, Kind.LARGE) as tx:
            dropped += drop_replies(tx, before)
    return dropped


def forget_sessions() -> int:
    """Drop sessions that nobody can renew, and failed attempts that are forgiven.

    Returns:
        How many sessions.
    """
    at, dropped = now(), 0
    with begin(None) as tx:
        drop_old_attempts(tx, at - FORGIVEN)
    for tenant_id, _ in working():
        with begin(tenant_id, Kind.LARGE) as tx:
            dropped += drop_sessions(tx, at - KEPT)
    return dropped


def seal_audit(tenant_id: UUID) -> int:
    """Bring what happened in a tenant into its audit chain; return how many entries that made."""
    return seal(tenant_id)


def verify_audit(tenant_id: UUID) -> str:
    """Return what is wrong with a tenant's audit chain, "" when it holds."""
    broken = verified(tenant_id).broken
    return f"entry {broken.number}: {broken.fault}" if broken else ""


def settle_time(tenant_id: UUID) -> int:
    """Post what followed by time alone in one tenant and return for how many."""
    return settle(tenant_id)


def verify_totals(tenant_id: UUID) -> int:
    """Recompute one tenant and return how many stored figures its facts do not give.

    What followed by time alone is posted before.
    """
    settle(tenant_id)
    return len(verify_tenant(tenant_id))
