"""Where a settlement with a partner stands, and until when a line may be objected to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.months.bills import (
    StatementAct,
    due_of,
    last_day,
    newest,
    settlement_of,
    standing_of,
)

DAY = date(2026, 4, 10)
TOTAL = Decimal("-1000.00")


def act(kind: str, **body: Any) -> StatementAct:
    at = datetime(2026, 4, 10, 9, tzinfo=UTC)
    ids = UUID(int=1), UUID(int=2)
    return StatementAct(*ids, "2026-03", 1, kind, 1, DAY, body, "finance", UUID(int=3), at)


def published(total: str = "-1000.00", *, final: bool = True) -> StatementAct:
    return act("published", total=total, final=final)


def paid(amount: str) -> StatementAct:
    return act("paid", amount=amount)


FIRST, LAST = published(final=False), published()


@pytest.mark.parametrize(
    ("acts", "due", "settlement"),
    [
        pytest.param([], "0", "open", id="nothing"),
        pytest.param([FIRST], "1000.00", "open", id="published once"),
        pytest.param([FIRST, LAST], "1000.00", "suspended", id="for good"),
        pytest.param([LAST, paid("999.99")], "0.01", "suspended", id="a fen is left"),
        pytest.param([LAST, paid("400"), paid("600")], "0.00", "active", id="paid in two"),
        pytest.param([LAST, paid("1200")], "-200.00", "active", id="too much"),
        pytest.param([LAST, act("objected", clause="30-2")], "1000.00", "suspended", id="objected"),
        pytest.param([published("-800"), paid("800")], "0", "open", id="the month is another now"),
        pytest.param([published("500.00")], "0", "open", id="what the partner gets"),
    ],
)
def test_where_a_settlement_stands(acts: list[StatementAct], due: str, settlement: str) -> None:
    assert due_of(acts) == Decimal(due)
    assert settlement_of(acts, TOTAL) == settlement
    if newest(acts, "published"):
        found = standing_of(acts, TOTAL)
        assert (found.month, found.due, found.settlement) == ("2026-03", Decimal(due), settlement)


def test_who_is_owed_money_is_not_suspended() -> None:
    owed = [published("500.00")]
    assert settlement_of(owed, Decimal("500.00")) == "active"
    assert standing_of(owed, Decimal("500.00")).total == Decimal("500.00")


def test_until_when_it_may_be_objected_to() -> None:
    weekdays = Calendar("weekdays", frozenset({2026}))
    assert last_day(weekdays, DAY, 3, working=False) == date(2026, 4, 13)
    assert last_day(weekdays, DAY, 3, working=True) == date(2026, 4, 15)
