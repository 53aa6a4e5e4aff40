"""Subjects and their reporting lines."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

UNKNOWN_SUBJECT: Final = FaultKind(
    "unknown_subject",
    Refusal.INVALID,
    "没有编号为“{value}”的对象；请先登记，或检查编号。",
    "There is no subject {value!r}; register it first or check the code.",
)

SUPERVISOR_LOOP: Final = FaultKind(
    "supervisor_loop",
    Refusal.INVALID,
    "“{value}”的上级链会回到本人：{chain}；请指定其他上级。",
    "The reporting line of {value!r} would come back to itself: {chain}; name another supervisor.",
)
