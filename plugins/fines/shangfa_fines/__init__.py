"""Money: fixed amounts, per unit, bands, losses, ranges, pay and bonuses, by counts.

Amounts in a policy are unsigned CNY; the account gives the sign.
"""

from __future__ import annotations

from typing import Any

from shangfa.sdk import ClauseKind, ReactionKind, hookimpl
from shangfa_fines.amounts import (
    Fixed,
    Loss,
    PerUnit,
    Range,
    assess_fixed,
    assess_loss,
    assess_per_unit,
    assess_range,
    measure_per_unit,
    rows_fixed,
    rows_loss,
    rows_per_unit,
    rows_range,
)
from shangfa_fines.bands import Bands, assess_bands, measure_bands, rows_bands
from shangfa_fines.counts import (
    PerCount,
    Tiers,
    derive_per_count,
    derive_tiers,
    gives_per_count,
    gives_tiers,
    note_per_count,
    note_tiers,
    rows_per_count,
    rows_tiers,
    watch_counter,
)
from shangfa_fines.wages import (
    Bonus,
    Wage,
    assess_bonus,
    assess_wage,
    measure_wage,
    rows_bonus,
    rows_wage,
)


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("fines.fixed", Fixed, assess_fixed, rows_fixed),
        ClauseKind(
            "fines.per_unit", PerUnit, assess_per_unit, rows_per_unit, measure=measure_per_unit
        ),
        ClauseKind("fines.bands", Bands, assess_bands, rows_bands, measure=measure_bands),
        ClauseKind("fines.loss", Loss, assess_loss, rows_loss),
        ClauseKind("fines.range", Range, assess_range, rows_range),
        ClauseKind("fines.wage", Wage, assess_wage, rows_wage, measure=measure_wage),
        ClauseKind("fines.bonus", Bonus, assess_bonus, rows_bonus),
    ]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "fines.per_count",
            PerCount,
            watch_counter,
            derive_per_count,
            gives_per_count,
            rows_per_count,
            note_per_count,
        ),
        ReactionKind(
            "fines.tiers",
            Tiers,
            watch_counter,
            derive_tiers,
            gives_tiers,
            rows_tiers,
            note_tiers,
        ),
    ]
