"""A real cluster: what is spread, looked at and moved. Skipped unless one is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from tests.making.cluster import SHARDS, Cluster
from tests.making.house import make_company, serving
from tests.making.office import Caller, open_office

from shangfa.cli.main import main
from shangfa.db.distribution import cluster, placement
from shangfa.db.distribution.moving import Frozen, freeze, place_of, shard_of
from shangfa.db.distribution.refusals import ClusterError
from shangfa.db.migrations import frozen
from shangfa.db.server import schema
from shangfa.db.server.embedded import APP, OWNER
from shangfa.services.running.health import check_database

pytestmark = pytest.mark.skipif(
    not os.environ.get("SHANGFA_TEST_CITUS"), reason="SHANGFA_TEST_CITUS names no cluster"
)
AT = datetime(2026, 3, 2, tzinfo=UTC)


def shangfa(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture(autouse=True)
def _database(app_url: str, owner_url: str) -> Iterator[None]:
    with serving(app_url, owner_url=owner_url):
        yield


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    made = create_engine(owner_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        yield connection


def test_all_is_spread_and_a_second_time_changes_nothing(owner: Connection, app_url: str) -> None:
    assert cluster.laid_out(owner) == placement.DISTRIBUTED
    done = shangfa("db", "distribute")
    tables = len(placement.DISTRIBUTED)
    counted = f"{tables} tables, {tables * SHARDS} shards, 0 faults\n"
    assert done.output == f"0 tables distributed\n{counted}"
    check_database(app_url)


def test_what_was_there_before_is_spread_with_it(server: Cluster, database: str) -> None:
    name = f"{database}_before"
    server.join(name)
    owner_url, app_url = server.url(OWNER, name), server.url(APP, name)
    try:
        schema.upgrade(owner_url)
        with serving(app_url, owner_url=owner_url):
            company = make_company()
            company.hire("E")
            with pytest.raises(ClusterError, match="shangfa db distribute"):
                check_database(app_url)
            done = shangfa("db", "distribute", "--shards", "2")
            assert done.exit_code == 0, done.output
            assert "tenant: distributed" in done.stdout
            check_database(app_url)
            assert company.standing("E")["balances"] == []
    finally:
        server.drop(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP POLICY tenant_only ON {}", "policies"),
        ("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", "row-level security"),
        ("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", "forced row-level security"),
        ("GRANT DELETE ON {} TO PUBLIC", "rights"),
        ("GRANT UPDATE (note) ON {} TO PUBLIC", "rights on columns"),
    ],
)
def test_a_shard_that_is_guarded_less_is_found(
    owner: Connection, server: Cluster, database: str, change: str, said: str
) -> None:
    shard = owner.execute(
        text(
            "SELECT shardid, nodeport FROM pg_dist_shard_placement JOIN pg_dist_shard"
            " USING (shardid) WHERE logicalrelid = 'incident'::regclass ORDER BY 1"
        )
    ).first()
    assert shard is not None
    with psycopg.connect(server.on(shard.nodeport, database), autocommit=True) as worker:
        worker.execute("SET citus.enable_ddl_propagation = off")
        worker.execute("SET citus.enable_manual_changes_to_shards = on")
        worker.execute(change.format(f"incident_{shard.shardid}").encode())
    done = shangfa("db", "check-distributed")
    assert done.exit_code == 1
    assert f"incident_{shard.shardid} on " in done.stderr
    assert f"has other {said} than" in done.stderr


@pytest.mark.parametrize(
    "setting", ["citus.propagate_set_commands = 'none'", "plan_cache_mode = force_generic_plan"]
)
def test_a_role_that_would_not_reach_the_workers_is_refused(
    owner: Connection, setting: str
) -> None:
    owner.execute(text(f"SET {setting}"))
    with pytest.raises(ClusterError, match="ALTER ROLE"):
        cluster.check_served(owner)


def test_a_new_table_is_spread_before_its_keys(owner_url: str) -> None:
    made = create_engine(owner_url, poolclass=NullPool)
    statements = (
        "CREATE TABLE added (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id));\n",
        "ALTER TABLE added ADD FOREIGN KEY (tenant_id) REFERENCES tenant (id);\n",
    )
    with made.connect() as connection:
        frozen.run(connection, frozen.HERE.join(statements), "added")
        assert cluster.laid_out(connection)["added"] == "tenant_id"


def test_a_company_gets_a_shard_of_its_own_on_another_server(owner: Connection) -> None:
    office = open_office()
    ask, slug = Caller(office.hr.key), office.company.slug
    before = ask("GET", "/v1/policies").get_json()
    done = shangfa("db", "move", "isolate", slug)
    assert done.exit_code == 0, done.output
    here = place_of(owner, shard_of(owner, office.company.id))
    nodes = owner.execute(text("SELECT nodename, nodeport FROM pg_dist_node WHERE groupid <> 0"))
    host, port = next(tuple(node) for node in nodes if tuple(node) != here)
    done = shangfa("db", "move", "isolate", slug, "--to", f"{host}:{port}")
    assert done.stdout.endswith("1 moves\n"), done.output
    assert place_of(owner, shard_of(owner, office.company.id)) == (host, port)
    assert ask("GET", "/v1/policies").get_json() == before
    assert office.company.differences() == []


def test_a_frozen_company_is_busy_and_what_was_left_goes_on(owner: Connection) -> None:
    office = open_office()
    ask, found = Caller(office.hr.key), [Frozen(office.company.id, office.company.slug)]
    freeze(owner, found, "shard 1", AT)
    answer = ask("GET", "/v1/policies")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"
    done = shangfa("db", "move", "rebalance")
    assert done.exit_code == 1
    assert f"{office.company.slug}. Run `shangfa db move resume`" in done.stderr
    done = shangfa("db", "move", "resume")
    assert (done.exit_code, done.stdout) == (0, f"{office.company.slug}: goes on\n")
    assert ask("GET", "/v1/policies").status_code == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("drain", "127.0.0.9:1"), "There is no worker 127.0.0.9:1"),
        (("isolate", "nobody"), "unknown_tenant"),
    ],
)
def test_what_is_not_there_is_not_moved(words: tuple[str, ...], said: str) -> None:
    done = shangfa("db", "move", *words)
    assert done.exit_code == 1
    assert said in done.stderr


def test_a_company_that_works_on_is_not_moved_and_goes_on(owner: Connection) -> None:
    company = make_company()
    key = {"id": str(company.id)}
    made = create_engine(owner.engine.url, poolclass=NullPool)
    with made.begin() as working:
        working.execute(text("SELECT enter_tenant(CAST(:id AS uuid))"), key)
        done = shangfa("db", "move", "isolate", company.slug, "--wait", "1")
    assert done.exit_code == 1
    assert "within 1 seconds" in done.stderr
    assert owner.scalar(text("SELECT count(*) FROM frozen_tenant")) == 0
