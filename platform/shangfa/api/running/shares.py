"""A share of a process's threads for each company: one whose work hangs leaves a thread to others.

Quick work is never counted: a company may use all threads as long as each is free again within
`HELD` seconds. Only when so many of its requests have held theirs longer is the next one refused.
"""

from __future__ import annotations

from threading import get_ident
from time import monotonic
from typing import Final
from uuid import UUID

from flask import Flask, g

from shangfa.domain.faults import BUSY, refused

HELD: Final = 1.0
"""Seconds after which a request that still runs holds its thread."""
SHARES: Final = "shangfa.shares"
"""Under which an application keeps them: pages find out later who asks, and count themselves."""


class Shares:
    """Which company's requests run in a process, and since when."""

    def __init__(self, threads: int) -> None:
        """`threads`: of the process; with a single one there is nothing to share."""
        self._most = threads - 1
        self._running: dict[UUID, dict[int, float]] = {}
        self._whose: dict[int, UUID] = {}

    def enter(self, tenant: UUID) -> None:
        """Count a request of a company in this thread until it leaves.

        Raises:
            RefusedError: `busy` when its requests hold all threads but one.
        """
        now = monotonic()
        mine = self._running.setdefault(tenant, {})
        if 0 < self._most <= len(mine):
            held = [since for since in list(mine.values()) if now - since > HELD]
            if len(held) >= self._most:
                raise refused(BUSY)
        mine[get_ident()] = now
        self._whose[get_ident()] = tenant

    def leave(self) -> None:
        """Count this thread's request no more."""
        tenant = self._whose.pop(get_ident(), None)
        mine = self._running.get(tenant) if tenant else None
        if mine is not None:
            mine.pop(get_ident(), None)
            if not mine and tenant is not None:
                self._running.pop(tenant, None)


def share_threads(app: Flask, threads: int) -> None:
    """Let no company hold all threads of an application's process; who asks is known before."""
    shares = Shares(threads)
    app.extensions[SHARES] = shares

    def enter() -> None:
        ctx = g.get("context")
        if ctx is not None and ctx.tenant_id is not None:
            shares.enter(ctx.tenant_id)

    app.before_request(enter)
    app.teardown_request(lambda _: shares.leave())
