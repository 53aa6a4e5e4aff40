from decimal import Decimal
from string import Formatter

import pytest

from shangfa.api.faults import declared
from shangfa.domain.faults import (
    MISSING,
    NOT_FOUND,
    Fault,
    FaultKind,
    PluginFailedError,
    RefusedError,
    refused,
)
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.faults import INVALID_FACT


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", declared().values(), ids=list(declared()))
def test_every_message_says_the_same_in_both_languages(kind: FaultKind) -> None:
    assert names_in(kind.en) == names_in(kind.zh)


def test_a_value_in_two_languages_is_said_in_each() -> None:
    allowed = Fact("loss", "money", least=Decimal(0)).allowed()
    values = {"name": "loss", "label": "损失", "value": -5, "allowed": allowed}
    fault = Fault(INVALID_FACT, "/facts/loss", values)
    assert fault.zh.endswith("须为金额（元） ≥ 0, ≤ 1000000000。")
    assert fault.en.endswith("it takes an amount in CNY ≥ 0, ≤ 1000000000.")


@pytest.mark.parametrize("kind", declared().values(), ids=list(declared()))
def test_every_message_can_be_filled(kind: FaultKind) -> None:
    names = names_in(kind.zh)
    fault = Fault(kind, "", dict.fromkeys(names, "x"))
    assert fault.zh
    assert fault.en


def test_a_fault_is_said_in_both_languages_with_its_place() -> None:
    fault = Fault(MISSING, "/clauses/0", {"value": "title"}, "policy.yaml:7")
    assert str(fault) == "policy.yaml:7: missing: 缺少必填项“title”。 | 'title' is required."


def test_a_refusal_carries_every_fault_and_the_code_of_the_first() -> None:
    error = RefusedError(Fault(NOT_FOUND), Fault(MISSING, "", {"value": "x"}))
    assert (error.code, len(error.faults)) == ("not_found", 2)
    assert "; missing: " in str(error)


def test_a_refusal_of_one_fault() -> None:
    assert refused(MISSING, "/x", value="y").faults == (Fault(MISSING, "/x", {"value": "y"}),)


def test_a_failed_plugin_is_named() -> None:
    error = PluginFailedError("fines.fixed", "KeyError: 'loss'")
    assert (error.code, error.plugin) == ("plugin_failed", "fines.fixed")
    assert "fines.fixed" in error.faults[0].zh
