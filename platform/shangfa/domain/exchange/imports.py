"""What may be imported: kinds of files, their columns, and the headers people write over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

ImportKind = Literal["subjects", "wages", "incidents"]
IMPORT_KINDS: Final[tuple[str, ...]] = get_args(ImportKind)
ImportState = Literal["reading", "checked", "refused", "done"]
IMPORT_STATES: Final[tuple[str, ...]] = get_args(ImportState)

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": (
        *("code", "name", "kind", "department", "position", "supervisor", "since"),
        *("day_wage", "attributes"),
    ),
    "wages": ("subject", "since", "day_wage"),
    "incidents": (
        *("subject", "clause", "occurred_at", "quantity", "policy", "facts", "note"),
        "external_id",
    ),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": ("code", "name"),
    "wages": ("subject", "since", "day_wage"),
    "incidents": ("subject", "clause", "occurred_at"),
}
HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "subjects": {
        "工号": "code",
        "编号": "code",
        "姓名": "name",
        "名称": "name",
        "类型": "kind",
        "部门": "department",
        "岗位": "position",
        "职位": "position",
        "上级": "supervisor",
        "直属上级": "supervisor",
        "生效日期": "since",
        "日薪": "day_wage",
        "属性": "attributes",
    },
    "wages": {"工号": "subject", "编号": "subject", "生效日期": "since", "日薪": "day_wage"},
    "incidents": {
        "工号": "subject",
        "对象": "subject",
        "条款": "clause",
        "日期": "occurred_at",
        "发生时间": "occurred_at",
        "事件日期": "occurred_at",
        "数量": "quantity",
        "次数": "quantity",
        "制度": "policy",
        "事实": "facts",
        "备注": "note",
        "外部编号": "external_id",
    },
}
"""Kind -> header -> column; a request may name others."""


def columns_of(kind: str, named: Mapping[str, str]) -> dict[str, str]:
    """Return header -> column of a kind of file; `named` are headers of the sender's own."""
    own = {name: name for name in COLUMNS[kind]}
    return {**HEADERS[kind], **own, **named}
