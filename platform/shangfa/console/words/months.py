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
    "payroll": ("工资设置", "Payroll"),
    "payroll_about": (
        "奖励何时发放、各工资系统的模板、公司自定最低工资。",
        "When rewards are paid, templates of payroll systems, minimum wages of your own.",
    ),
    "hand_on": ("交给工资系统", "What payroll is handed"),
    "hand_on_about": (
        "模板决定工资表里有哪些列、叫什么；每行一列，“列名=表头”。清空名称即删除该模板。",
        "A template says which columns the file has and their headers: `column=header` a line. "
        "One whose name is emptied goes.",
    ),
    "rewards_paid": ("奖励发放", "Rewards are paid"),
    "template": ("模板", "Template"),
    "template_name": ("工资系统名称", "Name of the payroll system"),
    "sheet_summary": ("汇总表的列", "Columns of the totals"),
    "sheet_detail": ("明细表的列", "Columns of the details"),
    "floors": ("公司自定最低工资", "Minimum wages of your own"),
    "floors_about": (
        "与法定标准取高者；没有法定数据的地方以此为准。",
        "The higher of this and the law's holds; where no law is known this does.",
    ),
    "no_floors": ("没有自定，按法定标准。", "None; the law's hold."),
    "monthly": ("月标准（元）", "A month (CNY)"),
    "tier": ("档次（1–20）", "Tier (1–20)"),
    "basis": ("口径", "Basis"),
    "known_from": ("依据文号", "Known from"),
    "set_floor": ("设定最低工资", "Set it"),
    "told_payroll": ("扣款告知与奖金", "Notices and bonus"),
    "papers": ("告知与同意", "Notices and consents"),
    "papers_about": (
        "损失扣款前的书面告知，或员工对罚款的书面同意；须在该月锁定前登记。金额填 0 表示收回。",
        "The written notice of a loss, or the consent to a fine, before the month is locked. "
        "An amount of 0 takes it back.",
    ),
    "paper": ("文书", "Paper"),
    "up_to": ("最多（元）", "Up to (CNY)"),
    "told_on": ("告知或同意日期", "Given on"),
    "keep_paper": ("登记文书", "Keep it"),
    "month_pay": ("当月奖金与法定扣除", "The month's bonus, and what law withholds"),
    "month_pay_about": (
        "制度按奖金比例扣发时以此为基数；法定扣除指个税与个人社保。",
        "The base of what takes a share of the bonus; law withholds tax and own insurance.",
    ),
    "bonus": ("当月奖金（元）", "Bonus (CNY)"),
    "statutory": ("法定扣除（元）", "Withheld by law (CNY)"),
    "reports": ("报表", "Reports"),
    "reports_about": (
        "人事与财务常问的问题，每个一张表，可下载 CSV 与 Excel。",
        "What HR and finance ask again and again, a table each, as CSV or Excel too.",
    ),
    "open_case": ("查看案件", "Open it"),
    "more_in_file": ("此处只列前 200 行，文件里是全部。", "The first 200 rows; the file has all."),
    "nobody_in_report": ("没有符合的记录。", "Nothing answers to this."),
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
    "asks_month": ("月份", "month"),
    "asks_year": ("年份", "year"),
    "asks_subject": ("工号", "code of a person"),
    "asks_region": ("工作地（行政区划代码）", "place of work (GB/T 2260)"),
    "asks_days": ("今后几天", "days ahead"),
    "asks_policy": ("制度代码", "policy"),
    "rewards_same_month": ("当月发放", "with the month that gives them"),
    "rewards_next_month": ("次月发放", "with the month after"),
    "basis_gross": ("应发口径", "before what law withholds"),
    "basis_after_statutory": ("法定扣除后口径", "after what law withholds"),
    "paper_notice": ("书面告知", "notice"),
    "paper_consent": ("书面同意", "consent"),
    "payroll.xlsx": ("工资表", "Workbook"),
    "payroll.csv": ("工资汇总", "Totals"),
    "detail.csv": ("明细", "Details"),
}
