"""Texts and names of the forms by which a scheme is edited."""

from __future__ import annotations

from typing import Final

SCHEMES: Final[dict[str, tuple[str, str]]] = {
    "facts_lines": ("登记时要填的事实", "Facts to be told"),
    "facts_hint": (
        "每行一项：英文名 类型 中文名。类型有 number、int、bool、text、date、money 等。",
        "One a line: name, type, label. Types are number, int, bool, text, date, money and others.",
    ),
    "facts_in_text": (
        "本条款的事实有更多设定，请在文档中修改。",
        "The facts of this clause say more than lines can; change them in the document.",
    ),
    "when_lines": ("适用条件", "Applies when"),
    "when_hint": (
        "每行一项，全部满足才适用；可用 = > >= < <=，如 minutes > 10。不填则总是适用。",
        "One a line, all must hold, with = > >= < <=, as minutes > 10 or serious = true. "
        "It always applies when left empty.",
    ),
    "when_in_text": (
        "本条款的适用条件较复杂，请在文档中修改；此处保持不变。",
        "The condition of this clause is more than lines can say; it stays as it is here.",
    ),
    "edit_scheme": ("编辑制度", "Edit the scheme"),
    "edit_hint": (
        "改动逐条放入，最后存为新的草稿版本；其余文字、顺序与注释保持原样（被改动的条款内部的注释除外）。",
        "Changes are put in clause by clause and kept as a new draft at the end. All other text, "
        "order and comments stay as they are; a comment within a changed clause is lost.",
    ),
    "change_clause": ("修改", "Change"),
    "add_clause": ("新增", "Add"),
    "only_in_text": (
        "这一条款用到表单没有的写法（条件、分段、参数等），请在文件里修改后上传。",
        "This clause says what no form shows, such as parts or parameters. Change it in the "
        "document and upload that.",
    ),
    "only_in_text_short": ("只能在文件里修改", "in the document only"),
    "title": ("标题", "Title"),
    "source_place": ("出处", "Place in the source"),
    "wording": ("条款全文（印在奖罚单上）", "Wording in full, printed on slips"),
    "rungs_are": ("阶梯：", "Rungs:"),
    "check_clause": ("检查", "Check"),
    "put_in": ("放入制度", "Put it in"),
    "back_to_list": ("返回列表", "Back to the list"),
    "nothing_wrong": ("没有错误。", "Nothing is wrong with it."),
    "try_it": ("试算", "Try it"),
    "try_hint": (
        "按修改后的制度算一笔，以往的累计照算；不保存任何内容。",
        "Reckons one incident under the changed scheme, with totals as they stand. "
        "Nothing is stored.",
    ),
    "subject_code": ("工号", "Code of the person"),
    "clause_to_try": ("条款编号（不填即本条）", "Code of a clause, this one if empty"),
    "save_draft": ("存为新草稿", "Keep as a new draft"),
    "others_changed": (
        "期间他人已存入新版本，差异如下：",
        "Kept by others since, with these differences:",
    ),
    "save_all_the_same": (
        "再按一次“存为新草稿”即以您的文字为下一版本；或先看：",
        "Press “Keep as a new draft” again to make yours the next version, or look first at",
    ),
}

FORM_NAMES: Final[dict[str, tuple[str, str]]] = {
    "form_points": ("固定分值", "Fixed points"),
    "form_fine": ("固定罚款", "Fixed fine"),
    "form_reward": ("固定奖金", "Fixed reward"),
    "form_mark": ("记一级处分或奖励", "A mark of the ladder"),
    "form_roll_up": ("累计折算", "So many make one"),
    "form_net": ("净分达到即", "When the net of points reaches"),
    "param_letter": ("字母（分值种类）", "Letter of the points"),
    "param_points": ("分值（扣分为负）", "Points, below zero to take"),
    "param_per": ("按", "For each"),
    "param_amount": ("金额（元）", "Amount (CNY)"),
    "param_mark": ("级别（阶梯的键）", "Rung of the ladder"),
    "param_of": ("累计的级别或计数", "Rung or counter that is counted"),
    "param_every": (
        "每满（或：是否每满一次都给）",
        "Every so many, or whether each further one counts",
    ),
    "param_within": (
        "期间（month、quarter、year、90 days、ever）",
        "Within (month, quarter, year, 90 days, ever)",
    ),
    "param_gives": ("得到的级别或处置", "Rung or action that it gives"),
    "param_once": ("期间内至多一次", "At most once in it"),
    "param_letters": ("字母=权重（C=-1 即数扣分）", "Letter=weight (C=-1 counts points taken)"),
    "param_at": ("净分", "Size of the net"),
    "param_account": ("奖金或罚款", "Reward or fine"),
}
