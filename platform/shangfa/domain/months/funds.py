"""Funds that fines feed: which entries feed which, and how money moves in and out of a purse.

A fund gets what a locked month really took of the entries that its rule names, and gives back
what a later month gives back of them. What it gives back beyond what is in it the company lays
out, and is paid back first: a purse is never under 0, and owes nothing while something is in it.
All amounts are CNY with two places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple, get_args
from uuid import UUID

from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.money import ZERO
from shangfa.domain.payroll.handed import Amounts, shared_out

FEEDING: Final = tuple(
    name
    for name, account in ACCOUNTS.items()
    if account.sign < 0 and account.units == frozenset({MONEY_UNIT})
)
"""Accounts of the ledger that may feed a fund: what somebody pays in money."""
FundEntryKind = Literal["income", "refund", "advance", "repayment", "spend", "reopened"]
FUND_ENTRY_KINDS: Final[tuple[str, ...]] = get_args(FundEntryKind)
Purse = Literal["payroll", "fund", "company", "spending"]
PURSES: Final[tuple[str, ...]] = get_args(Purse)
"""Where money comes from and goes to: every entry is out of one and into another."""


class FundRule(NamedTuple):
    """What feeds a fund; empty clauses or departments mean all of them."""

    accounts: frozenset[str]
    clauses: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    def takes(self, account: str, clause: str, department: str | None) -> bool:
        """Tell whether an entry feeds the fund."""
        return (
            account in self.accounts
            and (not self.clauses or clause in self.clauses)
            and (not self.departments or department in self.departments)
        )

    def overlaps(self, other: FundRule) -> bool:
        """Tell whether some entry would feed both."""
        return all(
            not mine.isdisjoint(theirs) if mine and theirs else True
            for mine, theirs in (
                (self.accounts, other.accounts),
                (self.clauses, other.clauses),
                (self.departments, other.departments),
            )
        )


class Key(NamedTuple):
    """What gives back and what was taken have in common: the case or evaluation, and the clause."""

    origin: str
    clause: str


class FedEntry(NamedTuple):
    """A ledger entry of a line; `department` is that of its day."""

    key: Key
    department: str | None
    quantity: Decimal


class Share(NamedTuple):
    """What a fund has to do with one key of a line.

    Attributes:
        got: what came into the fund, under 0 what it gave back.
        carried: what the line carries over of it, signed as the line is.
    """

    fund: UUID
    key: Key
    got: Decimal
    carried: Decimal


def shares_of(
    money: str,
    line: Amounts,
    entries: Sequence[FedEntry],
    known: Iterable[Share],
    rules: Mapping[UUID, FundRule],
) -> list[Share]:
    """Return what a settled line moves into and out of funds, by key.

    An entry belongs to the fund that its key belonged to before; new ones that take something to
    the fund whose rule takes them. No fund gives back more for a key than it got for it.

    `known`: of the same subject and money, all that locked months before moved (`got`), and what
    the last one carried over.
    """
    before = {share.key: share for share in known}
    owners = {key: share.fund for key, share in before.items()}
    # By key first: what is taken back before it was taken never was.
    nets: dict[Key | None, Decimal] = {key: share.carried for key, share in before.items()}
    nets[None] = line.carried_in - sum(nets.values(), ZERO)
    for entry in entries:
        _own(money, entry, owners, rules)
        nets[entry.key] = nets.get(entry.key, ZERO) + entry.quantity
    if line.overtaken:
        left = {None, *before}
        nets = dict(sorted(nets.items(), key=lambda item: item[0] in left))
    parts = shared_out(line._replace(overtaken=False), [], list(nets.values()))
    return [
        Share(owners[key], key, _got(before.get(key), part.allowed), part.carried)
        for key, part in zip(nets, parts, strict=True)
        if key in owners and (part.allowed or part.carried)
    ]


def _got(before: Share | None, allowed: Decimal) -> Decimal:
    return max(-allowed, -before.got if before else ZERO)


def _own(
    money: str, entry: FedEntry, owners: dict[Key, UUID], rules: Mapping[UUID, FundRule]
) -> None:
    """Note whose the key of an entry is that takes something, if it is nobody's yet."""
    if entry.key in owners or entry.quantity > 0:
        return
    for fund, rule in rules.items():
        if rule.takes(money, entry.key.clause, entry.department):
            owners[entry.key] = fund
            return


class Standing(NamedTuple):
    """What is in a fund, and what it owes the company; one of the two is 0."""

    balance: Decimal = ZERO
    owed: Decimal = ZERO


class Movement(NamedTuple):
    """Money out of one purse into another; `after` is where the fund stands then."""

    kind: FundEntryKind
    source: Purse
    target: Purse
    amount: Decimal
    after: Standing


def booked(stands: Standing, income: Decimal, refund: Decimal) -> Iterator[Movement]:
    """Yield how a locked month moves a fund: in, out, then what it owes is paid back."""
    yield from _moved(stands, (income, "income"), (refund, "refund"))


def unbooked(stands: Standing, income: Decimal, refund: Decimal) -> Iterator[Movement]:
    """Yield what takes back how a month moved a fund, when it is opened again."""
    yield from _moved(stands, (refund, "reopened"), (income, "reopened"))


def _moved(
    stands: Standing,
    come: tuple[Decimal, FundEntryKind],
    go: tuple[Decimal, FundEntryKind],
) -> Iterator[Movement]:
    balance, owed = stands
    (into, kind), (out, other) = come, go
    if into:
        balance += into
        yield Movement(kind, "payroll", "fund", into, Standing(balance, owed))
    paid = min(out, balance)
    if paid:
        balance -= paid
        yield Movement(other, "fund", "payroll", paid, Standing(balance, owed))
    if out > paid:
        owed += out - paid
        yield Movement("advance", "company", "payroll", out - paid, Standing(balance, owed))
    back = min(owed, balance)
    if back:
        stands = Standing(balance - back, owed - back)
        yield Movement("repayment", "fund", "company", back, stands)


def spent(stands: Standing, amount: Decimal) -> Movement:
    """Return a spending; the balance must be as much."""
    after = stands._replace(balance=stands.balance - amount)
    return Movement("spend", "fund", "spending", amount, after)
