"""Everything that is stored, to be compared with the facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.db.tx.transaction import Tx


class StoredBalance(NamedTuple):
    """The sum of a day's entries of a kind, as it is stored."""

    policy: str
    subject: str
    account: str
    unit: str
    clause: str
    day: date
    joint: bool
    quantity: Decimal


class StoredTally(NamedTuple):
    """A tally as it is stored."""

    policy: str
    subject: str
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal


_STORED_BALANCES: Final = """
    SELECT p.name, s.code, e.account, e.unit, e.clause, e.day, e.joint, sum(e.quantity)
    FROM ledger_entry e
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(e.quantity) <> 0"""

_STORED_TALLIES: Final = """
    SELECT p.name, s.code, t.account, t.unit, t.span, t.total, t.own
    FROM tally t
    JOIN policy p ON p.tenant_id = t.tenant_id AND p.id = t.policy_id
    JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND (t.total <> 0 OR t.own <> 0)"""


def stored_balances(tx: Tx) -> list[StoredBalance]:
    """Return the tenant's whole ledger, summed, without what sums to nothing."""
    rows = tx.raw.execute(_STORED_BALANCES, {"tenant": tx.tenant_id})
    return [StoredBalance(*row) for row in rows.fetchall()]


def stored_tallies(tx: Tx) -> list[StoredTally]:
    """Return all of the tenant's tallies that are not nothing."""
    rows = tx.raw.execute(_STORED_TALLIES, {"tenant": tx.tenant_id})
    return [StoredTally(*row) for row in rows.fetchall()]
