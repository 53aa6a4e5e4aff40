"""Policies, their clauses and what a report says under one."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

AGAINST_THE_LAW: Final = FaultKind(
    "against_the_law",
    Refusal.INVALID,
    "条款“{value}”不能发布：{why}（{law}）。办法：{allowed}。公司的 compliance 为 block。",
    "Clause {value!r} cannot be published: {why} ({law}). Way out: {allowed}. "
    "The company's `compliance` is block.",
)

UNKNOWN_CLAUSE: Final = FaultKind(
    "unknown_clause",
    Refusal.INVALID,
    "制度{policy}中没有条款“{value}”；相近的有：{near}。",
    "Policy {policy} has no clause {value!r}; the nearest are: {near}.",
)

NOT_RECORDABLE: Final = FaultKind(
    "not_recordable",
    Refusal.INVALID,
    "条款“{value}”是说明或由系统折算，不能登记为事件：{why}。",
    "Clause {value!r} is a definition or is derived, not reported: {why}.",
)

UNKNOWN_POLICY: Final = FaultKind(
    "unknown_policy",
    Refusal.INVALID,
    "没有名为“{value}”的制度；现有：{allowed}。",
    "There is no policy {value!r}; there are: {allowed}.",
)

NOT_IN_FORCE: Final = FaultKind(
    "not_in_force",
    Refusal.INVALID,
    "“{value}”在{day}尚未施行或已停止；请核对日期，或登记生效的制度版本。",
    "{value!r} is not in force on {day}; check the date or publish a version for that day.",
)

AMBIGUOUS_POLICY: Final = FaultKind(
    "ambiguous_policy",
    Refusal.INVALID,
    "条款“{value}”在多个制度中存在，请在 policy 中指明其一：{allowed}。",
    "Clause {value!r} stands in several policies; name one in `policy`: {allowed}.",
)

OUT_OF_SCOPE: Final = FaultKind(
    "out_of_scope",
    Refusal.INVALID,
    "制度{policy}不适用于对象“{value}”：{why}。",
    "Policy {policy} does not cover subject {value!r}: {why}.",
)

INVALID_QUANTITY: Final = FaultKind(
    "invalid_quantity",
    Refusal.INVALID,
    "数量“{value}”无效；该条款按{unit}计，须{allowed}。",
    "Quantity {value!r} is not valid; this clause counts {unit}, {allowed}.",
)

MISSING_FACT: Final = FaultKind(
    "missing_fact",
    Refusal.INVALID,
    "缺少事实“{name}”（{label}）；须为{allowed}。",
    "Fact {name!r} ({label}) is missing; it takes {allowed}.",
)

UNKNOWN_FACT: Final = FaultKind(
    "unknown_fact",
    Refusal.INVALID,
    "该条款不用事实“{name}”；可用：{allowed}。",
    "This clause takes no fact {name!r}; it takes: {allowed}.",
)

INVALID_FACT: Final = FaultKind(
    "invalid_fact",
    Refusal.INVALID,
    "事实“{name}”的值“{value}”无效；须为{allowed}。",
    "Fact {name!r} cannot be {value!r}; it takes {allowed}.",
)

SHARES_NEEDED: Final = FaultKind(
    "shares_needed",
    Refusal.INVALID,
    "条款“{value}”的金额须分摊：多个对象请写明各自比例，合计100，如 E1: 60、E2: 40。",
    "What clause {value!r} gives is split: name each subject's share, 100 in all, "
    "as E1: 60, E2: 40.",
)

INCOMPLETE_CLAUSE: Final = FaultKind(
    "incomplete_clause",
    Refusal.INVALID,
    "条款“{value}”缺少原文未给出的参数：{missing}；请由公司填写并发布新版本。",
    "Clause {value!r} lacks what the document does not give: {missing}; "
    "fill it in and publish a new version.",
)

ALREADY_PUBLISHED: Final = FaultKind(
    "already_published",
    Refusal.CONFLICT,
    "版本{value}已发布，不可更改；请以更晚的生效日建立新版本。",
    "Version {value} is published and cannot change; make a new version with a later date.",
)

UNKNOWN_KIND: Final = FaultKind(
    "unknown_kind",
    Refusal.INVALID,
    "没有名为“{value}”的类型；已启用的插件提供：{allowed}。",
    "No enabled plugin provides {value!r}; provided are: {allowed}.",
)

UNKNOWN_RUNG: Final = FaultKind(
    "unknown_rung",
    Refusal.INVALID,
    "阶梯中没有“{value}”；阶梯为：{allowed}。",
    "The ladder has no rung {value!r}; it has: {allowed}.",
)

UNKNOWN_COUNTER: Final = FaultKind(
    "unknown_counter",
    Refusal.INVALID,
    "没有条款或折算会记入“{value}”；相近的有：{allowed}。",
    "Nothing counts {value!r}; the nearest rungs and counters are: {allowed}.",
)

UNKNOWN_PARAMETER: Final = FaultKind(
    "unknown_parameter",
    Refusal.INVALID,
    "没有声明参数“{value}”；已声明：{allowed}。",
    "Parameter {value!r} is not declared; declared are: {allowed}.",
)

CIRCULAR_REACTION: Final = FaultKind(
    "circular_reaction",
    Refusal.INVALID,
    "折算成环：{value}；折算不能直接或间接产生自身。",
    "Reactions feed themselves: {value}; a reaction may not lead back to itself.",
)

CIRCULAR_OFFSET: Final = FaultKind(
    "circular_offset",
    Refusal.INVALID,
    "抵销成环：{value}；被抵销的不能反过来（直接或经其他规则）抵销对方，请去掉其中一条。",
    "Offsets go round in a circle: {value}; what is cancelled may not cancel in its turn, by "
    "whatever rules. Leave one of them out.",
)

TERM_BEYOND_HORIZON: Final = FaultKind(
    "term_beyond_horizon",
    Refusal.INVALID,
    "“{value}”的有效期（lapses）长于所查的范围（within: {within}），查不到仍然有效的；"
    "in_force 请不写 within，或写不短于有效期的范围。",
    "{value!r} is in force for longer (lapses) than is looked back (within: {within}); leave "
    "within out of in_force, or look back at least as far as the term.",
)

UNUSED: Final = FaultKind(
    "unused",
    Refusal.INVALID,
    "{what}“{value}”没有任何规则用到；请删去，或让规则用到它（只为存档的事实写 kept: true）。",
    "{what} {value!r} is used by no rule; delete it, or let a rule name it (a fact kept for the "
    "record says `kept: true`).",
)

CIRCULAR_CONDITION: Final = FaultKind(
    "circular_condition",
    Refusal.INVALID,
    "条件看的是它自己的后果：{value}；请改看条款被登记的次数（of: clause），或把后果移出该条件。",
    "The condition looks at its own consequence: {value}; ask how often the clause was reported "
    "(of: clause), or move the consequence out of the condition.",
)
