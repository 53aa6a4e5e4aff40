"""What is reported: clauses of real policies by how often they occur."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
TENANTS: Final = Path(__file__).parents[2] / "tenants"

Shape = dict[str, Any]
"""`clause`, and `facts` where the clause takes any."""

MIXES: Final[dict[str, tuple[tuple[Shape, int], ...]]] = {
    # fines and rewards, some with facts and conditions
    "fujie": (
        ({"clause": "一-2"}, 4),
        ({"clause": "一-3"}, 3),
        ({"clause": "二-1", "facts": {"rings": 4}}, 4),
        ({"clause": "二-5", "facts": {"minutes": "7.5", "proactive": True}}, 3),
        ({"clause": "三-2"}, 3),
        ({"clause": "四-1", "facts": {"found_on_site": True}}, 1),
        ({"clause": "六-3a"}, 2),
    ),
    # marks whose repeats count, roll-ups by month and for good, the supervisor's share
    "youyou": (
        ({"clause": "警告-职业道德-2"}, 4),
        ({"clause": "警告-职业道德-3"}, 3),
        ({"clause": "警告-职业道德-4"}, 3),
        ({"clause": "警告-工作操作-1", "facts": {"code_item": "1-9"}}, 4),
        ({"clause": "警告-出勤-1"}, 4),
        ({"clause": "小过-职业道德-1"}, 2),
    ),
    # points by letter, some with facts, one counted from the second time
    "lefulong": (
        ({"clause": "4"}, 4),
        ({"clause": "2", "facts": {"uniform": True, "id_card": False}}, 4),
        ({"clause": "7b"}, 4),
        ({"clause": "9", "facts": {"people": 1}}, 3),
        ({"clause": "6"}, 2),
        ({"clause": "11"}, 3),
    ),
}
"""Tenant -> (shape, weight)."""


def moment() -> datetime:
    """Return a moment that has just passed, local time of the tenants."""
    return datetime.now(ZONE) - timedelta(minutes=1)


def bodies(slug: str, codes: Sequence[str], at: datetime, number: int) -> tuple[bytes, ...]:
    """Return request bodies of a tenant's mix, spread over the people at random."""
    choose = random.Random(number)
    mix = MIXES[slug]
    shapes = choose.choices([item for item, _ in mix], [weight for _, weight in mix], k=number)
    moment = at.isoformat(timespec="seconds")
    return tuple(
        json.dumps(
            {"subject": choose.choice(codes), "occurred_at": moment, **shape}, ensure_ascii=False
        ).encode()
        for shape in shapes
    )
