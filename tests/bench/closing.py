"""Closing a month beside a hand-written INSERT … SELECT of the same sums."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Final
from uuid import uuid4

from tests.bench.figures import say
from tests.bench.memory import resident
from tests.bench.stage import Company, Owner, Stage

from shangfa.domain.access.roles import HR
from shangfa.domain.months.period import month_named
from shangfa.services.context import Context
from shangfa.services.months.settling import settle

SLUG: Final = "fujie"
PEOPLE: Final = 100_000
ENTRIES: Final = 1_000_000
MONTH: Final = "2026-03"
ROUNDS: Final = 3


def run(stage: Stage) -> None:
    """Load a month of a large company, then settle it and sum it by hand, in turns."""
    say(f"\n5. Closing a month of {ENTRIES:,} entries of {PEOPLE:,} people")
    company = stage.company(SLUG, PEOPLE, date(2026, 1, 1))
    with stage.owner() as owner:
        _fill(owner, company)
    ctx, period = Context(HR, uuid4(), company.id), month_named(MONTH)
    before, pairs = resident(), []
    for _ in range(ROUNDS):
        ours = _timed(lambda: settle(ctx, period, 1, strict=True))
        with stage.owner() as owner:
            pairs.append((ours, _timed(lambda: owner.execute(_BY_HAND, {"tenant": company.id}))))
            owner.execute("TRUNCATE by_hand")
    each = ", ".join(f"{ours:.2f} s / {bare:.2f} s" for ours, bare in pairs)
    say(f"  settled / summed by hand: {median(a / b for a, b in pairs):.1f} times  ({each})")
    say(f"  goal 10 or less; memory grew by {(resident() - before) / 1e6:.0f} MB")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _fill(owner: Owner, company: Company) -> None:
    values = {"tenant": company.id, "entries": ENTRIES, "people": PEOPLE, "month": MONTH}
    owner.execute("SET session_replication_role = replica")
    owner.execute(_GIVE, values)
    owner.execute("SET session_replication_role = origin")
    owner.execute(_TABLE)
    owner.execute("VACUUM (ANALYZE)")
    owner.execute("CHECKPOINT")


_GIVE: Final = """
    INSERT INTO ledger_entry (tenant_id, id, decision_id, subject_id, policy_id, account, unit,
        quantity, clause, cause, day, booked_in, recorded_at)
    SELECT %(tenant)s, uuidv7(), uuidv7(), s.id, p.id,
        CASE n %% 5 WHEN 0 THEN 'reward' WHEN 1 THEN 'compensation' ELSE 'fine' END, 'CNY',
        CASE n %% 5 WHEN 0 THEN 30 ELSE -20.50 END, 'c' || n %% 20, 'clause',
        date '2026-03-01' + (n %% 31)::int, %(month)s, now()
    FROM generate_series(0, %(entries)s - 1) n
    JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS place FROM subject
        WHERE tenant_id = %(tenant)s AND code LIKE 'B%%') s ON s.place = (n / 10) %% %(people)s
    CROSS JOIN policy p WHERE p.tenant_id = %(tenant)s"""
_TABLE: Final = """
    CREATE TABLE by_hand (tenant_id uuid, id uuid, subject_id uuid, account text, amount numeric,
        clauses text[], PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, subject_id, account),
        FOREIGN KEY (tenant_id, subject_id) REFERENCES subject (tenant_id, id))"""
_BY_HAND: Final = """
    INSERT INTO by_hand
    SELECT tenant_id, uuidv7(), subject_id, account, sum(quantity), array_agg(DISTINCT clause)
    FROM ledger_entry WHERE tenant_id = %(tenant)s AND booked_in = '2026-03'
    GROUP BY tenant_id, subject_id, account"""
