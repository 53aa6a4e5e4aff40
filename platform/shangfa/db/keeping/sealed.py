"""What is sealed for a company, in SQL: the rows that older keys seal, and sealed anew.

Only the owner may change what was recorded, and what a row says does not change by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.keeping.owner import Owner
from shangfa.db.tx.encode import to_text

_OLDER: Final = "LIKE 'sealed:%%' AND NOT starts_with({0}, %(newest)s)"
_FIELD: Final = f"""EXISTS (
    SELECT FROM jsonb_each_text({{0}}) f
    WHERE f.key = ANY(%(fields)s) AND f.value {_OLDER.format("f.value")})"""
_FOUND: Final[Mapping[str, str]] = {
    "case_step": f"""
    SELECT t.id, t.data FROM case_step t
    WHERE t.tenant_id = %(tenant)s AND t.id > %(after)s AND {_FIELD.format("t.data")}
    ORDER BY t.id LIMIT %(most)s FOR UPDATE""",  # noqa: S608 - constants only
    "slip": f"""
    SELECT t.id, t.body FROM slip t
    WHERE t.tenant_id = %(tenant)s AND t.id > %(after)s AND EXISTS (
        SELECT FROM jsonb_array_elements(t.body -> 'steps') s
        WHERE jsonb_typeof(s) = 'object' AND {_FIELD.format("s")})
    ORDER BY t.id LIMIT %(most)s FOR UPDATE""",  # noqa: S608 - constants only
    "reply": f"""
    SELECT t.id, t.body FROM reply t
    WHERE t.tenant_id = %(tenant)s AND t.id > %(after)s AND t.body {_OLDER.format("t.body")}
    ORDER BY t.id LIMIT %(most)s FOR UPDATE""",  # noqa: S608 - constants only
}
_CHANGE: Final[Mapping[str, str]] = {
    "case_step": "UPDATE case_step SET data = %s::jsonb WHERE tenant_id = %s AND id = %s",
    "slip": "UPDATE slip SET body = %s::jsonb WHERE tenant_id = %s AND id = %s",
    "reply": "UPDATE reply SET body = %s WHERE tenant_id = %s AND id = %s",
}
TABLES: Final = tuple(_FOUND)
"""Where something may be sealed."""


class Wanted(NamedTuple):
    """Which rows are looked for: with fields of these names that are not of the newest key."""

    fields: Sequence[str]
    newest: int
    most: int


def sealed_before(
    owner: Owner, tenant_id: UUID, table: str, after: UUID, asked: Wanted
) -> list[tuple[UUID, Any]]:
    """Return (id, what it holds) of rows after an id, held until the transaction ends."""
    values = {"tenant": tenant_id, "after": after, "fields": list(asked.fields)}
    values |= {"newest": f"sealed:{asked.newest}:", "most": asked.most}
    return list(owner.execute(_FOUND[table].encode(), values).fetchall())


def seal_again(owner: Owner, tenant_id: UUID, table: str, key: UUID, held: Any) -> None:
    """Write what a row holds, sealed anew."""
    text = held if isinstance(held, str) else to_text(held)
    owner.execute(_CHANGE[table].encode(), (text, tenant_id, key))
