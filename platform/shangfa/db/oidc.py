"""Identity providers of companies, and the tries to sign in that were used up, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx


class ProviderRecord(NamedTuple):
    """A company's identity provider; `key` makes what belongs to a try."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    redirect_uris: list[str]
    key: bytes
    changed_at: datetime


def find_provider(tx: Tx) -> ProviderRecord | None:
    """Return the company's identity provider."""
    row = tx.raw.execute(
        """SELECT p.issuer, p.client_id, p.client_secret, p.claim, p.redirect_uris, p.key,
            p.changed_at
        FROM oidc_provider p WHERE p.tenant_id = %s""",
        (tx.tenant_id,),
    ).fetchone()
    return ProviderRecord(*row) if row else None


def set_provider(tx: Tx, record: ProviderRecord) -> None:
    """Write the company's identity provider, in place of one before."""
    tx.raw.execute(
        """INSERT INTO oidc_provider (tenant_id, id, issuer, client_id, client_secret, claim,
            redirect_uris, key, changed_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (tenant_id, id) DO UPDATE SET issuer = EXCLUDED.issuer,
            client_id = EXCLUDED.client_id, client_secret = EXCLUDED.client_secret,
            claim = EXCLUDED.claim, redirect_uris = EXCLUDED.redirect_uris,
            key = EXCLUDED.key, changed_at = EXCLUDED.changed_at""",
        (
            *(tx.tenant_id, tx.tenant_id, *record[:4]),
            *(to_text(record.redirect_uris), *record[5:]),
        ),
    )


def drop_provider(tx: Tx) -> bool:
    """Forget the company's identity provider; False when there was none."""
    done = tx.raw.execute("DELETE FROM oidc_provider WHERE tenant_id = %s", (tx.tenant_id,))
    return done.rowcount == 1


def use_up(tx: Tx, key: UUID, until: datetime, at: datetime) -> bool:
    """Note that a try was used, which is known until it is over anyway; False when it was."""
    tx.raw.execute("DELETE FROM oidc_try WHERE tenant_id = %s AND until < %s", (tx.tenant_id, at))
    done = tx.raw.execute(
        "INSERT INTO oidc_try (tenant_id, id, until) VALUES (%s, %s, %s)"
        " ON CONFLICT (tenant_id, id) DO NOTHING",
        (tx.tenant_id, key, until),
    )
    return done.rowcount == 1
