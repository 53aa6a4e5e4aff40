"""What can be wrong with a file that is brought in."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

ALREADY_IMPORTED: Final = FaultKind(
    "already_imported",
    Refusal.CONFLICT,
    "同一文件已经导入过，编号{value}；请查看该次导入，或上传更改后的文件。",
    "The same file was imported before as {value}; look at that import, or send a changed file.",
)

IMPORT_STATE: Final = FaultKind(
    "import_state",
    Refusal.CONFLICT,
    "该导入现为“{value}”，不能这样操作；须为：{allowed}。",
    "The import is {value}, which does not allow this; it must be {allowed}.",
)

UNREADABLE_FILE: Final = FaultKind(
    "unreadable_file",
    Refusal.INVALID,
    "无法读取该文件：{why}。",
    "The file cannot be read: {why}.",
)

MONTH_LOCKED: Final = FaultKind(
    "month_locked",
    Refusal.CONFLICT,
    "“{value}”所在月份已锁定，批量导入不再接收；请逐件登记，记入“{allowed}”。",
    "The month of {value} is locked and takes no import; record it by itself, booked in {allowed}.",
)

WEBHOOK_ADDRESS: Final = FaultKind(
    "webhook_address",
    Refusal.INVALID,
    "“{value}”不能作为接收地址：解析到 {allowed}。接收地址须在公网并加密（TLS），"
    "或位于 SHANGFA_WEBHOOK_ALLOW 所列的网络中。",
    "{value!r} cannot receive webhooks: it leads to {allowed}. A receiver must have a public "
    "address and TLS, or be in a network that SHANGFA_WEBHOOK_ALLOW names.",
)
ATTENDANCE_UNMAPPED: Final = FaultKind(
    "attendance_unmapped",
    Refusal.CONFLICT,
    "本公司尚未设定考勤对应哪些条款；请先 PUT /v1/attendance。",
    "No clause is set for any column of attendance; set them with PUT /v1/attendance.",
)
