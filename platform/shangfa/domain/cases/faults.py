"""What a human decides."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

ALREADY_DECIDED: Final = FaultKind(
    "already_decided",
    Refusal.CONFLICT,
    "该事件已作出此项决定；如需更改，请先撤销该事件。",
    "This was decided already; reverse the incident to decide anew.",
)

UNKNOWN_CHOICE: Final = FaultKind(
    "unknown_choice",
    Refusal.INVALID,
    "该事件没有待定项“{value}”。",
    "The incident leaves no choice {value!r} open.",
)

NOT_ONE_OF: Final = FaultKind(
    "not_one_of",
    Refusal.INVALID,
    "对象“{value}”的几项只能且必须选择一项，现选了{count}项。",
    "Exactly one of the options for {value!r} must be taken; {count} were.",
)
