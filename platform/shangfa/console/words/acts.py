"""Texts and names of dismissals that are only proposed, and of what is to do after a case."""

from __future__ import annotations

from typing import Final

ACTS: Final[dict[str, tuple[str, str]]] = {
    "dismissals": ("解除劳动合同建议", "Proposed dismissals"),
    "dismissal": ("解除劳动合同", "Dismissal"),
    "dismissals_hint": (
        "未经程序审查而由条款、折算或评定带来的解除，在有人审查答复之前只是建议。",
        "What a clause, a roll-up or a programme brings without a procedure is only proposed "
        "until somebody has looked into it.",
    ),
    "only_proposed": (
        "以下解除劳动合同只是建议，尚未生效；须由有权的人审查后答复。",
        "This dismissal is only proposed and does not hold; somebody who may has to answer it.",
    ),
    "answer_it": ("审查并答复", "Look into it and answer"),
    "answered": ("答复", "Answered"),
    "approve_dismissal": ("同意解除", "Approve the dismissal"),
    "decline_dismissal": ("不采纳", "Decline it"),
    "of_programme": ("评定（无案件）", "a programme, no case"),
    "gate_hint": (
        "同意解除须写明法定依据，逐项核对保护情形，写明通知工会的日期或不通知的理由，并附证据；不采纳则无须填写。",
        "Approving takes a ground of the law, each protected status looked into, the day on which "
        "the union was told or why not, and evidence. Declining takes nothing.",
    ),
    "ground": ("法定依据（劳动合同法）", "Ground (Labour Contract Law)"),
    "protected": ("受保护情形（第42条）", "Protected status (article 42)"),
    "union": ("工会", "Union"),
    "union_told": ("通知工会的日期", "The union was told on"),
    "union_reason": ("或：无须或无法通知的理由", "Or: why it was not told"),
    "decided_by": ("决定人", "Decided by"),
    "choose_it": ("选", "Choose"),
    "approve_together": ("一并批准所选", "Approve those chosen"),
    "approved_together": ("一并批准的结果", "What became of them"),
    "approve_together_hint": (
        "只有最低一级、金额不大、无待选事项的案件可以一并批准；每件仍单独批准、单独生效，一件不成不影响其他。",
        "Only the lowest rung, little money and nothing left to choose. Each is still approved by "
        "itself; where one fails the others stand.",
    ),
    "becomes": ("将成为", "Becomes"),
    "not_small": ("不能一并批准，请单独办理", "not here; open the case"),
    "gone_meanwhile": ("已不在您可见的案件中", "No longer among those you see"),
    "approve_these": ("确认批准", "Approve them"),
    "follow_ups": ("后续事项", "To do afterwards"),
    "follow_up": ("后续事项", "To do"),
    "ask_follow_up": ("添加后续事项", "Ask for something"),
    "ask_hint": (
        "部门与人员二者只填一项；个人只会看到事项和期限，看不到案件。",
        "An office or a person, one of the two. A person is told what and until when, and nothing "
        "of the case.",
    ),
    "to_do": ("要办的事", "What is to be done"),
    "office_asked": ("交给部门", "An office"),
    "person_asked": ("或：交给人员（工号）", "Or: a person (code)"),
    "asked_of": ("承办", "Asked of"),
    "say_done": ("标为已办", "It was done"),
    "was_done": ("已办", "Done"),
    "still_open": ("未办", "Open"),
    "corrections_waiting": ("待处理的更正申请", "What people ask to have corrected"),
    "programmes_waiting": ("待提交数据的评定", "Programmes that wait for what they read"),
}

GATE_NAMES: Final[dict[str, tuple[str, str]]] = {
    "approved": ("已同意", "approved"),
    "declined": ("不采纳", "declined"),
    "handlers": ("指定经办人", "name handlers"),
    "ground": ("法定依据", "ground"),
    "protected": ("受保护情形", "protected status"),
    "union": ("工会", "union"),
    "notified_on": ("通知日期", "told on"),
    "decided_by": ("决定人", "decided by"),
    "correction": ("整改要求", "to be put right"),
    "correct_by": ("整改期限", "until"),
    "another_act": ("另一行为的理由", "why it is another act"),
    "direct": ("直接送达", "direct"),
    "leaving": ("留置送达", "leaving"),
    "electronic": ("电子送达", "electronic"),
    "entrusted": ("委托送达", "entrusted"),
    "forwarded": ("转交送达", "forwarded"),
    "post": ("邮寄送达", "post"),
    "announcement": ("公告送达", "announcement"),
    "other": ("其他送达", "other"),
    "occupational_disease": ("职业病危害作业或疑似职业病", "occupational disease or its risk"),
    "work_injury": ("职业病或工伤丧失劳动能力", "incapacity by work injury"),
    "medical_period": ("患病或负伤在医疗期内", "within the medical period"),
    "maternity": ("孕期、产期、哺乳期", "pregnancy, birth, nursing"),
    "near_retirement": (
        "连续工作满15年且距退休不足5年",
        "15 years of service, less than 5 to retirement",
    ),
    "union_officer": ("工会干部", "officer of the union"),
    "ground_36": ("36 协商一致", "36 by agreement"),
    "ground_over-age": ("超龄：按协议约定终止", "over-age: as agreed"),
    "ground_39-1": ("39-1 试用期不符合录用条件", "39-1 unfit in the trial period"),
    "ground_39-2": ("39-2 严重违反规章制度", "39-2 serious breach of the rules"),
    "ground_39-3": (
        "39-3 严重失职、营私舞弊，造成重大损害",
        "39-3 gross neglect or graft with great harm",
    ),
    "ground_39-4": ("39-4 兼职影响工作或拒不改正", "39-4 a second job, not given up"),
    "ground_39-5": ("39-5 欺诈、胁迫致合同无效", "39-5 contract void by fraud or duress"),
    "ground_39-6": ("39-6 被追究刑事责任", "39-6 criminal liability"),
    "ground_40-1": (
        "40-1 医疗期满不能从事原工作或另行安排的工作",
        "40-1 unable to work after the medical period",
    ),
    "ground_40-2": (
        "40-2 不能胜任工作，培训或调岗后仍不能胜任",
        "40-2 not able, nor after training or transfer",
    ),
    "ground_40-3": ("40-3 客观情况重大变化，协商不成", "40-3 circumstances changed greatly"),
    "ground_41": ("41 经济性裁员", "41 redundancies"),
}
