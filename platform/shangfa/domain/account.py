"""The accounts an effect may be posted to, with their units and signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

AccountName = Literal[
    "fine",
    "reward",
    "compensation",
    "donation",
    "cost",
    "refund",
    "wage",
    "bonus",
    "points",
    "marks",
    "score",
    "action",
    "breach",
    "count",
]
ACCOUNT_NAMES: Final[tuple[AccountName, ...]] = get_args(AccountName)


class Account(NamedTuple):
    """What an account may hold.

    Attributes:
        sign: -1 or 1 when every posting has that sign, 0 when both are allowed.
        units: the allowed units, empty when the policy names them.
        zh: its Chinese name.
    """

    sign: int
    units: frozenset[str]
    zh: str


def _account(sign: int, units: str, zh: str) -> Account:
    return Account(sign, frozenset(units.split()), zh)


_HELD: Final[dict[AccountName, Account]] = {
    "fine": _account(-1, "CNY", "罚款"),
    "reward": _account(1, "CNY", "奖金"),
    "compensation": _account(-1, "CNY", "赔偿"),
    "donation": _account(-1, "CNY", "乐捐"),
    "cost": _account(-1, "CNY", "客服成本"),
    "refund": _account(-1, "CNY", "退费"),
    "wage": _account(-1, "day hour wage CNY", "工资"),
    "bonus": _account(-1, "percent", "奖金比例"),
    "points": _account(0, "", "点数"),
    "marks": _account(1, "", "处分与奖励"),
    "score": _account(-1, "credit", "信用积分"),
    "action": _account(1, "", "待办处置"),
    "breach": _account(1, "clause", "违规记录"),
    "count": _account(1, "", "计数"),
}
"""Source: design of the effect contract; `count` feeds reactions and is not shown."""
ACCOUNTS: Final[Mapping[str, Account]] = {name: _HELD[name] for name in ACCOUNT_NAMES}

MONEY: Final = frozenset(name for name, account in ACCOUNTS.items() if "CNY" in account.units) | {
    "bonus"
}
"""The accounts finance may see."""

MONEY_UNIT: Final = "CNY"
