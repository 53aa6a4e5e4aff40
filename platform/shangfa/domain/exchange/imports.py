"""What may be imported: kinds of files, their columns, and the headers people write over them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, get_args

from shangfa.domain.exchange.amounts import plain
from shangfa.domain.exchange.attendance import COUNTED
from shangfa.domain.people import columns as people

ImportKind = Literal["subjects", "wages", "incidents", "attendance", "punches"]
IMPORT_KINDS: Final[tuple[str, ...]] = get_args(ImportKind)
ImportState = Literal["reading", "checked", "refused", "done"]
IMPORT_STATES: Final[tuple[str, ...]] = get_args(ImportState)

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": people.COLUMNS,
    "wages": (
        *("subject", "since", "month_wage", "day_wage", "base_unit", "loss_contract_basis"),
        "work_region",
    ),
    "incidents": (
        *("subject", "clause", "occurred_at", "quantity", "policy", "facts", "note"),
        "external_id",
    ),
    "attendance": ("subject", "day", "month", "at", "shift", *COUNTED),
    "punches": ("subject", "at", "shift"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "subjects": ("code", "name"),
    "wages": ("subject", "since"),
    "incidents": ("subject", "clause", "occurred_at"),
    "attendance": ("subject",),
    "punches": ("subject", "at"),
}
IGNORED: Final = "-"
"""The column of what is read over."""
HEADERS: Final[Mapping[str, Mapping[str, str]]] = {
    "subjects": people.HEADINGS,
    "wages": {
        "工号": "subject",
        "编号": "subject",
        "姓名": IGNORED,
        "生效日期": "since",
        "月薪": "month_wage",
        "月工资": "month_wage",
        "日薪": "day_wage",
        "日工资": "day_wage",
        "基数": "base_unit",
        "合同约定赔偿": "loss_contract_basis",
        "工作地": "work_region",
        "工作地区": "work_region",
    },
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
    "attendance": {
        "工号": "subject",
        "编号": "subject",
        "日期": "day",
        "考勤日期": "day",
        "班次日期": "day",
        "月份": "month",
        "考勤月份": "month",
        "打卡时间": "at",
        "考勤时间": "at",
        "班次": "shift",
        "迟到": "late",
        "迟到次数": "late",
        "迟到时长": "late_minutes",
        "迟到时长(分钟)": "late_minutes",
        "严重迟到次数": "serious_late",
        "早退": "early",
        "早退次数": "early",
        "早退时长": "early_minutes",
        "早退时长(分钟)": "early_minutes",
        "缺卡": "missed",
        "缺卡次数": "missed",
        "上班缺卡次数": "missed_in",
        "下班缺卡次数": "missed_out",
        "旷工": "absent_days",
        "旷工天数": "absent_days",
        "旷工迟到天数": "absent_late_days",
        **dict.fromkeys(
            (
                *(
                    "姓名",
                    "部门",
                    "职位",
                    "考勤组",
                    "应出勤天数",
                    "实际出勤天数",
                    "出勤天数",
                    "休息天数",
                ),
                *(
                    "工作时长",
                    "严重迟到时长",
                    "严重迟到时长(分钟)",
                    "出差",
                    "出差时长",
                    "外出",
                    "外出时长",
                ),
                *(
                    "加班",
                    "工作日加班",
                    "休息日加班",
                    "节假日加班",
                    "事假",
                    "病假",
                    "年假",
                    "调休",
                    "婚假",
                ),
                *("产假", "陪产假", "护理假", "丧假", "哺乳假", "工伤假", "备注"),
            ),
            IGNORED,
        ),
    },
    "punches": {
        **dict.fromkeys(("工号", "人员编号", "考勤号码", "登记号码"), "subject"),
        **dict.fromkeys(("打卡时间", "刷卡时间", "日期时间"), "at"),
        "班次": "shift",
        **dict.fromkeys(
            (
                *("姓名", "部门", "职位", "考勤组", "考勤日期", "考勤时间", "机器号", "设备"),
                *("编号", "比对方式", "验证方式", "卡号", "打卡地址", "打卡结果", "备注"),
            ),
            IGNORED,
        ),
    },
}
"""Kind -> header -> column; a request may name others."""


def columns_of(kind: str, named: Mapping[str, str]) -> dict[str, str]:
    """Return header -> column of a kind of file; `named` are headers of the sender's own."""
    own = {name: name for name in COLUMNS[kind]}
    return {header_of(name): to for name, to in {**HEADERS[kind], **own, **named}.items()}


@lru_cache(1024)
def header_of(text: str) -> str:
    """Return a header as it is compared: of half width, without blanks and ends of lines."""
    return "".join(plain(text).split())
