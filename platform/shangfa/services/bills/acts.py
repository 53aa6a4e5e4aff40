"""What is done with a partner's statement, each an act that is kept with who did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangfa.db.months.acts import acts_of, add_act
from shangfa.db.people import find_subject
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.permissions import Permission
from shangfa.domain.faults import INVALID, NOT_FOUND, refused
from shangfa.domain.money import FEN, ZERO
from shangfa.domain.months.bills import (
    ENTRIES,
    Settlement,
    StatementAct,
    due_of,
    last_day,
    newest,
)
from shangfa.domain.months.faults import (
    NOT_PUBLISHED,
    OBJECTED_BEFORE,
    OBJECTION_DECIDED,
    OBJECTION_LATE,
    OVERPAID,
    STATEMENT_PUBLISHED,
)
from shangfa.domain.text import Note
from shangfa.services.bills.reducing import Reduction, most_of, reduce
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.months.lines import Statement, statement_in
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

_ON_IT = Note("须为账单上的条款：{0}", "a clause of the statement is expected: {0}")
_LESS = Note(
    "减少时须大于零且不超过该条款的金额 {0}，维持时不填",
    "above 0 and at most {0}, the line's, when it is reduced; nothing when it is upheld",
)


@dataclass(frozen=True, slots=True)
class Bill:
    """A statement with what was done with it; `due`: what is still to be paid, CNY."""

    statement: Statement
    acts: tuple[StatementAct, ...]
    due: Decimal
    settlement: Settlement


@dataclass(frozen=True, slots=True)
class _Desk:
    """A statement on the desk of who acts."""

    tx: Tx
    tenant: ReadyTenant
    statement: Statement
    acts: list[StatementAct]

    def amount(self, clause: str) -> Decimal:
        """Return what a clause bills.

        Raises:
            RefusedError: `invalid` for a clause that bills nothing here.
        """
        lines = [line.entry for line in self.statement.lines]
        known = sorted({item.clause for item in lines})
        if clause not in known:
            raise refused(INVALID, "/clause", value=clause, why=_ON_IT.of("、".join(known)))
        return -sum((item.quantity for item in lines if item.clause == clause), ZERO)

    def published(self) -> StatementAct:
        """Return the last publication.

        Raises:
            RefusedError: `not_published`.
        """
        found = newest(self.acts, "published")
        if found is None:
            raise refused(NOT_PUBLISHED, value=self.statement.month)
        return found


def read(ctx: Context, month: str, partner: str) -> Bill:
    """Return what was done with a statement; a partner reads his own, once it is published.

    Raises:
        RefusedError: `invalid` month, `not_found`, `not_published`.
    """
    ctx.need("statements:read")

    def work(tx: Tx) -> Bill:
        return _bill(_desk(tx, ctx, month, partner))

    return reading(ctx, work)


def publish(ctx: Context, month: str, partner: str, body: dict[str, Any]) -> Bill:
    """Publish a statement as it stands, for the first time or for good.

    Raises:
        RefusedError: `not_found`, `statement_published` before, as it stands.
    """

    def said(desk: _Desk) -> dict[str, Any]:
        total = str(desk.statement.total.quantize(FEN))
        last = newest(desk.acts, "published")
        if last is not None and _says(last, desk.statement.version, total, final=body["final"]):
            raise refused(STATEMENT_PUBLISHED, value=month, day=last.day)
        day = today(desk.tenant.zone)
        until = last_day(desk.tenant.calendar, day, body["days"], working=body["working_days"])
        ids = [str(line.entry.id) for line in desk.statement.lines]
        said = {"final": body["final"], "total": total, "lines": len(ids), ENTRIES: ids}
        return {**said, "objections_until": until.isoformat()}

    return _act(ctx, "statements:publish", ("published", month, partner), said)


def _says(last: StatementAct, version: int, total: str, *, final: bool) -> bool:
    """Tell whether a publication says already what another one would."""
    said = last.body
    return last.version == version and said["total"] == total and said["final"] >= final


def object_to(ctx: Context, month: str, partner: str, clause: str, grounds: str) -> Bill:
    """Object to a line of the last publication.

    Raises:
        RefusedError: `not_found` for another's, `not_published`, `objection_late`,
            `objected_before`, `invalid` clause.
    """

    def said(desk: _Desk) -> dict[str, Any]:
        published = desk.published()
        until = published.body["objections_until"]
        if today(desk.tenant.zone).isoformat() > until:
            raise refused(OBJECTION_LATE, value=month, day=until)
        desk.amount(clause)
        for act in desk.acts:
            if act.kind == "objected" and act.body["clause"] == clause:
                raise refused(OBJECTED_BEFORE, "/clause", value=clause, day=act.day)
        return {"clause": clause, "grounds": grounds, "publication": published.number}

    return _act(ctx, "statements:object", ("objected", month, partner), said)


def decide(ctx: Context, month: str, partner: str, body: dict[str, Any]) -> Bill:
    """Say what becomes of a line that was objected to; what it is reduced by is posted at once.

    Raises:
        RefusedError: `not_found` for no such objection, `objection_decided`, `invalid` amount.
    """

    def said(desk: _Desk) -> dict[str, Any]:
        number = body["objection"]
        objections = {act.number: act for act in desk.acts if act.kind == "objected"}
        if number not in objections:
            raise refused(NOT_FOUND, "/objection")
        for act in desk.acts:
            if act.kind == "decided" and act.body["objection"] == number:
                raise refused(OBJECTION_DECIDED, "/objection", value=number, day=act.day)
        clause = objections[number].body["clause"]
        told = {"objection": number, "clause": clause, "outcome": body["outcome"]}
        amount = body.get("amount", ZERO)
        most = most_of(desk.tx, desk.statement.partner.id, month, clause)
        if (body["outcome"] == "reduced") != (amount > 0) or amount > most:
            raise refused(INVALID, "/amount", value=amount, why=_LESS.of(most))
        if amount:
            less = Reduction(month, partner, clause, amount, number, body["reason"])
            reduce(desk.tx, ctx, desk.tenant, less, now())
        return {**told, "amount": str(amount.quantize(FEN)), "reason": body["reason"]}

    return _act(ctx, "statements:decide", ("decided", month, partner), said)


def pay(ctx: Context, month: str, partner: str, amount: Decimal, reference: str) -> Bill:
    """Note that a partner paid; the settlement goes on when nothing is left.

    Raises:
        RefusedError: `not_found`, `not_published`, `overpaid`.
    """

    def said(desk: _Desk) -> dict[str, Any]:
        desk.published()
        if amount > due_of(desk.acts):
            values = {"value": amount, "allowed": max(due_of(desk.acts), ZERO)}
            raise refused(OVERPAID, "/amount", **values)
        return {"amount": str(amount.quantize(FEN)), "reference": reference}

    return _act(ctx, "statements:pay", ("paid", month, partner), said)


def _desk(tx: Tx, ctx: Context, month: str, partner: str) -> _Desk:
    found = statement_in(tx, ctx, month, partner)
    return _Desk(tx, current(tx), found, acts_of(tx, found.partner.id, found.month))


def _bill(desk: _Desk) -> Bill:
    said = desk.statement
    return Bill(said, tuple(desk.acts), said.due, said.settlement)


def _act(
    ctx: Context,
    need: Permission,
    what: tuple[str, str, str],
    said: Callable[[_Desk], dict[str, Any]],
) -> Bill:
    """Do something with a statement; `what`: its kind, the month and the partner."""
    ctx.need(need)
    kind, month, partner = what

    def work(tx: Tx) -> Bill:
        if kind == "published":
            find_subject(tx, partner, hold=True)  # nothing is billed to it meanwhile
        desk = _desk(tx, ctx, month, partner)
        found = desk.statement
        body, number = said(desk), len(desk.acts) + 1
        head = (new_id(), found.partner.id, found.month, number, kind, found.version)
        day = today(desk.tenant.zone)
        act = StatementAct(*head, day, body, ctx.role, ctx.actor_id, now())
        add_act(tx, act)
        return _bill(_desk(tx, ctx, month, partner))

    return transact(ctx, work)
