"""What follows by time alone: rows of periods that became full, posted once their end is over.

It is a function of the facts and the day, as everything derived; a question on any day gives
the same before this has run.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from shangfa.db import ledger as ledger_sql
from shangfa.db.months import evaluations as sql
from shangfa.db.months.evaluations import EvaluationKey, EvaluationLine
from shangfa.db.people import Lock
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.services.cases.opened import Further
from shangfa.services.clock import new_id, now, today
from shangfa.services.command import command_in
from shangfa.services.context import Context
from shangfa.services.ledger import tallies
from shangfa.services.ledger.in_force import follow
from shangfa.services.ledger.scene import look
from shangfa.services.months.awards import Awards, decide
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

AT_ONCE: Final = 100
"""How many people are settled in one transaction."""
PASSING: Final = "passing"
"""What stands in place of a programme's name."""


def settle(tenant_id: UUID) -> int:
    """Post what followed by time alone for everybody of a tenant; return how many had some."""
    ctx = command_in(tenant_id)
    tenant = reading(ctx, current)
    day = today(tenant.zone)
    found = 0
    for name in [policy.name for policy in tenant.policies.values() if policy.timed]:
        codes = reading(ctx, lambda tx: [item.code for item in sql.everybody_on(tx, day)])
        for start in range(0, len(codes), AT_ONCE):
            part = codes[start : start + AT_ONCE]
            found += transact(ctx, lambda tx: _settle(tx, ctx, name, part), Kind.LARGE)  # noqa: B023 - run at once
    return found


def _settle(tx: Tx, ctx: Context, name: str, codes: list[str]) -> int:
    tenant = current(tx)
    policy, day = tenant.policies[name], today(tenant.zone)
    scene = look(tx, tenant, codes, day, Lock.EVER)
    book, passed = follow(tx, scene, policy, codes)
    if not passed:
        return 0
    items = [Further(code, postings, []) for code, postings in passed.items()]
    policy_id, version = tenant.policy_ids[name], policy.at(day)
    key = EvaluationKey(policy_id, PASSING, day.isoformat())
    line = EvaluationLine(new_id(), key, {}, ctx.actor_id, now())
    sql.add_evaluation(tx, line)
    number = version.number if version else 0
    decide(tx, ctx, scene, Awards(line, policy, number, day, (), ()), items)
    ledger_sql.set_tallies(tx, policy_id, tallies.moves(policy, book, scene.people))
    return len(items)
