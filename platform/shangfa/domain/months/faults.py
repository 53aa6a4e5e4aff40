"""Periods and programmes."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

UNKNOWN_PROGRAMME: Final = FaultKind(
    "unknown_programme",
    Refusal.INVALID,
    "没有名为“{value}”的评比；现有：{allowed}。",
    "There is no programme {value!r}; there are: {allowed}.",
)

PERIOD_OPEN: Final = FaultKind(
    "period_open",
    Refusal.CONFLICT,
    "期间“{value}”尚未结束，最后一天是{day}；请在结束后评定。",
    "Period {value!r} is not over, its last day is {day}; evaluate it afterwards.",
)
