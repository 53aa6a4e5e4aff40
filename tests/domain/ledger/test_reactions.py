"""What reactions post, one edge at a time; the law over all of them is in test_law.py."""

from datetime import date, timedelta

import pytest
from tests.domain.ledger.marked import MARKS, marks, recorded, two_levels
from tests.making.policies import policy_from

from shangfa.domain.ledger.book import Book
from shangfa.domain.policies.policy import Policy
from shangfa.testing import Lines, MemoryTenant


@pytest.mark.parametrize(
    ("window", "days", "minors"),
    [
        pytest.param("month", "2026-01-01 2026-01-31", 0, id="two"),
        pytest.param("month", "2026-01-01 2026-01-15 2026-01-31", 1, id="three on the last day"),
        pytest.param("month", "2026-01-01 2026-01-31 2026-02-01", 0, id="the next month"),
        pytest.param("month", "2026-01-31 2027-01-01 2027-01-31", 0, id="a January of each year"),
        pytest.param("quarter", "2026-01-01 2026-02-01 2026-03-31", 1, id="end of the quarter"),
        pytest.param("quarter", "2026-02-01 2026-03-31 2026-04-01", 0, id="the next quarter"),
        pytest.param("year", "2026-01-01 2026-06-01 2026-12-31", 1, id="end of the year"),
        pytest.param("year", "2026-06-01 2026-12-31 2027-01-01", 0, id="the next year"),
        pytest.param("ever", "2020-01-01 2026-12-31 2027-01-01", 1, id="ever"),
        pytest.param("day", "2026-01-01 2026-01-01 2026-01-01", 1, id="three of one day"),
        pytest.param("day", "2026-01-01 2026-01-01 2026-01-02", 0, id="the next day"),
        pytest.param("ever", " ".join(["2026-01-01"] * 5), 1, id="five"),
        pytest.param("ever", " ".join(["2026-01-01"] * 6), 2, id="six"),
    ],
)
def test_three_within_a_window_make_one(window: str, days: str, minors: int) -> None:
    tenant = recorded(marks(window), *days.split())
    assert tenant.balance("E", "marks", "minor") == minors


def test_one_incident_may_go_up_several_steps() -> None:
    result = MemoryTenant(marks()).record("w", quantity=6)
    given = [(item.unit, item.quantity, item.clause, item.cause) for item in result.postings]
    assert given == [
        ("warning", 6, "w", "clause"),
        ("minor", 2, "up", "reaction"),
        ("major", 1, "over", "reaction"),
    ]


@pytest.mark.parametrize("window", ["month", "90 days"])
def test_why_it_follows_is_said_once(window: str) -> None:
    tenant = recorded(marks(window), "2026-01-05", "2026-01-10")
    result = tenant.record("w", quantity=4, at=date(2026, 1, 15))
    assert [item.unit for item in result.postings] == ["warning", "minor", "major"]
    told = [line.clause for line in result.trace if line.clause in ("up", "over")]
    assert told == ["up", "over"]


def test_what_follows_later_counts_on_the_later_day() -> None:
    """The third warning comes in late but lies first: the fourth day's is now the third."""
    tenant = recorded(marks(), "2026-01-10", "2026-01-20", "2026-01-05")
    minors = [key for key in tenant.balances() if key[2] == "minor"]
    assert minors == [("E", "marks", "minor", date(2026, 1, 20), False)]


def test_a_reversal_moves_the_step_to_the_next_one_that_reaches_it() -> None:
    tenant = recorded(marks(), "2026-01-05", "2026-01-10")
    third = tenant.record("w", at=date(2026, 1, 15))
    tenant.record("w", at=date(2026, 1, 20))
    tenant.reverse(third)
    minors = [key for key in tenant.balances() if key[2] == "minor"]
    assert minors == [("E", "marks", "minor", date(2026, 1, 20), False)]


@pytest.mark.parametrize(
    ("clause", "quantity", "borne"),
    [
        pytest.param("w", 1, {}, id="under the lowest rung is nothing"),
        pytest.param("m", 1, {"warning": 1}, id="one rung lower"),
        pytest.param("m", 2, {"warning": 2, "minor": 1}, id="and for what was converted"),
        pytest.param("out", 1, {"major": 1}, id="an action stands above the highest rung"),
    ],
)
def test_the_supervisor_bears_one_rung_less(
    clause: str, quantity: int, borne: dict[str, int]
) -> None:
    tenant = MemoryTenant(marks(), two_levels())
    tenant.record(clause, quantity=quantity)
    found = {key[2]: value for key, value in tenant.balances().items() if key[0] == "M"}
    assert found == borne


