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

BREAK_GLASS_CLOSED: Final = FaultKind(
    "break_glass_closed",
    Refusal.FORBIDDEN,
    "公司“{value}”此刻未允许运营方查看；请先 POST /v1/tenants/{value}/break-glass 说明理由，"
    "由该公司人事部批准。",
    "Company {value!r} does not let the operator look now; ask with a reason at POST "
    "/v1/tenants/…/break-glass and let its HR approve.",
)

BREAK_GLASS_READS: Final = FaultKind(
    "break_glass_reads",
    Refusal.FORBIDDEN,
    "经公司批准的查看只可读取（GET），不能“{value}”。",
    "What a company lets the operator look at is read with GET; {value!r} is not taken.",
)

BREAK_GLASS_STATE: Final = FaultKind(
    "break_glass_state",
    Refusal.CONFLICT,
    "此查看请求的状态为“{state}”，不能如此操作；须为：{allowed}。",
    "This request to look is {state!r}, and this takes one that is {allowed}.",
)

ERASURE_STATE: Final = FaultKind(
    "erasure_state",
    Refusal.CONFLICT,
    "此公司的删除请求状态为“{state}”，不能如此操作；须为：{allowed}。",
    "The erasure of this company is {state!r}, and this takes one that is {allowed}.",
)

ERASURE_EXPORT: Final = FaultKind(
    "erasure_export",
    Refusal.INVALID,
    "在请求删除之后，没有清单摘要为“{value}”的导出；请运营方先运行 shangfa tenants export，"
    "再以所得文件的清单摘要确认。",
    "No export with the manifest {value!r} was made since the erasure was asked for; let the "
    "operator run shangfa tenants export, and confirm with the digest of that file's manifest.",
)
