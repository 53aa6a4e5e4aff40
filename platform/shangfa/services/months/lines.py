"""The lines of a settled month, to those who may see them."""

from __future__ import annotations

from shangfa.db.months import settlements as sql
from shangfa.db.months.periods import find_period
from shangfa.db.months.settlements import LinesAsked, SettledLine
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import Sight, sight_of
from shangfa.domain.months.period import month_named
from shangfa.services.access.sight import find_seen
from shangfa.services.audit.notes import Noted, note
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

SEPARATOR = "/"
"""Between the money and the subject of a cursor: no kind of money holds it."""


def page(ctx: Context, month: str, subject: str | None, asked: Page) -> Listed[SettledLine]:
    """Return lines of a month by subject and money; none before it is settled.

    An employee sees his own.

    Raises:
        RefusedError: `invalid` month, `not_found` for a subject the asker may not see.
    """
    ctx.need("lines:read")
    period = month_named(month)
    subject = subject or (None if sight_of(ctx.role) is Sight.EVERYBODY else ctx.subject)
    money, _, code = (asked.cursor or "").partition(SEPARATOR)

    def work(tx: Tx) -> list[SettledLine]:
        current(tx)
        if subject is not None:
            find_seen(tx, ctx, subject, period.last)
        if subject is None or subject != ctx.subject:
            note(tx, ctx, Noted("lines.read", subject, data={"period": period.name}))
        found = find_period(tx, period.name)
        if found is None or found.settlement_id is None:
            return []
        return sql.lines_of(
            tx, found.settlement_id, LinesAsked(subject, (code, money), asked.limit + 1)
        )

    return listed(asked, reading(ctx, work), lambda item: f"{item.money}{SEPARATOR}{item.subject}")
