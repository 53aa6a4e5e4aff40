"""Months of a company closed as hr and finance close them."""

from __future__ import annotations

from decimal import Decimal

from tests.making.house import Company

from shangfa.db.tx.transaction import begin
from shangfa.domain.access.roles import FINANCE, HR
from shangfa.services.months import lines, periods
from shangfa.services.months.periods import PeriodView
from shangfa.services.pages import Page


def step(company: Company, month: str, name: str, role: str = HR, reason: str = "") -> PeriodView:
    return periods.take_step(company.ctx(role), month, name, reason)


def lock(company: Company, month: str) -> PeriodView:
    step(company, month, "cut-off")
    step(company, month, "reconcile")
    step(company, month, "lock")
    return step(company, month, "lock", FINANCE)


def reopen(company: Company, month: str) -> PeriodView:
    step(company, month, "reopen", reason="漏记")
    return step(company, month, "reopen", FINANCE, reason="漏记")


def settled(company: Company, month: str, subject: str | None = None) -> dict[str, list[str]]:
    """Return "subject money" -> requested, carried in, allowed, carried, reason, adjusts."""
    found = lines.page(company.ctx(), month, subject, Page(200)).items
    return {
        f"{item.subject} {item.money}": [
            *map(str, (item.requested, item.carried_in, item.allowed, item.carried)),
            item.reason,
            *item.adjusts,
        ]
        for item in found
    }


def booked(company: Company) -> list[tuple[str, str, Decimal]]:
    """Return (day, month it is booked in, quantity) of every entry of money, oldest first."""
    with begin(company.id) as tx:
        return tx.raw.execute(
            "SELECT e.day::text, e.booked_in, e.quantity FROM ledger_entry e"
            " WHERE e.tenant_id = %s AND e.unit = 'CNY' ORDER BY e.id",
            (company.id,),
        ).fetchall()
