"""Who asks: the tenant, the role and the person behind a key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.faults import refused

OPERATOR: Final = "operator"
HR: Final = "hr"
SUPERVISOR: Final = "supervisor"
EMPLOYEE: Final = "employee"
FINANCE: Final = "finance"
AUDITOR: Final = "auditor"
TENANT_ROLES: Final = (HR, SUPERVISOR, EMPLOYEE, FINANCE, AUDITOR)


@dataclass(frozen=True, slots=True)
class Context:
    """The credential of a request and what it asked for besides.

    Attributes:
        tenant_id: None for the operator.
        subject: code of the person the key belongs to, None for a key of an office.
        key_id: the key, as the author of what is recorded.
        reply_key: the Idempotency-Key, None when there is none.
        digest: of the method, path and body, to tell one request from another.
    """

    role: str
    key_id: UUID
    tenant_id: UUID | None = None
    subject: str | None = None
    subject_id: UUID | None = None
    reply_key: str | None = None
    digest: bytes = b""

    @property
    def tenant(self) -> UUID:
        """The tenant's id.

        Raises:
            RefusedError: `forbidden` for the operator, who sees no tenant's content.
        """
        if self.tenant_id is None:
            raise refused(FORBIDDEN, role=self.role, allowed="/".join(TENANT_ROLES))
        return self.tenant_id

    def need(self, *roles: str) -> None:
        """Let only these roles pass.

        Raises:
            RefusedError: `forbidden`.
        """
        if self.role not in roles:
            raise refused(FORBIDDEN, role=self.role, allowed="/".join(roles))

    def asking(self, reply_key: str | None, digest: bytes) -> Context:
        """Return this context for one request."""
        return replace(self, reply_key=reply_key, digest=digest)
