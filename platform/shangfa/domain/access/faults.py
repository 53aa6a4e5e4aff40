"""Who may not."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

UNAUTHORIZED: Final = FaultKind(
    "unauthorized",
    Refusal.UNAUTHENTICATED,
    "缺少或无效的密钥；请在 Authorization: Bearer 中给出有效密钥。",
    "The key is missing, wrong or revoked; send a valid one as Authorization: Bearer.",
)

FORBIDDEN: Final = FaultKind(
    "forbidden",
    Refusal.FORBIDDEN,
    "角色{role}无权执行此操作；需要：{allowed}。",
    "Role {role} may not do this; it takes: {allowed}.",
)
