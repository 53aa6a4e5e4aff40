"""Whether every part of every table is guarded as the table itself is, on every server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from shangfa.db.distribution.cluster import SETTINGS, laid_out
from shangfa.db.distribution.placement import DISTRIBUTED, is_local
from shangfa.db.distribution.refusals import Said

_GUARDS: Final = """
    SELECT c.relname AS name, json_build_object(
        'row-level security', c.relrowsecurity,
        'forced row-level security', c.relforcerowsecurity,
        'owner', pg_get_userbyid(c.relowner),
        'rights', (SELECT json_agg(g::text ORDER BY g::text) FROM unnest(c.relacl) g),
        'rights on columns', (
            SELECT json_agg(concat_ws(' ', a.attname, g::text) ORDER BY 1, a.attname, g::text)
            FROM pg_attribute a, unnest(a.attacl) g WHERE a.attrelid = c.oid AND a.attnum > 0),
        'policies', (
            SELECT json_agg(json_build_array(p.polname, p.polcmd, p.polpermissive,
                ARRAY(SELECT pg_get_userbyid(r) FROM unnest(p.polroles) r WHERE r <> 0),
                pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
                ORDER BY p.polname)
            FROM pg_policy p WHERE p.polrelid = c.oid)) AS guards
    FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""
_ON_NODES: Final = """
    SELECT nodeid, success, result FROM run_command_on_all_nodes($x$
        SELECT coalesce(json_agg(json_build_array(t.name, t.guards)), '[]') FROM ({guards}
            AND c.relname ~ '_[0-9]+$') t $x$, give_warning_for_connection_errors => true)"""
_PLACED: Final = """
    SELECT t.relname, s.shardid, n.nodeid, concat(n.nodename, ':', n.nodeport)
    FROM pg_dist_shard s JOIN pg_class t ON t.oid = s.logicalrelid
    JOIN pg_dist_placement p ON p.shardid = s.shardid
    JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'
    WHERE t.relnamespace = 'public'::regnamespace ORDER BY 1, 2"""
_GROUPS: Final = """
    SELECT DISTINCT p.colocationid FROM pg_dist_partition p
    JOIN pg_class c ON c.oid = p.logicalrelid
    WHERE c.relnamespace = 'public'::regnamespace AND p.partmethod = 'h'"""
_TABLES: Final = """
    SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')
    AND c.relnamespace = 'public'::regnamespace"""
_ROLE: Final = "SELECT unnest(rolconfig) FROM pg_roles WHERE rolname = :role"


class Survey(NamedTuple):
    """What was looked at, and what is wrong with it, a sentence each in both languages."""

    tables: int
    shards: int
    faults: list[str]


def survey(connection: Connection, role: str) -> Survey:
    """Look at every part of every table on every server, and at the application's `role`."""
    known = laid_out(connection)
    placed = list(connection.execute(text(_PLACED)))
    guards = {str(name): found for name, found in connection.execute(text(_GUARDS))}
    found = _on_nodes(connection)
    faults = [
        *_misplaced(connection, known),
        *_unguarded([tuple(row) for row in placed], guards, found),
        *_unset(connection, role),
    ]
    return Survey(len(known), len(placed), faults)


def _misplaced(connection: Connection, known: Mapping[str, str]) -> Iterator[str]:
    for table in connection.scalars(text(_TABLES)):
        wanted, found = DISTRIBUTED.get(table), known.get(table)
        if wanted is None and not is_local(table):
            yield _said(table, "不在任何清单中", "is in neither list of tables")
        elif wanted != found:
            zh, en = zip(_by(wanted), _by(found), strict=True)
            yield _said(table, "应{}，实为{}".format(*zh), "must lie {} and lies {}".format(*en))
    groups = list(connection.scalars(text(_GROUPS)))
    if len(groups) > 1:
        yield _said("*", f"分成{len(groups)}个共置组", f"lie in {len(groups)} groups, not in one")


def _by(column: str | None) -> Said:
    if column is None:
        return Said("仅在协调节点", "on the coordinator only")
    return (
        Said(f"按 {column} 分布", f"by {column}")
        if column
        else Said("在每个节点", "on every server")
    )


def _unguarded(
    placed: list[tuple[Any, ...]],
    guards: Mapping[str, Mapping[str, Any]],
    found: Mapping[tuple[int, str], Mapping[str, Any]],
) -> Iterator[str]:
    for table, shard, node, where in placed:
        part = found.get((node, f"{table}_{shard}"))
        if part is None:
            yield _said(f"{table}_{shard}", f"在 {where} 上不存在", f"is not there on {where}")
            continue
        for what, wanted in guards[table].items():
            if part[what] != wanted:
                yield _said(
                    f"{table}_{shard}",
                    f"在 {where} 上的 {what} 与协调节点不同：{part[what]}",
                    f"on {where} has other {what} than on the coordinator: {part[what]}",
                )


def _on_nodes(connection: Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """Return (server, shard) -> its guards."""
    found = {}
    asked = text(_ON_NODES.format(guards=_GUARDS.replace(":", r"\:")))
    for node, success, result in connection.execute(asked):
        for name, guards in json.loads(result) if success else ():
            found[node, name] = guards
    return found


def _unset(connection: Connection, role: str) -> Iterator[str]:
    found = set(connection.scalars(text(_ROLE), {"role": role}))
    for name, value in SETTINGS.items():
        if f"{name}={value}" not in found:
            yield _said(
                role, f"未设 {name} = {value}", f"has no setting {name} = {value} of its own"
            )


def _said(what: str, zh: str, en: str) -> str:
    return f"{what}：{zh} | {what} {en}"
