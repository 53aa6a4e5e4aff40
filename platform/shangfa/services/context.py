"""Who asks: the tenant, the role and the person behind a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.domain.access.faults import FORBIDDEN, KEY_SCOPE
from shangfa.domain.access.permissions import Permission, check_permission, may
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.faults import refused
from shangfa.services.replies import Reply


class Limits(NamedTuple):
    """Requests in a minute of a company, and of each of its keys and users.

    None is what the settings say, 0 no limit.
    """

    company: int | None = None
    each: int | None = None


SETTINGS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Context:
    """The credential of a request and what it asked for besides.

    Attributes:
        actor_id: who does what this request does.
        tenant_id: None for the operator.
        subject: code of the person the key belongs to, None for a key of an office.
        roles: all that a user may act in, his widest first; () for a key, which has one.
        scopes: what a key may of what its role may; None for all of it.
        limits: how many requests of a minute are answered.
        password_due: nothing is done for him before he has a password of his own.
        reply_key: the Idempotency-Key, None when there is none.
        digest: of the method, path and body, to tell one request from another.
        render: makes the reply of what a service returns, so that it is kept in the same
            transaction; None when nobody waits for one.
    """

    role: str
    actor_id: UUID
    tenant_id: UUID | None = None
    subject: str | None = None
    subject_id: UUID | None = None
    roles: tuple[str, ...] = ()
    password_due: bool = False
    scopes: frozenset[str] | None = None
    limits: Limits = SETTINGS
    reply_key: str | None = None
    digest: bytes = b""
    render: Callable[[Any], Reply] | None = None

    @property
    def tenant(self) -> UUID:
        """The tenant's id.

        Raises:
            RefusedError: `forbidden` for the operator, who sees no tenant's content.
        """
        if self.tenant_id is None:
            raise refused(FORBIDDEN, role=self.role, allowed="/".join(TENANT_ROLES))
        return self.tenant_id

    def need(self, permission: Permission) -> None:
        """Let pass who has a permission.

        Raises:
            RefusedError: `forbidden`, `key_scope`.
        """
        check_permission(self.role, permission)
        if self.scopes is not None and permission not in self.scopes:
            allowed = "、".join(sorted(self.scopes)) or "—"
            raise refused(KEY_SCOPE, "", value=permission, allowed=allowed)

    def may(self, permission: Permission) -> bool:
        """Tell whether the asker has a permission."""
        return may(self.role, permission) and (self.scopes is None or permission in self.scopes)

    def asking(self, reply_key: str | None, digest: bytes) -> Context:
        """Return this context for one request."""
        return Context(*self._who, reply_key, digest)

    def rendering(self, render: Callable[[Any], Reply]) -> Context:
        """Return this context with somebody waiting for a reply."""
        return Context(*self._who, self.reply_key, self.digest, render)

    def acting_as(self, role: str) -> Context:
        """Return this context in another of the user's roles.

        Raises:
            RefusedError: `forbidden`, naming those he has.
        """
        if role not in (self.role, *self.roles):
            raise refused(FORBIDDEN, role=role, allowed="/".join(self.roles or (self.role,)))
        return Context(role, *self._who[1:])

    @property
    def _who(
        self,
    ) -> tuple[
        str,
        UUID,
        UUID | None,
        str | None,
        UUID | None,
        tuple[str, ...],
        bool,
        frozenset[str] | None,
        Limits,
    ]:
        place = (self.tenant_id, self.subject, self.subject_id)
        own = (self.roles, self.password_due, self.scopes, self.limits)
        return (self.role, self.actor_id, *place, *own)
