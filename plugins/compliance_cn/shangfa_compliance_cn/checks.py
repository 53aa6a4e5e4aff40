"""What is looked for in a policy: from what clauses say and give, never from their codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shangfa.sdk import Note, Row
from shangfa_compliance_cn.reading import (
    ABSENT,
    LATE,
    Seen,
    dismisses,
    is_punished,
    is_text,
    named,
    penalties,
    says,
)

FINES: Final = frozenset({"fine"})
DONATIONS: Final = frozenset({"donation"})
COMPENSATIONS: Final = frozenset({"compensation"})
WAGES: Final = frozenset({"wage"})
OPEN: Final = frozenset({"fine", "donation", "wage"})
LOSSES: Final = frozenset({"fine", "compensation"})
TIMES: Final = frozenset({"day", "days", "hour", "hours"})
WHOLE: Final = 100
MATERNITY: Final = frozenset({"maternity", "pregnancy", "孕假", "产假", "哺乳假"})
_BARRED = r"(?:孕|产假|哺乳|生育)[^。；\n]{0,8}(?:不|不得|不能|不可|取消|无权)(?:参|评|晋|享|列入)"
_BREAKS = r"违反.{0,6}(?:制度|规程|规章|规定|规则|纪律|规范|章程)"
_GRAVE = r"严重|重大|屡|多次|造成|致"
_POOL = r"罚[款没金].{0,12}(?:基金|公积金|部门经费|部门支配|小金库)"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for.

    Attributes:
        code: of the finding.
        rules: codes of the rules it goes by; the strictest in force decides.
        applies: whether a clause shows it.
        text, suggestion: said of the clause's title, `{0}`.
    """

    code: str
    rules: tuple[str, ...]
    applies: Callable[[Seen], bool]
    text: Note
    suggestion: Note


def _said(pattern: str) -> Callable[[Seen], bool]:
    return lambda seen: says(seen, pattern)


def _on_dismissal(pattern: str, unless: str = "") -> Callable[[Seen], bool]:
    def applies(seen: Seen) -> bool:
        spared = bool(unless) and re.search(unless, seen.words) is not None
        return dismisses(seen) and says(seen, pattern) and not spared

    return applies


def is_fine(seen: Seen) -> bool:
    """Tell whether a clause takes money as a fine."""
    return bool(penalties(seen, FINES))


def is_loss(seen: Seen) -> bool:
    """Tell whether a clause lets a loss be made good."""
    return bool(penalties(seen, COMPENSATIONS))


def is_disguised_fine(seen: Seen) -> bool:
    """Tell whether money is taken, or announced to be, under a name that is not fine."""
    named_so = says(seen, r"乐捐|负激励|赞助费|成长基金|爱心基金|自愿捐款")
    return bool(penalties(seen, DONATIONS)) or (
        named_so and (is_text(seen) or bool(penalties(seen)))
    )


def is_fine_with_dismissal(seen: Seen) -> bool:
    """Tell whether a fine comes on top of a dismissal."""
    return dismisses(seen) and bool(penalties(seen, FINES | DONATIONS))


def is_open_ended(seen: Seen) -> bool:
    """Tell whether an amount has a least and no most."""
    return any(row.minimum and row.maximum is None for row in penalties(seen, OPEN))


def is_loss_on_worker(seen: Seen) -> bool:
    """Tell whether the whole of a loss is the worker's."""
    bare = any(row.maximum is None and not row.minimum for row in penalties(seen, LOSSES))
    split = says(seen, r"比例|分摊|分担|按责任")
    return bare and not split and WHOLE in named(seen, "percent")


def is_paid_less_when_ill(seen: Seen) -> bool:
    """Tell whether an illness costs money."""
    return bool(penalties(seen)) and says(seen, r"病假|病休|因病")


def is_discriminating(seen: Seen) -> bool:
    """Tell whether pregnancy or maternity leave costs a reward, or anything."""
    barred = {str(word) for leave in named(seen, "leave") for word in leave}
    punished = is_punished(seen) and says(seen, r"孕期|孕假|产假|哺乳")
    return bool(barred & MATERNITY) or says(seen, _BARRED) or punished


def is_collective(seen: Seen) -> bool:
    """Tell whether many pay for what one did."""
    return is_punished(seen) and says(seen, r"全员|全体|集体受?罚|所有人|人人|连坐|连带")


def is_over_deduction(seen: Seen) -> bool:
    """Tell whether lateness or absence costs more pay than the time that was missed."""
    said = seen.words
    late, absent = LATE.search(said), ABSENT.search(said)
    taken = penalties(seen, WAGES)
    return any((late and not _is_by_time(row)) or (absent and _is_over(row)) for row in taken)


