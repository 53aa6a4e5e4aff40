"""A part of a transaction that is taken back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Writes


@contextmanager
def attempting(tx: Tx) -> Iterator[None]:
    """Let what the block wrote be taken back by itself when it raises.

    The driver would forget with it what it has prepared, and let the server forget what the
    pipe has; so it does not see these statements.
    """
    _say(tx, b"SAVEPOINT attempt")
    try:
        yield
        tx.flush()
        tx.pipe.settle()
    except BaseException:
        tx.writes = Writes()
        if not tx.pipe.on_its_way:
            _say(tx, b"ROLLBACK TO SAVEPOINT attempt")
        raise
    _say(tx, b"RELEASE SAVEPOINT attempt")


def _say(tx: Tx, statement: bytes) -> None:
    tx.pipe.settle()
    tx.pipe.tell(statement)
    tx.pipe.settle()
