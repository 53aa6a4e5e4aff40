"""Leave a job to the worker, in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx

_DEFER: Final = """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(%s, %s, 0, %s, NULL, %s, NULL)::procrastinate_job_to_defer_v1])"""


class Job(NamedTuple):
    """Work for later.

    Attributes:
        lock: jobs of one lock run one after the other.
    """

    queue: str
    task: str
    lock: str
    arguments: Mapping[str, Any]


def defer(tx: Tx, job: Job) -> None:
    """Leave a job: it is there once the transaction commits, and not before."""
    tx.raw.execute(_DEFER, (job.queue, job.task, job.lock, to_text(job.arguments)))