def _is_by_time(row: Row) -> bool:
    return row.per in TIMES and row.unit.startswith(row.per.rstrip("s")) and not _is_over(row)


def _is_over(row: Row) -> bool:
    amount = row.minimum if row.maximum is None else row.maximum
    return row.unit in TIMES and amount is not None and amount > 1


def is_wage_forfeited(seen: Seen) -> bool:
    """Tell whether pay for work that was done is taken."""
    said = seen.words
    timed = LATE.search(said) or ABSENT.search(said)
    return bool(penalties(seen, WAGES)) and not timed


CHECKS: Final = (
    Check(
        "obsolete_law",
        ("OBSOLETE_LAW",),
        _said(r"劳动教养|劳教"),
        Note("「{0}」提到已经废止的劳动教养", "“{0}” names re-education through labour, abolished"),
        Note("删去这一条，或改为被依法追究刑事责任", "drop it, or say criminal liability instead"),
    ),
    Check(
        "obsolete_law",
        ("RENAMED_LAW",),
        _said(r"治安管理处罚条[例理]"),
        Note("「{0}」引用的法规名称已不存在", "“{0}” names a regulation that no longer exists"),
        Note("改为《治安管理处罚法》", "name the Public Security Administration Punishments Law"),
    ),
    Check(
        "obsolete_law",
        ("UNPAID_SUSPENSION",),
        _said(r"停薪留职|留职期间"),
        Note("「{0}」以停薪留职为前提", "“{0}” presumes unpaid suspension"),
        Note("改为双方书面约定的中止履行", "use a suspension agreed on in writing"),
    ),
    Check(
        "detention_ground",
        ("DETENTION_GROUND",),
        _on_dismissal(r"治安|拘留"),
        Note(
            "「{0}」以治安拘留为解除条件，它本身不是法定理由",
            "“{0}” dismisses for detention by the police, which is no ground by itself",
        ),
        Note(
            "改为所涉行为严重违反规章，并以自己掌握的证据证明",
            "base it on a serious breach of the rules, proved by evidence of your own",
        ),
    ),
    Check(
        "dismissal_ground",
        ("DISMISSAL_GROUND",),
        _on_dismissal(_BREAKS, _GRAVE),
        Note(
            "「{0}」凡违反规章即解除，没有“严重”的限定",
            "“{0}” dismisses for any breach of the rules, not only a serious one",
        ),
        Note(
            "写明哪些行为、到什么程度算严重违反",
            "say which acts, and from what degree on, are a serious breach",
        ),
    ),
    Check(
        "incompetence_dismissal",
        ("INCOMPETENCE",),
        _on_dismissal(r"不胜任|不能胜任|能力不[符足]|不称职"),
        Note(
            "「{0}」把不能胜任当作过失解除",
            "“{0}” treats being not up to the work as misconduct",
        ),
        Note(
            "先培训或调岗；仍不胜任的，提前三十日通知或付代通知金，并付经济补偿",
            "train or move first; then give 30 days notice or a month of pay, and severance",
        ),
    ),
    Check(
        "vague_ground",
        ("VAGUE_GROUND",),
        _on_dismissal(r"游行|结社|罢工|宪法"),
        Note("「{0}」的解除条件难以查证", "“{0}” dismisses on a ground that is hard to prove"),
        Note("写成具体、可查证的行为", "put it as an act that can be proved"),
    ),
    Check(
        "fine",
        ("FINE_IN_POLICY", "FINE"),
        is_fine,
        Note("「{0}」规定了罚款", "“{0}” is a fine"),
        Note(
            "改为处分、培训或绩效分，分数不得折回同一金额",
            "make it a mark, a training or a score that never gives the same amount again",
        ),
    ),
    Check(
        "disguised_fine",
        ("DISGUISED_FINE",),
        is_disguised_fine,
        Note(
            "「{0}」是换了名称的罚款或扣款",
            "“{0}” takes money as a fine would, under another name",
        ),
        Note("取消，或改为不涉及金钱的处理", "drop it, or answer without money"),
    ),
    Check(
        "liquidated_damages",
        ("LIQUIDATED_DAMAGES",),
        _said(r"违约金"),
        Note("「{0}」要劳动者付违约金", "“{0}” makes workers owe agreed damages"),
        Note(
            "只有培训服务期和竞业限制可以约定；其余的删去",
            "only a training service period and a non-compete may; drop the rest",
        ),
    ),
    Check(
        "deposit",
        ("DEPOSIT",),
        _said(r"押金|压金|保证金|抵押金|风险金"),
        Note("「{0}」涉及向劳动者收取押金", "“{0}” takes a deposit from workers"),
        Note("退还已收的，并删去这一条", "return what was taken and drop it"),
    ),
    Check(
        "fine_with_dismissal",
        ("DUPLICATE_SANCTION", "FINE_WITH_DISMISSAL"),
        is_fine_with_dismissal,
        Note("「{0}」在解除之外再罚款", "“{0}” fines on top of a dismissal"),
        Note("只留解除；有损失的，按赔偿另计", "keep the dismissal; claim a loss apart from it"),
    ),
    Check(
        "open_ended_amount",
        ("OPEN_ENDED_AMOUNT",),
        is_open_ended,
        Note("「{0}」的金额只有下限，没有上限", "the amount of “{0}” has a least and no most"),
        Note("写明上限", "say the most"),
    ),
    Check(
        "loss_on_worker",
        ("LOSS_ON_WORKER",),
        is_loss_on_worker,
        Note("「{0}」让劳动者承担全部损失", "“{0}” puts the whole loss on the worker"),
        Note(
            "按过错大小定比例，并在劳动合同里约定；扣款时每月以两成和最低工资为限",
            "set a share by fault and agree on it in the contract; each month takes a fifth at "
            "most and leaves the minimum wage",
        ),
    ),
    Check(
        "sick_leave_pay",
        ("SICK_PAY_FLOOR", "SICK_LEAVE_PAY"),
        is_paid_less_when_ill,
        Note("「{0}」因病假扣钱", "“{0}” takes money for sick leave"),
        Note(
            "病假工资按合同或规章付，不少于最低工资的八成，不另扣款",
            "pay sick leave as agreed, at least four fifths of the minimum wage; take nothing more",
        ),
    ),
    Check(
        "discrimination",
        ("DISCRIMINATION",),
        is_discriminating,
        Note(
            "「{0}」因怀孕或产假减少待遇",
            "“{0}” gives less because of pregnancy or maternity leave",
        ),
        Note("评选条件不计孕期和产假", "leave pregnancy and maternity leave out of the conditions"),
    ),
    Check(
        "collective_punishment",
        ("COLLECTIVE_PUNISHMENT",),
        is_collective,
        Note("「{0}」让没有过错的人一并受罚", "“{0}” punishes people without a fault of theirs"),
        Note("只处理有过错的人，逐人举证", "answer the fault of each, proved one by one"),
    ),
    Check(
        "over_deduction_attendance",
        ("OVER_DEDUCTION_ATTENDANCE",),
        is_over_deduction,
        Note(
            "「{0}」扣的工资多于没有劳动的时间",
            "“{0}” takes more pay than for the time not worked",
        ),
        Note(
            "按实际缺勤的小时扣：月工资除以 21.75 再除以 8",
            "take the hours that were missed: the month wage by 21.75 by 8",
        ),
    ),
    Check(
        "wage_forfeited",
        ("SANCTIONED_WORKER_PAY", "WAGE_FORFEITED"),
        is_wage_forfeited,
        Note("「{0}」扣掉已经劳动所得的工资", "“{0}” forfeits pay for work that was done"),
        Note("改为处分；有损失的按赔偿计", "make it a mark; claim a loss as compensation"),
    ),
    Check(
        "unpaid_overtime",
        ("UNPAID_OVERTIME",),
        _said(r"自动延长|义务加班|无偿加班|强制加班|不[得准]下[班线]"),
        Note("「{0}」以规章要求加班", "“{0}” asks for overtime by rule"),
        Note("加班须协商并付加班费", "agree on overtime and pay for it"),
    ),
    Check(
        "fine_pool",
        ("FINE_POOL",),
        _said(_POOL),
        Note("「{0}」的罚没款由部门支配", "“{0}” leaves the money from fines to a department"),
        Note("建立收支两签的台账，撤销处分时退还", "keep an account, and refund what is reversed"),
    ),
    Check(
        "data_quota",
        ("DATA_QUOTA",),
        _said(r"每[天日周月班].{0,12}(?:电话|手机号|微信号)"),
        Note("「{0}」以收集他人联系方式为任务", "“{0}” makes telephone numbers a quota"),
        Note("取消指标；确需收集的，说明目的并取得同意", "drop the quota; say the purpose and ask"),
    ),
    Check(
        "monitoring",
        ("MONITORING_NOTICE",),
        _said(r"(?:查[询看阅]|抽查|调阅|监[听看控]).{0,10}(?:QQ|微信|聊天|通话|私信)"),
        Note("「{0}」不经告知查看员工的聊天或通话", "“{0}” reads workers' chats or calls untold"),
        Note(
            "只查工作账号，事先告知目的、方式和保存期限",
            "look at work accounts only, and say beforehand why, how and for how long",
        ),
    ),
)
