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

RESTRICTED: Final = FaultKind(
    "restricted",
    Refusal.FORBIDDEN,
    "“{value}”的信息正被限制处理，只有人事部和本人可读；请人事部按 GET /v1/restrictions "
    "核对，并在缘由消失后解除。",
    "What is kept about {value!r} is restricted: HR and the person alone read it. Ask HR to look "
    "at GET /v1/restrictions and to lift it when its reason is gone.",
)

RESTRICTION_STANDS: Final = FaultKind(
    "restriction_stands",
    Refusal.CONFLICT,
    "“{value}”已有同类的限制或保留；如需更改缘由，请先解除原有的。",
    "One of this kind stands for {value!r} already; lift it first to give another reason.",
)

RESTRICTION_LIFTED: Final = FaultKind(
    "restriction_lifted",
    Refusal.CONFLICT,
    "此限制或保留已解除；如仍需要，请新设一个。",
    "This was lifted before; set another one when it is still needed.",
)

RETENTION_SHORT: Final = FaultKind(
    "retention_short",
    Refusal.INVALID,
    "保存期限{value}年短于法定期限：{allowed}年（{law}）；请不短于此。",
    "{value} years are fewer than the law wants at the company's places: {allowed} ({law}); keep "
    "at least as long.",
)

RETENTION_HELD: Final = FaultKind(
    "retention_held",
    Refusal.CONFLICT,
    "“{value}”的信息此时不能匿名化：{why}；请以 GET /v1/retention 核对。",
    "What is kept about {value!r} cannot be made nameless now: {why}; see GET /v1/retention.",
)
