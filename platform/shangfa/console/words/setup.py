"""Texts and names of approvals, liftings, corrections and privacy."""

from __future__ import annotations

from typing import Final

SETUP: Final[dict[str, tuple[str, str]]] = {
    "calendar": ("工作日历", "Working days"),
    "calendar_about": (
        "已知的年份，公司自己的放假和上班日",
        "the years known, the company's own days",
    ),
    "calendar_is": ("现行日历：", "The calendar in force is"),
    "based_on": ("依据", "based on"),
    "calendar_hint": (
        "没有数据的年份按工作日计算时会被拒绝，不作猜测。",
        "Counting working days of a year that is not listed is refused, not guessed.",
    ),
    "calendar_stale": (
        "以上是现行内容；再按一次即以您填写的替换。",
        "What holds now is shown above. Press again to put yours in its place.",
    ),
    "year": ("年份", "Year"),
    "days_off": ("放假（工作日中）", "Off"),
    "days_worked": ("调休上班", "Worked"),
    "own_year": ("公司自有", "the company's own"),
    "no_years": ("尚无任何年份的数据。", "No year is known."),
    "terms": ("学期等期间", "Terms"),
    "own_days": ("公司自己的日子", "The company's own days"),
    "own_days_hint": (
        "每行一天，是全部而不是新增。只能改今天以后的日子，或补上没有数据的年份；已据以决定的不变，已定的期限也不变。",
        "One a line, all of them. Only days to come can change, or a year of which nothing is "
        "known: what was decided stays, and so do deadlines that were set.",
    ),
    "own_off": ("放假", "Closed on"),
    "own_worked": ("上班（周末或节假日）", "Working on (weekend or holiday)"),
    "own_years": ("由此补全的年份", "Years that these days make complete"),
    "calendar_file": ("或：整年的文件（CSV）", "Or whole years from a file (CSV)"),
    "set_calendar": ("施行日历", "Put the calendar in force"),
    "settings": ("设置", "Settings"),
    "approvals": ("审批权限", "Approvals"),
    "approvals_about": ("谁批准哪一级、多少金额以上，谁代理谁", "who approves what, who stands in"),
    "approvals_hint": (
        "自上而下第一条适用的规则决定由谁批准；没有规则适用时由以下角色批准：",
        "The first rule that applies says who approves. Where none does:",
    ),
    "approval_rules": ("规则", "Rules"),
    "rule_level": ("级别（此级及以上，或处置）", "Rung (this or higher), or an action"),
    "rule_amount": ("金额（元，达到即适用）", "Amount (CNY, this much or more)"),
    "rule_person": ("或：批准人（工号）", "Or: a person (code)"),
    "from_rung": ("自级别", "from rung"),
    "from_amount": ("金额达", "from CNY"),
    "stand_ins": ("代理", "Who stands in"),
    "absent_person": ("被代理人（工号）", "For whom (code)"),
    "stands_in": ("代理人（工号）", "Who stands in (code)"),
    "under_appeal": ("申诉期间原决定", "What is appealed against meanwhile"),
    "put_in_force": ("施行", "Put in force"),
    "set_all_the_same": (
        "以上是现行规则；再按一次“施行”即以您填写的替换。",
        "These rules hold now. Press “Put in force” again to put yours in their place.",
    ),
    "corrections": ("更正申请", "Corrections"),
    "corrections_about": ("员工申请更正自己的信息", "what people ask to have corrected"),
    "ask_correction": ("申请更正", "Ask for a correction"),
    "correction_hint": (
        "写明哪项信息、错在哪里、应当是什么；人事答复并说明改了什么。",
        "Say what it is about, what is wrong and what it should be. HR answers and says what was "
        "changed.",
    ),
    "concerns": ("哪项信息", "What it is about"),
    "is_wrong": ("现在（有误）", "As it is, wrongly"),
    "should_be": ("应当是", "As it should be"),
    "what_changed": ("已改", "What was changed"),
    "effect_hint": ("改了什么（接受时必填）", "What was changed, needed to accept"),
    "answer_correction": ("答复", "Answer"),
    "accept_correction": ("接受（已改）", "Accept, it was changed"),
    "decline_correction": ("不接受", "Decline"),
    "all_of_them": ("全部", "All"),
    "lift_early": ("提前解除", "Lift before its time"),
    "lift_hint": (
        "自解除之日起不再计入；之前已带来的后果不变。解除日当天须在有效期内。",
        "From that day on it counts no longer; what it had brought before stays. It must be in "
        "force on that day.",
    ),
    "lifted_from": ("解除日", "Lifted from"),
    "was_lifted": ("已提前解除", "Lifted before its time"),
    "lifting_withdrawn": ("解除已撤回", "the lifting was withdrawn"),
    "withdraw_lifting": ("撤回解除", "Withdraw the lifting"),
    "nothing_to_lift": (
        "本案没有可提前解除的处分或分值。",
        "This case gave nothing that can be lifted.",
    ),
    "privacy": ("个人信息", "Privacy"),
    "privacy_about": ("限制处理、保留与到期匿名", "restrict, hold, let go what is old"),
    "restricted_and_held": ("限制处理与保留", "Restricted and held"),
    "restrict_hint": (
        "限制处理：只有人事和本人可读，不进入报表；保留：不论多久都不匿名。均须写明理由，不得对自己设置。",
        "A restriction: read by HR and the person alone, in no report. A hold: never made "
        "nameless. Each with a reason, never for oneself.",
    ),
    "that_stand": ("现行", "In force"),
    "that_stood": ("已解除", "Lifted"),
    "restrict_or_hold": ("限制或保留", "Restrict or hold"),
    "end_restriction": ("解除", "Lift"),
    "who_left": ("已离职者", "Who left"),
    "retention_hint": (
        "此表只是预演，不改动任何内容。人事逐人同意后，由运营方在服务器上执行，可先看：",
        "This list is a dry run and changes nothing. HR agrees by name; the operator then does it "
        "on the machine, and may look first with",
    ),
    "years_kept": ("保存年数", "Years kept"),
    "least_years": ("法定最少", "The law wants at least"),
    "set_years": ("设定年数", "Set the years"),
    "may_go_from": ("可匿名自", "May go from"),
    "held_by": ("因此保留", "Held by"),
    "agreed": ("同意匿名", "Agreed"),
    "agree": ("同意", "Agree"),
    "agree_nameless": ("同意匿名所选人员", "Agree that those chosen are made nameless"),
}

SETUP_NAMES: Final[dict[str, tuple[str, str]]] = {
    "restriction": ("限制处理", "restriction"),
    "hold": ("保留", "hold"),
    "case_open": ("有未结案件", "an open case"),
    "deadline_open": ("有未到期限", "an open deadline"),
    "correction_open": ("有待答复的更正申请", "an open correction"),
    "asked": ("待答复", "asked"),
    "accepted": ("已接受", "accepted"),
    "counts": ("照常计入", "counts"),
    "waits": ("暂不计入", "waits"),
}
