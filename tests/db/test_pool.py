"""The pool: so many connections and no more, the last first, none that is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from shangfa.config import settings
from shangfa.db.tx.pool import NoneFreeError, Pool


@pytest.fixture
def small(app_url: str) -> Iterator[Pool]:
    """Two that are kept, and one more for a thread."""
    pool = Pool(app_url, replace(settings(), pool_size=2, threads=1, request_seconds=1))
    yield pool
    pool.close()


def test_no_more_connect_than_there_are_places_and_fewer_are_kept(small: Pool) -> None:
    taken = [small.take() for _ in range(3)]
    with pytest.raises(NoneFreeError, match="no connection to the database is free"):
        small.take()
    for pipe in taken:
        small.give(pipe)
    assert [pipe.raw.closed for pipe in taken] == [False, False, True]
    again = [small.take() for _ in range(2)]
    assert again == [taken[1], taken[0]]
    for pipe in again:
        small.give(pipe)


def test_a_closed_one_is_not_handed_out_and_leaves_its_place(small: Pool) -> None:
    for _ in range(4):
        pipe = small.take()
        pipe.raw.close()
        small.give(pipe)
    pipe = small.take()
    assert pipe.raw.execute("SELECT 1").fetchone() == (1,)
    small.give(pipe)


def test_what_is_in_use_is_closed_when_it_comes_back_to_a_closed_pool(small: Pool) -> None:
    pipe, idle = small.take(), small.take()
    small.give(idle)
    small.close()
    assert (pipe.raw.closed, idle.raw.closed) == (False, True)
    small.give(pipe)
    assert pipe.raw.closed


def test_a_database_that_is_away_takes_no_place(app_url: str) -> None:
    conf = replace(settings(), pool_size=1, threads=1, request_seconds=1)
    pool = Pool(app_url.replace("?host=", "?host=/nowhere"), conf)
    for _ in range(3):
        with pytest.raises(psycopg.OperationalError) as caught:
            pool.take()
        assert not isinstance(caught.value, NoneFreeError)