def test_converted_marks_may_be_left_out() -> None:
    tenant = MemoryTenant(marks(converted=False), two_levels())
    tenant.record("w", quantity=3)
    assert tenant.balance("M", "marks", "warning") == 0


def test_what_is_borne_for_a_report_goes_no_further_up() -> None:
    tenant = MemoryTenant(marks(), two_levels())
    tenant.record("out", quantity=4)
    assert {key[0] for key in tenant.balances()} == {"E", "M"}


@pytest.mark.parametrize(
    ("joint", "minors"),
    [
        pytest.param(True, {("M", True): 1}, id="joint marks count"),
        pytest.param(False, {}, id="joint marks are left out"),
    ],
)
def test_joint_marks_add_up_for_their_bearer(
    joint: bool,  # noqa: FBT001 - a case's value
    minors: dict[tuple[str, bool], int],
) -> None:
    tenant = MemoryTenant(marks(joint=joint), two_levels())
    for _ in range(2):
        tenant.record("w", "M")
    tenant.record("m", "E")
    balances = tenant.balances().items()
    found = {(key[0], key[4]): value for key, value in balances if key[:3:2] == ("M", "minor")}
    assert found == minors


def test_own_marks_take_over_what_joint_marks_had_reached() -> None:
    """Two own and one joint make a joint minor; with a third of his own it is his."""
    tenant = MemoryTenant(marks(), two_levels())
    tenant.record("m", "E")
    for _ in range(3):
        tenant.record("w", "M")
    balances = tenant.balances().items()
    found = {key[4]: value for key, value in balances if key[:3] == ("M", "marks", "minor")}
    assert found == {False: 1}


@pytest.mark.parametrize(
    ("day", "boss"),
    [
        pytest.param(date(2026, 6, 30), "M", id="the last day under the first"),
        pytest.param(date(2026, 7, 1), "D", id="the first day under the second"),
        pytest.param(date(2026, 12, 31), None, id="the first day under nobody"),
        pytest.param(date(2025, 12, 31), None, id="before anybody"),
    ],
)
def test_the_supervisor_of_that_day(day: date, boss: str | None) -> None:
    staff = Lines().add("E", "M", date(2026, 1, 1)).add("E", "D", date(2026, 7, 1))
    staff.add("E", None, date(2026, 12, 31))
    tenant = MemoryTenant(marks(), staff)
    tenant.record("m", at=day)
    bearers = {key[0] for key in tenant.balances()} - {"E"}
    assert bearers == ({boss} if boss else set())


@pytest.mark.parametrize(
    ("days", "minors"),
    [
        pytest.param("2026-01-10 2026-01-20", 0, id="three are needed before the change"),
        pytest.param("2026-01-20 2026-02-01", 1, id="two are enough from the change on"),
        pytest.param("2026-01-20 2026-02-01 2026-02-02", 1, id="three are still one"),
        pytest.param(
            "2026-01-10 2026-01-20 2026-01-30 2026-02-01", 2, id="the fourth is the second pair"
        ),
    ],
)
def test_each_day_is_judged_by_the_version_of_that_day(days: str, minors: int) -> None:
    (threes,) = marks("year").versions
    (pairs,) = policy_from(
        MARKS.replace("every: 3, within: WINDOW", "every: 2, within: year")
        .replace("JOINT", "true")
        .replace("CONVERTED", "true")
    ).versions
    pairs.effective_from = date(2026, 2, 1)
    tenant = recorded(Policy("p", [threes, pairs]), *days.split())
    assert tenant.balance("E", "marks", "minor") == minors


def wordings(*every: tuple[str, int], within: str = "month") -> Policy:
    """One rule that is worded anew: so many warnings make a minor from each day on."""
    found = []
    for since, number in every:
        (version,) = policy_from(
            MARKS.replace("every: 3, within: WINDOW", f"every: {number}, within: {within}")
            .replace("JOINT", "true")
            .replace("CONVERTED", "true")
        ).versions
        version.effective_from = date.fromisoformat(since)
        found.append(version)
    return Policy("p", found)


