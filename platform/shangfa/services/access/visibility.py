"""What a role may see of a decision and an incident; what it may not is absent.

HR and auditors see all, supervisors their reports and themselves, employees themselves,
finance money without facts, notes, evidence and trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shangfa.domain.account import MONEY
from shangfa.services.context import AUDITOR, EMPLOYEE, FINANCE, HR, SUPERVISOR, Context

ALL: Final = (HR, AUDITOR)
_FACTS: Final = ("facts", "note", "evidence", "external_id", "quantity")


def visible_decision(
    ctx: Context, decision: Mapping[str, Any], reports: frozenset[str]
) -> dict[str, Any]:
    """Return a decision without what concerns others.

    `decision`: a decision body.
    `reports`: the codes of those in it who report to a supervisor that day.
    """
    view = dict(decision)
    if ctx.role in ALL:
        return view
    if ctx.role == FINANCE:
        effects = [item for item in view.get("effects", ()) if item["account"] in MONEY]
        return {"policy": view.get("policy"), "effects": effects}
    seen = {ctx.subject, *reports}
    for name in ("effects", "choices", "deadlines", "trace"):
        if name in view:
            view[name] = [item for item in view[name] if item.get("subject", ctx.subject) in seen]
    return view


def visible_incident(
    ctx: Context, view: Mapping[str, Any], reports: frozenset[str]
) -> dict[str, Any]:
    """Return an incident with its decision as `ctx` may see it."""
    seen = dict(view)
    for name in ("decision", "settled"):
        if name in seen:
            seen[name] = visible_decision(ctx, seen[name], reports)
    if ctx.role == FINANCE:
        seen = {name: value for name, value in seen.items() if name not in _FACTS}
    if ctx.role in {EMPLOYEE, SUPERVISOR}:
        allowed = {ctx.subject} | reports
        given = seen.get("subjects", [])
        kept = [code for code in given if code in allowed]
        seen["subjects"] = {code: given[code] for code in kept} if isinstance(given, dict) else kept
    return seen
