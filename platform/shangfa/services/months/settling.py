"""Settle a month: everybody's lines from the ledger, streamed, in bounded memory.

A settlement is written whole or not at all, and counts for nothing until a step of its month
says so. How far it has come is told on a connection beside, for who waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from typing import Final
from uuid import UUID

from shangfa.db.months import settlements as sql
from shangfa.db.months.periods import has_later, last_locked
from shangfa.db.months.settlements import (
    Carried,
    LineOfSettlement,
    MonthSum,
    SettlementRecord,
    SumsAsked,
)
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.faults import Fault, RefusedError
from shangfa.domain.money import ZERO
from shangfa.domain.months.faults import WAGE_MISSING
from shangfa.domain.months.period import first_booked
from shangfa.domain.months.settlement import (
    BONUS_UNKNOWN,
    FULL,
    LATER_MONTH,
    WAGE_UNKNOWN,
    DraftItem,
    Guard,
    Pay,
    Ruling,
    SettlementDraft,
    full,
    held_back,
    next_payday,
    of_bonus,
    passed_on,
    ruled,
)
from shangfa.domain.months.worth import worth
from shangfa.domain.payroll.papers import CONSENT, NOTICE, Floors
from shangfa.domain.policies.kinds import Period
from shangfa.domain.tenancy.compliance import BLOCK, OFF
from shangfa.plugins.guards import check_guarded, place_of
from shangfa.plugins.installed import installed
from shangfa.plugins.settling import MonthGuard
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.payroll.papers import Papers, read_floors, read_papers
from shangfa.services.payroll.settings import setting_in_force
from shangfa.services.people.pay import PayBook, read_pay
from shangfa.services.tenancy.ready import ReadyTenant, current

AT_ONCE: Final = 500
"""Lines that one statement writes."""
TOLD_EVERY: Final = 50_000
"""Entries after which it is told how far the settlement has come."""


def guard_of(tenant: ReadyTenant) -> Guard:
    """Return who says how much of a draft may be settled: the place where the law comes in.

    People of whom no place of work is known work where the company does, if that is one place.

    Raises:
        RefusedError: `plugin_disabled` where nothing may be settled without every guard.
    """
    said = tenant.compliance
    if said.mode == BLOCK:
        check_guarded()
    if said.mode == OFF or not installed().guards():
        return full
    place = tenant.regions[0] if len(tenant.regions) == 1 else ""
    return MonthGuard(place_of(place) or place, said.mode, said.rules)


@dataclass(slots=True)
class _Sum:
    """One kind of money of a subject while its sums are put together."""

    requested: Decimal = ZERO
    waiting: Decimal = ZERO
    unknown: str = ""
    clauses: set[str] = field(default_factory=set)
    adjusts: set[str] = field(default_factory=set)
    times: dict[str, Decimal] = field(default_factory=dict)
    parts: list[tuple[str, date, Decimal, Decimal]] = field(default_factory=list)

    def add(self, part: MonthSum, pay: PayBook) -> None:
        """Add entries, each worth by itself what it comes to: what takes one back is the same."""
        self.clauses.update(part.clauses)
        self.adjusts.update(part.adjusts)
        if part.day is None or part.each is None:
            self.requested += part.quantity
            self.waiting += part.waiting
            return
        one = worth(part.unit, part.each, pay.on(part.subject_id, part.day))
        if one is None:
            self.unknown = BONUS_UNKNOWN if part.unit == "percent" else WAGE_UNKNOWN
            return
        self.requested += one * part.entries
        self.waiting += one * (part.waiting / part.each if part.each else ZERO)
        self.times[part.unit] = self.times.get(part.unit, ZERO) + part.quantity
        self.parts.append((part.unit, part.day, part.each, one))

    def item(
        self, money: str, carried_in: Decimal, told: tuple[Decimal | None, Decimal | None]
    ) -> DraftItem:
        """Return it as a guard is asked about it; `told`: up to which by notice, by consent."""
        times = (self.times.get("day", ZERO), self.times.get("hour", ZERO))
        clauses = tuple(sorted(self.clauses))
        return DraftItem(money, self.requested, carried_in, clauses, *times, *told)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of everybody before a month is settled.

    Attributes:
        sums: what of the month is summed, and whose rewards are paid with the next.
        overtaken: whether a later month is locked already, whose left-over this one passes on.
    """

    pay: PayBook
    papers: Papers
    floors: Floors
    sums: SumsAsked
    overtaken: bool

    def told(self, subject_id: UUID, money: str) -> tuple[Decimal | None, Decimal | None]:
        """Return up to which of somebody's money was told in writing, and agreed to."""
        if not self.papers:
            return None, None
        notice = self.papers.get((subject_id, NOTICE, money))
        return notice, self.papers.get((subject_id, CONSENT, money))


