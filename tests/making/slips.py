"""Slips to be printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from shangfa.domain.slips.slip import (
    Appeal,
    Approval,
    ChoiceMade,
    ClauseCited,
    Consequence,
    Party,
    Receipt,
    Signature,
    Slip,
)

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 3, 4, 2, 30, tzinfo=UTC).astimezone(CHINA)
SLIP = Slip(
    number="2026-000123",
    kind="discipline",
    issued_on=date(2026, 3, 4),
    company="福杰商贸有限公司",
    subject=Party("F003", "倪晓雯", "客服部", "售前客服"),
    proposer=Party("F001", "曾国庆", "客服部", "主管"),
    occurred="2026-03-02 10:00",
    clause=ClauseCited(
        "客服部管理制度",
        1,
        "三-3",
        "违规操作造成损失",
        "因违规操作造成损失的，视情节罚款50至200元。",
    ),
    facts="2026年3月2日上午，倪晓雯将订单A-1024的收货地址改错，货物寄往外地，客户投诉。",
    consequences=(
        Consequence("罚款（元）", "-100.05", "三-3", "100.05 元 × 1 = 100.05 元"),
        Consequence("警告（次）", "1", "三-3"),
    ),
    supervisor="曾国庆",
    known_on=date(2026, 3, 3),
    source="客户投诉",
    place="QQ",
    fen=10005,
    choices=(ChoiceMade("罚款（元）", "50.00–200.00", "100.05", "初犯，主动说明"),),
    evidence=("聊天记录.pdf（a3f5…）", "照片.jpg（09bc…）"),
    defence="当时系统卡顿，地址为客户口头更改。",
    receipt=Receipt(received=True, accepts=False, signature=Signature("倪晓雯", AT, "金额有异议")),
    approvals=(
        Approval("部门经理", "approved", Signature("单志刚", AT, "同意")),
        Approval("人事经理", "approved", Signature("仇敏", AT), delegate_of="查理"),
    ),
    appeal=Appeal("十日内向人力资源部书面申诉", date(2026, 3, 14)),
    effective_on=date(2026, 3, 4),
    expires_on=date(2026, 9, 4),
    payroll_month="2026年3月",
    linked=("2026-000124",),
    findings=("扣款后工资不得低于当地最低工资标准。",),
    remark="一周内完成地址核对培训。",
)


def slip(**more: Any) -> Slip:
    """Return the slip with some fields changed."""
    return replace(SLIP, **more)
