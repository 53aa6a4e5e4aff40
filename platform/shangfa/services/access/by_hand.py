"""Keys made and revoked from the command line, by somebody with the machine in hand."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text

from shangfa.db.models import TenantRow
from shangfa.db.session import enter, operator_session
from shangfa.domain.faults import MISSING, refused
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.access.authentication import digest_of
from shangfa.services.context import OPERATOR
from shangfa.services.tenancy.tenants import add_key, add_operator_key


def make_key(role: str, tenant: str | None, subject: str | None, label: str) -> str:
    """Make a key and return its text.

    Raises:
        RefusedError: `missing` tenant, `unknown_tenant`, `unknown_subject`.
    """
    if role == OPERATOR:
        return add_operator_key(label)
    if tenant is None:
        raise refused(MISSING, "/tenant", value="--tenant")
    with operator_session() as session:
        row = session.scalar(select(TenantRow).where(TenantRow.slug == tenant))
        if row is None:
            raise refused(UNKNOWN_TENANT, "/tenant", value=tenant)
        return add_key(session, row, role, subject, label)[1]


def revoke_key(token: str) -> bool:
    """Revoke a key by its text and tell whether there was one in force."""
    owner = token.split("_")[1] if token.count("_") > 1 else ""
    table = "operator_key" if owner == "op" else "api_key"
    with operator_session() as session:
        if owner != "op":
            try:
                enter(session, UUID(hex=owner))
            except ValueError:
                return False
        statement = (
            f"UPDATE {table} SET revoked_at = now()"  # noqa: S608 - one of two constants
            " WHERE digest = :digest AND revoked_at IS NULL RETURNING id"
        )
        found = session.execute(text(statement), {"digest": digest_of(token)})
        return found.scalar_one_or_none() is not None
