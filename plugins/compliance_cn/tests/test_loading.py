"""Rule data is read strictly; a row that cannot be relied on is named with its column."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files

import pytest

from shangfa_compliance_cn import book
from shangfa_compliance_cn.rules.loading import (
    RULE_COLUMNS,
    WAGE_COLUMNS,
    RuleDataError,
    read_places,
    read_rules,
    read_wages,
)

RULE = "X,440000,2020-01-01,,warn,,法 1,话,words,公报,read,,false"
WAGE = "430000,湖南,1,2200,22,2025-09-01,,表,secondary,"


def rules(*rows: str) -> str:
    return "\n".join((",".join(RULE_COLUMNS), *rows))


def wages(*rows: str) -> str:
    return "\n".join((",".join(WAGE_COLUMNS), *rows))


def test_a_rule_is_read_with_all_it_says() -> None:
    (rule,) = read_rules("r.csv", rules(RULE.replace(",,warn,,", ",2020-12-31,cap,0.20,")))
    assert (rule.start, rule.end) == (date(2020, 1, 1), date(2020, 12, 31))
    assert (rule.mode, str(rule.rate), rule.locked) == ("cap", "0.20", False)


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        pytest.param(RULE.replace("2020-01-01", ""), "effective_from", "empty", id="no first day"),
        pytest.param(RULE.replace("01-01", "13-01"), "effective_from", "no day", id="no such day"),
        pytest.param(
            RULE.replace(",,warn", ",2019-12-31,warn"), "effective_to", "before", id="backwards"
        ),
        pytest.param(RULE.replace("warn", "wran"), "mode", "'wran'", id="an unknown mode"),
        pytest.param(RULE.replace("warn,", "warn,-1"), "rate", "above 0", id="a rate below 0"),
        pytest.param(RULE.replace("440000", "4400"), "region", "6 digits", id="a short region"),
        pytest.param(RULE.replace(",read,", ",seen,"), "reading", "'seen'", id="no such reading"),
        pytest.param(RULE.replace("false", "no"), "locked", "'no'", id="locked or not"),
        pytest.param(RULE.replace("法 1", ""), "law_ref", "empty", id="no law"),
        pytest.param(RULE + ",more", "", "more than", id="too many cells"),
        pytest.param(RULE[:-6], "locked", "empty", id="too few cells"),
    ],
)
def test_a_row_that_cannot_be_relied_on_is_named(row: str, column: str, why: str) -> None:
    with pytest.raises(RuleDataError, match=re.escape(why)) as caught:
        read_rules("r.csv", rules(RULE.replace("X", "Y"), row))
    assert (caught.value.file, caught.value.row, caught.value.column) == ("r.csv", 3, column)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(RULE.replace("2020", "2021"), id="the first never ends"),
        pytest.param(RULE, id="the same day"),
    ],
)
def test_two_rows_of_one_rule_and_place_may_not_overlap(second: str) -> None:
    with pytest.raises(RuleDataError, match="overlaps row 2") as caught:
        read_rules("r.csv", rules(RULE, second))
    assert (caught.value.row, caught.value.column) == (3, "effective_from")


def test_rows_may_follow_each_other_and_stand_beside_another_place() -> None:
    first = RULE.replace(",,warn", ",2020-12-31,warn")
    text = rules(RULE.replace("2020", "2021"), first, RULE.replace("440000", "440300"))
    assert len(read_rules("r.csv", text)) == 3


def test_minimum_wages_are_read_as_strictly() -> None:
    assert read_wages("w.csv", wages(WAGE))[0].monthly == 2200
    with pytest.raises(RuleDataError, match="monthly"):
        read_wages("w.csv", wages(WAGE.replace("2200", "0")))
    with pytest.raises(RuleDataError, match="effective_from: empty"):
        read_wages("w.csv", wages(WAGE.replace("2025-09-01", "")))
    with pytest.raises(RuleDataError, match="overlaps row 2"):
        read_wages("w.csv", wages(WAGE, WAGE.replace("2025", "2026")))


def test_other_columns_are_refused() -> None:
    with pytest.raises(RuleDataError, match="row 1"):
        read_places("p.csv", "code,title\n110000,北京")


def test_what_comes_along_is_read_and_names_no_day_it_did_not_see() -> None:
    found = book()
    assert {len(rule.region) for rule in found.rules} == {6}
    assert {"read", "secondary", "inferred"} == {rule.reading for rule in found.rules}
    assert not [wage for wage in found.wages if wage.reading == "read"]


def test_sources_are_laws_and_publications() -> None:
    """Nobody can cite a copy in somebody's repository to a worker."""
    folder = files("shangfa_compliance_cn") / "data"
    for item in folder.iterdir():
        text = item.read_text("utf-8")
        assert not re.search(r"github|gitee|@[0-9a-f]{7}|\.md\b|index id", text), item.name
