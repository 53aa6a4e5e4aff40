"""What a server says of its cluster: whether it has one, and what lies where."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from shangfa.db.distribution.placement import DISTRIBUTED
from shangfa.db.distribution.refusals import (
    A_WORKER,
    NO_EXTENSION,
    NO_WORKERS,
    NOT_WHOLE,
    SETTING,
    ClusterError,
)

SETTINGS: Final = {
    "citus.propagate_set_commands": "local",
    "citus.multi_task_query_log_level": "error",
    "enable_seqscan": "off",
}
"""What the role of the application is given: options of its connections reach no worker. The
first shows workers which tenant is set; the second refuses what would ask every server."""


def is_citus(connection: Connection) -> bool:
    """Tell whether the database has the extension."""
    return bool(
        connection.scalar(text("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"))
    )


def is_distributed(connection: Connection) -> bool:
    """Tell whether tables of tenants lie on several servers."""
    return is_citus(connection) and bool(laid_out(connection))


def workers(connection: Connection) -> int:
    """Return how many other servers take shards."""
    found: int = connection.execute(
        text(
            "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards"
            " AND noderole = 'primary' AND groupid <> 0"
        )
    ).scalar_one()
    return found


def check_coordinator(connection: Connection) -> None:
    """Let a coordinator with workers pass.

    Raises:
        ClusterError: it is none, or has no worker that takes shards.
    """
    if not is_citus(connection):
        raise ClusterError(NO_EXTENSION)
    if connection.scalar(text("SELECT groupid FROM pg_dist_local_group")) != 0:
        raise ClusterError(A_WORKER)
    if not workers(connection):
        raise ClusterError(NO_WORKERS)


def laid_out(connection: Connection) -> dict[str, str]:
    """Return table -> the column it is distributed by, "" for one that is on every server."""
    rows = connection.execute(
        text(
            "SELECT c.relname, coalesce(column_to_column_name(p.logicalrelid, p.partkey), '')"
            " FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid"
            " WHERE c.relnamespace = 'public'::regnamespace"
        )
    )
    return {str(table): str(column) for table, column in rows}


def check_served(connection: Connection) -> None:
    """Let the role of the application serve from a database with the extension.

    Raises:
        ClusterError: a table of tenants is not distributed though others or workers are
            there; the role does not tell workers the tenant; plans are forced to be generic.
    """
    if not is_citus(connection):
        return
    known = laid_out(connection)
    missing = sorted(DISTRIBUTED.keys() - known.keys())
    if missing and (known or workers(connection)):
        raise ClusterError(NOT_WHOLE, tables=", ".join(missing))
    if not missing:
        _check_setting(connection, "citus.propagate_set_commands", "local")
        _check_setting(connection, "plan_cache_mode", "auto", "force_custom_plan")


def _check_setting(connection: Connection, name: str, wanted: str, *others: str) -> None:
    role, found = connection.execute(
        text("SELECT session_user, current_setting(:name)"), {"name": name}
    ).one()
    if found not in (wanted, *others):
        way = f"ALTER ROLE {role} SET {name} = '{wanted}'"
        raise ClusterError(SETTING, role=role, name=name, found=found, wanted=wanted, way=way)
