"""What the guards find in the schemes of the documents, and when a version is not published."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.making.house import FINES, ROOT, Company, code_of, contents, make_company

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_file
from shangfa.documents.tenant.folder import read_tenant
from shangfa.domain.faults import RefusedError
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.plugins.installed import installed
from shangfa.sdk.guards import SEVERITIES, Finding
from shangfa.services.policies import findings, versions
from shangfa.services.policies.findings import lint

TODAY = date(2026, 11, 27)
TENANTS = sorted(path.parent.name for path in ROOT.glob("tenants/*/tenant.yaml"))
WARNED, OFF, BLOCKED = Compliance(), Compliance("off"), Compliance("block")
DEPOSIT = """
policy: deposits
title: 押金办法
clauses:
  - {code: d, title: 入职交押金, kind: text}
"""


def found(slug: str, compliance: Compliance = WARNED) -> list[Finding]:
    tenant = read_tenant(ROOT / "tenants" / slug)
    read = tenant.versions(installed().kinds(tenant.doc.plugins))
    regions = tenant.doc.regions
    return [item for _, version, _ in read for item in lint(version, compliance, regions, TODAY)]


DEFECTS = [
    ("youyou", "obsolete_law", {"解除-职业道德-1-2", "解除-职业道德-23"}),
    ("youyou", "detention_ground", {"解除-职业道德-1-3"}),
    ("youyou", "dismissal_ground", {"解除-职业道德-16"}),
    ("youyou", "incompetence_dismissal", {"解除-职业道德-3"}),
    ("youyou", "vague_ground", {"解除-职业道德-1-4", "解除-职业道德-12"}),
    ("youyou", "collective_punishment", {"总则-2"}),
    ("youyou", "disproportionate", {"大过-职业道德-2"}),
    ("plaza", "fine_with_dismissal", {"四-罚-6"}),
    ("plaza", "open_ended_amount", {"四-罚-6"}),
    ("zhishijie", "disguised_fine", {"五-(二)", "五-(二)-2", "五-(二)-3", "五-(二)-4"}),
    ("zhishijie", "discrimination", {"四-(一)", "四-(一)-8"}),
    ("property", "sick_leave_pay", {"4.1.1.2a"}),
    ("dielu", "collective_punishment", {"奖罚-8b"}),
    ("retail-shop", "sick_leave_pay", {"请假-1"}),
    ("retail-shop", "deposit", {"请假-3"}),
    ("retail-shop", "wage_forfeited", {"赔偿-2"}),
    (
        "retail-shop",
        "over_deduction_attendance",
        {"出勤-迟到2", "出勤-迟到3", "出勤-早退"},
    ),
    ("night-bar", "over_deduction_attendance", {"三-1d", "三-1e"}),
    ("night-bar", "data_quota", {"二-8"}),
    ("manufacturer", "open_ended_amount", {"五-1", "五-2"}),
    ("wangwang-shop", "fine_pool", {"罚没"}),
    ("wangwang-shop", "wage_forfeited", {"罚-6"}),
]
"""The defects of the documents: scheme, finding, and every clause that shows it."""


@pytest.mark.parametrize(
    ("slug", "code", "clauses"),
    [pytest.param(*defect, id=f"{defect[0]} {defect[1]}") for defect in DEFECTS],
)
def test_the_defects_of_the_documents_are_found(slug: str, code: str, clauses: set[str]) -> None:
    assert {item.clause for item in found(slug) if item.code == code} == clauses


@pytest.mark.parametrize("slug", [pytest.param(slug, id=slug) for slug in TENANTS])
def test_every_finding_has_its_law_in_both_languages(slug: str) -> None:
    for item in found(slug):
        said = findings.told(item)
        assert all(value for key, value in said.items() if key not in {"clause"}), said
        assert item.severity in SEVERITIES


def test_a_clean_scheme_has_none() -> None:
    kinds = installed().kinds(["fines", "demerit_ladder"])
    version = compile_version(read_file(ROOT / "tests/making/clean.yaml"), kinds)
    assert lint(version, WARNED, [], TODAY) == []
    for region in ("广东", "深圳", "江苏", "上海"):
        assert {item.code for item in lint(version, WARNED, [region], TODAY)} <= {"loss_terms"}


def test_a_scheme_for_partners_is_not_reviewed() -> None:
    assert found("hunan-mobile") == []


def test_off_leaves_what_is_locked() -> None:
    assert {item.code for item in found("retail-shop", OFF)} == {"deposit"}


def test_a_clause_is_judged_by_the_later_of_today_and_its_first_day() -> None:
    kinds = installed().kinds(["fines"])
    version = compile_version(versions.read_source(FINES), kinds)
    assert version.effective_from < date(2025, 12, 5)
    codes = [
        {item.code for item in lint(version, WARNED, ["深圳"], day)}
        for day in (date(2025, 12, 4), date(2025, 12, 5))
    ]
    assert codes[1] - codes[0] == {"fine_conflict"}


# on a database


def company(compliance: Compliance, **more: Any) -> Company:
    return make_company(compliance=compliance, **more)


def test_a_draft_carries_what_is_found() -> None:
    draft = versions.upload(company(WARNED).ctx(), FINES)
    assert [(item.code, item.clause) for item in draft.findings] == [("fine", "f")]


def test_validating_carries_the_same() -> None:
    house = company(WARNED, regions=("广东",))
    valid = versions.validate(house.ctx(), FINES)
    assert [(item.code, item.severity) for item in valid.findings] == [
        ("fine", "block"),
        ("fine_consequence", "info"),
    ]
    assert valid.findings == versions.upload(house.ctx(), FINES).findings


@pytest.mark.parametrize(
    ("compliance", "document", "code"),
    [
        pytest.param(WARNED, DEPOSIT, "", id="a warned company publishes"),
        pytest.param(OFF, DEPOSIT, "", id="so does one that hears nothing"),
        pytest.param(BLOCKED, DEPOSIT, "against_the_law", id="one that is held does not"),
        pytest.param(BLOCKED, FINES, "", id="a warning blocks nobody"),
        pytest.param(
            Compliance("block", {"FINE": "block"}), FINES, "against_the_law", id="tightened"
        ),
    ],
)
def test_a_version_is_published_as_the_company_is_held(
    compliance: Compliance, document: str, code: str
) -> None:
    assert code_of(partial(company(compliance).publish, document)) == code


def test_what_is_refused_says_clause_law_and_way_out_and_stores_nothing(owner_url: str) -> None:
    house = company(BLOCKED)
    draft = versions.upload(house.ctx(), DEPOSIT).version
    stored = contents(owner_url)
    with pytest.raises(RefusedError) as refusal:
        versions.publish(house.ctx(), draft.policy_id, draft.number)
    (fault,) = refusal.value.faults
    assert all(word in fault.zh for word in ("“d”", "劳动合同法 9、84", "退还"))
    assert all(word in fault.en for word in ("'d'", "劳动合同法 9、84", "return"))
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        pytest.param({"DEPOSIT": "warn"}, "block", id="a locked rule"),
        pytest.param({"FINES": "block"}, "DEPOSIT", id="no such rule"),
        pytest.param({"FINE": "loud"}, "convert", id="no such mode"),
    ],
)
def test_a_company_cannot_choose_what_no_rule_allows(rules: dict[str, str], why: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        company(Compliance("warn", rules))
    (fault,) = refusal.value.faults
    assert fault.pointer == f"/compliance/rules/{next(iter(rules))}"
    assert why in fault.zh
    assert why in fault.en
