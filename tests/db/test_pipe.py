"""Statements straight on the connection: answered in order, refused whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import pq
from tests.making.house import serving

from shangfa.db.tx import pipe as pipes
from shangfa.db.tx import pool
from shangfa.db.tx.pipe import Answer, numbered
from shangfa.db.tx.transaction import Kind, begin

ACME = UUID("00000000-0000-7000-8000-00000000000a")
AT = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url):
        yield


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "赏罚 \"'\\ {,}"),
        ("text", ""),
        ("text", None),
        ("uuid", ACME),
        ("bytea", b"\0\xff"),
        ("boolean", False),
        ("boolean", True),
        ("bigint", -(2**63)),
        ("numeric", Decimal("-12.50")),
        ("numeric", Decimal("1E+3")),
        ("date", date(2026, 2, 28)),
        ("timestamptz", AT),
        ("text[]", ["a", '"', "\\", "{,}", "", "NULL"]),
        ("text[]", []),
        ("uuid[]", [ACME, None]),
    ],
)
def test_a_value_comes_back_as_it_went(kind: str, value: Any) -> None:
    with begin(ACME, Kind.BUSY) as tx:
        assert tx.ask(f"SELECT %s::{kind}", (value,)).fetchone() == (value,)


@pytest.mark.parametrize("value", ["a\0b", ["a\0b"]])
def test_text_is_never_cut_at_a_nul(value: Any) -> None:
    with pytest.raises(psycopg.DataError), begin(ACME, Kind.BUSY) as tx:
        tx.ask("SELECT %s::text", (value,)).fetchone()


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="object"), begin(ACME, Kind.BUSY) as tx:
        tx.ask("SELECT %s::text", (object(),))


def test_names_are_numbered_once() -> None:
    assert numbered("a %(x)s b %(y)s c %(x)s") == (b"a $1 b $2 c $1", ("x", "y"))
    assert numbered("a %s b %s")[0] == b"a $1 b $2"


def fail() -> None:
    with begin(ACME, Kind.BUSY) as tx:
        tx.ask("SELECT 1 / %s::int", (0,))
        tx.ask("SELECT 2, %s::int", (0,)).fetchone()


def refuse() -> None:
    with begin(ACME, Kind.BUSY) as tx:
        tx.ask("SELECT 1", ())
        raise RuntimeError("no")


def test_the_first_failure_is_told_and_the_connection_goes_on() -> None:
    with begin(ACME, Kind.BUSY) as tx:
        connection = tx.pipe.raw
    for _ in range(2):  # also when what was skipped was to be prepared
        with pytest.raises(psycopg.errors.DivisionByZero):
            fail()
    with begin(ACME, Kind.BUSY) as tx:
        assert tx.ask("SELECT 2, %s::int", (7,)).fetchone() == (2, 7)
        assert tx.pipe.raw is connection


def test_work_refused_before_its_first_answer_keeps_the_connection() -> None:
    with begin(ACME, Kind.BUSY) as tx:
        connection = tx.pipe.raw
    with pytest.raises(RuntimeError, match="no"):
        refuse()
    assert connection.pgconn.pipeline_status == pq.PipelineStatus.OFF
    assert connection.info.transaction_status == pq.TransactionStatus.IDLE
    with begin(ACME) as tx:
        assert tx.raw is connection


def test_what_was_prepared_is_bounded_and_outlives_a_rollback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipes, "MOST_PREPARED", 3)
    pool.reset()
    with begin(ACME, Kind.BUSY) as tx:
        for number in range(10):
            assert tx.ask(f"SELECT {number}", ()).fetchone() == (number,)
    with pytest.raises(RuntimeError), begin(ACME) as tx:
        raise RuntimeError
    with begin(ACME, Kind.BUSY) as tx:
        assert tx.ask("SELECT 9", ()).fetchone() == (9,)
        names = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'shangfa%'"
        found = tx.raw.execute(names).fetchone()
    assert found == (3,)


def test_statements_by_themselves_see_what_was_asked_before() -> None:
    with begin(ACME, Kind.BUSY) as tx:
        answer = tx.ask("SELECT set_config('shangfa.test', %s, true)", ("on",))
        assert tx.raw.execute("SHOW shangfa.test").fetchone() == ("on",)
        assert isinstance(answer, Answer)
        assert answer.done


def test_many_rows_go_out_while_many_come_in() -> None:
    long = "x" * 300_000
    with begin(ACME, Kind.BUSY) as tx:
        answers = [tx.ask("SELECT %s::text", (long + str(n),)) for n in range(20)]
        assert [answer.fetchone() for answer in answers] == [(long + str(n),) for n in range(20)]
