from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.ledger.posting import Posting, visible
from shangfa.domain.text import NOTHING_TO_SAY

postings = st.lists(
    st.builds(
        Posting,
        st.sampled_from("AB"),
        st.sampled_from(["fine", "marks", "count"]),
        st.sampled_from(["CNY", "warning"]),
        st.integers(-2, 2).map(Decimal),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["clause", "reaction", "programme"]),
        st.sampled_from([date(2026, 1, 31), date(2026, 2, 1)]),
        st.booleans(),
        st.just(NOTHING_TO_SAY),
    )
)


def sums(items: list[Posting]) -> dict[tuple[str, ...], Decimal]:
    found: dict[tuple[str, ...], Decimal] = {}
    for item in items:
        if item.account != "count":
            key = (item.subject, item.account, item.unit, item.clause, item.cause)
            found[key] = found.get(key, Decimal(0)) + item.quantity
    return {key: value for key, value in found.items() if value}


@given(postings)
def test_what_is_shown_adds_up_to_what_was_posted(items: list[Posting]) -> None:
    assert sums(visible(items)) == sums(items)


@given(postings)
def test_each_consequence_is_shown_once_and_none_of_nothing(items: list[Posting]) -> None:
    shown = [item for item in visible(items) if item.cause != "programme"]
    keys = [item._replace(quantity=Decimal(0), day=date.min, note=NOTHING_TO_SAY) for item in shown]
    assert len(keys) == len(set(keys))
    assert all(item.quantity and item.account != "count" for item in shown)


def test_what_a_programme_gives_is_shown_item_by_item() -> None:
    item = Posting("A", "cost", "CNY", Decimal(-5), "30", "programme", date(2026, 1, 31))
    assert visible([item, item]) == [item, item]
