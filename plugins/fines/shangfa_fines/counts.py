"""Reactions: money or pay for what a counter gathers within a window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from shangfa.sdk import (
    ZERO,
    AccountName,
    Direction,
    Effect,
    Field,
    Note,
    Params,
    ParamsError,
    Row,
    Rule,
    Watch,
    Window,
    fen,
)
from shangfa_fines.money import Money, WageShare, direction, signed

Place = tuple[tuple[str | int, ...], Note]
_ONE_OF = Note("恰须 amount 与 wage 之一", "exactly one of amount and wage is needed")
_ABOVE = Note("须大于上一级的 {0}", "it must be above the tier before it, {0}")


class PerCount(Params):
    """Money, or pay, for what a counter gathers within a window."""

    of: str = Field(description="the counter, as posted by a counting clause")
    amount: Decimal | None = Field(default=None, gt=0, description="CNY for each count")
    wage: WageShare | None = Field(default=None, description="pay for each count instead")
    after: Decimal = Field(default=ZERO, ge=0, description="counts that cost nothing")
    every: int = Field(default=1, ge=1, description="once for each full set of so many counts")
    except_every: int = Field(
        default=0,
        ge=0,
        description="every so-manieth count costs nothing here, something else replaces it; "
        "0 for none",
    )
    most: Decimal | None = Field(default=None, gt=0, description="counts paid in one window")
    within: Window = "ever"
    account: Money = "fine"
    unit: str = Field(default="times", description="what is counted, for the catalogue")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one of `amount` and `wage`.

        Raises:
            ParamsError: both or neither.
        """
        del context
        if (self.amount is None) == (self.wage is None):
            raise ParamsError(((), _ONE_OF))

    def size(self) -> tuple[AccountName, str, Decimal]:
        """Return account, unit and unsigned amount of one count."""
        if self.wage is not None:
            return "wage", self.wage.paid_in(), self.wage.size()
        return self.account, "CNY", self.amount or ZERO


def watch_counter(rule: Rule[Any]) -> Sequence[Watch]:
    """Watch the counter in its window."""
    return [Watch("count", rule.params.of, rule.params.within)]


def derive_per_count(rule: Rule[PerCount], unit: str, total: Decimal) -> Sequence[Effect]:
    """Take or give the amount for each count beyond `after`, up to `most`."""
    del unit
    params = rule.params
    counts = _counts(params, max(ZERO, total - params.after))
    if not counts:
        return []
    if params.wage is not None:
        return [params.wage.taken(counts)]
    money = signed(params.account, fen((params.amount or ZERO) * counts))
    return [Effect(params.account, "CNY", money)]


def _counts(params: PerCount, total: Decimal) -> Decimal:
    counts = total if params.every == 1 else total // params.every
    if params.except_every:
        counts -= total // params.except_every
    return counts if params.most is None else min(counts, params.most)


def gives_per_count(rule: Rule[PerCount]) -> Sequence[tuple[AccountName, str]]:
    """One account: money, or pay."""
    return [rule.params.size()[:2]]


def rows_per_count(rule: Rule[PerCount]) -> Iterable[Row]:
    """One row: the amount of one count, or of one set."""
    params = rule.params
    account, unit, size = params.size()
    kind: Direction = "reward" if account == "reward" else "penalty"
    per, note = params.unit, f"within {params.within}"
    if params.every > 1:
        per, note = "", f"every {params.every} {params.of} {note}"
    yield Row(kind, account, unit, size, size, per, note)


def note_per_count(rule: Rule[PerCount]) -> Note:
    """Say what a count costs, beyond how many and up to how many."""
    params = rule.params
    zh, en = ["超过{0}次的部分" if params.after else ""], []
    zh.append("每满{1}次" if params.every > 1 else "每次")
    zh.append("扣工资 {2} {3}" if params.wage else " {2} 元")
    en.append("{4} {2} for every {1}" if params.every > 1 else "{4} {2} each")
    en.append(" beyond {0}" if params.after else "")
    if params.except_every:
        zh.append("，逢第{5}次另计")
        en.append(", every {5} apart")
    if params.most is not None:
        zh.append("，至多{6}次")
        en.append(", {6} at most")
    return Note("".join(zh) + "。", "".join(en) + ".", _values(params))


def _values(params: PerCount) -> tuple[Any, ...]:
    _, unit, size = params.size()
    word = {"day": "天", "hour": "小时"}.get(unit, "元")
    return params.after, params.every, size, word, unit, params.except_every, params.most


class Tier(Params):
    """One step: the total from which it holds, and the amount of money it brings."""

    start: Decimal = Field(alias="from", gt=0)
    amount: Decimal = Field(ge=0, description="CNY; 0 for none")
    code: str | None = Field(default=None, min_length=1, description="for the catalogue")
    title: str = ""


class Tiers(Params):
    """An amount by steps of what a counter gathers within a window."""

    of: str = Field(description="the counter, as posted by a counting clause")
    within: Window
    tiers: tuple[Tier, ...] = Field(min_length=1, description="in ascending order")
    account: Money = "fine"
    cumulative: bool = Field(
        default=False,
        description="the steps reached add up; else the highest replaces those below",
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse steps that do not ascend.

        Raises:
            ParamsError: every such step.
        """
        del context
        faults = list(_descents(self.tiers))
        if faults:
            raise ParamsError(*faults)


def _descents(tiers: Sequence[Tier]) -> Iterator[Place]:
    for index, (lower, upper) in enumerate(pairwise(tiers), start=1):
        if upper.start <= lower.start:
            yield ("tiers", index, "from"), _ABOVE.of(lower.start)


def derive_tiers(rule: Rule[Tiers], unit: str, total: Decimal) -> Sequence[Effect]:
    """Take or give the amount of the highest step reached, or the sum of all reached."""
    del unit
    params = rule.params
    reached = [tier.amount for tier in params.tiers if tier.start <= total]
    amount = sum(reached if params.cumulative else reached[-1:], ZERO)
    return [Effect(params.account, "CNY", signed(params.account, fen(amount)))] if amount else []


def gives_tiers(rule: Rule[Tiers]) -> Sequence[tuple[AccountName, str]]:
    """One account."""
    return [(rule.params.account, "CNY")]


def rows_tiers(rule: Rule[Tiers]) -> Iterable[Row]:
    """One row for each step with a code; the others together as a range."""
    params = rule.params
    bare = [tier for tier in params.tiers if tier.code is None and tier.amount]
    for tier in params.tiers:
        if tier.code is not None and tier.amount:
            yield _tier_row(params, [tier])._replace(code=tier.code, title=tier.title)
    if bare:
        yield _tier_row(params, bare)


def _tier_row(params: Tiers, tiers: Sequence[Tier]) -> Row:
    amounts = [tier.amount for tier in tiers]
    steps = "/".join(str(tier.start) for tier in tiers)
    kind, note = direction(params.account), f"from {steps} within {params.within}"
    return Row(kind, params.account, "CNY", min(amounts), max(amounts), "", note)


def note_tiers(rule: Rule[Tiers]) -> Note:
    """Say the steps."""
    params = rule.params
    steps = [f"{tier.start} → {tier.amount}" for tier in params.tiers]
    words = ("、".join(steps), ", ".join(steps))
    if params.cumulative:
        return Note("分级金额（逐级相加）：{0}。", "Steps, added up: {1}.", words)
    return Note("分级金额（取最高一级）：{0}。", "Steps, the highest holds: {1}.", words)
