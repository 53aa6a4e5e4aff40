"""Where a case without a procedure can be, what is done in it, and what is decided in any."""

from typing import Final, Literal, get_args

CaseState = Literal["choice_open", "effective", "reversed"]
Step = Literal["record", "choose", "reverse", "adjust"]
DecisionKind = Literal[
    "sanction", "choice", "reversal", "evaluation", "proposal", "adjustment", "reduction"
]
DECISION_KINDS: Final[tuple[str, ...]] = get_args(DecisionKind)
IMMEDIATE: Final = "immediate"
"""The procedure under which a decision is effective when it is recorded."""
