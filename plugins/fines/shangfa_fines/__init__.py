"""Money: fixed amounts, per unit, bands, losses, ranges, pay and bonuses, by counts.

Amounts in a policy are unsigned CNY; the account gives the sign.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from shangfa.sdk import ClauseKind, ProgrammeKind, ReactionKind, hookimpl
from shangfa_fines.amounts import (
    Brackets,
    Fixed,
    Loss,
    PerUnit,
    Range,
    assess_brackets,
    assess_fixed,
    assess_loss,
    assess_per_unit,
    assess_range,
    measure_brackets,
    measure_per_unit,
    rows_brackets,
    rows_fixed,
    rows_loss,
    rows_per_unit,
    rows_range,
)
from shangfa_fines.bands import Bands, assess_bands, measure_bands, rows_bands
from shangfa_fines.caps import (
    Cap,
    Forfeit,
    Threshold,
    covers,
    derive_cap,
    derive_forfeit,
    derive_threshold,
    gives_cap,
    gives_forfeit,
    gives_threshold,
    note_cap,
    note_forfeit,
    note_threshold,
    rows_cap,
    rows_forfeit,
    rows_threshold,
    watch_cap,
    watch_forfeit,
    watch_threshold,
)
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
from shangfa_fines.repeated import (
    FromOwn,
    Nth,
    OwnShare,
    assess_from_own,
    assess_nth,
    assess_own_share,
    rows_from_own,
    rows_nth,
    rows_own_share,
)
from shangfa_fines.superiors import SHARED
from shangfa_fines.teams import Team, evaluate_team, rows_team
from shangfa_fines.wages import (
    Bonus,
    MonthWage,
    Wage,
    WageInMoney,
    assess_bonus,
    assess_month_wage,
    assess_wage,
    evaluate_wage_in_money,
    measure_wage,
    rows_bonus,
    rows_month_wage,
    rows_wage,
    rows_wage_in_money,
)

_impartial = partial(ClauseKind, impartial=lambda _: True)


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        _impartial("fines.fixed", Fixed, assess_fixed, rows_fixed),
        ClauseKind(
            "fines.per_unit",
            PerUnit,
            assess_per_unit,
            rows_per_unit,
            measure=measure_per_unit,
            impartial=lambda params: params.days != "working",
        ),
        _impartial("fines.bands", Bands, assess_bands, rows_bands, measure=measure_bands),
        _impartial("fines.loss", Loss, assess_loss, rows_loss),
        _impartial("fines.range", Range, assess_range, rows_range),
        _impartial("fines.wage", Wage, assess_wage, rows_wage, measure=measure_wage),
        _impartial("fines.bonus", Bonus, assess_bonus, rows_bonus),
        _impartial("fines.month_wage", MonthWage, assess_month_wage, rows_month_wage),
        _impartial("fines.nth", Nth, assess_nth, rows_nth),
        ClauseKind("fines.from_own", FromOwn, assess_from_own, rows_from_own),
        ClauseKind("fines.own_share", OwnShare, assess_own_share, rows_own_share),
        _impartial(
            "fines.brackets", Brackets, assess_brackets, rows_brackets, measure=measure_brackets
        ),
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
        ReactionKind(
            "fines.cap", Cap, watch_cap, derive_cap, gives_cap, rows_cap, note_cap, covers=covers
        ),
        ReactionKind(
            "fines.forfeit",
            Forfeit,
            watch_forfeit,
            derive_forfeit,
            gives_forfeit,
            rows_forfeit,
            note_forfeit,
        ),
        ReactionKind(
            "fines.threshold",
            Threshold,
            watch_threshold,
            derive_threshold,
            gives_threshold,
            rows_threshold,
            note_threshold,
        ),
        SHARED,
    ]


@hookimpl
def register_programmes() -> list[ProgrammeKind[Any]]:
    return [
        ProgrammeKind(
            "fines.wage_in_money",
            WageInMoney,
            evaluate_wage_in_money,
            ("month_wages",),
            rows_wage_in_money,
        ),
        ProgrammeKind(
            "fines.team",
            Team,
            evaluate_team,
            ("members",),
            rows_team,
            lambda rule: rule.params.period,
            lambda rule: rule.params.attribute is not None,
        ),
    ]
