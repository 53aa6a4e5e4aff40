"""Credit score and service cost of a telecom operator's partner companies.

Source: 004_abb6365393d0c5c9.txt L36-L95 (S31, 2008). The credit table itself is external:
base points, the repeat coefficient and the points by volume are handed in.
"""

from __future__ import annotations

from typing import Any

from shangfa.sdk import ClauseKind, ProgrammeKind, hookimpl
from shangfa_sp_credit import cost, volume
from shangfa_sp_credit.determination import (
    BILLING_FACTS,
    FACTS,
    Billing,
    Determination,
    assess_billing,
    assess_determination,
    rows_billing,
    rows_determination,
)


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind(
            "sp.determination",
            Determination,
            assess_determination,
            rows_determination,
            FACTS,
        ),
        ClauseKind("sp.billing", Billing, assess_billing, rows_billing, BILLING_FACTS),
    ]


@hookimpl
def register_programmes() -> list[ProgrammeKind[Any]]:
    return [
        ProgrammeKind(
            "sp.service_cost",
            cost.ServiceCost,
            cost.evaluate_service_cost,
            cost.INPUTS,
            cost.rows_service_cost,
        ),
        ProgrammeKind(
            "sp.complaint_volume",
            volume.ComplaintVolume,
            volume.evaluate_complaint_volume,
            volume.INPUTS,
            volume.rows_complaint_volume,
        ),
    ]
