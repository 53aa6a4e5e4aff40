"""Funds as hr opens them, and as hr and finance spend from them."""

from __future__ import annotations

from decimal import Decimal

from tests.making.house import Company

from shangfa.domain.access.roles import FINANCE, HR
from shangfa.services.funds import ledgers
from shangfa.services.funds.ledgers import Agreed, NewRule, Spending
from shangfa.services.pages import Page


def open_fund(company: Company, code: str = "kf", /, **more: tuple[str, ...]) -> None:
    rule = NewRule("客服部基金", more.pop("accounts", ("fine",)), **more)
    ledgers.put(company.ctx(), code, rule, "*")


def sign(
    company: Company, amount: str, role: str = HR, purpose: str = "小额奖励", code: str = "kf"
) -> Agreed:
    asked = Spending(Decimal(amount), purpose, "服务之星")
    return ledgers.spend(company.ctx(role), code, asked)


def spend(company: Company, amount: str, code: str = "kf") -> Agreed:
    sign(company, amount, code=code)
    return sign(company, amount, FINANCE, code=code)


def stands(company: Company, code: str = "kf") -> tuple[str, str]:
    """Return what is in a fund, and what it owes."""
    found = ledgers.read(company.ctx(FINANCE), code)
    return str(found.balance), str(found.owed)


def moves(company: Company, code: str = "kf") -> list[str]:
    """Return "kind amount month/version" of every entry."""
    found = ledgers.entries(company.ctx(FINANCE), code, Page(200)).items
    return [
        f"{item.kind} {item.amount}" + (f" {item.month}/{item.version}" if item.month else "")
        for item in found
    ]
