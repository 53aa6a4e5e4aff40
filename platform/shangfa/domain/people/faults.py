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

UNKNOWN_ATTRIBUTE: Final = FaultKind(
    "unknown_attribute",
    Refusal.INVALID,
    "没有声明属性“{value}”；相近的有：{near}；其他属性请先在 tenant.yaml 或制度中声明。",
    "Nothing declares the attribute {value!r}; the nearest are: {near}. Declare others in "
    "tenant.yaml or a policy first.",
)

INVALID_ATTRIBUTE: Final = FaultKind(
    "invalid_attribute",
    Refusal.INVALID,
    "属性“{name}”（{label}）的值“{value}”无效；须为{allowed}。",
    "Attribute {name!r} ({label}) cannot be {value!r}; it takes {allowed}.",
)

NOT_EMPLOYED: Final = FaultKind(
    "not_employed",
    Refusal.INVALID,
    "“{value}”在{day}不在职（在职期间：{spans}）；请检查日期，或先登记其入职、离职日。",
    "{value!r} was not employed on {day} (employed: {spans}); check the day, or record the first "
    "and last day first.",
)

LAST_BEFORE_FIRST: Final = FaultKind(
    "last_before_first",
    Refusal.INVALID,
    "最后一天{last}早于第一天{first}；请写不早于第一天的日期，或不写。",
    "The last day {last} lies before the first, {first}; name a later one or none.",
)

EMPLOYMENT_OVERLAP: Final = FaultKind(
    "employment_overlap",
    Refusal.CONFLICT,
    "{first}起的任职与{other}的任职重叠；请先写明前一次的最后一天。",
    "The employment from {first} overlaps that of {other}; say the last day of the earlier one "
    "first.",
)

NAME_TAKEN: Final = FaultKind(
    "name_taken",
    Refusal.CONFLICT,
    "已有名称“{value}”；改名须用从未用过的名称，合并请从某日起重新分配人员。",
    "The name {value!r} is used already; a rename takes a new one. To merge, assign the people "
    "from a day on.",
)

UNKNOWN_NAME: Final = FaultKind(
    "unknown_name",
    Refusal.INVALID,
    "没有名称“{value}”；相近者：{near}。",
    "There is no {value!r}; the nearest names: {near}.",
)

CORRECTION_DECIDED: Final = FaultKind(
    "correction_decided",
    Refusal.CONFLICT,
    "此更正请求已处理（{state}）；如仍有误，请本人重新提出。",
    "This request for correction was decided ({state}); if something is still wrong, let the "
    "person ask again.",
)

OWN_CORRECTION: Final = FaultKind(
    "own_correction",
    Refusal.FORBIDDEN,
    "您不能处理自己提出的更正请求；请由其他人事人员处理。",
    "You may not decide your own request for correction; let another of HR do it.",
)

TOO_MANY_CORRECTIONS: Final = FaultKind(
    "too_many_corrections",
    Refusal.CONFLICT,
    "您已有{value}条更正请求待处理，最多{allowed}条；请等待处理后再提出。",
    "{value} of your requests for correction wait, at most {allowed} may; ask again once they "
    "are decided.",
)
