"""Who can act."""

from typing import Final, Literal, get_args

Role = Literal["operator", "hr", "supervisor", "employee", "finance", "auditor"]
OPERATOR: Final = "operator"
HR: Final = "hr"
SUPERVISOR: Final = "supervisor"
EMPLOYEE: Final = "employee"
FINANCE: Final = "finance"
AUDITOR: Final = "auditor"
ROLES: Final[tuple[str, ...]] = get_args(Role)
TENANT_ROLES: Final = tuple(role for role in ROLES if role != OPERATOR)
PERSONAL: Final = (SUPERVISOR, EMPLOYEE)
"""Roles that belong to a person: their keys name a subject."""
ActorKind = Literal["key", "command"]
ACTOR_KINDS: Final[tuple[str, ...]] = get_args(ActorKind)
