"""What a human decides."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

ALREADY_DECIDED: Final = FaultKind(
    "already_decided",
    Refusal.CONFLICT,
    "该事件已作出此项决定；如需更改，请先撤销该事件。",
    "This was decided already; reverse the incident to decide anew.",
)

UNKNOWN_CHOICE: Final = FaultKind(
    "unknown_choice",
    Refusal.INVALID,
    "该事件没有待定项“{value}”。",
    "The incident leaves no choice {value!r} open.",
)

NOT_ONE_OF: Final = FaultKind(
    "not_one_of",
    Refusal.INVALID,
    "对象“{value}”的几项只能且必须选择一项，现选了{count}项。",
    "Exactly one of the options for {value!r} must be taken; {count} were.",
)

UNKNOWN_PROCEDURE: Final = FaultKind(
    "unknown_procedure",
    Refusal.INVALID,
    "没有程序“{value}”，或此处不能用；可用：{allowed}。",
    "There is no procedure {value!r}, or not for this; there are: {allowed}.",
)

ILLEGAL_STEP: Final = FaultKind(
    "illegal_step",
    Refusal.CONFLICT,
    "案件处于“{state}”，不能办理“{value}”；现在可办：{allowed}。",
    "The case is in {state!r}, where {value!r} cannot be done; what can: {allowed}.",
)

SAME_PERSON: Final = FaultKind(
    "same_person",
    Refusal.FORBIDDEN,
    "您是本案的{part}，不能办理“{value}”；请由其他有权的人办理：{allowed}。",
    "You are {part} in this case and may not do {value!r}; let somebody else do it: {allowed}.",
)

HARSHER: Final = FaultKind(
    "harsher",
    Refusal.INVALID,
    "申诉后的决定不得加重：{why}。",
    "What an appeal gives may not be harsher: {why}.",
)

DUPLICATE_SANCTION: Final = FaultKind(
    "duplicate_sanction",
    Refusal.CONFLICT,
    "对“{value}”的同一行为已有处理：事件{incident}。一行为不得两次处理；确为另一行为的，"
    "请在 another_act 中写明理由。",
    "The same act of {value!r} was dealt with already: incident {incident}. One act has one "
    "sanction; if it was another act, say why in `another_act`.",
)

RESTS_ON_APPEAL: Final = FaultKind(
    "rests_on_appeal",
    Refusal.CONFLICT,
    "“{value}”另有案件正在申诉：{case}。解除劳动合同不得建立在未定的处分上，请待申诉答复。",
    "Another case of {value!r} is under appeal: {case}. A dismissal may not rest on what is not "
    "settled; wait for the answer.",
)

ALREADY_DONE: Final = FaultKind(
    "already_done",
    Refusal.CONFLICT,
    "该事项已办结；如还有要办的，请另提一项：POST /v1/follow-ups。",
    "This was done already; ask for something else with POST /v1/follow-ups.",
)

DISMISSAL_OPEN: Final = FaultKind(
    "dismissal_open",
    Refusal.CONFLICT,
    "对“{value}”的解除劳动合同仍只是建议；须先经 POST /v1/dismissals 审查并作出答复。",
    "The dismissal of {value!r} is only proposed; it is looked into and answered first: "
    "POST /v1/dismissals.",
)

OVER_AGE: Final = FaultKind(
    "over_age",
    Refusal.INVALID,
    "“{value}”为超过法定退休年龄的劳动者，自2026-07-01起不依劳动合同法第39至41条解除；依据请用：{allowed}。",
    "{value!r} works past the retirement age: since 2026-07-01 articles 39 to 41 of the Labour "
    "Contract Law do not end that work; take one of: {allowed}.",
)

PROTECTED_PERSON: Final = FaultKind(
    "protected_person",
    Refusal.INVALID,
    "当事人属于劳动合同法第42条保护的情形（{value}），不得依第{ground}条解除；请改用其他依据或其他处分。",
    "The person is protected by article 42 of the Labour Contract Law ({value}) and may not be "
    "dismissed under article {ground}; take another ground or another sanction.",
)
