"""The command line acts: for the whole deployment, or as somebody in a tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from shangfa.db.access import add_actor
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.roles import HR, OPERATOR
from shangfa.services.context import Context

COMMAND: Final = Context(OPERATOR, UUID(int=0))
"""Who has the machine in hand; what he does outside of tenants names nobody."""


def add_command(tx: Tx, at: datetime) -> None:
    """Add the command line to those who can act in a tenant, once, when it is made."""
    add_actor(tx, tx.tenant, "command", "command line", at)


def command_in(tenant_id: UUID) -> Context:
    """Return the command line as somebody in a tenant; its id there is the tenant's own."""
    return Context(HR, tenant_id, tenant_id)
