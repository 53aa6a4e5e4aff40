"""What goods cost that came back: the price gap when resold in time, else the actual loss.

Source of the shape: 004_abb6365393d0c5c9.txt L4-L7 (S30). The shares of responsibility
belong to the incident; the platform splits the compensation by them, to the fen.
"""

from __future__ import annotations

from typing import Any

from shangfa.sdk import ClauseKind, hookimpl
from shangfa_loss_share.bases import BaseFine, assess_base_fine, rows_base_fine
from shangfa_loss_share.resale import (
    FACTS,
    Opening,
    Resale,
    assess_opening,
    assess_resale,
    rows_opening,
    rows_resale,
)


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("loss_share.window", Opening, assess_opening, rows_opening),
        ClauseKind("loss_share.resale", Resale, assess_resale, rows_resale, FACTS),
        ClauseKind("loss_share.base_fine", BaseFine, assess_base_fine, rows_base_fine),
    ]
