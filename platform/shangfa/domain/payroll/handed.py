"""What payroll is handed: a row for each person, and a row for each entry behind it.

What a line allows is shared out among its entries, the oldest first, so that the rows of the
detail add up to the line to the fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.domain.money import ZERO

SUMMARY: Final[Mapping[str, str]] = {
    "payroll_month": "工资月份",
    "employee_no": "工号",
    "name": "姓名",
    "department": "部门",
    "cost_center": "成本中心",
    "worker_type": "用工类型",
    "reward_taxable": "奖励金额(应税)",
    "reward_in_kind": "实物奖励价值",
    "performance_score_delta": "绩效分调整",
    "performance_amount": "绩效工资调整",
    "attendance_unworked": "缺勤扣减(按时长)",
    "loss_due": "损失赔偿应扣",
    "loss_allowed": "损失赔偿本月可扣",
    "loss_carry": "损失赔偿结转",
    "economic_sanction": "经济处分",
    "reversal": "冲销/退还",
    "floor_check": "最低工资校验",
    "cap_check": "20%校验",
    "clause_refs": "制度依据",
    "slip_count": "单据数",
    "ack_status": "员工确认",
    "remark": "备注",
}
"""Column -> its header, in their order."""
DETAIL: Final[Mapping[str, str]] = {
    "slip_no": "单据编号",
    "employee_no": "工号",
    "incident_date": "事件日期",
    "measure": "措施",
    "clause": "条款",
    "money_kind": "款项",
    "quantity": "数量",
    "unit": "单位",
    "requested": "应计",
    "allowed": "本月计入",
    "carried": "结转",
    "refused": "不予计入",
    "reason_code": "原因",
    "adjustment_of": "调整月份",
}
LOSSES: Final = frozenset({"compensation", "cost", "refund"})
SANCTIONS: Final = frozenset({"fine", "donation"})
NOTHING: Final = Decimal("0.00")
UNTOUCHED: Final = "PASS"
CAPPED: Final = "capped"
NOT_APPLICABLE: Final = "n.a."


class Amounts(NamedTuple):
    """A line, or the part of it that one entry has.

    Attributes:
        overtaken: what it carried in is of a later month that was locked before, and is paid last.
    """

    requested: Decimal
    carried_in: Decimal
    allowed: Decimal
    carried: Decimal
    refused: Decimal
    overtaken: bool = False


class PayrollLine(NamedTuple):
    """A settled line of one kind of money."""

    money: str
    amounts: Amounts
    reason: str
    clauses: Sequence[str]


class Person(NamedTuple):
    """Who a row is about, as of the month's last day."""

    code: str
    name: str
    kind: str
    department: str
    cost_center: str
    worker_type: str


def shared_out(
    line: Amounts, requested: Sequence[Decimal], held: Sequence[Decimal] | None = None
) -> list[Amounts]:
    """Return the part of a line that each of its entries has, what was carried in first.

    `held`: the parts of what was carried in, None for one.

    Entries against the line's direction (a refund beside deductions) are taken whole; the
    others fill up what is left to allow, then what is refused, and the rest is carried.
    """
    before = (line.carried_in,) if held is None else held
    parts = [*((ZERO, part) for part in before), *((amount, ZERO) for amount in requested)]
    total = line.requested + line.carried_in
    along = [own + carried if (own + carried) * total > 0 else ZERO for own, carried in parts]
    against = total - sum(along, ZERO)
    late = len(before) if line.overtaken else 0
    allowed = _filled(along, line.allowed - against, late)
    rest = [due - taken for due, taken in zip(along, allowed, strict=True)]
    refused = _filled(rest, line.refused, late)
    found = []
    for (own, carried_in), due, taken, no in zip(parts, along, allowed, refused, strict=True):
        whole = own + carried_in
        got = taken if due else whole
        found.append(Amounts(own, carried_in, got, whole - got - no, no))
    return found


def _filled(dues: Sequence[Decimal], amount: Decimal, late: int) -> list[Decimal]:
    """Return how much of each due an amount of their sign fills; the first `late` come last."""
    found = []
    for due in (*dues[late:], *dues[:late]):
        part = min(abs(due), abs(amount))
        part = -part if due < 0 else part  # a product would make a zero negative
        found.append(part)
        amount -= part
    first = len(dues) - late
    return [*found[first:], *found[:first]]


def summary_row(
    month: str, person: Person, lines: Sequence[PayrollLine], slips: int
) -> list[str | int | Decimal | None]:
    """Return a person's row, in the order of `SUMMARY`."""
    losses = [line.amounts for line in lines if line.money in LOSSES]
    clauses = sorted({clause for line in lines for clause in line.clauses})
    return [
        month,
        *(person.code, person.name, person.department, person.cost_center, person.worker_type),
        _allowed(lines, {"reward"}),
        NOTHING,
        "",
        _allowed(lines, {"bonus"}, sign=-1),
        _allowed(lines, {"wage"}, sign=-1),
        sum((item.requested + item.carried_in for item in losses), NOTHING),
        _allowed(lines, LOSSES, sign=-1),
        sum((item.carried for item in losses), NOTHING),
        _allowed(lines, SANCTIONS, sign=-1),
        _allowed(lines, LOSSES | SANCTIONS | {"bonus", "wage"}, sign=1),
        _checked(person, lines, "min_wage"),
        _checked(person, lines, "cap_"),
        "、".join(clauses),
        slips,
        "",
        "",
    ]


def _allowed(lines: Iterable[PayrollLine], kinds: Iterable[str], sign: int = 0) -> Decimal:
    """Return what is allowed of these kinds; with a sign, of lines that come out so."""
    own = (line.amounts.allowed for line in lines if line.money in set(kinds))
    return sum((amount for amount in own if not sign or amount * sign > 0), NOTHING)


def _checked(person: Person, lines: Iterable[PayrollLine], reason: str) -> str:
    if person.kind != "employee":
        return NOT_APPLICABLE
    return CAPPED if any(line.reason.startswith(reason) for line in lines) else UNTOUCHED
