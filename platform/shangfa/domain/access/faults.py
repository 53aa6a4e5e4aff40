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

TOO_MANY_REQUESTS: Final = FaultKind(
    "too_many_requests",
    Refusal.TOO_MANY,
    "请求过多：{who}每分钟至多{allowed}个；未处理此请求，请在{seconds}秒后再试。",
    "Too many requests: {who} has {allowed} in a minute; nothing was done, try again in {seconds} "
    "seconds.",
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

OIDC_NOT_SET: Final = FaultKind(
    "oidc_not_set",
    Refusal.HIDDEN,
    "公司“{value}”没有企业账号登录；请用密码登录，或请人事部设置身份提供方。",
    "Company {value!r} has no sign-in with a company account; sign in with a password, or let HR "
    "name its identity provider.",
)

OIDC_ENDED: Final = FaultKind(
    "oidc_ended",
    Refusal.UNAUTHENTICATED,
    "此次企业账号登录已用过、已过期或不是由此处开始的；请重新开始登录。",
    "This sign-in with a company account was used, has expired or was not begun here; begin again.",
)

OIDC_REFUSED: Final = FaultKind(
    "oidc_refused",
    Refusal.UNAUTHENTICATED,
    "未接受身份提供方的答复：{why}。请重新登录；若再次出现，请联系人事部核对设置。",
    "What the identity provider said cannot be taken: {why}. Sign in again; if it comes back, "
    "let HR check the settings.",
)

OIDC_NO_USER: Final = FaultKind(
    "oidc_no_user",
    Refusal.UNAUTHENTICATED,
    "企业账号“{value}”在本公司没有对应的登录名；请人事部先建立该用户。",
    "Company account {value!r} is no login of this company; let HR make that user first.",
)

OIDC_UNAVAILABLE: Final = FaultKind(
    "oidc_unavailable",
    Refusal.BUSY,
    "暂时无法使用身份提供方：{why}。请稍后再试，或用密码登录。",
    "The identity provider cannot be used now: {why}. Try again later, or sign in with a password.",
)

OIDC_ADDRESS: Final = FaultKind(
    "oidc_address",
    Refusal.INVALID,
    "身份提供方不能在“{value}”（{allowed}）：须为 https 公网地址，"
    "或位于 SHANGFA_OIDC_ALLOW 所列的网络中。",
    "No identity provider may be at {value!r} ({allowed}): it must have a public address and "
    "TLS, or be in a network that SHANGFA_OIDC_ALLOW names.",
)
