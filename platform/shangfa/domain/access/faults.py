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

SIGN_IN_FAILED: Final = FaultKind(
    "sign_in_failed",
    Refusal.UNAUTHENTICATED,
    "公司、登录名或密码不对；请核对后重试，或请人事部重置密码。",
    "Company, login or password is wrong; try again, or ask HR for a new password.",
)

TOO_MANY_ATTEMPTS: Final = FaultKind(
    "too_many_attempts",
    Refusal.TOO_MANY,
    "密码连续输错过多，该登录名暂停登录；请在{seconds}秒后再试。",
    "Too many failed sign-ins in a row; this login is closed, try again in {seconds} seconds.",
)

ACCOUNT_LOCKED: Final = FaultKind(
    "account_locked",
    Refusal.FORBIDDEN,
    "登录名“{value}”已被停用；请联系人事部解锁。",
    "Login {value!r} is locked; ask HR to unlock it.",
)

WEAK_PASSWORD: Final = FaultKind(
    "weak_password",
    Refusal.INVALID,
    "密码不符合要求：{why}。",
    "This password cannot be taken: {why}.",
)

PASSWORD_DUE: Final = FaultKind(
    "password_due",
    Refusal.FORBIDDEN,
    "首次登录须先修改密码：POST /v1/me/password。",
    "The first password must be changed before anything else: POST /v1/me/password.",
)

LINK_ENDED: Final = FaultKind(
    "link_ended",
    Refusal.HIDDEN,
    "此邀请链接不存在、已使用或已过期；请人事部重新邀请。",
    "This invitation does not exist, was used or has expired; ask HR for a new one.",
)

NOT_SIGNED_IN: Final = FaultKind(
    "not_signed_in",
    Refusal.CONFLICT,
    "此操作只适用于以密码登录的用户；密钥请由运营方吊销或轮换。",
    "Only a user who signed in can do this; a key is revoked or rotated by the operator.",
)

KEY_SCOPE: Final = FaultKind(
    "key_scope",
    Refusal.FORBIDDEN,
    "此密钥不含“{value}”；它只可：{allowed}。请由运营方另发密钥。",
    "This key does not include {value!r}, only: {allowed}. Ask the operator for another one.",
)

ADDRESS_REFUSED: Final = FaultKind(
    "address_refused",
    Refusal.FORBIDDEN,
    "此密钥不能从地址“{value}”使用；请由运营方在密钥的地址列表中加入它。",
    "This key is not good from address {value!r}; ask the operator to add it to the key's list.",
)

FORM_REFUSED: Final = FaultKind(
    "form_refused",
    Refusal.FORBIDDEN,
    "此表单不是从本站当前页面提交的，未作任何更改；请重新打开页面后再提交。",
    "This form was not sent from a page of this site that is open; nothing was changed: open "
    "the page again and send it from there.",
)
