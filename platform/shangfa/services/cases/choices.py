"""Set what an incident left to a named human: values inside their limits, with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db import cases as sql
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.cases.faults import ALREADY_DECIDED, NOT_ONE_OF, UNKNOWN_CHOICE
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.faults import OUT_OF_RANGE, Fault, RefusedError, refused
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ZERO, fen
from shangfa.domain.policies.facts import to_decimal
from shangfa.services.access.sight import check_not_own
from shangfa.services.cases.opened import Act, OpenedCase, body_of, follow, open_case, write
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.ledger.decision import (
    ChoiceView,
    EffectView,
    TraceView,
    sum_effects,
    trace_line,
)
from shangfa.services.tenancy.ready import ready
from shangfa.services.transaction import transact


@dataclass(frozen=True, slots=True)
class Value:
    """The value somebody gives to one choice, unsigned and not yet read."""

    subject: str
    account: str
    unit: str
    quantity: Any


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the choices of an incident posted and what followed."""

    incident: UUID
    decided_at: datetime
    effects: list[EffectView]
    trace: list[TraceView]
    reason: str


def choose(ctx: Context, incident_id: UUID, values: Sequence[Value], reason: str) -> Chosen:
    """Decide every open choice of an incident in one transaction.

    `values`: one left out is 0 where 0 is allowed.

    Raises:
        RefusedError: `not_found`, `already_reversed`, `already_decided`, `out_of_range`,
            `not_one_of`, `unknown_choice`, `same_person` whom it concerns.
    """
    ctx.need("incidents:choose")
    return transact(ctx, lambda tx: _choose(tx, ctx, incident_id, values, reason), Kind.BUSY)


def _choose(
    tx: Tx, ctx: Context, incident_id: UUID, values: Sequence[Value], reason: str
) -> Chosen:
    opened = open_case(tx, ctx, ready(ctx.tenant), incident_id)
    check_not_own(ctx, opened.case.subjects, "choose")
    if opened.case.procedure != IMMEDIATE:
        raise refused(ALREADY_DECIDED, "")
    choices: Sequence[Any] = sql.open_choices(tx, opened.case.id)
    if opened.case.state != "choice_open" and choices:
        raise refused(ALREADY_DECIDED, "")
    at = now()
    further = follow(opened, _direct(opened, chosen(choices, values)))
    bodies = [
        {
            "effects": body_of(item),
            "trace": [trace_line(line) for line in item.trace],
            "reason": reason,
        }
        for item in further
    ]
    done = list(zip(further, bodies, strict=True))
    write(tx, ctx, opened, Act("choose", "effective", "choice", reason, at), done)
    effects = sum_effects(effect for body in bodies for effect in body["effects"])
    return Chosen(
        incident_id, at, effects, [line for body in bodies for line in body["trace"]], reason
    )


Choice = tuple[ChoiceView, Decimal]
"""An open choice with its unsigned value."""


def chosen(choices: Sequence[ChoiceView], given: Sequence[Value]) -> list[Choice]:
    """Return every open choice with its value.

    Raises:
        RefusedError: every value that does not fit its choice.
    """
    values = {_name(item): (index, item.quantity) for index, item in enumerate(given)}
    known = {_key(choice) for choice in choices}
    faults = [
        Fault(UNKNOWN_CHOICE, f"/choices/{index}", {"value": "/".join(key)})
        for key, (index, _) in values.items()
        if key not in known
    ]
    found: list[Choice] = []
    for choice in choices:
        index, value = values.get(_key(choice), (len(given), 0))
        try:
            found.append((choice, _inside(choice, value)))
        except ValueError:
            allowed = f"{choice['min']}..{choice['max'] or ''}"
            at = {"value": str(value), "allowed": f"{'/'.join(_key(choice))} {allowed}"}
            faults.append(Fault(OUT_OF_RANGE, f"/choices/{index}/quantity", at))
    faults += _exclusive(found) if not faults else []
    if faults:
        raise RefusedError(*faults)
    return found


def _name(item: Value) -> tuple[str, str, str]:
    return item.subject, item.account, item.unit


def _key(choice: ChoiceView) -> tuple[str, str, str]:
    return choice["subject"], choice["account"], choice["unit"]


def _inside(choice: ChoiceView, value: Any) -> Decimal:
    number = to_decimal(value)
    if number < to_decimal(choice["min"]):
        raise ValueError("under")
    if choice["max"] is not None and number > to_decimal(choice["max"]):
        raise ValueError("over")
    if choice["unit"] == MONEY_UNIT and number != fen(number):
        raise ValueError("less than a fen")
    return number


def _exclusive(found: Iterable[Choice]) -> list[Fault]:
    groups: dict[tuple[str, str], int] = {}
    for choice, value in found:
        if choice.get("one_of"):
            key = (choice["subject"], choice["one_of"])
            groups[key] = groups.get(key, 0) + bool(value)
    return [
        Fault(NOT_ONE_OF, "/choices", {"value": subject, "count": count})
        for (subject, _), count in groups.items()
        if count != 1
    ]


def _direct(opened: OpenedCase, found: Sequence[Choice]) -> Mapping[str, list[Posting]]:
    """Return the postings of each subject that had a choice, in the subjects' order."""
    asked = {choice["subject"] for choice, _ in found}
    direct: dict[str, list[Posting]] = {
        code: [] for code in opened.case.subjects if not asked or code in asked
    }
    for choice, value in found:
        if value != ZERO:
            direct[choice["subject"]].append(posting_of(choice, value, opened.case.on))
    return direct


def posting_of(choice: ChoiceView, value: Decimal, day: date) -> Posting:
    """Return what a choice posts; `value` unsigned."""
    account = choice["account"]
    signed = value * (ACCOUNTS[account].sign or (-1 if choice.get("deducts") else 1))
    return Posting(
        choice["subject"],
        account,
        choice["unit"],
        signed,
        choice["clause"],
        "clause",
        day,
    )
