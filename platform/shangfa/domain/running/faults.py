"""What a deployment refuses about itself."""

from typing import Final

from shangfa.domain.faults import FaultKind, Refusal

CLOCK_BACKWARDS: Final = FaultKind(
    "clock_backwards",
    Refusal.INVALID,
    "测试时钟只能向前：现在是{now}，不能拨回{value}。",
    "The test clock goes forward only: it shows {now} and cannot go back to {value}.",
)

RESTORE_TAKEN: Final = FaultKind(
    "restore_taken",
    Refusal.CONFLICT,
    "公司“{value}”（或其标识）已在此部署中，不会被覆盖；请先删除它，或在空的部署中恢复。",
    "Company {value!r}, or its id, is in this deployment already and is not written over; erase it "
    "first, or restore into an empty deployment.",
)

RESTORE_REVISION: Final = FaultKind(
    "restore_revision",
    Refusal.CONFLICT,
    "备份的表结构版本为“{value}”，此部署为“{allowed}”；请用备份时的版本恢复，"
    "再运行 shangfa db upgrade。",
    "The backup is of schema revision {value!r} and this deployment is at {allowed!r}; restore it "
    "with the version that made it, then run shangfa db upgrade.",
)

RESTORE_DAMAGED: Final = FaultKind(
    "restore_damaged",
    Refusal.INVALID,
    "文件不是完整的备份：{reason}；没有恢复任何内容，请换另一份备份。",
    "The file is no whole backup: {reason}. Nothing was restored; take another backup.",
)

RESTORE_DIFFERS: Final = FaultKind(
    "restore_differs",
    Refusal.CONFLICT,
    "公司“{value}”已恢复但核对不符（{reason}），故保持暂停；请查明，或删除后换另一份备份。",
    "Company {value!r} was restored and does not prove right ({reason}), so it stays suspended; "
    "find out why, or erase it and take another backup.",
)
