"""How many requests a company and each key may make in a minute, over all processes together.

A process takes a part of what is left of the minute from the database and answers from it
without asking again; parts become smaller as less is left. So no more than the limit is ever
answered, and what may be refused too early is what another process took and did not need.
While the database is away a process gives its own share.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final
from uuid import UUID

from cachetools import TTLCache

from shangfa.config import settings
from shangfa.db.access import take_allowance
from shangfa.db.tx.conflicts import LOST
from shangfa.db.tx.transaction import begin
from shangfa.domain.access.faults import TOO_MANY_REQUESTS
from shangfa.domain.access.roles import OPERATOR
from shangfa.domain.faults import refused
from shangfa.domain.text import Note
from shangfa.services.context import Context

log = logging.getLogger("shangfa.allowances")

PARTS: Final = 20
"""A process takes one of so many parts of what is left."""
MINUTE: Final = 60.0
KEY: Final = Note("此密钥或用户", "this key or user")
COMPANY: Final = Note("本公司", "this company")
_lock = Lock()


@dataclass(slots=True)
class _Account:
    """What this process may still answer, until a moment of its own clock.

    Attributes:
        most: the limit that it was taken of; of another one it is taken anew.
        over: there is no use in asking for more before that moment.
    """

    lock: Lock = field(default_factory=Lock)
    most: int = 0
    left: int = 0
    until: float = 0.0
    over: bool = False


@cache
def _accounts() -> TTLCache[tuple[UUID, UUID], _Account]:
    return TTLCache(50_000, 2 * MINUTE)


def count(ctx: Context) -> None:
    """Count a request of whoever asks; the operator's are not counted.

    Raises:
        RefusedError: `too_many_requests`, saying when the next minute begins.
    """
    if ctx.tenant_id is None or ctx.role == OPERATOR:
        return
    conf, own = settings(), ctx.limits
    each = conf.key_per_minute if own.each is None else own.each
    company = conf.tenant_per_minute if own.company is None else own.company
    _take(ctx.tenant_id, ctx.actor_id, each, KEY)
    _take(ctx.tenant_id, ctx.tenant_id, company, COMPANY)


def _take(tenant_id: UUID, whose: UUID, most: int, who: Note) -> None:
    if not most:
        return
    account = _account(tenant_id, whose)
    with account.lock:
        at = monotonic()
        if account.most != most:
            account.most, account.until = most, at
        if at >= account.until or not (account.left or account.over):
            account.left, seconds, account.over = _part(tenant_id, whose, most)
            account.until = at + seconds
        if not account.left:
            seconds = max(1, ceil(account.until - at))
            raise refused(TOO_MANY_REQUESTS, "", who=who, allowed=most, seconds=seconds)
        account.left -= 1


def _account(tenant_id: UUID, whose: UUID) -> _Account:
    with _lock:
        found = _accounts().get((tenant_id, whose))
        if found is None:
            found = _accounts()[tenant_id, whose] = _Account()
        return found


def _part(tenant_id: UUID, whose: UUID, most: int) -> tuple[int, float, bool]:
    """Return how many requests may be answered, for how many seconds, and if that is all."""
    try:
        with begin(tenant_id) as tx:
            left, seconds = take_allowance(tx, whose, most, PARTS)
            return left, seconds, not left
    except LOST as error:
        log.warning("counted alone while the database is away: %s", type(error).__name__)
        return max(1, most // settings().workers // PARTS), MINUTE / PARTS, True
