"""The statement of a month: cost after reductions, points by the raw count, bad inputs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.faults import RefusedError
from shangfa.sdk import Award, Period, PeriodFacts, ProgrammeKind
from shangfa.testing import make_rule, make_subject
from shangfa_sp_credit import register_programmes

KINDS: dict[str, ProgrammeKind[Any]] = {kind.name: kind for kind in register_programmes()}
MARCH = Period("2026-03", date(2026, 3, 1), date(2026, 3, 31))
POSTED = {"list_posted": {"P": "2026-04-08"}, "objected_at": {"P": "2026-04-11"}}
DENIED = {"category": "order_denied", "complaints": 4, "double_confirmed": 4, "objected": 4}


def close(
    name: str,
    inputs: dict[str, Any],
    counts: dict[str, int] | None = None,
    **params: Any,
) -> list[Award]:
    """Close March for partners P and Q; `counts` are P's."""
    kind = KINDS[name]
    totals = {("P", "count", unit): Decimal(number) for unit, number in (counts or {}).items()}
    partners = (make_subject("P", "partner"), make_subject("Q", "partner"))
    standing = PeriodFacts(MARCH, partners, totals, inputs, calendar("CN"))
    return list(kind.evaluate(make_rule(kind.params.model_validate(params)), standing))


def cost(*args: Any, **params: Any) -> list[tuple[str, str]]:
    """Return (code, CNY) of what P pays."""
    awards = close("sp.service_cost", *args, **params)
    return [(award.clause, str(award.effect.quantity)) for award in awards]


def denied(**changes: Any) -> dict[str, Any]:
    return {**POSTED, "lines": {"P": [{**DENIED, **changes}]}}


@pytest.mark.parametrize(
    ("inputs", "left"),
    [
        pytest.param(denied(), 0, id="all reduced on the third day"),
        pytest.param({**denied(), "objected_at": {"P": "2026-04-12"}}, 4, id="fourth day"),
        pytest.param({**denied(), "objected_at": {"P": date(2026, 4, 8)}}, 0, id="same day"),
        pytest.param({**denied(), "objected_at": {"P": None}}, 4, id="no objection"),
        pytest.param(denied(double_confirmed=0), 4, id="26a not opened"),
        pytest.param(denied(double_confirmed=1), 3, id="26b only after its opening"),
        pytest.param(denied(objected=2), 2, id="two objected to"),
        pytest.param(denied(unclear=4), 4, id="25b every reason unclear"),
        pytest.param(denied(service="wap"), 4, id="26b not for WAP"),
        pytest.param(denied(category="charged_free"), 4, id="no standard for others"),
        pytest.param(denied(upgraded=3), 0, id="never more than is left"),
    ],
)
def test_reductions(inputs: dict[str, Any], left: int) -> None:
    expected = [("30-1a", f"-{left * 500}.00")] if left else []
    assert cost(inputs) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({}, [], id="nothing happened"),
        pytest.param({"breach_found": 1}, [("30-1a", "-2000.00")], id="27 a breach"),
        pytest.param(
            {"upgraded": 1}, [("30-1a", "-2500.00")], id="27 upgraded, not liable: one more"
        ),
        pytest.param(
            {"upgraded": 1, "upgraded_liable": 1},
            [("30-1a", "-2000.00"), ("30-1b", "-5000.00")],
            id="27 upgraded, liable: ten times",
        ),
    ],
)
def test_one_case_voids_every_reduction(
    counts: dict[str, int], expected: list[tuple[str, str]]
) -> None:
    assert cost(denied(), counts) == expected


@pytest.mark.parametrize(
    ("params", "counts", "expected"),
    [
        pytest.param(
            {"upgraded_on_lines": "kept"},
            {"upgraded": 1, "upgraded_liable": 1},
            [("30-1a", "-6000.00"), ("30-1b", "-5000.00")],
            id="liable stays in the twelve",
        ),
        pytest.param(
            {"upgraded_on_lines": "kept"},
            {"upgraded": 3},
            [("30-1a", "-7000.00")],
            id="only the two on no line come on top",
        ),
        pytest.param({"not_liable": "free"}, {"upgraded": 3}, [("30-1a", "-5500.00")], id="free"),
    ],
)
def test_other_readings(
    params: dict[str, Any], counts: dict[str, int], expected: list[tuple[str, str]]
) -> None:
    lines = {"P": [{"category": "content_missing", "complaints": 12, "upgraded": 1}]}
    assert cost({"lines": lines}, counts, **params) == expected


@pytest.mark.parametrize(
    ("score", "fee", "expected"),
    [
        pytest.param("8", "200000", [], id="exactly full"),
        pytest.param("7.99", "200000", [("30-2", "-20.00")], id="a hundredth under"),
        pytest.param("7.9", "5", [("30-2", "-0.01")], id="half a fen is rounded up"),
        pytest.param("7.9", "4.99", [], id="under half a fen is no item"),
        pytest.param("9", "200000", [], id="over full is no credit"),
        pytest.param("6", None, [], id="no fee, no item"),
        pytest.param(None, "200000", [], id="no score, no item"),
    ],
)
def test_dial_test(score: str | None, fee: str | None, expected: list[tuple[str, str]]) -> None:
    assert cost({"dial_score": {"P": score}, "information_fee": {"P": fee}}) == expected


def test_dial_test_may_give_a_credit() -> None:
    inputs = {"dial_score": {"P": 9}, "information_fee": {"P": 200000}}
    awards = close("sp.service_cost", inputs, over_full_score="credit")
    assert [award.effect[:3] for award in awards] == [("reward", "CNY", Decimal(2000))]


