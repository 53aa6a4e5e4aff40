"""The one page of permissions: what may be done, and by which roles.

What a role may see of what it may read is on the page beside: `sight`.
"""

from __future__ import annotations

from typing import Final, Literal

from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import (
    AUDITOR,
    EMPLOYEE,
    FINANCE,
    HR,
    OPERATOR,
    SUPERVISOR,
    TENANT_ROLES,
)
from shangfa.domain.faults import refused

Permission = Literal[
    "tenants:manage",
    "users:manage",
    "self:read",
    "self:data",
    "corrections:ask",
    "corrections:read",
    "corrections:decide",
    "audit:read",
    "erasure:confirm",
    "clock:move",
    "plugins:read",
    "policies:read",
    "policies:write",
    "policies:replay",
    "subjects:read",
    "subjects:write",
    "wages:read",
    "wages:write",
    "incidents:read",
    "incidents:record",
    "incidents:assess",
    "incidents:choose",
    "incidents:reverse",
    "cases:read",
    "cases:step",
    "cases:confine",
    "cases:law",
    "dismissals:read",
    "dismissals:answer",
    "follow_ups:read",
    "follow_ups:write",
    "follow_ups:do",
    "slips:read",
    "slips:issue",
    "slips:form",
    "tasks:read",
    "notifications:read",
    "mailboxes:read",
    "mailboxes:write",
    "notices:read",
    "notices:publish",
    "procedures:read",
    "procedures:write",
    "approvals:read",
    "approvals:write",
    "near:read",
    "programmes:read",
    "programmes:evaluate",
    "changes:read",
    "webhooks:read",
    "webhooks:write",
    "periods:read",
    "periods:close",
    "periods:reconcile",
    "periods:sign",
    "periods:pay",
    "periods:export",
    "lines:read",
    "statements:read",
    "statements:publish",
    "statements:object",
    "statements:decide",
    "statements:pay",
    "funds:read",
    "funds:write",
    "funds:spend",
    "evidence:add",
    "evidence:read",
    "imports:write",
    "attendance:read",
    "attendance:write",
    "reports:read",
    "compliance:read",
    "compliance:write",
]

PERMISSIONS: Final[dict[Permission, tuple[str, ...]]] = {
    "tenants:manage": (OPERATOR,),
    "users:manage": (OPERATOR, HR),
    "self:read": (OPERATOR, *TENANT_ROLES),
    "self:data": TENANT_ROLES,
    "corrections:ask": (SUPERVISOR, EMPLOYEE),
    "corrections:read": (HR, AUDITOR, SUPERVISOR, EMPLOYEE),
    "corrections:decide": (HR,),
    "audit:read": (HR, AUDITOR),
    "erasure:confirm": (HR,),
    "clock:move": (OPERATOR,),
    "plugins:read": (OPERATOR, *TENANT_ROLES),
    "policies:read": TENANT_ROLES,
    "policies:write": (HR,),
    "policies:replay": (HR,),
    "subjects:read": TENANT_ROLES,
    "subjects:write": (HR,),
    "wages:read": (HR, FINANCE),
    "wages:write": (HR, FINANCE),
    "incidents:read": TENANT_ROLES,
    "incidents:record": (HR, SUPERVISOR),
    "incidents:assess": (HR, SUPERVISOR, EMPLOYEE, AUDITOR),
    "incidents:choose": (HR,),
    "incidents:reverse": (HR,),
    "cases:read": TENANT_ROLES,
    "cases:step": (HR, SUPERVISOR, EMPLOYEE, FINANCE),
    "cases:confine": (HR, SUPERVISOR, EMPLOYEE, FINANCE),
    "cases:law": (HR, AUDITOR),
    "dismissals:read": (HR, AUDITOR, SUPERVISOR, EMPLOYEE),
    "dismissals:answer": (HR, SUPERVISOR, EMPLOYEE, FINANCE),
    "follow_ups:read": (HR, AUDITOR),
    "follow_ups:write": (HR,),
    "follow_ups:do": (HR, SUPERVISOR, EMPLOYEE, FINANCE),
    "slips:read": TENANT_ROLES,
    "slips:issue": (HR,),
    "slips:form": (HR,),
    "tasks:read": (HR, SUPERVISOR, EMPLOYEE, FINANCE),
    "notifications:read": (HR, SUPERVISOR, EMPLOYEE, FINANCE),
    "mailboxes:read": (HR,),
    "mailboxes:write": (HR,),
    "notices:read": TENANT_ROLES,
    "notices:publish": (HR,),
    "procedures:read": TENANT_ROLES,
    "procedures:write": (HR,),
    "approvals:read": (HR, AUDITOR),
    "approvals:write": (HR,),
    "near:read": (HR, AUDITOR, SUPERVISOR),
    "programmes:read": (HR, AUDITOR, FINANCE),
    "programmes:evaluate": (HR,),
    "changes:read": (HR, AUDITOR),
    "webhooks:read": (HR, AUDITOR),
    "webhooks:write": (HR,),
    "periods:read": (HR, AUDITOR, FINANCE),
    "periods:close": (HR,),
    "periods:reconcile": (HR, FINANCE),
    "periods:sign": (HR, FINANCE),
    "periods:pay": (HR, FINANCE),
    "periods:export": (HR, AUDITOR, FINANCE),
    "statements:read": (HR, AUDITOR, FINANCE, EMPLOYEE),
    "statements:publish": (HR, FINANCE),
    "statements:object": (HR, EMPLOYEE),
    "statements:decide": (HR,),
    "statements:pay": (FINANCE,),
    "funds:read": (HR, AUDITOR, FINANCE),
    "funds:write": (HR,),
    "funds:spend": (HR, FINANCE),
    "imports:write": (HR,),
    "attendance:read": (HR, AUDITOR),
    "attendance:write": (HR,),
    "reports:read": (HR, AUDITOR, FINANCE),
    "compliance:read": (HR, AUDITOR, FINANCE),
    "compliance:write": (HR,),
    "lines:read": (HR, AUDITOR, FINANCE, EMPLOYEE),
    "evidence:add": (HR, SUPERVISOR),
    "evidence:read": (HR, SUPERVISOR, EMPLOYEE, AUDITOR),
}


def may(role: str, permission: Permission) -> bool:
    """Tell whether a role has a permission."""
    return role in PERMISSIONS[permission]


def check_permission(role: str, permission: Permission) -> None:
    """Let a role pass that has the permission.

    Raises:
        RefusedError: `forbidden`, naming the roles that have it.
    """
    if not may(role, permission):
        raise refused(FORBIDDEN, role=role, allowed="/".join(PERMISSIONS[permission]))


def permissions_of(role: str) -> tuple[str, ...]:
    """Return all that a role may do."""
    return tuple(permission for permission in PERMISSIONS if may(role, permission))
