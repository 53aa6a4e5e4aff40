"""The identity provider of a company: set, read and removed by HR, or by the operator for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from shangfa.config import settings
from shangfa.db import oidc as sql
from shangfa.db.oidc import ProviderRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import OIDC_NOT_SET
from shangfa.domain.exchange.addresses import read_url
from shangfa.domain.faults import MISSING, refused
from shangfa.outside.oidc import check_issuer
from shangfa.services.access.users import enter
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.transaction import reading, transact

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NewProvider:
    """A provider to be set; `client_secret` None keeps the one that is there."""

    issuer: str
    client_id: str
    client_secret: str | None
    claim: str
    redirect_uris: tuple[str, ...]


def put(ctx: Context, slug: str, said: NewProvider) -> ProviderRecord:
    """Set the provider; sign-ins that have begun with the one before end.

    Raises:
        RefusedError: `invalid` URL, `oidc_address`, `missing` secret, `unknown_tenant`.
    """
    ctx.need("users:manage")
    check_issuer(said.issuer, settings().oidc_allow)
    for index, uri in enumerate(said.redirect_uris):
        read_url(uri, f"/redirect_uris/{index}")

    def work(tx: Tx) -> ProviderRecord:
        enter(tx, ctx, slug)
        made = _record(said, sql.find_provider(tx))
        sql.set_provider(tx, made)
        note(tx, ctx, Noted("provider.set", data={"issuer": made.issuer, "claim": made.claim}))
        return made

    return transact(ctx, work)


def _record(said: NewProvider, before: ProviderRecord | None) -> ProviderRecord:
    """Return what is written; a secret is kept for the same provider and client only."""
    secret = said.client_secret
    whose = (said.issuer, said.client_id)
    if secret is None and before is not None and whose == (before.issuer, before.client_id):
        secret = before.client_secret
    if secret is None:
        raise refused(MISSING, "/client_secret", value="client_secret")
    key = secrets.token_bytes(KEY_BYTES)
    return ProviderRecord(*whose, secret, said.claim, list(said.redirect_uris), key, now())


def read(ctx: Context, slug: str) -> ProviderRecord:
    """Return the provider.

    Raises:
        RefusedError: `oidc_not_set`, `unknown_tenant`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> ProviderRecord:
        enter(tx, ctx, slug)
        found = sql.find_provider(tx)
        if found is None:
            raise refused(OIDC_NOT_SET, "", value=slug)
        return found

    return reading(ctx, work)


def remove(ctx: Context, slug: str) -> None:
    """Forget the provider: nobody signs in by it any more. Who is signed in stays so.

    Raises:
        RefusedError: `oidc_not_set`, `unknown_tenant`.
    """
    ctx.need("users:manage")

    def work(tx: Tx) -> None:
        enter(tx, ctx, slug)
        if not sql.drop_provider(tx):
            raise refused(OIDC_NOT_SET, "", value=slug)
        note(tx, ctx, Noted("provider.removed"))

    transact(ctx, work)