@dataclass(slots=True)
class _Settling:
    """A settlement on its way.

    Attributes:
        carry: subject -> what the settlement before left over, until it is taken.
        taken: (subject, money) -> what locked months took, where something was refused.
        unpaid: subjects whose days or hours have no wage to be counted by.
    """

    settlement_id: UUID
    period: Period
    guard: Guard
    known: _Known
    carry: dict[UUID, list[Carried]]
    taken: dict[tuple[UUID, str], Decimal]
    people: int = 0
    entries: int = 0
    unpaid: set[str] = field(default_factory=set)

    def lines(self, sums: Iterable[MonthSum]) -> Iterator[LineOfSettlement]:
        """Yield everybody's lines: those with entries, then those with nothing but a carry."""
        for subject_id, parts in groupby(sums, lambda item: item.subject_id):
            own = list(parts)
            self.entries += sum(part.entries for part in own)
            yield from self._subject(own[0], own, self.carry.pop(subject_id, []))
        for carried in list(self.carry.values()):
            yield from self._subject(carried[0], [], carried)

    def _subject(
        self, who: MonthSum | Carried, parts: list[MonthSum], carried: list[Carried]
    ) -> Iterator[LineOfSettlement]:
        self.people += 1
        held = {item.money: item.amount for item in carried}
        sums: dict[str, _Sum] = {money: _Sum() for money in held}
        for part in parts:
            sums.setdefault(part.account, _Sum()).add(part, self.known.pay)
        if any(item.unknown == WAGE_UNKNOWN for item in sums.values()):
            self.unpaid.add(who.subject)
        passed = {
            money: passed_on(sums[money].requested, amount) if self.known.overtaken else ZERO
            for money, amount in held.items()
        }
        items = tuple(
            item.item(
                money,
                held.get(money, ZERO) - passed.get(money, ZERO),
                self.known.told(who.subject_id, money),
            )
            for money, item in sums.items()
        )
        pay = self.known.pay.on(who.subject_id, self.period.last)
        floors = self.known.floors
        draft = SettlementDraft(who.subject, who.kind, self.period.last, pay, items, floors)
        for item, said in zip(items, ruled(self.guard, draft), strict=True):
            own = sums[item.money]
            paid = self._paid(item, said, pay, own.waiting)
            ruling = self._held_back(who.subject_id, item.money, paid)
            waits = passed.get(item.money, ZERO)
            left = item.due + waits - ruling.allowed - ruling.refused
            yield LineOfSettlement(
                new_id(),
                who.subject_id,
                item.money,
                item.requested,
                ruling.allowed,
                left,
                item.carried_in + waits,
                ruling.refused,
                own.unknown or (LATER_MONTH if waits and ruling.reason == FULL else ruling.reason),
                to_text(item.clauses),
                to_text(sorted(own.adjusts)),
                to_text(own.parts),
                ruling.law,
                ruling.points,
            )

    @staticmethod
    def _paid(item: DraftItem, said: Ruling, pay: Pay, waiting: Decimal) -> Ruling:
        """Say when a reward is paid, and leave base pay alone where a bonus is used up."""
        if item.money == "reward" and waiting:
            return next_payday(item, waiting)
        return of_bonus(said, pay.bonus) if item.money == "bonus" else said

    def _held_back(self, subject_id: UUID, money: str, ruling: Ruling) -> Ruling:
        """Let back what was taken: of what people pay, where not all was."""
        key = (subject_id, money)
        if key not in self.taken or ACCOUNTS[money].sign >= 0:
            return ruling
        return held_back(ruling, self.taken[key])


def settle(ctx: Context, period: Period, version: int, *, strict: bool) -> UUID:
    """Calculate a month and return the settlement's id; nothing refers to it yet.

    `strict`: refuse what cannot be said in money yet, instead of leaving it out.

    Raises:
        RefusedError: `wage_missing`.
        PluginFailedError: a guard failed.
    """
    with begin(ctx.tenant) as tx:
        found = _begin(tx, ctx, period, version)
    with begin(ctx.tenant, Kind.LARGE) as tx:
        tenant = current(tx)
        guard = guard_of(tenant)
        known = (_known(tx, tenant, period), _carry(tx, found), sql.taken_by(tx))
        settling = _Settling(found.id, period, guard, *known)
        _write(tx, settling)
        if strict and settling.unpaid:
            raise RefusedError(
                *(Fault(WAGE_MISSING, "", {"value": code}) for code in sorted(settling.unpaid))
            )
        sql.finish(tx, found.id, settling.people, settling.entries, now())
    return found.id


def _known(tx: Tx, tenant: ReadyTenant, period: Period) -> _Known:
    setting = setting_in_force(tx)
    later = [key for name, key in tenant.policy_ids.items() if setting.pays_later(name)]
    first = first_booked(period.first, tenant.cut_off)
    sums = SumsAsked(period.name, first, tenant.cut_off, later)
    papers, overtaken = read_papers(tx, period.name), has_later(tx, period.name)
    return _Known(read_pay(tx), papers, read_floors(tx), sums, overtaken)


def _begin(tx: Tx, ctx: Context, period: Period, version: int) -> SettlementRecord:
    last = last_locked(tx)
    before = last.settlement_id if last else None
    entries = sql.count_entries(tx, period.name)
    found = SettlementRecord(
        *(new_id(), period.name, version, before, entries, 0, 0, None, ctx.actor_id, now()),
        cut_off=current(tx).cut_off,
    )
    sql.add_settlement(tx, found)
    return found


def _carry(tx: Tx, found: SettlementRecord) -> dict[UUID, list[Carried]]:
    carry: dict[UUID, list[Carried]] = {}
    for item in sql.carried_by(tx, found.before_id) if found.before_id else ():
        carry.setdefault(item.subject_id, []).append(item)
    return carry


def _write(tx: Tx, settling: _Settling) -> None:
    """Write everybody's lines: while the database takes some, the next are calculated."""
    told, lines = 0, settling.lines(sql.month_sums(tx, settling.known.sums))
    with ThreadPoolExecutor(1) as writer:
        written: Future[None] | None = None
        while some := list(islice(lines, AT_ONCE)):
            if written is not None:
                written.result()
            written = writer.submit(sql.add_lines, tx, settling.settlement_id, some)
            if settling.entries - told >= TOLD_EVERY:
                told = settling.entries
                with begin(tx.tenant) as beside:
                    sql.note_done(beside, settling.settlement_id, told)
        if written is not None:
            written.result()
