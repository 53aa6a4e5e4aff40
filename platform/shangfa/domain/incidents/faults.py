"""Incidents as they are reported and undone."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

FUTURE_INCIDENT: Final = FaultKind(
    "future_incident",
    Refusal.INVALID,
    "发生时间{value}晚于现在；只能登记已发生的事件。",
    "{value} lies in the future; only what has happened can be recorded.",
)

SHARES_NOT_100: Final = FaultKind(
    "shares_not_100",
    Refusal.INVALID,
    "责任比例合计为{value}，必须正好为100。",
    "The shares total {value}; they must total exactly 100.",
)

INVALID_SHARES: Final = FaultKind(
    "invalid_shares",
    Refusal.INVALID,
    "责任比例“{value}”无效；每一份须大于0且不超过100。",
    "Share {value!r} is not valid; each must be over 0 and at most 100.",
)

NO_SUBJECTS: Final = FaultKind(
    "no_subjects", Refusal.INVALID, "至少要有一个对象。", "At least one subject is needed."
)

DUPLICATE_SUBJECT: Final = FaultKind(
    "duplicate_subject",
    Refusal.INVALID,
    "对象“{value}”重复出现；每个对象只写一次。",
    "Subject {value!r} appears twice; name each once.",
)

TOO_MANY_SUBJECTS: Final = FaultKind(
    "too_many_subjects",
    Refusal.INVALID,
    "一个事件涉及{value}个对象，至多{allowed}个；请分为几个事件登记。",
    "One incident names {value} subjects, {allowed} at most; record it as several.",
)

TOO_MANY_INCIDENTS: Final = FaultKind(
    "too_many_incidents",
    Refusal.CONFLICT,
    "这一更改涉及{value}个已登记的事件，一次至多重算{allowed}个；请改用更晚的日期；制度版本可先用"
    " replay 试算。",
    "{value} recorded incidents would be computed again, {allowed} at most; choose a later day. "
    "What a version would change can be tried with its replay.",
)

ALREADY_REVERSED: Final = FaultKind(
    "already_reversed",
    Refusal.CONFLICT,
    "事件{value}已被撤销。",
    "Incident {value} has been reversed already.",
)

NOT_LIFTABLE: Final = FaultKind(
    "not_liftable",
    Refusal.CONFLICT,
    "该对象因此事件在{day}没有可解除的“{value}”；可解除的：{allowed}。只有方案写明有效期（lapses）、"
    "在该日之前给出且当日仍有效的，才能提前解除；其余请撤销事件或申诉。",
    "Of this incident {value!r} cannot be lifted on {day}; what can: {allowed}. It must have a "
    "term in the policy (lapses), be given before that day and be in force on it; otherwise "
    "reverse the incident or appeal.",
)

NOT_LIFTED: Final = FaultKind(
    "not_lifted",
    Refusal.CONFLICT,
    "“{value}”没有提前解除，无可撤回；先查看该事件的提前解除记录。",
    "{value!r} was not lifted, so nothing can be withdrawn; look at the liftings of the incident.",
)
