"""Every fault's text: code -> (Chinese, English). Tests keep README's list equal to this one."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "unknown_subject": (
        "没有编号为“{value}”的对象；请先登记，或检查编号。",
        "There is no subject {value!r}; register it first or check the code.",
    ),
    "unknown_clause": (
        "制度{policy}中没有条款“{value}”；相近的有：{near}。",
        "Policy {policy} has no clause {value!r}; the nearest are: {near}.",
    ),
    "not_recordable": (
        "条款“{value}”是说明或由系统折算，不能登记为事件：{why}。",
        "Clause {value!r} is a definition or is derived, not reported: {why}.",
    ),
    "unknown_policy": (
        "没有名为“{value}”的制度；现有：{allowed}。",
        "There is no policy {value!r}; there are: {allowed}.",
    ),
    "unknown_tenant": ("没有租户“{value}”。", "There is no tenant {value!r}."),
    "unknown_plugin": (
        "没有安装插件“{value}”；已安装：{allowed}。",
        "Plugin {value!r} is not installed; installed are: {allowed}.",
    ),
    "unknown_programme": (
        "没有名为“{value}”的评比；现有：{allowed}。",
        "There is no programme {value!r}; there are: {allowed}.",
    ),
    "not_found": ("找不到所请求的内容。", "What was asked for does not exist."),
    "not_in_force": (
        "“{value}”在{day}尚未施行或已停止；请核对日期，或登记生效的制度版本。",
        "{value!r} is not in force on {day}; check the date or publish a version for that day.",
    ),
    "ambiguous_policy": (
        "条款“{value}”在多个制度中存在，请在 policy 中指明其一：{allowed}。",
        "Clause {value!r} stands in several policies; name one in `policy`: {allowed}.",
    ),
    "out_of_scope": (
        "制度{policy}不适用于对象“{value}”：{why}。",
        "Policy {policy} does not cover subject {value!r}: {why}.",
    ),
    "invalid_quantity": (
        "数量“{value}”无效；该条款按{unit}计，须{allowed}。",
        "Quantity {value!r} is not valid; this clause counts {unit}, {allowed}.",
    ),
    "missing_fact": (
        "缺少事实“{name}”（{label}）；须为{allowed}。",
        "Fact {name!r} ({label}) is missing; it takes {allowed}.",
    ),
    "unknown_fact": (
        "该条款不用事实“{name}”；可用：{allowed}。",
        "This clause takes no fact {name!r}; it takes: {allowed}.",
    ),
    "invalid_fact": (
        "事实“{name}”的值“{value}”无效；须为{allowed}。",
        "Fact {name!r} cannot be {value!r}; it takes {allowed}.",
    ),
    "future_incident": (
        "发生时间{value}晚于现在；只能登记已发生的事件。",
        "{value} lies in the future; only what has happened can be recorded.",
    ),
    "shares_not_100": (
        "责任比例合计为{value}，必须正好为100。",
        "The shares total {value}; they must total exactly 100.",
    ),
    "shares_needed": (
        "条款“{value}”的金额须分摊：多个对象请写明各自比例，合计100，如 E1: 60、E2: 40。",
        "What clause {value!r} gives is split: name each subject's share, 100 in all, "
        "as E1: 60, E2: 40.",
    ),
    "invalid_shares": (
        "责任比例“{value}”无效；每一份须大于0且不超过100。",
        "Share {value!r} is not valid; each must be over 0 and at most 100.",
    ),
    "no_subjects": ("至少要有一个对象。", "At least one subject is needed."),
    "duplicate_subject": (
        "对象“{value}”重复出现；每个对象只写一次。",
        "Subject {value!r} appears twice; name each once.",
    ),
    "incomplete_clause": (
        "条款“{value}”缺少原文未给出的参数：{missing}；请由公司填写并发布新版本。",
        "Clause {value!r} lacks what the document does not give: {missing}; "
        "fill it in and publish a new version.",
    ),
    "out_of_range": (
        "“{value}”超出允许范围{allowed}。",
        "{value!r} is outside the allowed range {allowed}.",
    ),
    "plugin_not_enabled": (
        "本公司未启用插件“{value}”；已启用：{allowed}。请由运营方启用。",
        "Plugin {value!r} is not enabled for this tenant; enabled are: {allowed}. "
        "Ask the operator to enable it.",
    ),
    "plugin_in_use": (
        "插件“{value}”仍被以下制度使用，不能停用：{allowed}。",
        "Plugin {value!r} is used by these policies and cannot be disabled: {allowed}.",
    ),
    "plugin_failed": (
        "插件“{plugin}”未能给出结果：{reason}。未存储任何内容，请联系插件作者。",
        "Plugin {plugin!r} failed: {reason}. Nothing was stored; tell the plugin's author.",
    ),
    "calendar_missing": (
        "日历“{calendar}”没有{year}年的数据，无法计算工作日；请为公司补录该年的放假与调休日。",
        "Calendar {calendar!r} holds no data for {year}, so working days cannot be counted; "
        "add that year's days off and make-up days to the tenant's calendar.",
    ),
    "supervisor_loop": (
        "“{value}”的上级链会回到本人：{chain}；请指定其他上级。",
        "The reporting line of {value!r} would come back to itself: {chain}; "
        "name another supervisor.",
    ),
    "duplicate": (
        "“{value}”已存在；请使用其他编号，或更新已有的那一个。",
        "{value!r} exists already; use another code or update the existing one.",
    ),
    "incidents_exist": (
        "{day}起已有事件据此作出决定；请改用更晚的生效日，或先撤销这些事件。",
        "Incidents since {day} were decided on the earlier state; choose a later date or "
        "reverse them first.",
    ),
    "already_published": (
        "版本{value}已发布，不可更改；请以更晚的生效日建立新版本。",
        "Version {value} is published and cannot change; make a new version with a later date.",
    ),
    "already_reversed": (
        "事件{value}已被撤销。",
        "Incident {value} has been reversed already.",
    ),
    "already_decided": (
        "该事件已作出此项决定；如需更改，请先撤销该事件。",
        "This was decided already; reverse the incident to decide anew.",
    ),
    "unknown_choice": (
        "该事件没有待定项“{value}”。",
        "The incident leaves no choice {value!r} open.",
    ),
    "not_one_of": (
        "对象“{value}”的几项只能且必须选择一项，现选了{count}项。",
        "Exactly one of the options for {value!r} must be taken; {count} were.",
    ),
    "period_open": (
        "期间“{value}”尚未结束，最后一天是{day}；请在结束后评定。",
        "Period {value!r} is not over, its last day is {day}; evaluate it afterwards.",
    ),
    "suspended": (
        "公司“{value}”已被暂停；请联系运营方。",
        "Tenant {value!r} is suspended; ask the operator.",
    ),
    "unauthorized": (
        "缺少或无效的密钥；请在 Authorization: Bearer 中给出有效密钥。",
        "The key is missing, wrong or revoked; send a valid one as Authorization: Bearer.",
    ),
    "forbidden": (
        "角色{role}无权执行此操作；需要：{allowed}。",
        "Role {role} may not do this; it takes: {allowed}.",
    ),
    "idempotency_key_reused": (
        "Idempotency-Key 已用于另一个请求；请换一个新的值。",
        "This Idempotency-Key was used with another request; take a new one.",
    ),
    "request_in_progress": (
        "同一 Idempotency-Key 的请求仍在处理；请稍后重试。",
        "A request with this Idempotency-Key is still running; try again shortly.",
    ),
    "stale_version": (
        "内容已被他人更新；请重新读取后带新的 ETag 再试。",
        "This was changed by somebody else; read it again and send the new ETag in If-Match.",
    ),
    "precondition_required": (
        "更新须带 If-Match；请先读取并取得 ETag。",
        "Updates need If-Match; read the resource first and send its ETag.",
    ),
    "invalid": ("“{value}”无效：{why}。", "{value!r} is not valid: {why}."),
    "missing": ("缺少必填项“{value}”。", "{value!r} is required."),
    "unknown_field": (
        "没有名为“{value}”的项；可用：{allowed}。",
        "There is no field {value!r}; allowed are: {allowed}.",
    ),
    "not_a_document": (
        "无法读取：{why}。",
        "Cannot be read: {why}.",
    ),
    "unknown_kind": (
        "没有名为“{value}”的类型；已启用的插件提供：{allowed}。",
        "No enabled plugin provides {value!r}; provided are: {allowed}.",
    ),
    "unknown_rung": (
        "阶梯中没有“{value}”；阶梯为：{allowed}。",
        "The ladder has no rung {value!r}; it has: {allowed}.",
    ),
    "unknown_parameter": (
        "没有声明参数“{value}”；已声明：{allowed}。",
        "Parameter {value!r} is not declared; declared are: {allowed}.",
    ),
    "circular_reaction": (
        "折算成环：{value}；折算不能直接或间接产生自身。",
        "Reactions feed themselves: {value}; a reaction may not lead back to itself.",
    ),
    "no_change": ("没有可更新的内容。", "There is nothing to change."),
    "too_large": ("请求超过{allowed}字节。", "The request is larger than {allowed} bytes."),
    "busy": (
        "系统繁忙，请稍后重试。",
        "The service is busy; try again shortly.",
    ),
    "internal": (
        "系统内部错误，已记录，编号{value}；未存储任何内容。",
        "Internal error, logged as {value}; nothing was stored.",
    ),
}
