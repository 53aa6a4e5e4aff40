"""What follows from a breach of a partner: credit points, and the money of its customers.

A clause has one part for each ground that can weigh a breach. All parts look at the same
facts; the part whose ground weighs most posts the points, so the effect cites it. Whether
a breach was found at all is the clause's `when`.
Source: 004_abb6365393d0c5c9.txt L48-L77, articles 9-19 and 23.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from math import prod
from typing import Any, Final, Literal

from shangfa.sdk import (
    ONE,
    ZERO,
    Choice,
    Effect,
    Fact,
    Field,
    Finding,
    Incident,
    Note,
    Params,
    Part,
    Row,
    fen,
    invalid_fact,
    missing_fact,
)

Ground = Literal[
    "pseudo_code",
    "unproved",
    "judged",
    "repeated",
    "unreachable",
    "silent",
    "admitted",
    "self_report",
]
SERVICES: Final = ("wap", "java_box", "pda", "animation", "other")
_STEEP: Final = Decimal("1.5")

_POINTS = Note("基础分 {0} × 系数 {1} = {2} 分", "base {0} × coefficient {1} = {2} points")
_LENIENT = Note(
    "提前报备并积极配合：可免于处罚或从轻，0 至 {0} 分由指定的人决定",
    "reported in advance and cooperated: a named human sets 0 to {0} points",
)
_REMOVED = Note(
    "当月查清：从计费清单剔除 {0} 元", "found in the same month: CNY {0} removed from billing"
)
_REFUND = Note("向客户退费 {0} 元，从结算款扣除", "CNY {0} back to customers, from settlement")
_SUSPENDED = Note("缴清退费前暂停结算", "settlement is suspended until the refund is paid")

_NOT_LATER = Note("不晚于 {0} 的月份", "a month not after {0}")


def _flag(name: str, zh: str, *, default: bool = False) -> Fact:
    return Fact(name, "bool", required=False, default=default, zh=zh)


def _option(name: str, zh: str, *values: str, default: str | None = None) -> Fact:
    return Fact(name, "choice", default is None, default, values, zh=zh)


FACTS: Final = (
    Fact("base_points", "number", least=ZERO, zh="信用积分管理办法的基础分"),
    _option("response", "合作方的答复", "admitted", "denied", "silent"),
    _option("service", "业务", *SERVICES, default="other"),
    _flag("pseudo_code_requested", "是否申请过伪码"),
    _flag("contact_reached", "最终确认时是否联系上", default=True),
    _option("judged_by", "判责单位", "province", "group", "miit", default="province"),
    _option("repeat", "次月投诉", "none", "same_breach", "new_breach", default="none"),
    Fact("repeat_coefficient", "number", required=False, least=ZERO, zh="重复投诉系数"),
    _flag("self_reported", "是否提前报备"),
    _flag("cooperative", "是否积极配合"),
)

_APPLIES: Final[dict[str, Callable[[Mapping[str, Any]], bool]]] = {
    "pseudo_code": lambda f: f["service"] == "wap" and f["pseudo_code_requested"],
    "unproved": lambda f: f["response"] == "denied" and f["contact_reached"],
    "judged": lambda f: f["judged_by"] != "province",
    "repeated": lambda f: f["repeat"] == "new_breach",
    "unreachable": lambda f: f["response"] == "denied" and not f["contact_reached"],
    "silent": lambda f: f["response"] == "silent",
    "admitted": lambda f: f["response"] == "admitted",
}
"""Ground -> whether the facts of a found breach give it; every breach has at least one.

