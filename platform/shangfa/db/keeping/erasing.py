"""Erasing a company as the owner of the schema, some rows at a time, in SQL.

What refers to others goes before them. Each transaction adds what it erased to the record of
the erasure, so who begins again after a crash goes on where it ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from shangfa.db.keeping.agreed import FOUND
from shangfa.db.keeping.owner import Owner, within
from shangfa.db.rows import Base, TenantOwned
from shangfa.db.tx.encode import to_text
from shangfa.domain.audit.erasure import Erasure

AT_ONCE: Final = 2000
NAMES: Final = ("webhook_tenant", "tenant_slug")
"""Tables that name a tenant and stand beside it."""


def owned_tables() -> list[str]:
    """Return the tables of tenants' rows, each after those that refer to it."""
    owned = {
        str(model.__tablename__)
        for model in Base.__subclasses__()
        if issubclass(model, TenantOwned)
    }
    ordered = [table.name for table in Base.metadata.sorted_tables]
    return [name for name in reversed(ordered) if name in owned]


def own_references() -> list[tuple[str, str]]:
    """Return (table, column) of what refers to another row of its own table."""
    return [
        (table.name, key.column_keys[-1])
        for table in Base.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if key.referred_table is table
    ]


def find(owner: Owner, slug: str) -> Erasure | None:
    """Return the newest erasure under a name."""
    with within(owner, None):
        row = owner.execute(
            f"{FOUND} WHERE e.slug = %s ORDER BY e.id DESC LIMIT 1", (slug,)
        ).fetchone()
    return Erasure(*row) if row else None


def start(owner: Owner, found: Erasure, proof: dict[str, Any], at: datetime) -> None:
    """Write that it begins, and let nobody in any more, unless it was withdrawn meanwhile."""
    with within(owner, found.tenant_id):
        begun = _run(
            owner,
            "UPDATE erasure SET begun_at = %(at)s, proof = %(proof)s::jsonb"
            " WHERE id = %(id)s AND confirmed_at IS NOT NULL AND withdrawn_at IS NULL",
            {"at": at, "proof": to_text(proof), "id": found.id},
        )
        if begun:
            owner.execute(
                "UPDATE tenant SET status = 'suspended', revision = revision + 1 WHERE id = %s",
                (found.tenant_id,),
            )


def erase_rows(owner: Owner, found: Erasure) -> int:
    """Erase what a tenant's tables hold, some rows of one in each transaction; return how many."""
    for table, column in own_references():
        while _forget_reference(owner, found, table, column):
            pass
    done = 0
    for table in owned_tables():
        while erased := _erase_some(owner, found, table):
            done += erased
    return done


def _forget_reference(owner: Owner, found: Erasure, table: str, column: str) -> int:
    query = f"""
        UPDATE "{table}" SET "{column}" = NULL WHERE tenant_id = %(tenant)s AND id = ANY(ARRAY(
            SELECT r.id FROM "{table}" r
            WHERE r.tenant_id = %(tenant)s AND r."{column}" IS NOT NULL LIMIT %(limit)s))"""  # noqa: S608 - names of our own tables
    with within(owner, found.tenant_id):
        return _run(owner, query, {"tenant": found.tenant_id, "limit": AT_ONCE})


def _erase_some(owner: Owner, found: Erasure, table: str, limit: int = AT_ONCE) -> int:
    query = f"""
        DELETE FROM "{table}" WHERE tenant_id = %(tenant)s AND id = ANY(ARRAY(
            SELECT r.id FROM "{table}" r WHERE r.tenant_id = %(tenant)s
            ORDER BY r.id LIMIT %(limit)s))"""  # noqa: S608 - names of our own tables
    with within(owner, found.tenant_id):
        erased = _run(owner, query, {"tenant": found.tenant_id, "limit": limit})
        _count(owner, found, table, erased)
    return erased


def _run(owner: Owner, query: str, values: dict[str, Any]) -> int:
    return owner.execute(query.encode(), values).rowcount


def _count(owner: Owner, found: Erasure, name: str, more: int) -> None:
    if more:
        owner.execute(
            "UPDATE erasure SET counts = jsonb_set(counts, ARRAY[%(name)s],"
            " to_jsonb(coalesce((counts ->> %(name)s)::bigint, 0) + %(more)s)) WHERE id = %(id)s",
            {"name": name, "more": more, "id": found.id},
        )


def erase_tenant(owner: Owner, found: Erasure) -> None:
    """Erase the tenant's own row and name; what came in since is erased with it.

    While its row is held nobody can add anything that stands on it.
    """
    with within(owner, found.tenant_id):
        owner.execute("SELECT t.id FROM tenant t WHERE t.id = %s FOR UPDATE", (found.tenant_id,))
        for table in owned_tables():
            while _erase_some(owner, found, table):
                pass
        for table, key in (*((name, "tenant_id") for name in NAMES), ("tenant", "id")):
            query = f'DELETE FROM "{table}" WHERE {key} = %(tenant)s'  # noqa: S608 - our own names
            _count(owner, found, table, _run(owner, query, {"tenant": found.tenant_id}))


_OF_TENANT: Final = """
    SELECT id FROM procrastinate_jobs WHERE args::text LIKE %(id)s OR lock LIKE %(id)s"""
_LET_GO: Final = f"""
    UPDATE procrastinate_periodic_defers SET job_id = NULL WHERE job_id IN ({_OF_TENANT})"""  # noqa: S608 - a constant
_DROP_JOBS: Final = f"DELETE FROM procrastinate_jobs WHERE id IN ({_OF_TENANT})"  # noqa: S608 - a constant


def erase_jobs(owner: Owner, found: Erasure) -> None:
    """Drop the jobs that wait, ran or failed for a tenant: their payloads name it."""
    named = {"id": f"%{found.tenant_id}%"}
    with within(owner, found.tenant_id):
        owner.execute(_LET_GO, named)
        _count(owner, found, "procrastinate_jobs", _run(owner, _DROP_JOBS, named))


def erase_replies(owner: Owner) -> None:
    """Forget the operator's kept answers, of which one may name somebody of the tenant."""
    with within(owner, None):
        owner.execute("DELETE FROM operator_reply")


def finish(owner: Owner, found: Erasure, files: int, at: datetime) -> None:
    """Write that nothing is left."""
    with within(owner, found.tenant_id):
        _count(owner, found, "evidence_files", files)
        owner.execute("UPDATE erasure SET done_at = %s WHERE id = %s", (at, found.id))


def events_after_export(owner: Owner, found: Erasure) -> int:
    """Return how many events were recorded after the export that the company has."""
    with within(owner, found.tenant_id):
        row = owner.execute(
            """SELECT count(*) FROM event e WHERE e.tenant_id = %(tenant)s AND e.at > (
                SELECT max(n.at) FROM audit_note n WHERE n.tenant_id = %(tenant)s
                    AND n.kind = 'tenant.exported' AND n.data ->> 'manifest' = %(manifest)s)""",
            {"tenant": found.tenant_id, "manifest": found.manifest},
        ).fetchone()
    return row[0] if row else 0
