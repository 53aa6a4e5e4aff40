"""Why a line stands in the ledger."""

from typing import Final, Literal, get_args

Cause = Literal[
    "clause", "reaction", "supervisor", "offset", "cap", "programme", "reversal", "adjustment"
]
CAUSES: Final[tuple[str, ...]] = get_args(Cause)
