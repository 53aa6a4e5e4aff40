"""Which reports there are: what each is called, asks and shows, and who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from shangfa.domain.access.roles import AUDITOR, FINANCE, HR

OFFICE: Final = (HR, AUDITOR)
MONEY: Final = (HR, AUDITOR, FINANCE)
FEWEST: Final = 5
"""Decisions of a group below which its amounts are not shown: somebody would be known by them."""


class Report(NamedTuple):
    """A table.

    Attributes:
        asks: what a question may say: `month`, `year`, `subject`, `region`, `days`, `policy`,
            `step`, `gap`, `case`.
        columns: key -> header in Chinese, in their order.
        days: how far ahead it looks when a question does not say.
    """

    name: str
    zh: str
    en: str
    asks: tuple[str, ...]
    columns: Mapping[str, str]
    roles: tuple[str, ...] = OFFICE
    days: int = 14


WHO: Final = {"subject": "工号", "name": "姓名"}
SETTLED: Final = {
    "month": "月份",
    **WHO,
    "money": "款项",
    "requested": "应计",
    "carried_in": "上月结转",
    "allowed": "本月计入",
    "carried": "结转",
    "refused": "不予计入",
    "reason": "原因",
    "law": "依据",
    "clauses": "条款",
}
LOSSES: Final = {
    "month": "月份",
    "state": "状态",
    "closes_on": "结案期限",
    **WHO,
    "department": "部门",
    "cases": "案件数",
    "carried_in": "上月结转",
    "due": "本月应赔",
    "recovered": "本月收回",
    "carried": "结转",
    "refused": "不予计入",
    "reason": "原因",
}
LOSS_CASES: Final = {
    "month": "月份",
    "slip": "单据",
    "day": "发生日",
    "clause": "条款",
    "loss": "损失",
    **WHO,
    "share": "分摊比例",
    "due": "应赔",
}
DUE: Final = {**WHO, "clause": "条款", "step": "步骤", "due_at": "期限", "days": "天数"}

REPORTS: Final[Mapping[str, Report]] = {
    item.name: item
    for item in (
        Report(
            *("deductions", "某月计入工资的各项及原因", "what a month took and gave, and why"),
            *(("month", "subject"), SETTLED, MONEY),
        ),
        Report(
            *("outstanding", "尚未收回的款项", "what is still to be recovered"),
            *(("month", "subject"), SETTLED, MONEY),
        ),
        Report(
            *("capped", "被上限或规则减少的各项", "what a rule cut or held back"),
            *(("month", "subject"), SETTLED, MONEY),
        ),
        Report(
            *("converted", "依法不予计入的各项", "what the law lets nobody take"),
            *(("month", "subject"), SETTLED, MONEY),
        ),
        Report(
            *(
                "cut-slips",
                "被减少或依法转换的单据",
                "which slips a rule cut or converted",
            ),
            ("month", "subject"),
            {
                "month": "月份",
                "slip": "单据",
                "numbers": "奖罚单编号",
                "day": "发生日",
                **WHO,
                "clause": "条款",
                "money": "款项",
                "unit": "单位",
                "requested": "应计",
                "reason": "原因",
                "law": "依据",
            },
            MONEY,
        ),
        Report(
            *("recoveries", "各月尚待收回的款项", "what each month of a year left to be recovered"),
            ("year",),
            {
                "month": "月份",
                "state": "状态",
                "money": "款项",
                "people": "人数",
                "carried_in": "上月结转",
                "requested": "应计",
                "allowed": "本月计入",
                "refused": "不予计入",
                "carried": "结转",
            },
            MONEY,
        ),
        Report(
            *("losses", "某月损失汇总", "what a month recovers of losses, and from whom"),
            *(("month", "subject"), LOSSES, MONEY),
        ),
        Report(
            *("loss-cases", "某月各案件的损失分摊", "whose part of which loss a month has"),
            *(("month", "subject"), LOSS_CASES, MONEY),
        ),
        Report(
            *("spending", "基金的支出与同意人", "what funds were spent on, and who agreed"),
            (),
            {
                "fund": "基金",
                "number": "序号",
                "at": "时间",
                "amount": "金额",
                "purpose": "用途",
                "reason": "理由",
                "hr": "人事",
                "finance": "财务",
                "balance": "余额",
            },
            MONEY,
        ),
        Report(
            *("places", "某地员工的金钱处分", "money sanctions of those who work in a place"),
            ("month", "region"),
            {**WHO, "region": "工作地", "money": "款项", "amount": "金额"},
            MONEY,
        ),
        Report(
            *("changed", "上次锁定之后的变动", "what was booked since the last lock"),
            (),
            {"month": "月份", "account": "账户", "unit": "单位", "entries": "笔数", "sum": "合计"},
            MONEY,
        ),
        Report(
            *("usual", "同一条款各部门的通常幅度", "what each department gives under a clause"),
            ("year",),
            {
                "clause": "条款",
                "department": "部门",
                "unit": "单位",
                "decisions": "次数",
                "least": "最低",
                "median": "中位",
                "most": "最高",
            },
        ),
        Report(
            *("recorders", "登记最多的人", "who records how much"),
            *(("year",), {"recorder": "登记人", "incidents": "件数", "percent": "占比"}),
        ),
        Report(
            *("reversals", "被撤销最多的条款", "which clauses are reversed most"),
            ("year",),
            {"clause": "条款", "decided": "登记", "reversed": "撤销", "percent": "占比"},
        ),
        Report(
            *("appeals", "申诉最多的条款", "which clauses are appealed most"),
            ("year",),
            {
                "clause": "条款",
                "decided": "案件",
                "appealed": "申诉",
                "upheld": "维持",
                "varied": "变更",
                "reversed": "撤销",
            },
        ),
        Report(
            *("ranking", "某月积分名次", "places by points in a month, ties together"),
            ("month",),
            {"place": "名次", **WHO, "unit": "单位", "points": "积分"},
        ),
        Report(
            *("unrecognised", "当年未获表扬奖励的员工", "employees nobody has rewarded this year"),
            *(("year",), WHO),
        ),
        Report(
            *("waiting", "尚未办结的案件", "cases that wait, and for how long"),
            (),
            {
                "case": "案件",
                **WHO,
                "clause": "条款",
                "procedure": "程序",
                "state": "状态",
                "since": "起",
                "days": "天数",
            },
        ),
        Report(
            *("unsigned", "尚未签字的奖罚单", "who has not signed, and for how long"),
            (),
            {"case": "案件", **WHO, "clause": "条款", "since": "起", "days": "天数"},
        ),
        Report(
            *("union", "解除前通知工会的情况", "when the union was told of dismissals"),
            ("year",),
            {
                "case": "案件",
                **WHO,
                "clause": "条款",
                "told": "通知工会",
                "why_not": "未通知的理由",
                "decided_at": "决定时间",
            },
            (HR,),
        ),
        Report(
            *("admissions", "以沉默视为承认的合作方", "which partners admitted by silence"),
            ("year",),
            {
                "case": "案件",
                **WHO,
                "clause": "条款",
                "at": "时间",
                "state": "状态",
                "score": "信用分",
                "exposure": "按 1.5 计的信用分",
            },
        ),
        Report(
            *(
                "complaints",
                "逾期的投诉与限期事项、每日累计",
                "what is overdue, and what a day costs",
            ),
            (),
            {
                "case": "案件",
                **WHO,
                "clause": "条款",
                "title": "条款标题",
                "state": "状态",
                "due_at": "期限",
                "days": "逾期天数",
                "per_day": "每日累计",
            },
        ),
        Report(
            *("unread", "尚未阅读最新版制度的员工", "who has not read which policy"),
            ("policy",),
            {
                "policy": "制度",
                "version": "版本",
                "effective_from": "施行日",
                **WHO,
                "department": "部门",
                "days": "公布后天数",
            },
        ),
        Report(
            *("lapsing", "即将失效的处分与积分", "marks and points that lapse soon"),
            ("days",),
            {
                **WHO,
                "policy": "制度",
                "account": "账户",
                "unit": "单位",
                "quantity": "数量",
                "clause": "条款",
                "since": "起",
                "until": "最后生效日",
                "days": "剩余天数",
            },
            days=30,
        ),
        Report(
            *("deserving", "符合优秀员工条件的人员", "who qualifies as an outstanding employee"),
            ("month",),
            {**WHO, "regular": "转正", "praised": "受奖次数", "last_on": "最近受奖日"},
        ),
        Report(
            *("near", "接近下一处分或奖励的人员", "who is close to what, and by which slips"),
            ("step", "gap", "subject", "policy"),
            {
                **WHO,
                "policy": "制度",
                "account": "账户",
                "unit": "单位",
                "window": "期间",
                "total": "现数",
                "rule": "条款",
                "title": "条款标题",
                "gives": "将得",
                "gap": "还差",
                "slips": "单据",
                "until": "最早失效日",
            },
        ),
        Report(
            *("case", "某案件的全部经过", "everything of a case, for the arbitrator"),
            ("case",),
            {
                "at": "时间",
                "what": "类别",
                "item": "名称",
                **WHO,
                "by": "经办",
                "text": "内容",
                "sha256": "SHA-256",
            },
        ),
        Report(
            *("what-if", "制度改动后的变化", "what a version would have changed for whom"),
            ("policy",),
            {
                "policy": "制度",
                "version": "版本",
                "from": "自",
                "to": "至",
                **WHO,
                "account": "账户",
                "unit": "单位",
                "before": "原来",
                "after": "改后",
            },
            (HR,),
        ),
        Report("overdue", "已过期限的事项", "what is overdue", (), DUE),
        Report("due", "即将到期的事项", "what falls due soon", ("days",), DUE),
    )
}