def test_hotline_sim_and_refunds_are_items_of_their_own() -> None:
    inputs = {
        "hotline": {"P": True},
        "sim_fees": {"P": "36.50"},
        "refund_costs": {"P": "860.40"},
    }
    items = [("30-3", "-1000"), ("30-3-SIM", "-36.50"), ("30-4", "-860.40")]
    assert cost(inputs) == items


def test_absent_inputs_give_no_item() -> None:
    assert cost({}, {"upgraded": 2, "upgraded_liable": 1}) == [("30-1b", "-5000.00")]


TABLE = [
    {"from": 20, "points": 2},
    {"from": 1, "points": "0.5"},
    {"from": 40, "points": 4},
]


@pytest.mark.parametrize(
    ("complaints", "upgraded", "points"),
    [
        pytest.param(0, 0, [], id="under the lowest band"),
        pytest.param(1, 0, ["-0.5"], id="first of the lowest band"),
        pytest.param(19, 0, ["-0.5"], id="last of the lowest band"),
        pytest.param(20, 0, ["-2"], id="first of the middle band"),
        pytest.param(38, 1, ["-2"], id="one upgraded on no line makes 39"),
        pytest.param(38, 2, ["-4"], id="two upgraded on no line make 40"),
        pytest.param(400, 0, ["-4"], id="the highest band is open"),
    ],
)
def test_points_by_the_raw_count(complaints: int, upgraded: int, points: list[str]) -> None:
    line = {**DENIED, "complaints": complaints, "double_confirmed": 0, "objected": 0}
    inputs = {"lines": {"P": [line]}, "points_table": TABLE}
    awards = close("sp.complaint_volume", inputs, {"upgraded": upgraded})
    assert [str(award.effect.quantity) for award in awards] == points


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"lines": {"P": []}}, id="no table"),
        pytest.param({"points_table": [{"from": 0, "points": 1}]}, id="no lines"),
    ],
)
def test_no_points_without_both(inputs: dict[str, Any]) -> None:
    assert close("sp.complaint_volume", inputs, {"upgraded": 3}) == []


@pytest.mark.parametrize(
    ("name", "inputs", "pointer"),
    [
        pytest.param("sp.service_cost", {"lines": []}, "lines", id="no mapping"),
        pytest.param("sp.service_cost", {"lines": {"X": []}}, "lines/X", id="stranger"),
        pytest.param("sp.service_cost", {"lines": {"P": {}}}, "lines/P", id="no list"),
        pytest.param("sp.service_cost", {"lines": {"P": [1]}}, "lines/P/0", id="no object"),
        pytest.param("sp.service_cost", denied(reduced=1), "lines/P/0/reduced", id="unknown key"),
        pytest.param(
            "sp.service_cost", denied(category="other"), "lines/P/0/category", id="category"
        ),
        pytest.param("sp.service_cost", denied(service="sms"), "lines/P/0/service", id="service"),
        pytest.param(
            "sp.service_cost", denied(complaints=-1), "lines/P/0/complaints", id="negative"
        ),
        pytest.param("sp.service_cost", denied(complaints=4.5), "lines/P/0/complaints", id="half"),
        pytest.param("sp.service_cost", denied(objected=5), "lines/P/0/objected", id="one more"),
        pytest.param(
            "sp.service_cost", denied(objected=2, unclear=3), "lines/P/0/unclear", id="unclear"
        ),
        pytest.param("sp.service_cost", {"hotline": {"P": 1}}, "hotline/P", id="no boolean"),
        pytest.param("sp.service_cost", {"sim_fees": {"P": "x"}}, "sim_fees/P", id="no number"),
        pytest.param(
            "sp.service_cost", {"list_posted": {"P": "8 April"}}, "list_posted/P", id="no date"
        ),
        pytest.param(
            "sp.service_cost",
            {"objected_at": {"P": "2026-04-08"}},
            "objected_at/P",
            id="objection without a list",
        ),
        pytest.param(
            "sp.service_cost",
            {"list_posted": {"P": "2026-04-08"}, "objected_at": {"P": "2026-04-07"}},
            "objected_at/P",
            id="objection the day before the list",
        ),
        pytest.param(
            "sp.complaint_volume",
            {"points_table": [{"from": 1, "points": 1}, {"from": "1.0", "points": 2}]},
            "points_table",
            id="one start twice",
        ),
        pytest.param(
            "sp.complaint_volume",
            {"points_table": [{"from": 1}]},
            "points_table/0/points",
            id="no points",
        ),
        pytest.param(
            "sp.complaint_volume",
            {"points_table": [{"from": 1, "points": 1, "to": 9}]},
            "points_table/0/to",
            id="unknown column",
        ),
    ],
)
def test_refused(name: str, inputs: dict[str, Any], pointer: str) -> None:
    with pytest.raises(RefusedError) as error:
        close(name, inputs)
    fault = error.value.faults[0]
    assert (fault.code, fault.pointer) == ("invalid", f"/inputs/{pointer}")


def test_objections_in_working_days_skip_golden_week() -> None:
    posted = {"list_posted": {"P": "2026-10-01"}, "lines": {"P": [DENIED]}}
    unit = {"objection_unit": "working_days"}
    assert cost({**posted, "objected_at": {"P": "2026-10-10"}}, **unit) == []
    assert cost({**posted, "objected_at": {"P": "2026-10-11"}}, **unit) == [("30-1a", "-2000.00")]


def test_catalogue() -> None:
    rows = [
        (code, row.account)
        for kind in KINDS.values()
        for code, row in kind.rows(make_rule(kind.params(), code="24"))
    ]
    assert [code for code, _ in rows] == [
        "30-1a",
        "30-1b",
        "30-2",
        "30-3",
        "30-3",
        "30-4",
        "24",
    ]
    assert {account for _, account in rows} == {"cost", "score"}
