"""A database on one server: what is refused there, and how a frozen company is kept out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from tests.making.house import Company, make_company, owning, serving
from tests.making.office import Caller, open_office

from shangfa.cli.main import main
from shangfa.db.distribution import cluster
from shangfa.db.distribution.moving import Frozen, freeze, unfreeze, wait_for
from shangfa.db.distribution.refusals import ClusterError
from shangfa.db.migrations import frozen
from shangfa.db.tenancy import find_tenant, working_tenants
from shangfa.db.tx.pool import DISTRIBUTED, engine
from shangfa.db.tx.transaction import Kind, begin
from shangfa.services.running import upkeep

AT = datetime(2026, 3, 2, tzinfo=UTC)
COMMANDS = (
    ("db", "distribute"),
    ("db", "check-distributed"),
    ("db", "move", "rebalance"),
    ("db", "move", "drain", "10.0.0.2:5432"),
    ("db", "move", "isolate", "nobody"),
    ("db", "move", "resume"),
)


def shangfa(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture(autouse=True)
def _database(app_url: str) -> Iterator[None]:
    """One connection, so that what is told of it holds for all that is done."""
    with serving(app_url, pool_size="1", threads="1"):
        yield


@pytest.fixture
def guarded() -> None:
    """Let the process take its database for one whose companies may move."""
    line = engine().raw_connection()
    line.info[DISTRIBUTED] = True
    line.close()


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    made = create_engine(owner_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        yield connection


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_one_server_is_not_spread_and_nothing_moves(
    words: tuple[str, ...], app_url: str, owner_url: str
) -> None:
    with serving(app_url, owner_url=owner_url):
        done = shangfa(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "此数据库不是 Citus 协调节点" in done.stderr
    assert "not a Citus coordinator: it has no extension citus" in done.stderr


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_only_the_owner_spreads_and_moves(words: tuple[str, ...]) -> None:
    done = shangfa(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "SHANGFA_OWNER_URL" in done.stderr
    assert "所有者" in done.stderr


@pytest.mark.parametrize("node", ["", "host", "host:", ":5432", "host:0", "host:65536", "host:x"])
def test_a_server_is_named_by_host_and_port(node: str) -> None:
    done = shangfa("db", "move", "drain", node)
    assert done.exit_code == 2
    assert "is not HOST:PORT" in done.stderr


@pytest.mark.parametrize("number", ["0", "-1", "1025", "many"])
def test_shards_are_a_number_within_bounds(number: str) -> None:
    assert shangfa("db", "distribute", "--shards", number).exit_code == 2


def test_on_one_server_nothing_is_asked_of_a_cluster(owner: Connection) -> None:
    cluster.check_served(owner)
    assert not cluster.is_distributed(owner)
    with engine().connect() as connection:
        assert connection.scalar(text("SHOW plan_cache_mode")) == "force_generic_plan"


NEW = (
    "CREATE TABLE added (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id));\n",
    "ALTER TABLE added ADD FOREIGN KEY (tenant_id) REFERENCES tenant (id);\n",
)


def test_a_new_table_of_tenants_is_made_in_one_go(owner_url: str) -> None:
    made = create_engine(owner_url, poolclass=NullPool)
    with made.connect() as connection:
        frozen.run(connection, frozen.HERE.join(NEW), "added")
        assert connection.scalar(text("SELECT count(*) FROM added")) == 0


def test_a_new_table_of_tenants_says_where_it_is_distributed(owner: Connection) -> None:
    with pytest.raises(ValueError, match="Distributed here"):
        frozen.run(owner, "".join(NEW), "added")


def freezing(owner: Connection, company: Company) -> list[Frozen]:
    found = [Frozen(company.id, company.slug)]
    freeze(owner, found, "shard 1", AT)
    return found


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("kind", [Kind.PLAIN, Kind.BUSY, Kind.LARGE])
def test_a_frozen_company_is_kept_out_and_others_are_not(owner: Connection, kind: Kind) -> None:
    company, other = make_company(), make_company()
    found = freezing(owner, company)
    with pytest.raises(psycopg.errors.LockNotAvailable, match="moved"), begin(company.id, kind):
        pass
    with begin(other.id, kind) as tx:
        assert tx.raw.execute("SELECT 1").fetchone() == (1,)
    unfreeze(owner, found)
    with begin(company.id, kind) as tx:
        assert tx.raw.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.usefixtures("guarded")
def test_an_operator_does_not_enter_a_frozen_company(owner: Connection) -> None:
    company = make_company()
    freezing(owner, company)
    with begin(None) as tx:
        assert find_tenant(tx, company.slug) == company.id
        with pytest.raises(psycopg.errors.LockNotAvailable):
            tx.enter(company.id)


@pytest.mark.usefixtures("guarded")
def test_what_is_of_one_moment_is_read_of_a_frozen_company(owner: Connection) -> None:
    company = make_company()
    freezing(owner, company)
    assert company.differences() == []


@pytest.mark.usefixtures("guarded")
def test_a_frozen_company_is_busy_over_http_and_goes_on(owner: Connection) -> None:
    office = open_office()
    ask = Caller(office.hr.key)
    found = freezing(owner, office.company)
    answer = ask("GET", "/v1/policies")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"
    unfreeze(owner, found)
    assert ask("GET", "/v1/policies").status_code == 200


def test_what_runs_by_itself_leaves_frozen_companies_out(owner: Connection) -> None:
    company, other = make_company(), make_company()
    freezing(owner, company)
    with begin(None) as tx:
        slugs = [slug for _, slug in working_tenants(tx)]
    assert company.slug not in slugs
    assert other.slug in slugs
    assert upkeep.forget_replies() >= 0
    assert company.slug in [slug for _, slug in upkeep.tenants()]


@pytest.mark.usefixtures("guarded")
def test_what_a_company_had_begun_is_waited_for(owner: Connection, owner_url: str) -> None:
    company = make_company()
    found = freezing(owner, company)
    unfreeze(owner, found)
    waited = threading.Event()

    def wait() -> None:
        wait_for(owner, found, 30)
        waited.set()

    with begin(company.id) as tx:
        freeze(owner, found, "shard 1", AT)
        thread = threading.Thread(target=wait)
        thread.start()
        with owning(owner_url) as looking:
            while not looking.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount:
                pass
        assert not waited.is_set()
        assert tx.raw.execute("SELECT 1").fetchone() == (1,)
    thread.join(30)
    assert waited.is_set()


@pytest.mark.usefixtures("guarded")
def test_a_company_that_works_on_is_not_moved(owner: Connection) -> None:
    company = make_company()
    with begin(company.id), pytest.raises(ClusterError, match=f"{company.slug}.*1 seconds"):
        wait_for(owner, [Frozen(company.id, company.slug)], 1)
