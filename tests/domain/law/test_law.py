"""The law of the engine: balances are a function of the surviving facts, not of their order.

Policies, reporting lines, incidents and the order of recording and reversing are made up
by hypothesis; see `worlds.py`.
"""

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, event, given, settings
from tests.domain.law.definition import Definition
from tests.domain.law.worlds import World, edges, finished, record, recorded, totals_of, worlds

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.ledger.book import BackdatedError, Book, book_of_days
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.ledger.walk import Following
from shangfa.testing import MemoryTenant

pytestmark = pytest.mark.law
LAW = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@LAW
@given(worlds())
def test_any_order_and_any_reversals_end_in_the_ledger_of_the_survivors(world: World) -> None:
    lived = finished(world.run(world.tenant()))
    assert lived.balances() == finished(recorded(world, world.survivors)).balances()


@LAW
@given(worlds())
def test_any_order_and_any_reversals_end_in_the_totals_of_the_survivors(world: World) -> None:
    lived = finished(world.run(world.tenant()))
    assert totals_of(lived) == totals_of(finished(recorded(world, world.survivors)))


@LAW
@given(worlds())
def test_the_ledger_is_what_the_design_says(world: World) -> None:
    tenant = finished(recorded(world, world.survivors))
    direct = [posting for posting in tenant.ledger if posting.cause == "clause"]
    assert tenant.balances() == Definition(world.policy, world.staff).ledger(direct)


@LAW
@given(edges())
def test_the_first_and_the_last_day_of_what_counts_are_what_the_design_says(world: World) -> None:
    lived = finished(world.run(world.tenant()))
    tenant = finished(recorded(world, world.survivors))
    direct = [posting for posting in tenant.ledger if posting.cause == "clause"]
    wanted = Definition(world.policy, world.staff).ledger(direct)
    assert (lived.balances(), tenant.balances()) == (wanted, wanted)


@LAW
@given(worlds())
def test_taking_everything_back_leaves_nothing(world: World) -> None:
    everything = dict.fromkeys(range(len(world.happening)), 3)
    lived = finished(replace(world, taken_back=everything).run(world.tenant()))
    assert (lived.balances(), totals_of(lived)) == ({}, {})


def gives_way(postings: Iterable[Posting]) -> bool:
    """Tell whether what was borne jointly becomes one's own: a joint line is taken back for it."""
    return any(
        item.joint and item.cause == "reaction" and item.quantity * ACCOUNTS[item.account].sign < 0
        for item in postings
    )


@LAW
@given(worlds())
def test_in_date_order_totals_alone_are_enough(world: World) -> None:
    """And histories, where a rule looks back; of what adds up to nothing only days know when."""
    alone = MemoryTenant(world.policy, world.staff, book=Book(days=None))
    by_days = world.tenant()
    for item in world.survivors:
        result = record(by_days, item)
        try:
            record(alone, item)
        except BackdatedError:
            event("asked for the days")
            assert gives_way(result.postings)
            return
    assert (alone.ledger, totals_of(alone)) == (by_days.ledger, totals_of(by_days))


@LAW
@given(worlds())
def test_totals_alone_ask_for_the_days_only_when_something_counted_lies_later(
    world: World,
) -> None:
    """Or when a line gives way to another; when they do not ask, they answer as the days would."""
    by_days = world.tenant()
    for index in world.order:
        item = world.happening[index]
        before = dict(by_days.book.totals)
        book = Book(dict(before), None, histories=deepcopy(by_days.book.histories))
        book.as_of = by_days.book.as_of
        entries = [list(history) for history in (book.histories or {}).values()]
        alone = MemoryTenant(world.policy, world.staff, book=book)
        result = record(by_days, item)
        try:
            answer = record(alone, item)
        except BackdatedError:
            event("asked for the days")
            later = [day for (day, *_) in (e for h in entries for e in h) if day >= item.day]
            passed = any(total.last_day > item.day for total in before.values())
            assert later or passed or gives_way(result.postings)
        else:
            assert answer.postings == result.postings


@LAW
@given(worlds())
def test_a_book_made_from_the_ledger_goes_on_as_the_one_that_lived(world: World) -> None:
    """As the platform does: full history is read only to back-date or reverse."""
    *first, last = world.order
    lived = recorded(world, (world.happening[index] for index in first))
    days: dict[tuple[str, str, str], dict[date, tuple[Decimal, Decimal]]] = {}
    for posting in lived.ledger:
        counter = (posting.subject, posting.account, posting.unit)
        was = days.setdefault(counter, {}).get(posting.day, (Decimal(0), Decimal(0)))
        own = Decimal(0) if posting.joint else posting.quantity
        days[counter][posting.day] = (was[0] + posting.quantity, was[1] + own)
    walk = Following(world.policy, world.staff, Book(), [])

    def spans_of(counter: tuple[str, str, str], day: date) -> list[str]:
        return walk.spans(world.policy.windows(*counter[1:]).every, counter[0], day)

    book = book_of_days(days, spans_of)
    book.histories, book.as_of = deepcopy(lived.book.histories), lived.book.as_of
    reread = MemoryTenant(world.policy, world.staff, book=book)
    assert totals_of(reread) == totals_of(lived)
    item = world.happening[last]
    assert Counter(record(reread, item).postings) == Counter(record(lived, item).postings)
