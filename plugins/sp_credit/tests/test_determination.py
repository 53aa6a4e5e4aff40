"""The weight of a breach, the ground that is cited, and the billing of its customers."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.facts import read_facts
from shangfa.sdk import Choice, ClauseKind, Finding
from shangfa.testing import amounts, found, make_incident, make_part
from shangfa_sp_credit import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
GROUNDS = (
    "silent",
    "pseudo_code",
    "admitted",
    "unreachable",
    "unproved",
    "repeated",
    "self_report",
    "judged",
)


def run(
    name: str, params: dict[str, Any], facts: dict[str, Any], at: str = "2026-03-20"
) -> list[Finding]:
    kind = KINDS[name]
    read = read_facts({fact.name: fact for fact in kind.facts}, facts)
    incident = make_incident(at=date.fromisoformat(at), **read)
    return found(kind, make_part(kind.params.model_validate(params)), incident)


def cited(facts: dict[str, Any], **params: Any) -> dict[str, list[Finding]]:
    """Return ground -> what its part finds, silent parts left out."""
    told = {
        ground: run("sp.determination", {"ground": ground, **params}, facts) for ground in GROUNDS
    }
    return {ground: findings for ground, findings in told.items() if findings}


@pytest.mark.parametrize(
    ("facts", "ground", "points"),
    [
        pytest.param({"response": "admitted"}, "admitted", "-10", id="12c admitted"),
        pytest.param({"response": "silent"}, "silent", "-10", id="11b silent"),
        pytest.param({"response": "denied"}, "unproved", "-15", id="13b denied to the end"),
        pytest.param(
            {"response": "denied", "contact_reached": False},
            "unreachable",
            "-10",
            id="13a nobody reached",
        ),
        pytest.param(
            {"response": "admitted", "contact_reached": False},
            "admitted",
            "-10",
            id="nobody to reach when admitted",
        ),
        pytest.param(
            {"response": "admitted", "service": "wap", "pseudo_code_requested": True},
            "pseudo_code",
            "-15",
            id="12b WAP pseudo-code",
        ),
        pytest.param(
            {"response": "admitted", "service": "pda", "pseudo_code_requested": True},
            "admitted",
            "-10",
            id="pseudo-code of another service",
        ),
        pytest.param(
            {"response": "admitted", "judged_by": "group"}, "judged", "-15", id="23 group"
        ),
        pytest.param(
            {"response": "denied", "judged_by": "miit"},
            "unproved",
            "-15",
            id="13b and 23 weigh the same: 13b is cited, once",
        ),
        pytest.param(
            {"response": "denied", "repeat": "new_breach", "repeat_coefficient": "1.6"},
            "repeated",
            "-16",
            id="17b just above 1.5",
        ),
        pytest.param(
            {"response": "denied", "repeat": "new_breach", "repeat_coefficient": "1.5"},
            "unproved",
            "-15",
            id="17b exactly 1.5",
        ),
        pytest.param(
            {"response": "admitted", "repeat": "new_breach", "repeat_coefficient": "0.5"},
            "admitted",
            "-10",
            id="17b under the actual coefficient",
        ),
        pytest.param(
            {"response": "admitted", "repeat_coefficient": "3"},
            "admitted",
            "-10",
            id="a coefficient without a repeat does not count",
        ),
    ],
)
def test_the_heaviest_ground_is_cited(facts: dict[str, Any], ground: str, points: str) -> None:
    told = cited({"base_points": 10, **facts})
    assert list(told) == [ground]
    assert amounts(told[ground]) == [("score", "credit", Decimal(points))]


def test_coefficients_multiply_when_the_policy_says_so() -> None:
    facts = {
        "base_points": 10,
        "response": "denied",
        "judged_by": "group",
        "repeat": "new_breach",
        "repeat_coefficient": 2,
    }
    told = cited(facts, stacking="multiply")
    assert [amounts(findings)[0][2] for findings in told.values()] == [Decimal(-45)]


def test_a_policy_may_weigh_silence_heavier() -> None:
    facts = {"base_points": 8, "response": "silent"}
    told = cited(facts, coefficients={"silent": "1.5"})
    assert amounts(told["silent"]) == [("score", "credit", Decimal(-12))]


@pytest.mark.parametrize(
    ("reported", "cooperative", "grounds"),
    [
        pytest.param(True, True, ["self_report"], id="both"),
        pytest.param(True, False, ["unproved"], id="reported only"),
        pytest.param(False, True, ["unproved"], id="cooperative only"),
    ],
)
def test_self_report_leaves_a_choice(
    reported: bool,  # noqa: FBT001 - the two facts under test
    cooperative: bool,  # noqa: FBT001
    grounds: list[str],
) -> None:
    facts = {"base_points": 8, "response": "denied"}
    told = cited({**facts, "self_reported": reported, "cooperative": cooperative})
    assert list(told) == grounds
    choices = [item for items in told.values() for item in items if isinstance(item, Choice)]
    assert [(item.minimum, item.maximum) for item in choices] == (
        [(Decimal(0), Decimal(12))] if grounds == ["self_report"] else []
    )


def test_a_new_breach_needs_its_coefficient() -> None:
    with pytest.raises(RefusedError) as error:
        cited({"base_points": 8, "response": "admitted", "repeat": "new_breach"})
    assert error.value.code == "missing_fact"
    assert error.value.faults[0].pointer == "/facts/repeat_coefficient"


@pytest.mark.parametrize(
    ("at", "month", "fees", "expected"),
    [
        pytest.param(
            "2026-03-31",
            "2026-03",
            "4500",
            [("action", "billing_removal", Decimal(1))],
            id="last day of the month",
        ),
        pytest.param(
            "2026-04-01",
            "2026-03",
            "4500.50",
            [
                ("refund", "CNY", Decimal("-4500.50")),
                ("action", "settlement_suspension", Decimal(1)),
            ],
            id="the day after",
        ),
        pytest.param(
            "2026-03-31",
            "2025-03",
            "0",
            [("action", "settlement_suspension", Decimal(1))],
            id="same month of last year, nothing charged",
        ),
    ],
)
def test_billing(at: str, month: str, fees: str, expected: list[tuple[str, str, Decimal]]) -> None:
    facts = {"breach_month": month, "fees": fees}
    told = [
        amounts(run("sp.billing", {"breach": breach}, facts, at))
        for breach in ("same_month", "earlier")
    ]
    assert [item for items in told for item in items] == expected


def test_billing_refuses_a_breach_after_its_verification() -> None:
    facts = {"breach_month": "2026-04", "fees": 1}
    with pytest.raises(RefusedError) as error:
        run("sp.billing", {"breach": "earlier"}, facts, "2026-03-31")
    assert error.value.code == "invalid_fact"


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        pytest.param(
            "sp.determination",
            {"ground": "unproved"},
            [("penalty", "score", Decimal("1.5"), Decimal("1.5"))],
            id="fixed coefficient",
        ),
        pytest.param(
            "sp.determination",
            {"ground": "repeated"},
            [("penalty", "score", Decimal(0), None)],
            id="external coefficient",
        ),
        pytest.param(
            "sp.determination",
            {"ground": "self_report"},
            [("reward", "score", Decimal(0), None)],
            id="self-report",
        ),
        pytest.param(
            "sp.billing",
            {"breach": "same_month"},
            [("penalty", "action", Decimal(1), Decimal(1))],
            id="removal",
        ),
        pytest.param(
            "sp.billing",
            {"breach": "earlier"},
            [
                ("penalty", "refund", Decimal(0), None),
                ("penalty", "action", Decimal(1), Decimal(1)),
            ],
            id="refund",
        ),
    ],
)
def test_catalogue(
    name: str, params: dict[str, Any], expected: list[tuple[str, str, Decimal, Decimal | None]]
) -> None:
    kind = KINDS[name]
    rows = kind.rows(make_part(kind.params.model_validate(params)))
    assert [(row.direction, row.account, row.minimum, row.maximum) for row in rows] == expected
