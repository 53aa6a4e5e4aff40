"""Templates of payroll systems: columns by either name, each header once, all faults at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.faults import RefusedError
from shangfa.domain.payroll.handed import DETAIL, SUMMARY
from shangfa.domain.payroll.setting import SHEETS, Column, PayrollSetting, Template, resolved


def setting(summary: list[Column], detail: list[Column] | None = None) -> PayrollSetting:
    return PayrollSetting("next_month", {"kingdee": Template(tuple(summary), tuple(detail or ()))})


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_two_columns_share_a_name_in_either_language(sheet: str) -> None:
    names = [*SHEETS[sheet], *SHEETS[sheet].values()]
    assert len(set(names)) == len(names)


@given(st.lists(st.sampled_from(sorted(SUMMARY)), unique=True), st.data())
def test_a_column_goes_by_either_name_in_the_order_that_is_said(
    columns: list[str], data: st.DataObject
) -> None:
    said = [Column(data.draw(st.sampled_from([name, SUMMARY[name]]))) for name in columns]
    found = resolved(setting(said))
    assert found.rewards == "next_month"
    assert found.template("kingdee").summary == tuple(
        Column(name, SUMMARY[name]) for name in columns
    )
    assert resolved(found) == found


def test_a_column_has_the_header_it_is_given() -> None:
    found = resolved(setting([Column("工号", "职员代码")], [Column("slip_no", "单号")]))
    assert found.template("kingdee").sheet("summary") == (Column("employee_no", "职员代码"),)
    assert found.template("kingdee").sheet("detail") == (Column("slip_no", "单号"),)


@pytest.mark.parametrize(("sheet", "known"), [("summary", SUMMARY), ("detail", DETAIL)])
def test_a_sheet_that_is_left_out_has_all_columns(sheet: str, known: dict[str, str]) -> None:
    assert Template().sheet(sheet) == tuple(Column(*item) for item in known.items())


def test_all_faults_are_told_at_once_with_the_nearest() -> None:
    said = setting(
        [
            *[Column("工好"), Column("name", "谁"), Column("department", "谁")],
            *[Column("loss_allow"), Column("zzzz"), Column("name"), Column("姓名")],
        ],
        [Column("slip_no", "谁"), Column("loss_due")],
    )
    with pytest.raises(RefusedError) as refused:
        resolved(said)
    told = [(fault.code, fault.pointer) for fault in refused.value.faults]
    at = "/templates/kingdee"
    assert told == [
        ("unknown_column", f"{at}/summary/0/column"),
        ("same_header", f"{at}/summary/2/header"),
        ("unknown_column", f"{at}/summary/3/column"),
        ("unknown_column", f"{at}/summary/4/column"),
        ("same_header", f"{at}/summary/6/header"),
        ("unknown_column", f"{at}/detail/1/column"),
    ]
    near = [
        str(fault.values["near"]).split("、")
        for fault in refused.value.faults
        if fault.code == "unknown_column"
    ]
    assert (near[0][0], near[1][0], near[2]) == ("employee_no", "loss_allowed", ["—"])


def test_a_template_is_asked_for_by_its_name() -> None:
    with pytest.raises(RefusedError) as said:
        setting([Column("name")]).template("用友")
    (fault,) = said.value.faults
    assert (fault.code, fault.pointer) == ("unknown_template", "/template")
    assert fault.values == {"value": "用友", "allowed": "kingdee"}
    with pytest.raises(RefusedError) as said:
        PayrollSetting().template("用友")
    assert said.value.faults[0].values["allowed"] == "—"
