"""Who can act."""

from collections.abc import Iterable
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
WIDEST_FIRST: Final = (HR, FINANCE, AUDITOR, SUPERVISOR, EMPLOYEE)
"""A user with several roles acts in the first of these unless he says otherwise."""
NOBODY: Final = "nobody"
"""Who has not said yet who he is; no permission names him."""
DELEGABLE: Final = (HR, FINANCE, AUDITOR)
"""Roles of an office: for a time somebody else may act in them."""
PERSONAL: Final = (SUPERVISOR, EMPLOYEE)
"""Roles that belong to a person: their keys name a subject."""
ActorKind = Literal["key", "person", "command"]
ACTOR_KINDS: Final[tuple[str, ...]] = get_args(ActorKind)


def widest_first(roles: Iterable[str]) -> tuple[str, ...]:
    """Return a user's roles, each once, in the order of how much they see."""
    said = set(roles)
    return tuple(role for role in WIDEST_FIRST if role in said)
