"""One transaction: two doors to it, a deadline on our side, rows that arrive or undo all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from tests.making.house import serving

from shangfa.config import settings
from shangfa.db import access, people, tenancy
from shangfa.db.server.jobs import Job, defer
from shangfa.db.tx.conflicts import constraint_of
from shangfa.db.tx.pool import engine
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.db.tx.writes import Table

ACME = UUID("00000000-0000-7000-8000-00000000000a")
AT = datetime(2026, 3, 2, tzinfo=UTC)
TENANT = Table("tenant", ("id", "name", "timezone", "locale", "calendar", "created_at"))
ACTOR = Table("actor", ("tenant_id", "id", "kind", "label", "created_at"))


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url, request_seconds="1"):
        with begin(None) as tx:
            tx.enter(ACME)
            tx.writes.insert(TENANT, [(ACME, "n", "Asia/Shanghai", "zh-CN", "CN", AT)])
        yield


def actors() -> int:
    with begin(ACME) as tx:
        row = tx.raw.execute(
            "SELECT count(*) FROM actor a WHERE a.tenant_id = %s", (ACME,)
        ).fetchone()
        assert row is not None
        return int(row[0])


def actor(number: int) -> tuple[object, ...]:
    return (ACME, UUID(int=number), "key", "test", AT)


def run(work: Callable[[Tx], None], kind: Kind = Kind.PLAIN) -> None:
    with begin(ACME, kind) as tx:
        work(tx)


def add_subject(tx: Tx, code: str) -> None:
    line = people.SubjectLine(UUID(int=hash(code) % 2**64), code, "employee", code, {}, AT)
    people.add_subjects(tx, [line])


def job(tx: Tx, slug: str) -> None:
    defer(tx, Job("verify", "verify_totals", slug, {"tenant": ACME, "slug": slug}))


def jobs() -> list[str]:
    with begin(None) as tx:
        rows = tx.raw.execute("SELECT args->>'slug' FROM procrastinate_jobs ORDER BY id")
        return [slug for (slug,) in rows.fetchall()]


def test_rows_events_and_jobs_commit_or_vanish_together() -> None:
    before = actors()

    def fail(tx: Tx) -> None:
        add_subject(tx, "gone")
        tx.writes.insert(ACTOR, [actor(1)])
        job(tx, "gone")
        tx.flush()
        assert tenancy.tenant_state(tx) == (1, "active")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        run(fail)
    assert (actors(), jobs()) == (before, [])
    with begin(ACME) as tx:
        add_subject(tx, "stays")
        tx.writes.insert(ACTOR, [actor(2)])
        job(tx, "stays")
    with begin(ACME) as tx:
        assert people.find_subject(tx, "stays") is not None
        assert people.find_subject(tx, "gone") is None
    assert (actors(), jobs()) == (before + 1, ["stays"])


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.PLAIN])
def test_a_row_that_does_not_arrive_undoes_all(kind: Kind) -> None:
    before = actors()
    quiet = Table(ACTOR.name, ACTOR.columns, "ON CONFLICT DO NOTHING")

    def lose(tx: Tx) -> None:
        tx.writes.insert(ACTOR, [actor(10)])
        tx.writes.insert(quiet, [actor(11), actor(11)])

    with pytest.raises(psycopg.errors.DivisionByZero):
        run(lose, kind)
    assert actors() == before


@pytest.mark.parametrize("kind", [Kind.BUSY, Kind.PLAIN])
def test_a_transaction_past_its_deadline_ends_and_its_connection_is_thrown_away(
    kind: Kind,
) -> None:
    started = time.monotonic()

    def sleep(tx: Tx) -> None:
        tx.raw.execute("SET LOCAL statement_timeout = 0")
        tx.raw.execute("SELECT pg_sleep(30)").fetchone()

    with pytest.raises(psycopg.OperationalError):
        run(sleep, kind)
    assert time.monotonic() - started < 5
    assert actors() >= 0


def test_an_answer_behind_one_that_has_come_is_waited_for_until_the_deadline_only() -> None:
    def sleep(tx: Tx) -> None:
        tx.ask("SELECT repeat('x', 100000)", ())  # so long that it is sent by itself
        tx.ask("SELECT pg_sleep(30)", ()).fetchone()

    started = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        run(sleep, Kind.BUSY)
    assert time.monotonic() - started < 4  # sooner than the server's own limit


def test_long_work_has_longer() -> None:
    with begin(ACME, Kind.LARGE) as tx:
        assert tx.raw.execute("SELECT pg_sleep(1.6)").fetchone() is not None


def test_a_wait_for_a_lock_ends() -> None:
    done, held = threading.Event(), threading.Event()

    def wait(tx: Tx) -> None:
        tx.raw.execute("SET LOCAL lock_timeout = 100")
        tenancy.hold_tenant(tx)

    def hold() -> None:
        with begin(ACME, Kind.LARGE) as tx:
            tenancy.hold_tenant(tx)
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    try:
        with pytest.raises(psycopg.OperationalError):
            run(wait)
    finally:
        done.set()
        thread.join()


def test_a_snapshot_only_reads() -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), begin(ACME, Kind.SNAPSHOT) as tx:
        tenancy.bump_revision(tx)


def test_an_operators_transaction_goes_into_a_tenant_and_back() -> None:
    with begin(None) as tx:
        tx.enter(ACME)
        tx.writes.insert(ACTOR, [actor(20)])
        tx.leave()
        kept = access.KeptReply(b"d", 200, "{}", '"1"')
        access.keep_reply(tx, None, (UUID(int=1), "key", AT), kept)
    with begin(None) as tx:
        assert access.is_free(access.hold_key(tx, "key"))
        assert access.kept_reply(tx, "key") == kept


def test_a_pooled_connection_shows_nothing_to_the_next() -> None:
    with begin(ACME) as tx:
        add_subject(tx, "seen")
    with begin(None) as tx:
        row = tx.raw.execute("SELECT count(*) FROM subject").fetchone()
        assert row == (0,)


class _Diagnosed(psycopg.errors.UniqueViolation):
    """What a distributed database sends: a message and nothing else."""


@pytest.mark.parametrize(
    ("message", "name"),
    [
        pytest.param(
            'duplicate key value violates unique constraint "uq_incident_external_id_102170"',
            "uq_incident_external_id",
            id="of a shard",
        ),
        pytest.param(
            'duplicate key value violates unique constraint "uq_policy_tenant_id_name"',
            "uq_policy_tenant_id_name",
            id="without a number",
        ),
        pytest.param("something else", "", id="unknown"),
    ],
)
def test_the_key_that_was_broken(message: str, name: str) -> None:
    assert constraint_of(_Diagnosed(message)) == name


def test_the_key_that_was_broken_by_its_field() -> None:
    def twice(tx: Tx) -> None:
        tx.writes.insert(ACTOR, [actor(30)])
        tx.flush()
        tx.writes.insert(ACTOR, [actor(30)])

    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        run(twice)
    assert constraint_of(caught.value) == "pk_actor"


def test_settings_reach_the_connection() -> None:
    with begin(ACME) as tx:
        row = tx.raw.execute("SHOW lock_timeout").fetchone()
    assert row == (f"{settings().lock_timeout_ms // 1000}s",)
    assert engine().pool is not None
