"""What can be wrong with slips."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

FORM_UNUSABLE: Final = FaultKind(
    "form_unusable",
    Refusal.INVALID,
    "此 Word 模板不能用于奖罚单：{why}。请在 Word 中改正，可用名称见 docs/howto/slips.md。",
    "This Word form cannot be used for slips: {why}. Mend it in Word; docs/howto/slips.md has"
    " the names it may use.",
)
