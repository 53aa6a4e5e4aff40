"""Where a case can be, what is done in it, and what is decided."""

from typing import Final, Literal, get_args

CaseState = Literal["choice_open", "effective", "reversed"]
CASE_STATES: Final[tuple[str, ...]] = get_args(CaseState)
Step = Literal["record", "choose", "reverse"]
STEPS: Final[tuple[str, ...]] = get_args(Step)
DecisionKind = Literal["sanction", "choice", "reversal", "evaluation", "adjustment"]
DECISION_KINDS: Final[tuple[str, ...]] = get_args(DecisionKind)
IMMEDIATE: Final = "immediate"
"""The procedure under which a decision is effective when it is recorded."""
