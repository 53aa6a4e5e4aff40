"""What was booked in months: a sum for each person, month, account and unit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from shangfa.db.months import evaluations as sql
from shangfa.db.months.evaluations import Sum, Sums
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.account import ACCOUNTS, MONEY
from shangfa.services.access.sight import seen_by
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

SHOWN: Final = frozenset(ACCOUNTS) - {"count"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sums are asked for; months as `2026-03`, both included, None for any."""

    first: str | None = None
    last: str | None = None
    subject: str | None = None
    account: str | None = None
    unit: str | None = None
    policy: str | None = None


def read_key(text: str) -> list[str]:
    """Return the place in the list that a cursor means.

    Raises:
        ValueError: it is none.
    """
    found = json.loads(text)
    if not isinstance(found, list) or [type(item) for item in found] != [str] * 4:
        raise ValueError(text)
    return found


def page(ctx: Context, asked: Page, wanted: Wanted) -> Listed[Sum]:
    """Return the sums the asker may see, by month, person, account and unit; finance sees money.

    An adjustment belongs to the month it was booked in, not to that of its incident.
    """
    ctx.need("subjects:read")

    def work(tx: Tx) -> list[Sum]:
        seen = seen_by(tx, ctx, today(current(tx).zone))
        accounts = MONEY if sees_money_only(ctx.role) else SHOWN
        if wanted.account is not None:
            accounts &= {wanted.account}
        after = tuple(read_key(asked.cursor)) if asked.cursor else ("", "", "", "")
        months = (wanted.first or "", wanted.last or "9999-12")
        rest = (wanted.subject, wanted.unit, wanted.policy)
        query = Sums(*months, sorted(accounts), *rest, seen, after, asked.limit + 1)
        return sql.sums(tx, query)

    return listed(asked, reading(ctx, work), _key)


def _key(item: Sum) -> str:
    return json.dumps([item.month, item.subject, item.account, item.unit], ensure_ascii=False)
