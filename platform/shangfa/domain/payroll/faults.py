"""What can be wrong with what payroll is told."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

UNKNOWN_COLUMN: Final = FaultKind(
    "unknown_column",
    Refusal.INVALID,
    "没有名为“{value}”的列；最接近的是：{near}。全部列：{allowed}。",
    "There is no column {value!r}; the nearest: {near}. All of them: {allowed}.",
)
SAME_HEADER: Final = FaultKind(
    "same_header",
    Refusal.INVALID,
    "两列都叫“{value}”；同一张表里每个表头只能出现一次。",
    "Two columns are headed {value!r}; a sheet has each header once.",
)
UNKNOWN_TEMPLATE: Final = FaultKind(
    "unknown_template",
    Refusal.INVALID,
    "没有名为“{value}”的模板；现有：{allowed}。",
    "There is no template {value!r}; there are: {allowed}.",
)
PAY_LOCKED: Final = FaultKind(
    "pay_locked",
    Refusal.CONFLICT,
    "月份“{value}”已锁定，不再改变；请记入“{allowed}”，或先重新打开该月。",
    "Month {value!r} is locked and changes no more; record it for {allowed}, or reopen the month.",
)
WRONG_PAPER: Final = FaultKind(
    "wrong_paper",
    Refusal.INVALID,
    "款项“{value}”不用“{paper}”；{paper}适用于：{allowed}。",
    "{value!r} takes no {paper!r}; that is for: {allowed}.",
)
TOLD_AHEAD: Final = FaultKind(
    "told_ahead",
    Refusal.INVALID,
    "“{value}”还没有到；书面告知或同意须已经发生，最晚为{allowed}。",
    "{value} has not come yet; a notice or consent must have been given by {allowed}.",
)
