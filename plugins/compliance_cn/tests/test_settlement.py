"""How much of a month may be taken: the vectors, place by place, and laws of the arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.sdk.guards import Draft, Line, MonthDraft, Settled
from shangfa_compliance_cn import book, review
from shangfa_compliance_cn.amounts import loss_deduction, points_for, unworked
from shangfa_compliance_cn.settlement import settle

D = Decimal
OCTOBER = date(2026, 10, 31)
LOSS = Line("loss", "compensation", D(3000), notice=True)
FINE = Line("fine", "fine", D(600))
HUNAN, SHENZHEN, GUANGZHOU, JIANGSU = "430000", "440300", "440100", "320000"


def draft(wage: str, *lines: Line, on: date = OCTOBER, **more: Any) -> Draft:
    modes = more.pop("modes", {})
    said: dict[str, Any] = {
        "month": date(2026, 3, 1),
        "region": HUNAN,
        "contract_basis": True,
    } | more
    return Draft(on, modes=modes, month=MonthDraft(wage=D(wage), lines=lines, **said))


def settled(wage: str, *lines: Line, **more: Any) -> Sequence[Settled]:
    return settle(draft(wage, *lines, **more), book())


def taken(wage: str, *lines: Line, **more: Any) -> list[tuple[str, str, str]]:
    found = settled(wage, *lines, **more)
    return [(f"{line.allowed:.2f}", f"{line.carried:.2f}", line.reason) for line in found]


def codes(wage: str, *lines: Line, **more: Any) -> set[tuple[str, str]]:
    found = review(draft(wage, *lines, **more), book())
    return {(item.code, item.severity) for item in found}


# losses


def test_a_loss_goes_over_three_months_and_nothing_of_it_is_lost() -> None:
    """W 6000, M 2200, a loss of 3000: 1200, 1200, 600."""
    left, given_ = D(3000), []
    for month in (3, 4, 5):
        line = replace(LOSS, requested=D(0), carried_in=left)
        (done,) = settled("6000", line, month=date(2026, month, 1))
        left = done.carried
        given_.append((done.allowed, done.reason))
    assert given_ == [(1200, "cap_20"), (1200, "cap_20"), (600, "full")]
    assert left == 0


@pytest.mark.parametrize(
    ("wage", "allowed", "carried", "reason"),
    [
        pytest.param("6000", "1200.00", "1800.00", "cap_20", id="a fifth"),
        pytest.param("2500", "300.00", "2700.00", "min_wage_floor", id="down to the floor"),
        pytest.param("2200", "0.00", "3000.00", "min_wage_floor", id="at the floor"),
        pytest.param("2000", "0.00", "3000.00", "min_wage_floor", id="below the floor"),
        pytest.param("4999.99", "999.99", "2000.01", "cap_20", id="rounded down"),
    ],
)
def test_a_month_takes_the_least_of_loss_fifth_and_floor(
    wage: str, allowed: str, carried: str, reason: str
) -> None:
    assert taken(wage, LOSS) == [(allowed, carried, reason)]
    assert loss_deduction(D(3000), D(wage), D(2200)) == (D(allowed), D(carried))


@pytest.mark.parametrize(("basis", "allowed"), [("gross", "600.00"), ("after_statutory", "240.00")])
def test_the_floor_stands_before_or_after_what_law_withholds(basis: str, allowed: str) -> None:
    found = taken("3000", LOSS, statutory=D(400), floor_basis=basis, minimum=D(2360))
    assert found[0][0] == allowed


def test_two_losses_share_one_cap_oldest_first() -> None:
    lines = [replace(LOSS, ref=name, requested=D(due)) for name, due in (("a", 900), ("b", 800))]
    assert taken("6000", *lines) == [("900.00", "0.00", "full"), ("300.00", "500.00", "cap_20")]


def test_a_last_wage_keeps_the_minimum() -> None:
    line = replace(LOSS, requested=D(0), carried_in=D(1800))
    assert taken("4000", line)[0][0] == "800.00"


def test_without_a_contract_clause_nothing_is_taken() -> None:
    assert taken("6000", LOSS, contract_basis=False) == [("0.00", "3000.00", "no_contract_basis")]
    assert ("no_contract_basis", "block") in codes("6000", LOSS, contract_basis=False)


@pytest.mark.parametrize("region", [GUANGZHOU, SHENZHEN, "530100"])
def test_where_a_notice_is_asked_for_nothing_is_taken_without_one(region: str) -> None:
    unsaid = replace(LOSS, notice=False)
    more: Any = {"region": region, "minimum": D(2200)}
    assert taken("6000", unsaid, **more) == [("0.00", "3000.00", "notice_missing")]
    assert taken("6000", LOSS, **more)[0][2] == "cap_20"


def test_elsewhere_a_notice_is_needed_once_the_company_says_so() -> None:
    unsaid = replace(LOSS, notice=False)
    assert taken("6000", unsaid)[0][2] == "cap_20"
    assert taken("6000", unsaid, modes={"PRIOR_NOTICE": "block"})[0][2] == "notice_missing"


def test_a_locked_rule_is_not_loosened() -> None:
    modes = {"LOSS_PRIOR_NOTICE": "off", "FINE_APPLIED": "off", "LOSS_CAP_RATE": "off"}
    unsaid = replace(LOSS, notice=False)
    found = taken("6000", unsaid, FINE, region=GUANGZHOU, modes=modes)
    assert [reason for _, _, reason in found] == ["notice_missing", "fine_not_allowed"]
    assert taken("6000", LOSS, modes=modes)[0][2] == "cap_20"


# minimum wages


@pytest.mark.parametrize(
    ("region", "month"),
    [
        pytest.param("441800", date(2026, 9, 1), id="Guangdong without a row of its own"),
        pytest.param("440000", date(2026, 10, 1), id="Guangdong as a whole"),
        pytest.param("650000", date(2026, 3, 1), id="a start nobody saw"),
        pytest.param(HUNAN, date(2025, 8, 1), id="before the first row"),
        pytest.param("亚特兰蒂斯", date(2026, 3, 1), id="no such place"),
        pytest.param("", date(2026, 3, 1), id="no place"),
    ],
)
def test_without_a_minimum_wage_nothing_is_taken(region: str, month: date) -> None:
    assert taken("6000", LOSS, region=region, month=month) == [
        ("0.00", "3000.00", "min_wage_unknown")
    ]
    assert ("min_wage_unknown", "block") in codes("6000", LOSS, region=region, month=month)


def test_the_older_rows_of_the_province_answer_until_they_were_replaced() -> None:
    def row(tier: int | None, month: int) -> list[int]:
        return [int(wage.monthly) for wage in book().minimum("441800", date(2026, month, 1), tier)]

    assert (row(4, 8), row(4, 9)) == ([1750], [])
    assert row(None, 8) == [2080, 1850, 1750]


def test_a_city_with_a_row_of_its_own_has_no_other_tier() -> None:
    (row,) = book().minimum(GUANGZHOU, date(2026, 3, 1), 4)
    assert row.monthly == 2500
    assert book().minimum(HUNAN, date(2026, 3, 1), 9) == []


def test_a_company_fills_in_what_is_missing_and_the_higher_holds() -> None:
    more: Any = {"region": "650000", "minimum": D(2070)}
    assert taken("2500", LOSS, **more) == [("430.00", "2570.00", "min_wage_floor")]
    assert taken("2500", LOSS, minimum=D(2400))[0][0] == "100.00"
    assert taken("2500", LOSS, minimum=D(1000))[0][0] == "300.00"


def test_an_unknown_tier_counts_as_the_highest_and_says_so() -> None:
    assert taken("2500", LOSS, tier=3)[0][0] == "500.00"
    assert taken("2500", LOSS)[0][0] == "300.00"
    assert ("min_wage_tier", "warn") in codes("2500", LOSS)
    assert ("min_wage_tier", "warn") not in codes("2500", LOSS, tier=3)


def test_a_figure_known_from_others_is_shown_as_unconfirmed() -> None:
    assert ("min_wage_unconfirmed", "info") in codes("6000", LOSS)
    assert ("min_wage_unconfirmed", "info") not in codes("6000", LOSS, minimum=D(2200))


# fines


@pytest.mark.parametrize(
    ("more", "allowed", "reason"),
    [
        pytest.param({"region": GUANGZHOU}, 0, "fine_not_allowed", id="Guangdong punishes them"),
        pytest.param({"region": SHENZHEN}, 0, "fine_not_allowed", id="Shenzhen without consent"),
        pytest.param(
            {"region": SHENZHEN, "on": date(2025, 12, 4)}, 600, "full", id="Shenzhen before"
        ),
        pytest.param({"region": JIANGSU}, 600, "full", id="Jiangsu within a fifth"),
        pytest.param(
            {"region": JIANGSU, "on": date(2026, 5, 26)}, 0, "converted", id="Jiangsu before"
        ),
        pytest.param({}, 0, "converted", id="the nation"),
        pytest.param({"region": "610000"}, 0, "converted", id="Shaanxi has a floor only"),
        pytest.param({"modes": {"FINE": "block"}}, 0, "fine_not_allowed", id="tightened"),
        pytest.param(
            {"region": JIANGSU, "modes": {"FINE": "block"}}, 0, "fine_not_allowed", id="both"
        ),
        pytest.param({"modes": {"FINE": "warn"}}, 600, "full", id="loosened where it may be"),
    ],
)
def test_a_fine_is_what_the_place_makes_of_it(
    more: dict[str, Any], allowed: int, reason: str
) -> None:
    (line,) = settled("6000", FINE, **more)
    assert (line.allowed, line.reason) == (allowed, reason)
    assert line.allowed + line.dropped == 600


def test_consent_opens_the_zone_s_cap_in_shenzhen_and_nothing_elsewhere() -> None:
    lines = [replace(FINE, ref=str(due), requested=D(due), consent=True) for due in (1000, 600)]
    at = {"region": SHENZHEN, "month": date(2026, 9, 1)}
    assert taken("5000", *lines, **at) == [
        ("1000.00", "0.00", "full"),
        ("500.00", "0.00", "cap_30"),
    ]
    assert {reason for *_, reason in taken("5000", *lines, region=GUANGZHOU)} == {
        "fine_not_allowed"
    }


def test_the_three_texts_about_shenzhen_are_shown_not_solved() -> None:
    found = review(draft("5000", FINE, region=SHENZHEN), book())
    (conflict,) = [item for item in found if item.code == "fine_conflict"]
    assert all(article in conflict.law_ref for article in ("50", "16", "34"))
    assert (conflict.severity, conflict.certainty) == ("warn", "inferred")


def test_a_fine_and_a_loss_leave_the_minimum_wage_together() -> None:
    lines = (FINE, replace(LOSS, requested=D(400)))
    found = taken("3000", *lines, region=JIANGSU)
    assert found == [("0.00", "0.00", "min_wage_floor"), ("340.00", "60.00", "min_wage_floor")]


def test_a_fine_under_another_name_is_a_fine() -> None:
    assert taken("6000", replace(FINE, account="donation"))[0][2] == "converted"


@given(st.decimals(D("0.01"), D(100_000), places=2), st.decimals(D("0.01"), D(100_000), places=2))
def test_a_conversion_never_gives_the_same_yuan_back(one: Decimal, other: Decimal) -> None:
    """Points are of bands: no function leads from them back to the amount."""
    points = [points_for(amount) for amount in (one, other)]
    assert set(points) <= {1, 2, 3, 5, 8}
    assert (one <= other) <= (points[0] <= points[1])


# time not worked


@pytest.mark.parametrize(
    ("wage", "days", "hours", "worth"),
    [
        pytest.param("6525", "0", "0.25", "9.37", id="a quarter of an hour"),
        pytest.param("6525", "1", "0", "300.00", id="a day"),
        pytest.param("6525", "0.5", "0", "150.00", id="half a day"),
        pytest.param("5000", "1", "0", "229.88", id="rounded down"),
        pytest.param("5000", "30", "0", "5000", id="no more than the month"),
    ],
)
def test_time_not_worked_is_worth_its_share(wage: str, days: str, hours: str, worth: str) -> None:
    assert unworked(D(wage), D(days), D(hours)) == D(worth)


def test_never_more_than_the_time_not_worked_is_taken() -> None:
    """An hour late costs half a day by the rules; an hour is taken."""
    line = Line("late", "wage", D(150), hours=D(1))
    (done,) = settled("6525", line)
    assert (done.allowed, done.dropped, done.reason) == (D("37.50"), D("112.50"), "unworked_time")
    assert ("unworked_time", "block") in codes("6525", line)
    assert settled("6525", replace(line, requested=D(30)))[0].reason == "full"


def test_caps_are_shares_of_what_is_paid_for_time_worked() -> None:
    absent = Line("absent", "wage", D(3000), days=D("10.875"))
    assert taken("6000", LOSS, absent)[0] == ("600.00", "2400.00", "cap_20")


# by which law


@pytest.mark.parametrize(
    ("lines", "more", "law"),
    [
        pytest.param([LOSS], {}, "工资支付暂行规定 16", id="a loss"),
        pytest.param([LOSS], {"contract_basis": False}, "工资支付暂行规定 16", id="no clause"),
        pytest.param(
            [replace(LOSS, notice=False)],
            {"region": GUANGZHOU},
            "广东省工资支付条例 15",
            id="notice",
        ),
        pytest.param([FINE], {"region": GUANGZHOU}, "劳动保障监察条例", id="Guangdong"),
        pytest.param(
            [replace(FINE, requested=D(5000))], {"region": JIANGSU}, "江苏省", id="Jiangsu's cap"
        ),
        pytest.param([Line("t", "wage", D(90), hours=D(1))], {}, "人社部发〔2025〕2号", id="time"),
    ],
)
def test_a_cut_line_names_its_law(lines: list[Line], more: dict[str, Any], law: str) -> None:
    found = review(draft("6000", *lines, **more), book())
    (cut,) = [item for item in found if item.clause]
    assert law in cut.law_ref
    assert cut.text.text("zh") != cut.text.text("en")


def test_before_there_was_a_rule_a_line_is_settled_and_nothing_said() -> None:
    said = draft("6000", replace(LOSS, requested=D(9000)), on=date(1990, 1, 1))
    assert settle(said, book())[0].reason == "cap_20"
    assert [item for item in review(said, book()) if item.clause] == []


# whom it is not for


def test_partners_and_rewards_are_not_limited() -> None:
    assert settled("0", LOSS, FINE, kind="partner", region="")[0].reason == "full"
    assert review(draft("0", LOSS, kind="partner"), book()) == []
    bonus = Line("bonus", "bonus", D(500))
    assert settled("6000", bonus)[0].allowed == 500


@pytest.mark.parametrize("lines", [(replace(FINE, requested=D(-1)),), (FINE, FINE)])
def test_signed_amounts_and_two_lines_of_one_name_are_a_mistake_of_the_caller(
    lines: tuple[Line, ...],
) -> None:
    with pytest.raises(ValueError, match="names of their own"):
        settled("6000", *lines)


# laws

MONEY = st.decimals(D(0), D(20_000), places=2)
ACCOUNTS = st.sampled_from(["compensation", "fine", "donation", "wage", "refund", "bonus"])
REGIONS = st.sampled_from([HUNAN, SHENZHEN, GUANGZHOU, JIANGSU, "310000", "650000", "530100"])
LINES = st.lists(
    st.builds(
        Line,
        ref=st.just(""),
        account=ACCOUNTS,
        requested=MONEY,
        carried_in=MONEY,
        notice=st.booleans(),
        consent=st.booleans(),
        hours=st.decimals(D(0), D(40), places=1),
    ),
    max_size=6,
).map(lambda lines: tuple(replace(line, ref=str(i)) for i, line in enumerate(lines)))
DRAFTS = st.builds(
    MonthDraft,
    month=st.dates(date(2025, 1, 1), date(2027, 1, 1)).map(lambda day: day.replace(day=1)),
    wage=MONEY,
    lines=LINES,
    region=REGIONS,
    contract_basis=st.booleans(),
    statutory=st.decimals(D(0), D(800), places=2),
    floor_basis=st.sampled_from(["gross", "after_statutory"]),
)
LIMITED = {"compensation", "fine", "donation", "refund"}


@given(DRAFTS)
def test_every_fen_is_taken_carried_or_let_go(month: MonthDraft) -> None:
    found = settle(Draft(OCTOBER, month=month), book())
    for line, done in zip(month.lines, found, strict=True):
        assert done.ref == line.ref
        assert min(done.allowed, done.carried, done.dropped) >= 0
        due = line.requested + line.carried_in
        assert done.allowed + done.carried + done.dropped == due
        assert (done.reason == "full") == (done.allowed == due) or not due
        if line.account in {"compensation", "refund", "bonus"}:
            assert done.dropped == 0


@given(DRAFTS)
def test_the_floor_and_the_caps_hold_for_all_lines_together(month: MonthDraft) -> None:
    found = settle(Draft(OCTOBER, month=month), book())
    by = {line.ref: line.account for line in month.lines}
    worked = month.wage - sum(line.allowed for line in found if by[line.ref] == "wage")
    losses = sum(line.allowed for line in found if by[line.ref] in {"compensation", "refund"})
    limited = sum(line.allowed for line in found if by[line.ref] in LIMITED)
    assert losses <= worked * D("0.20")
    held = month.statutory if month.floor_basis == "after_statutory" else D(0)
    rows = book().minimum(month.region, month.month)
    if limited:
        assert worked - held - limited >= rows[0].monthly


@given(MONEY, MONEY, st.decimals(D(0), D(500), places=2), REGIONS)
def test_a_higher_wage_never_takes_less_and_a_larger_loss_neither(
    wage: Decimal, due: Decimal, more: Decimal, region: str
) -> None:
    def allowed(wage_: Decimal, due_: Decimal) -> Decimal:
        line = replace(LOSS, requested=due_)
        return settled(str(wage_), line, region=region, minimum=D(2000))[0].allowed

    least = allowed(wage, due)
    assert least <= allowed(wage + more, due)
    assert least <= allowed(wage, due + more)
