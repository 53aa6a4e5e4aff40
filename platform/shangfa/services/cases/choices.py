"""Settle what an incident left to a named human: values inside their limits, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db import incidents as sql
from shangfa.db.incidents import Writes
from shangfa.db.replies import read_reply
from shangfa.db.session import pipelined
from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.cases.faults import ALREADY_DECIDED, NOT_ONE_OF, UNKNOWN_CHOICE
from shangfa.domain.faults import OUT_OF_RANGE, Fault, RefusedError, refused
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react
from shangfa.domain.money import ZERO, fen
from shangfa.domain.policies.facts import to_decimal
from shangfa.services.context import HR, Context
from shangfa.services.incidents.record import answered, trying
from shangfa.services.ledger.reversals import Opened, open_incident, write
from shangfa.services.ledger.shown import effects_view, trace_line
from shangfa.services.replies import Answer, replay, to_json
from shangfa.services.tenancy.ready import LoadedTenant


def settle(ctx: Context, incident_id: UUID, body: Mapping[str, Any]) -> Answer:
    """Decide every open choice of an incident in one transaction.

    `body`: `choices`: (subject, account, unit, quantity unsigned) each; one left out is
        0 where 0 is allowed. `reason`: why these values.

    Raises:
        RefusedError: `not_found`, `already_reversed`, `already_decided`, `out_of_range`,
            `not_one_of`, `unknown_choice`.
    """
    ctx.need(HR)
    return trying(ctx.tenant, lambda tenant: _settle(ctx, tenant, incident_id, body))


def _settle(
    ctx: Context, tenant: LoadedTenant, incident_id: UUID, body: Mapping[str, Any]
) -> Answer:
    with pipelined(tenant.id) as raw:
        known = replay(read_reply(raw, tenant.id, ctx.reply_key), ctx.digest)
        if known is not None:
            return known
        opened = open_incident(raw, tenant, incident_id)
        if sql.has_decision(raw, tenant.id, incident_id, "choice"):
            raise refused(ALREADY_DECIDED, "")
        open_choices = sql.open_choices(raw, tenant.id, incident_id)
        direct = _direct(opened, chosen(open_choices, body["choices"]))
        trace: list[Line] = []
        postings = direct + react(opened.policy, opened.scene, opened.book, direct, trace)
        view = {
            "effects": effects_view(postings),
            "trace": [trace_line(line) for line in trace],
            "reason": body["reason"],
        }
        writes = Writes()
        at = write(writes, ctx, opened, (incident_id, "choice", view, body["reason"]), postings)
        return answered(
            raw,
            ctx,
            writes,
            Answer(201, to_json({"incident": incident_id, "decided_at": at} | view)),
        )


def chosen(
    choices: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Decimal]]:
    """Return (choice, unsigned value) of every open choice.

    Raises:
        RefusedError: every value that does not fit its choice.
    """
    values: dict[tuple[str, ...], tuple[int, Any]] = {}
    for index, item in enumerate(given):
        values[_key(item)] = (index, item["quantity"])
    known = {_key(choice) for choice in choices}
    faults = [
        Fault(UNKNOWN_CHOICE, f"/choices/{index}", {"value": "/".join(key)})
        for key, (index, _) in values.items()
        if key not in known
    ]
    settled = []
    for choice in choices:
        index, value = values.get(_key(choice), (len(given), 0))
        try:
            settled.append((choice, _inside(choice, value)))
        except ValueError:
            allowed = f"{choice['min']}..{choice['max'] or ''}"
            at = {"value": str(value), "allowed": f"{'/'.join(_key(choice))} {allowed}"}
            faults.append(Fault(OUT_OF_RANGE, f"/choices/{index}/quantity", at))
    faults += _exclusive(settled) if not faults else []
    if faults:
        raise RefusedError(*faults)
    return settled


def _key(item: Mapping[str, Any]) -> tuple[str, ...]:
    return item["subject"], item["account"], item["unit"]


def _inside(choice: Mapping[str, Any], value: Any) -> Decimal:
    number = to_decimal(value)
    if number < to_decimal(choice["min"]):
        raise ValueError("under")
    if choice["max"] is not None and number > to_decimal(choice["max"]):
        raise ValueError("over")
    if choice["unit"] == MONEY_UNIT and number != fen(number):
        raise ValueError("less than a fen")
    return number


def _exclusive(settled: Sequence[tuple[Mapping[str, Any], Decimal]]) -> list[Fault]:
    groups: dict[tuple[str, str], int] = {}
    for choice, value in settled:
        if choice.get("one_of"):
            key = (choice["subject"], choice["one_of"])
            groups[key] = groups.get(key, 0) + bool(value)
    return [
        Fault(NOT_ONE_OF, "/choices", {"value": subject, "count": count})
        for (subject, _), count in groups.items()
        if count != 1
    ]


def _direct(opened: Opened, settled: Sequence[tuple[Mapping[str, Any], Decimal]]) -> list[Posting]:
    return [
        Posting(
            choice["subject"],
            choice["account"],
            choice["unit"],
            value * (ACCOUNTS[choice["account"]].sign or 1),
            choice["clause"],
            "clause",
            opened.incident.on,
        )
        for choice, value in settled
        if value != ZERO
    ]
