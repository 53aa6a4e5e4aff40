"""Evaluations of programmes as they are read back: who, when, from what, with what effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shangfa.db.months import evaluations as sql
from shangfa.db.months.evaluations import EvaluationRecord, PostedBy
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.account import MONEY
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation; `inputs` is None for who sees money only."""

    record: EvaluationRecord
    inputs: dict[str, Any] | None
    posted: Sequence[PostedBy]


def page(ctx: Context, programme: str, period: str | None, asked: Page) -> Listed[Evaluation]:
    """Return the evaluations of a programme, newest first."""
    ctx.need("programmes:read")
    before = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[Evaluation]:
        current(tx)
        records = sql.evaluations_before(tx, programme, period, before, asked.limit)
        posted: dict[UUID, list[PostedBy]] = {item.id: [] for item in records}
        for line in sql.posted_by(tx, list(posted)):
            posted[line.evaluation_id].append(line)
        return [_seen(ctx, item, posted[item.id]) for item in records]

    return listed(asked, reading(ctx, work), lambda item: str(item.record.id))


def _seen(ctx: Context, record: EvaluationRecord, posted: Sequence[PostedBy]) -> Evaluation:
    if sees_money_only(ctx.role):
        return Evaluation(record, None, [line for line in posted if line.account in MONEY])
    return Evaluation(record, record.inputs, posted)
