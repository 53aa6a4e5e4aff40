"""That a company is to be erased: asked, confirmed, withdrawn, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.domain.audit.erasure import Erasure

FOUND: Final = """
    SELECT e.id, e.tenant_id, e.slug, e.asked_at, e.manifest, e.confirmed_at, e.withdrawn_at,
        e.begun_at, e.counts, e.proof, e.done_at
    FROM erasure e"""


def add_erasure(tx: Tx, said: Erasure) -> None:
    """Add that it was asked for."""
    tx.raw.execute(
        "INSERT INTO erasure (id, tenant_id, slug, asked_at) VALUES (%s, %s, %s, %s)",
        (said.id, tx.tenant, said.slug, said.asked_at),
    )


def newest_erasure(tx: Tx, slug: str | None = None) -> Erasure | None:
    """Return the newest of the transaction's tenant, or of whatever once had a name."""
    row = tx.raw.execute(
        f"{FOUND} WHERE e.tenant_id = %(tenant)s OR e.slug = %(slug)s ORDER BY e.id DESC LIMIT 1",
        {"tenant": tx.tenant_id, "slug": slug},
    ).fetchone()
    return Erasure(*row) if row else None


def hold_erasure(tx: Tx) -> Erasure | None:
    """Return the newest of the transaction's tenant; it stays so until the transaction ends."""
    row = tx.raw.execute(
        f"{FOUND} WHERE e.tenant_id = %s ORDER BY e.id DESC LIMIT 1 FOR NO KEY UPDATE",
        (tx.tenant_id,),
    ).fetchone()
    return Erasure(*row) if row else None


def confirm_erasure(tx: Tx, key: UUID, manifest: str, at: datetime) -> None:
    """Write that the company agrees, having the export of this manifest."""
    tx.raw.execute(
        "UPDATE erasure SET manifest = %s, confirmed_at = %s WHERE id = %s", (manifest, at, key)
    )


def withdraw_erasure(tx: Tx, key: UUID, at: datetime) -> None:
    """Write that it is not to be."""
    tx.raw.execute("UPDATE erasure SET withdrawn_at = %s WHERE id = %s", (at, key))


def exported_since(tx: Tx, manifest: str, since: datetime) -> bool:
    """Tell whether an export of this manifest was made after a moment."""
    row = tx.raw.execute(
        "SELECT FROM audit_note n WHERE n.tenant_id = %s AND n.kind = 'tenant.exported'"
        " AND n.data ->> 'manifest' = %s AND n.at >= %s LIMIT 1",
        (tx.tenant_id, manifest, since),
    ).fetchone()
    return row is not None