STRICTER = (("2026-01-01", 3), ("2026-03-16", 2))
MILDER = (("2026-01-01", 2), ("2026-03-16", 3))


@pytest.mark.parametrize("within", ["month", "90 days", "year from 02-01", "ever"])
@pytest.mark.parametrize(
    ("versions", "days", "minors"),
    [
        pytest.param(STRICTER, "03-14 03-15 03-17", "03-17", id="the later counts what was before"),
        pytest.param(STRICTER, "03-15 03-17 03-14", "03-17", id="and a late report of it"),
        pytest.param(STRICTER, "03-17 03-15 03-14", "03-17", id="whatever the order"),
        pytest.param(STRICTER, "03-13 03-14 03-15 03-17", "03-15 03-17", id="less what was given"),
        pytest.param(MILDER, "03-14 03-15 03-17", "03-15", id="nothing is taken back"),
        pytest.param(MILDER, "03-17 03-14 03-15", "03-15", id="nor by what came in late"),
        pytest.param(MILDER, "03-14 03-15 03-17 03-18 03-19 03-20", "03-15 03-20", id="set by set"),
        pytest.param(STRICTER, "03-13 03-14 03-16 03-16", "03-16 03-16", id="on the first day"),
    ],
)
def test_a_version_takes_nothing_back_and_counts_what_was_before_its_day(
    versions: tuple[tuple[str, int], ...], days: str, minors: str, within: str
) -> None:
    tenant = recorded(wordings(*versions, within=within), *(f"2026-{day}" for day in days.split()))
    given = [key[3] for key, value in tenant.balances().items() for _ in range(int(value))
             if key[2] == "minor"]  # fmt: skip
    assert sorted(given) == [date.fromisoformat(f"2026-{day}") for day in minors.split()]


@pytest.mark.parametrize("within", ["month", "90 days"])
def test_reversing_a_cause_takes_back_what_it_gave(within: str) -> None:
    tenant = recorded(wordings(*STRICTER, within=within), "2026-03-14", "2026-03-15")
    third = tenant.record("w", at=date(2026, 3, 17))
    assert tenant.balance("E", "marks", "minor") == 1
    tenant.reverse(third)
    assert tenant.balance("E", "marks", "minor") == 0


def test_a_rule_that_was_dropped_meanwhile_counts_what_it_gave() -> None:
    twos, none, again = wordings(("2026-01-01", 2), ("2026-03-10", 2), ("2026-03-20", 2)).versions
    none.reactions = ()
    tenant = recorded(Policy("p", [twos, none, again]), "2026-03-01", "2026-03-02", "2026-03-12")
    tenant.record("w", at=date(2026, 3, 21))
    minors = [key[3] for key in tenant.balances() if key[2] == "minor"]
    assert minors == [date(2026, 3, 2), date(2026, 3, 21)]


def test_a_growing_total_needs_neither_days_nor_histories_whatever_its_wordings() -> None:
    """So one more entry costs the same however many came before."""
    policy = wordings(("2020-01-01", 3), ("2020-03-01", 2), ("2020-04-01", 5), within="ever")
    tenant = MemoryTenant(policy, book=Book(days=None, histories=None))
    for number in range(120):
        tenant.record("w", at=date(2020, 1, 1) + timedelta(number))
    assert tenant.balance("E", "marks", "minor") == 45


def test_without_reactions_nothing_is_counted() -> None:
    text = MARKS[: MARKS.index("reactions:")]
    tenant = recorded(policy_from(text), "2026-01-01")
    assert tenant.book.totals == {}


def test_the_trace_tells_the_total_before_and_after() -> None:
    tenant = recorded(marks(), "2026-03-02", "2026-03-03")
    line = tenant.record("w", at=date(2026, 3, 31)).trace[-2]
    assert line.clause == "up"
    assert (
        line.note.text("zh") == "折算（2026-03）累计由 2 变为 3。每满3次「警告」得「minor」一次。"
    )
    assert line.note.text("en") == (
        "折算: the total in 2026-03 goes from 2 to 3. Every 3 × warning make one minor."
    )
