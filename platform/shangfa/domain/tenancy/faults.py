"""Tenants and plugins that are not there or may not."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

UNKNOWN_TENANT: Final = FaultKind(
    "unknown_tenant", Refusal.HIDDEN, "没有租户“{value}”。", "There is no tenant {value!r}."
)

UNKNOWN_PLUGIN: Final = FaultKind(
    "unknown_plugin",
    Refusal.INVALID,
    "没有安装插件“{value}”；已安装：{allowed}。",
    "Plugin {value!r} is not installed; installed are: {allowed}.",
)

PLUGIN_NOT_ENABLED: Final = FaultKind(
    "plugin_not_enabled",
    Refusal.INVALID,
    "本公司未启用插件“{value}”；已启用：{allowed}。请由运营方启用。",
    "Plugin {value!r} is not enabled for this tenant; enabled are: {allowed}. "
    "Ask the operator to enable it.",
)

PLUGIN_IN_USE: Final = FaultKind(
    "plugin_in_use",
    Refusal.CONFLICT,
    "插件“{value}”仍被以下制度使用，不能停用：{allowed}。",
    "Plugin {value!r} is used by these policies and cannot be disabled: {allowed}.",
)

SUSPENDED: Final = FaultKind(
    "suspended",
    Refusal.FORBIDDEN,
    "公司“{value}”已被暂停；请联系运营方。",
    "Tenant {value!r} is suspended; ask the operator.",
)

LOOSER: Final = FaultKind(
    "looser",
    Refusal.INVALID,
    "“{value}”比现在的“{allowed}”宽；本公司只能从严，放宽请由运营方设定。",
    "{value!r} is looser than {allowed!r}, which holds now; a company may only be stricter. "
    "Ask the operator to loosen it.",
)
