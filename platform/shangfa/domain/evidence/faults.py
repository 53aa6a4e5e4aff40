"""What can be wrong with a file."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

EMPTY_FILE: Final = FaultKind(
    "empty_file",
    Refusal.INVALID,
    "文件“{value}”是空的；请选择有内容的文件。",
    "The file {value!r} is empty; choose one that holds something.",
)

FILE_TOO_LARGE: Final = FaultKind(
    "file_too_large",
    Refusal.TOO_LARGE,
    "文件“{value}”超过{allowed}字节；请压缩或拆分后再传。",
    "The file {value!r} is larger than {allowed} bytes; compress or split it.",
)

UNSAFE_NAME: Final = FaultKind(
    "unsafe_name",
    Refusal.INVALID,
    "文件名“{value}”不能使用：{why}。请改名后再传。",
    "The file name {value!r} cannot be used: {why}. Rename the file.",
)

WRONG_TYPE: Final = FaultKind(
    "wrong_type",
    Refusal.INVALID,
    "文件“{value}”{why}；可用：{allowed}。",
    "The file {value!r} {why}; allowed are: {allowed}.",
)

STORE_UNAVAILABLE: Final = FaultKind(
    "store_unavailable",
    Refusal.BUSY,
    "证据存储暂时不可用，未存储任何内容；请稍后重试或联系运维。",
    "The store of evidence is not available and nothing was stored; try again later or tell"
    " the operator.",
)

EVIDENCE_DAMAGED: Final = FaultKind(
    "evidence_damaged",
    Refusal.BROKEN,
    "存储中的证据“{value}”缺失或与登记的摘要不符，未予提供；请联系运维从备份恢复。",
    "The stored evidence {value!r} is missing or differs from its digest and is not given out;"
    " the operator must restore it from a backup.",
)

FIELD_KEY_MISSING: Final = FaultKind(
    "field_key_missing",
    Refusal.BROKEN,
    "用第{value}号密钥加密的内容无法打开；请运维人员把备份时的密钥文件（SHANGFA_FIELD_KEYS）放回原处。",
    "What was sealed with key {value} cannot be opened; let the operator put back the file of keys "
    "(SHANGFA_FIELD_KEYS) that was kept beside the backup.",
)
