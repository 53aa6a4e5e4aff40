"""The reactions that the law has of its own, beside those of the plugins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shangfa.domain.dates.windows import Term
from shangfa.domain.policies.kinds import Kinds
from shangfa.plugins.installed import installed
from shangfa.sdk import Effect, Params, ReactionKind, Rule, Watch, Window

TERMS = {
    "school": (
        Term("autumn", date(2025, 9, 1), date(2026, 1, 1)),
        Term("spring", date(2026, 1, 31), date(2026, 4, 1)),
    )
}
"""With a gap between them, and nothing after."""


class Tiers(Params):
    """Money by the size of a net of points, which may go under zero."""

    letter: str
    step: Decimal
    within: Window


def derive_tiers(rule: Rule[Tiers], unit: str, total: Decimal) -> Sequence[Effect]:
    """10 for each full step over zero as reward, 5 for each under zero as fine."""
    del unit
    steps = total // rule.params.step
    if steps > 0:
        return [Effect("reward", "CNY", 10 * steps)]
    return [Effect("fine", "CNY", 5 * steps)] if steps else []


class Answerable(Params):
    """The supervisor pays when a report reaches so many marks in a window."""

    of: str
    limit: Decimal
    within: Window


def derive_answerable(rule: Rule[Answerable], unit: str, total: Decimal) -> Sequence[Effect]:
    """Take 7 for each mark from the limit on."""
    del unit
    beyond = total - rule.params.limit
    return [Effect("fine", "CNY", -7 * beyond)] if beyond > 0 else []


class Once(Params):
    """Every other one of a kind: what is not given for more and more."""

    of: str
    within: Window


def derive_once(rule: Rule[Once], unit: str, total: Decimal) -> Sequence[Effect]:
    """1 while the total is odd: less for more, and more again."""
    del rule, unit
    return [Effect("action", "talk", Decimal(1))] if total % 2 == 1 else []


class Net(Params):
    """Steps of a net of two letters."""

    step: Decimal
    within: Window


def _watch_net(rule: Rule[Net]) -> list[Watch]:
    weights = (("A", Decimal(1)), ("B", Decimal(-2)))
    return [Watch("points", "A-2B", rule.params.within, weights=weights)]


def derive_net(rule: Rule[Net], unit: str, total: Decimal) -> Sequence[Effect]:
    """One training for each full step of the net."""
    del unit
    steps = total // rule.params.step
    return [Effect("action", "training", steps)] if steps > 0 else []


def _watch_answerable(rule: Rule[Answerable]) -> list[Watch]:
    params = rule.params
    return [Watch("marks", params.of, params.within, of_supervisor=True)]


OWN_KINDS: tuple[ReactionKind[Any], ...] = (
    ReactionKind(
        "worlds.tiers",
        Tiers,
        lambda rule: [Watch("points", rule.params.letter, rule.params.within)],
        derive_tiers,
        lambda rule: [("reward", "CNY"), ("fine", "CNY")],
        lambda rule: (),
    ),
    ReactionKind(
        "worlds.answerable",
        Answerable,
        _watch_answerable,
        derive_answerable,
        lambda rule: [("fine", "CNY")],
        lambda rule: (),
    ),
    ReactionKind(
        "worlds.once",
        Once,
        lambda rule: [Watch("count", rule.params.of, rule.params.within)],
        derive_once,
        lambda rule: [("action", "talk")],
        lambda rule: (),
    ),
    ReactionKind(
        "worlds.net",
        Net,
        _watch_net,
        derive_net,
        lambda rule: [("action", "training")],
        lambda rule: (),
    ),
)


def kinds() -> Kinds:
    """The plugins whose rules follow totals, and the reactions above."""
    known = installed().kinds(("letter_points", "demerit_ladder", "fines"))
    reactions = dict(known.reactions) | {kind.name: kind for kind in OWN_KINDS}
    return Kinds(known.clause_kinds, reactions, known.programmes, terms=TERMS)