Of grounds that weigh the same the first is cited.
"""


class Coefficients(Params):
    """How much a ground weighs, as a factor of the base points."""

    pseudo_code: Decimal = Field(default=_STEEP, ge=0, description="article 12, WAP")
    unproved: Decimal = Field(default=_STEEP, ge=0, description="article 13, denied to the end")
    judged: Decimal = Field(default=_STEEP, ge=0, description="article 23, group or MIIT")
    unreachable: Decimal = Field(default=ONE, ge=0, description="article 13, not stated")
    silent: Decimal = Field(default=ONE, ge=0, description="article 11, not stated")
    admitted: Decimal = Field(default=ONE, ge=0, description="article 12, the actual one")


class Determination(Params):
    """Points for a found breach, cited by one of its grounds."""

    ground: Ground = Field(description="`self_report` gives a choice in place of points")
    coefficients: Coefficients = Coefficients()
    stacking: Literal["highest", "multiply"] = Field(
        default="highest", description="the highest once, or the product of all"
    )


def weights(coefficients: Coefficients, facts: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return ground -> coefficient for every ground the facts give.

    Raises:
        RefusedError: `missing_fact` for a new breach without its external coefficient.
    """
    found = {}
    for ground, applies in _APPLIES.items():
        if applies(facts):
            found[ground] = (
                _repeated(facts) if ground == "repeated" else getattr(coefficients, ground)
            )
    return found


def _repeated(facts: Mapping[str, Any]) -> Decimal:
    coefficient = facts["repeat_coefficient"]
    if coefficient is None:
        raise missing_fact(next(fact for fact in FACTS if fact.name == "repeat_coefficient"))
    return Decimal(coefficient)


def assess_determination(part: Part[Determination], incident: Incident) -> Sequence[Finding]:
    """Take base x coefficient if this part's ground weighs most.

    Self-reported and cooperative: only the part of that ground speaks, and asks.
    """
    params, facts = part.params, incident.facts
    found = weights(params.coefficients, facts)
    highest = max(found.values())
    coefficient = highest if params.stacking == "highest" else prod(found.values(), start=ONE)
    points = facts["base_points"] * coefficient * incident.quantity
    if facts["self_reported"] and facts["cooperative"]:
        note = _LENIENT.of(points)
        choice = Choice("score", "credit", ZERO, points, note)
        return [choice] if params.ground == "self_report" else []
    if params.ground != next(name for name, value in found.items() if value == highest):
        return []
    note = _POINTS.of(facts["base_points"], coefficient, points)
    return [Effect("score", "credit", -points, note)]


def rows_determination(part: Part[Determination]) -> Iterable[Row]:
    """One row: the coefficient for each base point; open when an external table gives it."""
    ground = part.params.ground
    if ground == "self_report":
        yield Row("reward", "score", "credit", ZERO, None, "", "0..base × coefficient")
    elif ground == "repeated":
        note = "base × repeat_coefficient"
        yield Row("penalty", "score", "credit", ZERO, None, "base_point", note)
    else:
        value = getattr(part.params.coefficients, ground)
        note = f"base × {value}"
        yield Row("penalty", "score", "credit", value, value, "base_point", note)


class Billing(Params):
    """What happens to what customers were charged, by the month a breach was verified in."""

    breach: Literal["same_month", "earlier"] = Field(
        description="the breach lies in the month of its verification, or before"
    )


BILLING_FACTS: Final = (
    Fact("breach_month", "month", zh="违约发生的月份"),
    Fact("fees", "money", least=ZERO, zh="违约产生的计费（元）"),
)


def assess_billing(part: Part[Billing], incident: Incident) -> Sequence[Effect]:
    """Remove the charges of the same month; refund those of an earlier one (article 18).

    Raises:
        RefusedError: `invalid_fact` for a month after the verification.
    """
    month, fees = incident.facts["breach_month"], incident.facts["fees"]
    verified = f"{incident.on:%Y-%m}"
    if month > verified:
        raise invalid_fact("breach_month", month, _NOT_LATER.of(verified))
    if (month == verified) != (part.params.breach == "same_month"):
        return []
    if month == verified:
        note = _REMOVED.of(fees)
        return [Effect("action", "billing_removal", ONE, note)]
    refund = Effect("refund", "CNY", -fen(fees), _REFUND.of(fees))
    suspension = Effect("action", "settlement_suspension", ONE, _SUSPENDED)
    return [refund, suspension] if fees else [suspension]


def rows_billing(part: Part[Billing]) -> Iterable[Row]:
    """One row for the action, and one for the refund, which the fees decide."""
    if part.params.breach == "same_month":
        yield Row("penalty", "action", "billing_removal", ONE, ONE)
    else:
        yield Row("penalty", "refund", "CNY", ZERO, None, "", "fees")
        yield Row("penalty", "action", "settlement_suspension", ONE, ONE)
