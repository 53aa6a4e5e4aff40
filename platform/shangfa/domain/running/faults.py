"""What a deployment refuses about itself."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

CLOCK_BACKWARDS: Final = FaultKind(
    "clock_backwards",
    Refusal.INVALID,
    "测试时钟只能向前：现在是{now}，不能拨回{value}。",
    "The test clock goes forward only: it shows {now} and cannot go back to {value}.",
)
