"""Seal with the newest key what older ones seal, so that old keys may go.

A few rows at a time, each part in a transaction of its own: what was done stays done, and the same
again goes on with what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from shangfa.db.keeping import sealed as sql
from shangfa.db.keeping.owner import Owner, owning, within
from shangfa.db.keeping.sealed import Wanted
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.outside.sealing import FIELDS, key_of, newest_key, seal, unseal
from shangfa.services.running.upkeep import tenants

START = UUID(int=0)


@dataclass(slots=True)
class Resealed:
    """What was done for a company.

    Attributes:
        rows: how many were sealed anew.
        left: number of a key that is not there -> rows that nobody can open without it.
    """

    slug: str
    rows: int = 0
    left: Counter[int] = field(default_factory=Counter)


def reseal(owner_url: str, most: int, only: str | None = None) -> Iterator[Resealed]:
    """Seal anew what older keys seal, company by company; `most` rows in a transaction.

    `only`: the slug of the one company.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    found = [(key, slug) for key, slug in tenants() if only in {None, slug}]
    if only is not None and not found:
        raise refused(UNKNOWN_TENANT, "", value=only)
    asked = Wanted(sorted(FIELDS), newest_key(), most)
    with owning(owner_url) as owner:
        for tenant_id, slug in found:
            done = Resealed(slug)
            for table in sql.TABLES:
                _table(owner, tenant_id, table, asked, done)
            yield done


def _table(owner: Owner, tenant_id: UUID, table: str, asked: Wanted, done: Resealed) -> None:
    after: UUID | None = START
    while after is not None:
        with within(owner, tenant_id):
            found = sql.sealed_before(owner, tenant_id, table, after, asked)
            for key, held in found:
                _row(owner, tenant_id, table, (key, held), done)
        after = found[-1][0] if len(found) == asked.most else None


def _row(owner: Owner, tenant_id: UUID, table: str, row: tuple[UUID, Any], done: Resealed) -> None:
    try:
        made = again(tenant_id, row[1])
    except RefusedError:
        done.left.update(set(keys_of(row[1])))
        return
    if made != row[1]:
        sql.seal_again(owner, tenant_id, table, row[0], made)
        done.rows += 1


def keys_of(held: Any, name: str = "") -> Iterator[int]:
    """Yield the numbers of the keys that a row needs; `name`: of the field that is looked at."""
    if isinstance(held, dict):
        for inner, value in held.items():
            yield from keys_of(value, inner)
    elif isinstance(held, list):
        for value in held:
            yield from keys_of(value, " ")
    elif isinstance(held, str) and (not name or name in FIELDS):
        found = key_of(held)
        yield from () if found is None else (found,)


def again(tenant_id: UUID, held: Any) -> Any:
    """Return what a row holds with all that is sealed in it sealed with the newest key.

    Raises:
        RefusedError: `field_key_missing`.
    """
    if isinstance(held, str):
        return _sealed(tenant_id, held)
    own = partial(again, tenant_id)
    if isinstance(held, list):
        return [own(item) if isinstance(item, dict | list) else item for item in held]
    return {
        name: _sealed(tenant_id, value)
        if name in FIELDS and isinstance(value, str)
        else own(value)
        if isinstance(value, dict | list)
        else value
        for name, value in held.items()
    }


def _sealed(tenant_id: UUID, text: str) -> str:
    if key_of(text) is None:
        return text
    return seal(tenant_id, unseal(tenant_id, text))
