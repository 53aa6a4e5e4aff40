"""What is refused of the audit log."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

CHAIN_BROKEN: Final = FaultKind(
    "chain_broken",
    Refusal.CONFLICT,
    "审计链在第{value}条处已断（{reason}），不为其签名；请先用 GET /v1/audit/verify 查明。",
    "The audit chain is broken at entry {value} ({reason}) and is not signed; find out why first, "
    "with GET /v1/audit/verify.",
)
