"""Keys made and revoked from the command line, by somebody with the machine in hand."""

from __future__ import annotations

from shangfa.db import access as sql
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


def make_key(role: str, tenant: str | None, subject: str | None, label: str) -> str:
    """Make a key and return its text; `tenant` is a slug.

    Raises:
        RefusedError: `missing` tenant, `unknown_tenant`, `unknown_subject`, `invalid` role.
    """
    if role == OPERATOR:
        return make_operator_key(label)
    if tenant is None:
        raise refused(MISSING, "/tenant", value="--tenant")

    def work(tx: Tx) -> str:
        enter_tenant(tx, tenant, "/tenant")
        return keys.add(tx, NewKey(role, subject, label)).token

    return transact(COMMAND, work)


def make_operator_key(label: str) -> str:
    """Make a key of the operator and return its text."""
    token = new_token(None)
    digest = digest_of(token)
    transact(COMMAND, lambda tx: sql.add_operator_key(tx, new_id(), digest, label, now()))
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
