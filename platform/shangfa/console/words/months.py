"""What the board of a month says: where it stands, and what each button does."""

from __future__ import annotations

from typing import Final

MONTHS: Final[dict[str, tuple[str, str]]] = {
    "to_be_signed": ("还须签字：", "still to sign:"),
    "not_settled": ("尚未计算", "not reckoned yet"),
    "against": ("对照上月", "Against"),
    "difference": ("增减", "Difference"),
    "against_about": (
        "按已生效决定的应计金额，未计封顶与结转。",
        "By what decisions ask for, before caps and what is carried.",
    ),
    "no_lines": (
        "尚无明细。截止后按人列出应计、准予与结转。",
        "There are no lines yet; the cut-off lists what is asked, allowed and carried for each.",
    ),
    "funds": ("基金", "Funds"),
    "left_in_it": ("余额（元）", "Balance (CNY)"),
}
MONTH_NAMES: Final[dict[str, tuple[str, str]]] = {
    "month_open": (
        "本月仍在登记；人事截止后，新登记的事件计入下月。",
        "The month still takes incidents; after HR cuts it off, new ones go to the next month.",
    ),
    "month_cut_off": (
        "已截止并计算。请财务与人事核对下方合计与明细，再签字锁定。",
        "It is cut off and reckoned. Finance and HR check totals and lines below, then reconcile.",
    ),
    "month_reconciled": (
        "已核对。人事与财务各签一次后锁定，金额不再变化。",
        "It is reconciled. HR and finance sign once each; then it is locked and nothing changes.",
    ),
    "month_locked": (
        "已锁定；可下载工资文件。之后的更正计入未锁定的月份。",
        "It is locked; fetch the files for payroll. Later corrections go to an open month.",
    ),
    "month_exported": ("已交工资系统，等待发放。", "Payroll has it; it waits to be paid."),
    "month_paid": ("本月已发放。", "The month is paid."),
    "does_cut-off": (
        "停止接收本月事件，按法规与封顶计算每人金额；核对前可再次计算。",
        "Takes no more incidents for the month and reckons everybody's amounts under caps and law.",
    ),
    "does_reconcile": (
        "再算一遍并确认合计无误；缺工资资料时会指出是谁。",
        "Reckons once more and confirms the totals; says whose wage is missing.",
    ),
    "does_lock": (
        "以您的角色签字；人事与财务都签后锁定，不能直接撤回。",
        "Signs for your role; once HR and finance both did, it is locked and not simply undone.",
    ),
    "does_export": (
        "标记文件已交工资系统；不改变金额。",
        "Says that payroll has the files; amounts do not change.",
    ),
    "does_pay": ("标记已发放，月结完成。", "Says that it was paid; the month is done."),
    "does_reopen": (
        "重开须人事与财务都同意；已导出的文件作废，版本加一。",
        "Both HR and finance must agree; exported files are void and the version goes up.",
    ),
    "payroll.xlsx": ("工资表", "Workbook"),
    "payroll.csv": ("工资汇总", "Totals"),
    "detail.csv": ("明细", "Details"),
}
