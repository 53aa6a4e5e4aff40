"""Keys made and revoked from the command line, by somebody with the machine in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from shangfa.db import access as sql
from shangfa.db.access import OperatorKeyLine
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.roles import OPERATOR
from shangfa.domain.faults import MISSING, refused
from shangfa.services.access import keys
from shangfa.services.access.keys import NewKey
from shangfa.services.access.tokens import digest_of, new_token, owner_of
from shangfa.services.clock import new_id, now
from shangfa.services.command import COMMAND
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import transact


class Less(NamedTuple):
    """What a key may less than its role: see `NewKey`; None is no limit."""

    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    addresses: tuple[str, ...] | None = None


NO_LESS: Final = Less()


def make_key(
    role: str, tenant: str | None, subject: str | None, label: str, less: Less = NO_LESS
) -> str:
    """Make a key and return its text; `tenant` is a slug.

    Raises:
        RefusedError: `missing` tenant, `unknown_tenant`, `unknown_subject`, `invalid` role, end,
            scope or address.
    """
    if role == OPERATOR:
        return make_operator_key(label, less)
    if tenant is None:
        raise refused(MISSING, "/tenant", value="--tenant")

    def work(tx: Tx) -> str:
        enter_tenant(tx, tenant, "/tenant")
        return keys.add(tx, NewKey(role, subject, label, *less)).token

    return transact(COMMAND, work)


def make_operator_key(label: str, less: Less = NO_LESS) -> str:
    """Make a key of the operator and return its text.

    Raises:
        RefusedError: `invalid` end, scope or address.
    """
    keys.check_limits(OPERATOR, less.expires_at, less.scopes, less.addresses)
    token = new_token(None)
    line = OperatorKeyLine(new_id(), digest_of(token), label, now(), *less)
    transact(COMMAND, lambda tx: sql.add_operator_key(tx, line))
    return token


def revoke_key(token: str) -> bool:
    """Revoke a key by its text and tell whether there was one in force."""
    owner = owner_of(token)
    if owner is None:
        return False

    def work(tx: Tx) -> bool:
        if owner.tenant_id is not None:
            tx.enter(owner.tenant_id)
        return sql.revoke_by_digest(tx, digest_of(token), now())

    return transact(COMMAND, work)
