"""Totals that rules look at: what answers them, and one that fails is named."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.domain.ledger.marked import marks, two_levels
from tests.making.policies import kinds_of

from shangfa.domain.effect import Effect
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.ledger.book import Book
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import Note
from shangfa.sdk import Params, ReactionKind, Watch
from shangfa.testing import MemoryTenant, make_clause, make_policy, make_reactions


class Half(Params):
    """Params of the kinds below."""


def half_of(account: str, unit: str) -> ReactionKind[Half]:
    """The supervisor bears half of whatever is posted."""
    return ReactionKind(
        "x.half",
        Half,
        lambda rule: [Watch(account, unit, "each", of_supervisor=True)],
        lambda rule, _, total: [Effect(account, unit, total / 2)],
        lambda rule: [(account, unit)],
        lambda rule: (),
    )


@pytest.mark.parametrize(
    ("kind", "params", "account", "unit", "quantity"),
    [
        pytest.param("fines.fixed", {"amount": 20}, "fine", "CNY", -10, id="a fine stays a fine"),
        pytest.param(
            "fines.fixed",
            {"amount": 20, "account": "reward"},
            "reward",
            "CNY",
            10,
            id="a reward stays a reward",
        ),
        pytest.param("points.fixed", {"letter": "C", "points": -2}, "points", "C", -1, id="points"),
    ],
)
def test_each_posting_is_answered_with_its_own_sign(
    kind: str, params: dict[str, Any], account: str, unit: str, quantity: int
) -> None:
    clause_kind = kinds_of("fines", "letter_points").clause_kinds[kind]
    clause = make_clause(clause_kind, clause_kind.params(**params))
    policy = make_policy([clause], make_reactions(half_of(account, unit), Half()))
    tenant = MemoryTenant(policy, two_levels())
    result = tenant.record("1")
    assert tenant.balance("M", account, unit) == quantity
    tenant.reverse(result)
    assert tenant.balances() == {}


@pytest.mark.parametrize("window", ["month", "30 days"])
def test_a_total_answered_by_the_supervisor_leaves_joint_marks_out(window: str) -> None:
    """M's own supervisor pays for M's warnings, not for those M bears for E."""
    pays = ReactionKind(
        "x.pays",
        Half,
        lambda rule: [Watch("marks", "warning", window, of_supervisor=True)],
        lambda rule, _, total: [Effect("fine", "CNY", -5 * total)] if total else [],
        lambda rule: [("fine", "CNY")],
        lambda rule: (),
    )
    (version,) = marks().versions
    paying = replace(version, reactions=(*version.reactions, *make_reactions(pays, Half())))
    tenant = MemoryTenant(Policy("p", [paying]), two_levels())
    tenant.record("m", "E")
    assert tenant.balance("M", "marks", "warning") == 1
    tenant.record("w", "M")
    posted = tenant.record("w", "E").postings
    assert [item.cause for item in posted if item.account == "fine"] == ["supervisor"]
    fines = {key[0]: value for key, value in tenant.balances().items() if key[1] == "fine"}
    assert fines == {"D": -5, "M": -5}


def failing_at(total: int, found: Any) -> ReactionKind[Half]:
    """Every minor makes a major, but `found` comes out when the total is reached."""

    def derive(_: Any, __: str, now: Decimal) -> Any:
        if now >= total:
            return found() if callable(found) else found
        return [Effect("marks", "major", now)] if now else []

    return ReactionKind(
        "x.failing",
        Half,
        lambda rule: [Watch("marks", "minor", "ever")],
        derive,
        lambda rule: [("marks", "major")],
        lambda rule: (),
    )


def _raises() -> None:
    raise ZeroDivisionError("by nobody")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param(_raises, "ZeroDivisionError: by nobody", id="raises"),
        pytest.param(None, "TypeError", id="returns nothing"),
        pytest.param(["x"], "no effect", id="garbage"),
        pytest.param([Effect("marks", "major", Decimal("NaN"))], "finite", id="NaN"),
        pytest.param([Effect("marks", "major", 1)], "finite", id="int"),
        pytest.param([Effect("marks", "major", Decimal(-1))], "wrong sign", id="wrong sign"),
        pytest.param([Effect("mark", "major", Decimal(1))], "unknown account", id="account"),
        pytest.param([Effect("marks", "exile", Decimal(1))], "ladder", id="foreign rung"),
        pytest.param(
            [Effect("marks", "warning", Decimal(1))], "did not say so", id="a rung it did not name"
        ),
    ],
)
def test_a_failing_reaction_is_named_and_nothing_is_moved(found: Any, reason: str) -> None:
    """Even when totals moved before it was asked: the warnings, and the minor they made."""
    known = kinds_of("demerit_ladder")
    ladder = ("warning", "minor", "major")
    mark, roll_up = known.clause_kinds["ladder.mark"], known.reactions["ladder.roll_up"]
    up = roll_up.params(of="warning", every=3, within="month", gives="minor")
    reactions = [
        *make_reactions(roll_up, up, ladder=ladder),
        *make_reactions(failing_at(2, found), Half(), ladder=ladder),
    ]
    clause = make_clause(mark, mark.params(mark="warning"), ladder=ladder)
    tenant = MemoryTenant(make_policy([clause], reactions, ladder=ladder))
    tenant.record("1", quantity=3)
    ledger, totals = list(tenant.ledger), dict(tenant.book.totals)
    with pytest.raises(PluginFailedError, match=reason) as caught:
        tenant.record("1", quantity=3)
    assert caught.value.plugin == "x.failing"
    assert (tenant.ledger, tenant.book.totals) == (ledger, totals)
    tenant.record("1", quantity=2)
    assert tenant.balance("E", "marks", "warning") == 5


def test_what_no_reaction_looks_at_is_not_kept() -> None:
    tenant = MemoryTenant(marks(), book=Book(days=None))
    tenant.record("out")
    assert tenant.book.totals == {}


def test_a_reaction_says_its_sentence_once() -> None:
    kind = failing_at(99, None)
    (reaction,) = make_reactions(kind, Half())
    assert reaction.note == Note("", "")
