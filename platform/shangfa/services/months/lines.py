"""The lines of a settled month, and what it bills to a partner, to those who may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangfa.db.months import settlements as sql
from shangfa.db.months.acts import acts_of
from shangfa.db.months.periods import find_period
from shangfa.db.months.settlements import LinesAsked, SettledLine
from shangfa.db.months.statements import Billed, billed_to
from shangfa.db.people import SubjectRecord
from shangfa.db.policies import version_text
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import Sight, sight_of
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.money import ZERO
from shangfa.domain.months.bills import (
    ENTRIES,
    Settlement,
    StatementAct,
    due_of,
    newest,
    settlement_of,
)
from shangfa.domain.months.faults import NOT_PUBLISHED
from shangfa.domain.months.period import month_named
from shangfa.services.access.sight import find_seen, let_pay
from shangfa.services.audit.notes import Noted, note
from shangfa.services.context import Context
from shangfa.services.ledger.decision import PolicyRef, TraceView
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading

SEPARATOR = "/"
"""Between the money and the subject of a cursor: no kind of money holds it."""


def page(ctx: Context, month: str, subject: str | None, asked: Page) -> Listed[SettledLine]:
    """Return lines of a month by subject and money; none before it is settled.

    An employee sees his own.

    Raises:
        RefusedError: `invalid` month, `not_found` for a subject the asker may not see.
    """
    ctx.need("lines:read")
    period = month_named(month)
    subject = subject or (None if sight_of(ctx.role) is Sight.EVERYBODY else ctx.subject)
    money, _, code = (asked.cursor or "").partition(SEPARATOR)

    def work(tx: Tx) -> list[SettledLine]:
        current(tx)
        let_pay(tx, ctx)
        if subject is not None:
            find_seen(tx, ctx, subject, period.last)
        if subject is None or subject != ctx.subject:
            note(tx, ctx, Noted("lines.read", subject, data={"period": period.name}))
        found = find_period(tx, period.name)
        if found is None or found.settlement_id is None:
            return []
        return sql.lines_of(
            tx, found.settlement_id, LinesAsked(subject, (code, money), asked.limit + 1)
        )

    return listed(asked, reading(ctx, work), lambda item: f"{item.money}{SEPARATOR}{item.subject}")


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of a statement: CNY, how it was computed, and by which clause.

    Attributes:
        source: where the clause stands in the company's document.
        formula: sentences in both languages.
    """

    entry: Billed
    policy: PolicyRef
    title: str
    source: str
    formula: tuple[TraceView, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a month bills to a partner.

    Attributes:
        version: of the month; counts up when it is opened again.
        inputs: programme -> what was handed in for this partner, and for all.
        total: CNY, under 0 when the partner pays.
        due: what is still to be paid of the last publication, CNY.
    """

    month: str
    partner: SubjectRecord
    state: str
    version: int
    lines: tuple[BilledLine, ...]
    inputs: Mapping[str, Mapping[str, Any]]
    total: Decimal
    due: Decimal
    settlement: Settlement


def statement(ctx: Context, month: str, partner: str) -> Statement:
    """Return what a month bills to a partner, each line with its clause and computation.

    A partner reads his own, as it was published last.

    Raises:
        RefusedError: `invalid` month, `not_found` for who is no partner, `not_published`.
    """
    ctx.need("statements:read")
    return reading(ctx, lambda tx: statement_in(tx, ctx, month, partner))


def statement_in(tx: Tx, ctx: Context, month: str, partner: str) -> Statement:
    """Return what a month bills to a partner whom the asker may see, in an open transaction.

    Raises:
        RefusedError: `invalid` month, `not_found` for who is no partner, `not_published` for
            the partner himself.
    """
    period, tenant = month_named(month), current(tx)
    let_pay(tx, ctx)
    found = find_seen(tx, ctx, partner, period.last)
    if found.kind != "partner":
        raise refused(NOT_FOUND, "")
    stands = find_period(tx, period.name)
    billed = billed_to(tx, found.id, period.name)
    acts = acts_of(tx, found.id, period.name)
    settlement = settlement_of(acts, _sum(billed))
    version = stands.version if stands else 1
    if sight_of(ctx.role) is Sight.SELF:
        published = _published(acts, period.name)
        version, billed = published.version, _as_published(published, billed)
    lines = tuple(_billed(tx, tenant, found.code, item) for item in billed)
    handed = {item.programme: _own(item.inputs or {}, found.code) for item in billed}
    return Statement(
        period.name,
        found,
        stands.state if stands else "open",
        version,
        lines,
        {name: inputs for name, inputs in handed.items() if name},
        _sum(billed),
        due_of(acts),
        settlement,
    )


def _sum(billed: Iterable[Billed]) -> Decimal:
    return sum((item.quantity for item in billed), ZERO)


def _published(acts: Sequence[StatementAct], month: str) -> StatementAct:
    """Return the last publication.

    Raises:
        RefusedError: `not_published`.
    """
    published = newest(acts, "published")
    if published is None:
        raise refused(NOT_PUBLISHED, value=month)
    return published


def _as_published(said: StatementAct, billed: list[Billed]) -> list[Billed]:
    """Return the lines that a publication had; one of before says only how many the oldest were.

    What is booked later may have an earlier number, for it is another machine's.
    """
    ids = said.body.get(ENTRIES)
    if ids is None:
        return billed[: said.body["lines"]]
    known = frozenset(ids)
    return [item for item in billed if str(item.id) in known]


def _billed(tx: Tx, tenant: ReadyTenant, code: str, item: Billed) -> BilledLine:
    policy = item.body.get("policy") or _policy(tenant, item)
    version_id = tenant.version_ids[policy["name"], policy["version"]]
    document = version_text(tx, version_id).document
    said = _clause(document, item.clause)
    own = (line for line in item.body.get("trace", ()) if line.get("subject", code) == code)
    formula = tuple(line for line in own if line["clause"] == item.clause)
    return BilledLine(item, policy, said.get("title", ""), said.get("source", ""), formula)


def _policy(tenant: ReadyTenant, item: Billed) -> PolicyRef:
    """Return the version of an entry's day, where its decision names none."""
    name = tenant.policy_name(item.policy_id)
    version = tenant.policies[name].at(item.day)
    return {"name": name, "version": version.number if version else 1}


def _clause(document: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Return what a document says under a code; that of `30-3` for `30-3-SIM`."""
    known: dict[str, Mapping[str, Any]] = {item["code"]: item for item in document["clauses"]}
    while code and code not in known:
        code = code.rpartition("-")[0]
    return known.get(code, {})


def _own(inputs: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return what was handed in for one partner, without what is about others."""
    mine = {name: value[code] for name, value in inputs.items() if code in _keys(value)}
    return mine | {name: value for name, value in inputs.items() if not isinstance(value, dict)}


def _keys(value: Any) -> Collection[str]:
    return value.keys() if isinstance(value, dict) else ()
