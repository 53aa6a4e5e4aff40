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
    pipe has; so it does not see these statements. They travel with what is asked next.
    """
    tx.pipe.tell(b"SAVEPOINT attempt")
    try:
        yield
        tx.flush()
        tx.pipe.settle()
    except BaseException:
        tx.writes = Writes()
        if not tx.pipe.on_its_way:
            tx.pipe.tell(b"ROLLBACK TO SAVEPOINT attempt")
            tx.pipe.settle()
        raise
    tx.pipe.tell(b"RELEASE SAVEPOINT attempt")
