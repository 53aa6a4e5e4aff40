"""What is found in clauses: by what they say and give, place by place, mode by mode."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import Row
from shangfa.sdk.guards import Draft, DraftClause, Finding, Mode
from shangfa_compliance_cn import book, review

D = Decimal
TODAY = date(2026, 11, 27)
DISMISSAL = Row("penalty", "action", "dismissal", D(1), D(1))
FINE = Row("penalty", "fine", "CNY", D(20), D(20))
MARK = Row("penalty", "marks", "warning", D(1), D(1))
LOSS = Row("penalty", "compensation", "CNY", D(0))
HALF_DAY = Row("penalty", "wage", "day", D("0.5"), D("0.5"))


def clause(title: str, *rows: Row, **more: Any) -> DraftClause:
    return DraftClause("1", title, kinds=("x.kind",), rows=rows, **more)


def text(title: str) -> DraftClause:
    return DraftClause("1", title, note="说明")


def found(*clauses: DraftClause, on: date = TODAY, **more: Any) -> list[Finding]:
    return list(review(Draft(on, clauses=clauses, **more), book()))


def codes(*clauses: DraftClause, **more: Any) -> set[str]:
    return {finding.code for finding in found(*clauses, **more)}


SHOWN = [
    ("obsolete_law", text("受过劳动教养的")),
    ("obsolete_law", text("依《治安管理处罚条例》处理")),
    ("obsolete_law", text("停薪留职须经批准")),
    ("detention_ground", clause("被治安拘留的", DISMISSAL)),
    ("dismissal_ground", clause("违反公司规章制度", DISMISSAL)),
    ("incompetence_dismissal", clause("不能胜任工作", DISMISSAL)),
    ("vague_ground", clause("参与罢工", DISMISSAL)),
    ("fine", clause("着装不整", FINE)),
    ("disguised_fine", clause("吵闹", FINE._replace(account="donation"))),
    ("disguised_fine", text("书面警告者乐捐五十元")),
    ("disguised_fine", clause("负激励", FINE._replace(account="wage"))),
    ("liquidated_damages", text("离职须付违约金")),
    ("deposit", text("入职时交押金")),
    ("deposit", clause("离职", FINE, labels=("所收保证金",))),
    ("fine_with_dismissal", clause("偷窃", FINE, DISMISSAL)),
    ("open_ended_amount", clause("大过", FINE._replace(maximum=None))),
    ("loss_on_worker", clause("照价赔", LOSS, params=({"percent": D(100)},))),
    ("sick_leave_pay", clause("病假", FINE)),
    ("discrimination", text("孕产假者不参评")),
    ("discrimination", clause("评优", params=({"barred": {"leave": ["maternity"]}},))),
    ("discrimination", clause("休产假", MARK)),
    ("collective_punishment", clause("全体每人罚", FINE)),
    ("over_deduction_attendance", clause("迟到一小时", HALF_DAY)),
    ("over_deduction_attendance", clause("三次", HALF_DAY, params=({"of": "迟到"},))),
    (
        "over_deduction_attendance",
        clause("旷工一天扣三天", Row("penalty", "wage", "day", D(3), D(3), "day")),
    ),
    ("wage_forfeited", clause("态度消极", HALF_DAY)),
    ("unpaid_overtime", text("有客户咨询则自动延长下班时间")),
    ("fine_pool", text("罚款归部门基金")),
    ("data_quota", text("每天留三个客户电话")),
    ("monitoring", text("主管不定期查询QQ、微信记录")),
]


@pytest.mark.parametrize(
    ("code", "said"), [pytest.param(code, said, id=f"{code}: {said.title}") for code, said in SHOWN]
)
def test_a_clause_that_shows_it_is_found_with_law_words_and_way_out(
    code: str, said: DraftClause
) -> None:
    (finding,) = [item for item in found(said) if item.code == code]
    assert finding.clause == "1"
    assert finding.law_ref
    for language in ("zh", "en"):
        assert said.title in finding.text.text(language)
        assert finding.suggestion.text(language)
    assert finding.rule in {rule.code for rule in book().rules}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("obsolete_law", text("被依法追究刑事责任")),
        ("detention_ground", clause("治安巡查缺岗", MARK)),
        ("dismissal_ground", clause("严重违反规章制度", DISMISSAL)),
        ("incompetence_dismissal", clause("不能胜任工作", MARK)),
        ("fine", clause("奖励", FINE._replace(direction="reward", account="reward"))),
        ("disguised_fine", text("本公司不收乐捐")),
        ("deposit", text("公司不收取押金")),
        ("deposit", text("严禁收取任何形式的保证金")),
        ("deposit", text("不得以任何名义向员工收取押金")),
        ("open_ended_amount", clause("照价赔", LOSS)),
        ("open_ended_amount", clause("奖", FINE._replace(direction="reward", maximum=None))),
        ("loss_on_worker", clause("按比例分担", LOSS, params=({"percent": D(100)},))),
        ("loss_on_worker", clause("赔三成", LOSS, params=({"percent": D(30)},))),
        ("sick_leave_pay", text("病假须有证明")),
        ("discrimination", text("产假期间待遇不变")),
        ("discrimination", clause("评优", params=({"barred": {"other_leave": ["maternity"]}},))),
        ("collective_punishment", text("适用于全体员工")),
        (
            "over_deduction_attendance",
            clause("迟到按小时扣", Row("penalty", "wage", "hour", D(1), D(1), "hour")),
        ),
        (
            "over_deduction_attendance",
            clause("旷工", Row("penalty", "wage", "day", D(1), D(1), "day")),
        ),
        ("wage_forfeited", clause("事假", Row("penalty", "wage", "day", D(1), D(1), "day"))),
        ("data_quota", text("来电三声内接听")),
        ("monitoring", text("没先查询订购记录")),
        ("monitoring", text("工作时间微信闲聊")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.title,
)
def test_a_clause_beside_it_is_not(code: str, said: DraftClause) -> None:
    assert code not in codes(said)


LADDER = ("warning", "minor", "major")


def marked(title: str, *rungs: str, code: str = "1") -> DraftClause:
    return DraftClause(
        code, title, kinds=("x.mark",), rows=tuple(MARK._replace(unit=rung) for rung in rungs)
    )


COMPLAINT = marked("客户投诉属实", "minor", code="2")


@pytest.mark.parametrize(
    ("clauses", "petty"),
    [
        pytest.param([marked("上班做私事", "major"), COMPLAINT], ["1"], id="above a complaint"),
        pytest.param([clause("工作时间闲聊", DISMISSAL), COMPLAINT], ["1"], id="dismissal"),
        pytest.param([marked("上班玩手机", "minor"), COMPLAINT], [], id="as much"),
        pytest.param([marked("上班玩手机", "warning", "major"), COMPLAINT], [], id="may be less"),
        pytest.param([marked("上班玩手机致客户投诉", "major"), COMPLAINT], [], id="it harms too"),
        pytest.param([marked("上班做私事", "major")], [], id="nothing to compare with"),
        pytest.param([marked("上班做私事", "major"), text("接受投诉")], [], id="no mark"),
        pytest.param(
            [marked("上班做私事", "minor"), marked("造成损失", "warning", code="3"), COMPLAINT],
            ["1"],
            id="the mildest of the harmful",
        ),
        pytest.param([marked("盗窃", "major"), COMPLAINT], [], id="not petty"),
    ],
)
def test_what_is_petty_weighs_no_more_than_what_others_suffer_from(
    clauses: list[DraftClause], petty: list[str]
) -> None:
    said = [item for item in found(*clauses, ladder=LADDER) if item.code == "disproportionate"]
    assert [item.clause for item in said] == petty
    for item in said:
        assert (item.severity, item.certainty) == ("info", "secondary")
        assert "39(2)" in item.law_ref
        assert item.suggestion.text("en")
    assert "disproportionate" not in codes(
        *clauses, ladder=LADDER, modes={"PROPORTIONALITY": "off"}
    )


# places


@pytest.mark.parametrize(
    ("regions", "severity", "law"),
    [
        pytest.param([], "warn", "行政处罚法", id="the nation"),
        pytest.param(["上海"], "warn", "行政处罚法", id="Shanghai"),
        pytest.param(["广东"], "block", "50", id="Guangdong by name"),
        pytest.param(["440100"], "block", "50", id="a city of it by code"),
        pytest.param(["上海市", "广东省"], "block", "50", id="the strictest of two"),
    ],
)
def test_a_fine_is_judged_where_it_holds(regions: list[str], severity: str, law: str) -> None:
    (fine,) = [item for item in found(clause("迟", FINE), regions=regions) if item.code == "fine"]
    assert fine.severity == severity
    assert law in fine.law_ref


def test_a_disguise_is_blocked_where_fines_are() -> None:
    said = clause("乐捐", FINE._replace(account="donation"))
    assert {item.severity for item in found(said, regions=["广东"])} == {"block"}


def test_the_law_of_the_day_holds() -> None:
    before = found(clause("迟", FINE), regions=["深圳"], on=date(2025, 12, 4))
    after = found(clause("迟", FINE), regions=["深圳"], on=date(2025, 12, 5))
    assert {item.code for item in before} == {"fine", "fine_capped", "fine_consequence"}
    assert {item.code for item in after} - {item.code for item in before} == {"fine_conflict"}


def test_where_fines_are_punished_the_price_is_said() -> None:
    said = [item for item in found(clause("迟", FINE), regions=["广东"]) if not item.clause]
    assert [item.code for item in said] == ["fine_consequence"]
    assert "CNY 2,000 to 5,000 for each worker" in said[0].text.text("zh")


@pytest.mark.parametrize(
    ("region", "asked"),
    [
        pytest.param("上海", 0, id="nothing of its own"),
        pytest.param("昆明", 2, id="proof and notice"),
        pytest.param("北京", 1, id="a basis"),
    ],
)
def test_what_a_place_asks_of_losses_is_said(region: str, asked: int) -> None:
    said = found(clause("赔三成", LOSS), regions=[region])
    assert [item.code for item in said] == ["loss_terms"] * asked


def test_what_is_turned_off_is_not_said_either() -> None:
    modes: Mapping[str, Mode] = {"DEDUCTION_BASIS": "off"}
    assert found(clause("赔三成", LOSS), regions=["北京"], modes=modes) == []


def test_one_act_is_sanctioned_once_where_it_is_statute() -> None:
    said = clause("偷窃", FINE, DISMISSAL)
    for regions, severity in (([], "warn"), (["深圳"], "block")):
        (twice,) = [item for item in found(said, regions=regions) if "with" in item.code]
        assert twice.severity == severity


def test_a_region_that_is_not_known_is_said() -> None:
    (finding,) = [
        item
        for item in found(clause("迟", FINE), regions=["亚特兰蒂斯"])
        if item.code == "region_unknown"
    ]
    assert finding.severity == "info"
    assert "亚特兰蒂斯" in finding.text.text("en")


# modes


@pytest.mark.parametrize(
    ("modes", "left"),
    [
        pytest.param({}, {("fine", "warn"), ("deposit", "block")}, id="as the law says"),
        pytest.param({"FINE": "block"}, {("fine", "block"), ("deposit", "block")}, id="tightened"),
        pytest.param({"FINE": "off"}, {("deposit", "block")}, id="loosened where it may be"),
        pytest.param({"DEPOSIT": "off"}, {("fine", "warn"), ("deposit", "block")}, id="locked"),
    ],
)
def test_a_company_may_choose_a_mode_but_not_loosen_what_is_locked(
    modes: Mapping[str, Mode], left: set[tuple[str, str]]
) -> None:
    said = (clause("迟", FINE), text("交押金"))
    assert {(item.code, item.severity) for item in found(*said, modes=modes)} == left


# whom it is not for


def test_a_policy_for_partners_is_no_matter_of_labour_law() -> None:
    said = (clause("违约", FINE), text("交保证金"))
    assert codes(*said, kinds=("partner",)) == set()
    assert codes(*said, kinds=("partner", "employee")) == {"fine", "deposit"}


def test_what_is_known_from_others_or_concluded_is_said_so() -> None:
    said = {item.code: item.certainty for item in found(*(said for _, said in SHOWN))}
    assert said["deposit"] == "read"
    assert said["sick_leave_pay"] == "secondary"
    assert said["open_ended_amount"] == "inferred"


def test_the_same_draft_gives_the_same_findings() -> None:
    said = [said for _, said in SHOWN]
    assert found(*said) == found(*said)
