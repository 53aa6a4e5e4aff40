"""What a deployment does by itself: forget old answers, verify a tenant's totals."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from shangfa.db.models import OperatorReplyRow, ReplyRow, TenantRow
from shangfa.db.session import operator_session, tenant_session
from shangfa.services.clock import now
from shangfa.services.ledger.verify import replay_tenant

KEPT = timedelta(days=1)
"""How long an Idempotency-Key is remembered."""


def tenants() -> list[tuple[UUID, str]]:
    """Return (id, slug) of every tenant."""
    with operator_session() as session:
        return list(session.execute(select(TenantRow.id, TenantRow.slug)).all())


def forget_replies() -> int:
    """Drop stored answers older than `KEPT` and return how many."""
    with operator_session() as session:
        dropped = _drop(session, OperatorReplyRow)
    for tenant_id, _ in tenants():
        with tenant_session(tenant_id) as session:
            dropped += _drop(session, ReplyRow)
    return dropped


def _drop(session: Session, table: type[ReplyRow] | type[OperatorReplyRow]) -> int:
    result = session.execute(delete(table).where(table.created_at < now() - KEPT))
    assert isinstance(result, CursorResult)  # noqa: S101 - narrows for mypy
    return result.rowcount


def verify_totals(tenant_id: UUID) -> int:
    """Replay one tenant and return how many stored figures its facts do not give."""
    return len(replay_tenant(tenant_id))
