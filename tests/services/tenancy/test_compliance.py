"""How a company is held to the law: tightened by HR, loosened by the operator, never unlocked."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.making.house import Company, code_of, make_company, operator

from shangfa.domain.access.roles import AUDITOR, SUPERVISOR
from shangfa.domain.faults import RefusedError
from shangfa.domain.tenancy.compliance import Compliance
from shangfa.services.tenancy import compliance

RULES = """
policy: rules
title: 奖惩办法
effective_from: 2000-01-01
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
"""


@pytest.fixture(scope="module")
def company(_database: Any) -> Company:
    return make_company(RULES, plugins=["fines"], regions=["湖南"])


def tightened(company: Company, mode: str, **rules: str) -> Compliance:
    held = compliance.read(company.ctx())
    setting = Compliance(mode, rules)
    return compliance.tighten(company.ctx(), setting, f'"{held.revision}"').setting


def refused(company: Company, mode: str, **rules: str) -> list[tuple[str, str]]:
    with pytest.raises(RefusedError) as caught:
        tightened(company, mode, **rules)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_hr_only_tightens_and_the_operator_loosens_what_is_not_locked(company: Company) -> None:
    known = {rule.code for rule in compliance.read(company.ctx(AUDITOR)).rules}
    assert {"FINE", "DEPOSIT", "LOSS_CAP_RATE"} <= known
    assert tightened(company, "block", FINE="block").rules == {"FINE": "block"}
    assert refused(company, "warn") == [("/mode", "looser"), ("/rules/FINE", "looser")]
    assert refused(company, "off", FINE="off") == [("/mode", "looser"), ("/rules/FINE", "looser")]
    assert refused(company, "block", NONE="warn") == [("/rules/NONE", "invalid")]
    loosened = compliance.hold(operator(), company.slug, Compliance("warn", {"FINE": "warn"}))
    assert compliance.read(company.ctx()).setting == loosened
    for code in ("DEPOSIT", "LOSS_CAP_RATE"):
        locked = partial(
            compliance.hold, operator(), company.slug, Compliance("warn", {code: "off"})
        )
        assert code_of(locked) == "invalid"
    assert tightened(company, "warn", FINE="block").mode == "warn"


def test_nobody_overwrites_what_he_has_not_seen(company: Company) -> None:
    setting = compliance.read(company.ctx()).setting
    for seen, code in ((None, "precondition_required"), ('"0"', "stale_version")):
        assert code_of(partial(compliance.tighten, company.ctx(), setting, seen)) == code
    for role in (AUDITOR, SUPERVISOR):
        asked = partial(compliance.tighten, company.ctx(role), setting, "*")
        assert code_of(asked) == "forbidden"
    assert code_of(partial(compliance.hold, operator(), "nowhere", setting)) == "unknown_tenant"


def test_a_tightened_company_publishes_no_more_fines() -> None:
    company = make_company(plugins=["fines"], regions=["湖南"])
    tightened(company, "block", FINE="block")
    assert code_of(partial(company.publish, RULES)) == "against_the_law"
