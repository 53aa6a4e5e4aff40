"""What may not be published."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

NOT_PUBLISHABLE: Final = FaultKind(
    "not_publishable",
    Refusal.CONFLICT,
    "此决定不能公示：{why}。",
    "This decision cannot be published: {why}.",
)

NOTICE_OVER: Final = FaultKind(
    "notice_over",
    Refusal.CONFLICT,
    "该公示已被更正或撤回；请查看其后的公示。",
    "This notice was corrected or withdrawn already; see the one that came after it.",
)
